"""The conditional fit of ShMOLLI: later inversions count only where the magnetisation had recovered."""

import pytest
import torch

from spinbridge.core.errors import InputError
from spinbridge.core.tissue import Tissue
from spinbridge.physics.fits.molli_fit import fit_molli
from spinbridge.physics.fits.relaxation_fit import RelaxationFit
from spinbridge.physics.fits.shmolli_fit import fit_shmolli
from spinbridge.physics.sequences.molli import GatedMOLLI

MODEL = GatedMOLLI.scheme("5(1)1(1)1")
TIMES = MODEL.timing.image_times
T1 = torch.tensor([0.3, 0.35, 0.8, 1.0, 1.55, 1.9], dtype=torch.float64)
IMAGES = MODEL(Tissue(pd=torch.ones_like(T1), t1=T1, t2=torch.full_like(T1, 0.06)))
CONDITIONAL = fit_shmolli(IMAGES, TIMES, rr_interval=1.0, signed=True)


def of_first(count: int) -> RelaxationFit:
    return fit_molli(IMAGES[:count], TIMES[:count], signed=True)


@pytest.mark.parametrize(("voxels", "count"), [(slice(0, 2), 7), (slice(2, 4), 6), (slice(4, 6), 5)])
def test_short_t1_takes_all_images_and_long_t1_the_first_five(voxels: slice, count: int) -> None:
    for name in ("t1", "t1_sd", "amplitude", "residual", "failure"):
        assert torch.equal(getattr(CONDITIONAL, name)[voxels], getattr(of_first(count), name)[voxels])


def test_all_images_of_long_t1_lie_on_no_one_curve() -> None:
    all_seven = of_first(7)
    assert CONDITIONAL.t1 is not None
    assert bool((CONDITIONAL.t1[4:] / T1[4:] > 0.87).all())
    assert all_seven.t1 is not None
    assert not bool((all_seven.t1[4:] / T1[4:] > 0.82).any())


def test_another_number_of_images_is_refused() -> None:
    with pytest.raises(InputError, match=r"seven images of 5\(1\)1\(1\)1, got 8"):
        fit_shmolli(torch.ones(8), (*TIMES, 5.0), rr_interval=1.0)

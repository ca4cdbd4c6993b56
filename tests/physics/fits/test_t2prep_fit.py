"""T2-prep fits: exact curves of each form, what the recovery does to the simple one, deviations, few images."""

from math import inf

import numpy as np
import pytest
import torch
from tests.physics.fits.curves import by_scipy, noisy
from torch import Tensor

from spinbridge.core.errors import InputError
from spinbridge.core.tissue import Tissue
from spinbridge.physics.fits.t2prep_fit import fit_t2prep, fit_t2prep_with_t1
from spinbridge.physics.sequences.t2prep_bssfp import T2PreparedBSSFP

TIMES = (0.0, 0.025, 0.035, 0.055, 0.08)
T2 = torch.tensor([[0.03, 0.05, 0.08], [0.04, 0.12, 0.25]], dtype=torch.float64)
T1 = torch.tensor([[1.2, 1.0, 1.5], [0.4, 0.3, 1.8]], dtype=torch.float64)


def decayed(t2: Tensor, times: tuple[float, ...] = TIMES) -> Tensor:
    te = torch.tensor(times, dtype=t2.dtype).view(-1, *(1 for _ in t2.shape))
    return torch.exp(-te / t2)


def test_exact_decays_are_met_with_and_without_an_offset() -> None:
    two, three = fit_t2prep(4 * decayed(T2), TIMES), fit_t2prep(4 * decayed(T2) + 1, TIMES, offset=True)
    for fit in (two, three):
        torch.testing.assert_close(fit.t2, T2, rtol=1e-6, atol=0)
        torch.testing.assert_close(fit.amplitude, torch.full_like(T2, 4.0))
        assert fit.t1 is None


@pytest.mark.parametrize("rests", [None, (inf, 3.0, 2.9, 2.9, 2.9)])
def test_a_known_t1_takes_the_recovery_off(rests: tuple[float, ...] | None) -> None:
    share = 1 - torch.exp(-torch.tensor(rests or (inf,) * 5, dtype=torch.float64)[:, None, None] / T1)
    images = 1 - torch.exp(-0.1 / T1) * (1 - share * decayed(T2))
    fit = fit_t2prep_with_t1(2 * images, TIMES, t1=T1, delay=0.1, rests=rests)
    torch.testing.assert_close(fit.t2, T2, rtol=1e-6, atol=0)
    torch.testing.assert_close(fit.amplitude, torch.full_like(T2, 2.0))
    bare = fit_t2prep(2 * images, TIMES).t2
    assert bare is not None
    assert float((bare / T2 - 1).abs().min()) > 0.03


@pytest.mark.parametrize(
    ("t1", "t2", "low", "high"), [(1.0, 0.045, 0.10, 0.18), (1.2, 0.042, 0.07, 0.15), (1.55, 0.25, -0.14, -0.06)]
)
def test_the_simple_fit_is_off_as_published(t1: float, t2: float, low: float, high: float) -> None:
    model = T2PreparedBSSFP()
    fit = fit_t2prep(model(Tissue.voxel(t1=t1, t2=t2)), model.preparation_times)
    assert fit.t2 is not None
    assert low < fit.t2.item() / t2 - 1 < high


def test_noisy_voxels_are_those_of_an_independent_optimiser() -> None:
    images = noisy(decayed(torch.tensor([0.04, 0.06], dtype=torch.float64)), 0.02, "scipy")
    times = np.array(TIMES)
    found = by_scipy(lambda p: p[0] * np.exp(-times / p[1]), images, [1.0, 0.05])
    torch.testing.assert_close(fit_t2prep(images, TIMES).t2, torch.from_numpy(found[:, 1]), rtol=1e-6, atol=0)


def test_deviations_are_those_of_repeated_noise() -> None:
    signal = decayed(torch.full((20_000,), 0.05, dtype=torch.float64))
    fit = fit_t2prep(noisy(signal, 0.01, "spread"), TIMES)
    assert fit.t2 is not None
    assert fit.t2_sd is not None
    assert float(fit.t2_sd.square().mean().sqrt()) == pytest.approx(float(fit.t2.std()), rel=0.04)


def test_as_many_images_as_parameters_leave_no_deviation_but_that_of_a_given_noise() -> None:
    images = decayed(T2, TIMES[:3])
    alone, told = (fit_t2prep(images, TIMES[:3], offset=True, noise=noise) for noise in (None, 0.001))
    assert alone.t2_sd is not None
    assert told.t2_sd is not None
    assert bool(alone.t2_sd.isnan().all())
    assert not bool(alone.failed.any())
    assert bool((told.t2_sd > 0).all())


def test_fewer_preparation_times_than_parameters_are_refused() -> None:
    with pytest.raises(InputError, match="3 different preparation times or more, got 2"):
        fit_t2prep(torch.ones(3), (0.0, 0.05, 0.05), offset=True)
    with pytest.raises(InputError, match="a rest for each image, got 1 for 5"):
        fit_t2prep_with_t1(torch.ones(5), TIMES, t1=1.0, delay=0.1, rests=(inf,))

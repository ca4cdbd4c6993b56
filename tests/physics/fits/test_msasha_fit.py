"""mSASHA fits: exact curves, the delay that must not be dropped, an independent optimiser, deviations of T1 and T2."""

from math import inf

import numpy as np
import pytest
import torch
from tests.physics.fits.curves import Floats, by_scipy, noisy
from torch import Tensor

from spinbridge.core.errors import InputError
from spinbridge.core.tissue import Tissue
from spinbridge.physics.fits.msasha_fit import fit_msasha
from spinbridge.physics.sequences.msasha import MSASHA

MODEL = MSASHA()
DELAY = MODEL.readout.to_centre
SATURATION = (inf, *MODEL.saturation_times, *(MODEL.preparation_saturation_time for _ in MODEL.preparation_times))
PREPARATION = (*(0.0 for _ in range(7)), *MODEL.preparation_times)
# T1 and T2 [s], and the range in which published T2 lie above the true one where TD is left out
CARELESS = {
    "blood, 3 T": (1.9, 0.17, 0.15, 0.22),
    "myocardium": (1.17, 0.05, 0.25, 0.36),
    "oedema": (1.15, 0.065, 0.24, 0.36),
    "scar after contrast": (0.3, 0.048, 0.50, 0.62),
}


def curve(p: Floats) -> Floats:
    a, t1, t2 = p
    ts, te = np.array(SATURATION), np.array(PREPARATION)
    missing = 1 - (1 - np.exp(-ts / t1)) * np.exp(-te / t2)
    return np.asarray(a * (1 - missing * np.exp(-DELAY / t1)))


def curves(t1: Tensor, t2: Tensor) -> Tensor:
    found = [curve(np.array([1.0, a, b])) for a, b in zip(t1.flatten().tolist(), t2.flatten().tolist(), strict=True)]
    return torch.from_numpy(np.array(found).T.copy()).reshape(-1, *t1.shape)


def test_exact_curves_are_met() -> None:
    t1, t2 = torch.meshgrid(
        torch.linspace(0.25, 2.2, 8, dtype=torch.float64), torch.tensor([0.03, 0.05, 0.1, 0.25]).double(), indexing="ij"
    )
    fit = fit_msasha(5 * curves(t1, t2), SATURATION, PREPARATION, delay=DELAY)
    torch.testing.assert_close(fit.t1, t1, rtol=1e-6, atol=0)
    torch.testing.assert_close(fit.t2, t2, rtol=1e-6, atol=0)
    torch.testing.assert_close(fit.amplitude, torch.full_like(t1, 5.0))


def test_single_precision_is_enough() -> None:
    t1, t2 = torch.tensor([0.4, 1.2, 1.8], dtype=torch.float64), torch.tensor([0.045, 0.05, 0.2], dtype=torch.float64)
    fit = fit_msasha(curves(t1, t2).float(), SATURATION, PREPARATION, delay=DELAY)
    torch.testing.assert_close(fit.t1, t1.float(), rtol=3e-4, atol=0)
    torch.testing.assert_close(fit.t2, t2.float(), rtol=1e-3, atol=0)


@pytest.mark.parametrize("case", CARELESS)
def test_t2_comes_out_too_long_where_the_delay_is_counted_as_saturation_time(case: str) -> None:
    t1, t2, least, most = CARELESS[case]
    images = MODEL(Tissue.voxel(t1=t1, t2=t2))
    right = fit_msasha(images, SATURATION, PREPARATION, delay=DELAY)
    careless = fit_msasha(images, tuple(ts + DELAY for ts in SATURATION), PREPARATION, delay=0.0)
    assert right.t2 is not None
    assert careless.t2 is not None
    assert abs(right.t2.item() / t2 - 1) < 0.012
    assert least < careless.t2.item() / t2 - 1 < most


def test_noisy_voxels_are_those_of_an_independent_optimiser() -> None:
    t1, t2 = torch.tensor([0.4, 1.2, 1.6], dtype=torch.float64), torch.tensor([0.045, 0.05, 0.08], dtype=torch.float64)
    images = noisy(curves(t1, t2), 0.01, "scipy")
    found = torch.from_numpy(by_scipy(curve, images, [1.0, 1.0, 0.06]))
    fit = fit_msasha(images, SATURATION, PREPARATION, delay=DELAY)
    torch.testing.assert_close(fit.t1, found[:, 1], rtol=1e-5, atol=0)
    torch.testing.assert_close(fit.t2, found[:, 2], rtol=1e-5, atol=0)


def test_deviations_are_those_of_repeated_noise() -> None:
    one = torch.ones(20_000, dtype=torch.float64)
    signal = curves(one[:1] * 1.1, one[:1] * 0.05).expand(-1, 20_000)
    fit = fit_msasha(noisy(signal, 0.004, "spread"), SATURATION, PREPARATION, delay=DELAY)
    for values, stated in ((fit.t1, fit.t1_sd), (fit.t2, fit.t2_sd), (fit.amplitude, fit.amplitude_sd)):
        assert values is not None
        assert stated is not None
        assert float(stated.square().mean().sqrt()) == pytest.approx(float(values.std()), rel=0.04)


def test_images_without_a_preparation_are_refused() -> None:
    with pytest.raises(InputError, match="with and without a T2 preparation"):
        fit_msasha(torch.ones(9), SATURATION, (0.0,) * 9, delay=DELAY)

"""SASHA fits: exact curves, any readout, an independent optimiser, deviations."""

from math import inf

import numpy as np
import pytest
import torch
from tests.physics.fits.curves import SATURATIONS, by_scipy, noisy, saturation_recovery

from spinbridge.core.tissue import Tissue
from spinbridge.physics.fits.sasha_fit import fit_sasha
from spinbridge.physics.sequences.balanced_readout import Readout
from spinbridge.physics.sequences.sasha import SASHA

TIMES = np.array(SATURATIONS)
T1 = torch.linspace(0.25, 2.2, 40, dtype=torch.float64).reshape(2, 20)
HEART = Tissue(
    pd=torch.tensor([0.8, 0.95, 0.8, 0.9], dtype=torch.float64),
    t1=torch.tensor([1.17, 1.58, 0.45, 0.34], dtype=torch.float64),
    t2=torch.tensor([0.05, 0.24, 0.043, 0.058], dtype=torch.float64),
)


@pytest.mark.parametrize(("parameters", "b"), [(3, 1.0), (3, 0.8), (2, 1.0)])
def test_exact_curves_are_met(parameters: int, b: float) -> None:
    fit = fit_sasha(3 * saturation_recovery(T1, b), SATURATIONS, parameters=parameters)
    torch.testing.assert_close(fit.t1, T1, rtol=1e-7, atol=0)
    torch.testing.assert_close(fit.amplitude, torch.full_like(T1, 3.0))


def test_two_parameters_cannot_bend_to_a_saturation_that_is_not_complete() -> None:
    off = fit_sasha(saturation_recovery(T1, 0.9), SATURATIONS, parameters=2).t1
    assert off is not None
    assert float((off / T1 - 1).abs().min()) > 0.05


@pytest.mark.parametrize("readout", [Readout(), Readout.variable(), Readout(ramp=0)])
def test_three_parameters_are_exact_after_any_readout(readout: Readout) -> None:
    model = SASHA(readout=readout)
    fit = fit_sasha(model(HEART), (inf, *model.saturation_times))
    torch.testing.assert_close(fit.t1, HEART.t1, rtol=1e-6, atol=0)


@pytest.mark.parametrize(("readout", "most"), [(Readout(), 0.045), (Readout.variable(), 0.025)])
def test_two_parameters_are_off_by_some_per_cent(readout: Readout, most: float) -> None:
    model = SASHA(readout=readout)
    fit = fit_sasha(model(HEART), (inf, *model.saturation_times), parameters=2)
    assert fit.t1 is not None
    assert 0.01 < float((fit.t1 / HEART.t1 - 1).abs().max()) < most


def test_noisy_voxels_are_those_of_an_independent_optimiser() -> None:
    images = noisy(saturation_recovery(torch.tensor([0.4, 0.9, 1.5], dtype=torch.float64), 0.95), 0.02, "scipy")
    a, _, t1 = by_scipy(lambda p: p[0] * (1 - p[1] * np.exp(-TIMES / p[2])), images, [1.0, 1.0, 0.8]).T
    fit = fit_sasha(images, SATURATIONS)
    torch.testing.assert_close(fit.t1, torch.from_numpy(t1), rtol=1e-6, atol=0)
    torch.testing.assert_close(fit.amplitude, torch.from_numpy(a), rtol=1e-6, atol=0)
    two = by_scipy(lambda p: p[0] * (1 - np.exp(-TIMES / p[1])), images, [1.0, 0.8])
    torch.testing.assert_close(
        fit_sasha(images, SATURATIONS, parameters=2).t1, torch.from_numpy(two[:, 1]), rtol=1e-6, atol=0
    )


@pytest.mark.parametrize("parameters", [2, 3])
def test_deviations_are_those_of_repeated_noise(parameters: int) -> None:
    signal = saturation_recovery(torch.full((20_000,), 0.8, dtype=torch.float64))
    fit = fit_sasha(noisy(signal, 0.01, "spread", parameters), SATURATIONS, parameters=parameters)
    assert fit.t1 is not None
    assert fit.t1_sd is not None
    assert float(fit.t1_sd.square().mean().sqrt()) == pytest.approx(float(fit.t1.std()), rel=0.04)
    assert float(fit.amplitude_sd.square().mean().sqrt()) == pytest.approx(float(fit.amplitude.std()), rel=0.04)


def test_the_phase_keeps_weak_images_from_being_lifted_by_noise() -> None:
    signal = saturation_recovery(torch.full((20_000,), 1.6, dtype=torch.float64))
    images = torch.complex(noisy(signal, 0.04, "real"), noisy(0 * signal, 0.04, "imaginary"))
    phase, magnitude = (fit_sasha(each, SATURATIONS).t1 for each in (images, images.abs()))
    assert phase is not None
    assert magnitude is not None
    assert abs(float(phase.nanmedian()) / 1.6 - 1) < 0.005
    assert float(magnitude.nanmedian()) / 1.6 - 1 > 0.01

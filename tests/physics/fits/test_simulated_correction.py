"""The simulated correction: the bias is gone, deviations follow, amplitudes become pd, and what cannot be is said."""

from math import cos, radians

import pytest
import torch
from tests.physics.fits.curves import noisy
from torch import Tensor

from spinbridge.core.errors import SequenceError, SettingsError
from spinbridge.core.protocols import SignalModel
from spinbridge.core.tissue import Tissue
from spinbridge.physics.fits.of_sequence import SequenceFit
from spinbridge.physics.fits.relaxation_fit import Failure, RelaxationFit
from spinbridge.physics.sequences.language import parse_sequence
from spinbridge.physics.sequences.spoiled_gre import SpoiledGRE

T1 = torch.tensor([1.0, 1.2, 1.55, 1.9, 0.3, 1.15, 0.45, 0.3], dtype=torch.float64)
T2 = torch.tensor([0.045, 0.042, 0.25, 0.18, 0.07, 0.065, 0.043, 0.05], dtype=torch.float64)
TISSUE = Tissue(pd=torch.full_like(T1, 0.8), t1=T1, t2=T2)
SEQUENCES = (
    "molli(scheme=5(3)3,hr=60bpm)",
    "molli(scheme=3(3)3(3)5,hr=90bpm,fa=50deg)",
    "molli(scheme=4(1)3(1)2,rr=980ms/1010ms/960ms/1050ms/1000ms/990ms/1030ms/970ms/1000ms/1000ms/1000ms)",
    "sasha",
    "msasha",
    "msasha(shape=linear,ramp=5,lines=66,centre=28)",
    "t2prep(hr=60bpm)",
    "t2prep(hr=90bpm)",
)


def corrected(model: SignalModel, images: Tensor, *, t2: Tensor = T2) -> tuple[RelaxationFit, RelaxationFit]:
    fit = SequenceFit(model=model, signed=True)
    found = fit(images)
    lacking = {name: value for name, value in {"t1": T1, "t2": t2}.items() if name in fit.lacks}
    return found, fit.correction()(found, **lacking)


@pytest.mark.parametrize("sequence", SEQUENCES)
def test_the_bias_is_gone_and_the_amplitude_is_pd(sequence: str) -> None:
    model = parse_sequence(sequence)
    _, true = corrected(model, 1000 * model(TISSUE))
    for values, known in ((true.t1, T1), (true.t2, T2)):
        if values is not None:
            torch.testing.assert_close(values, known, rtol=3e-3, atol=0)
    torch.testing.assert_close(true.amplitude, torch.full_like(T1, 800.0), rtol=5e-3, atol=0)


@pytest.mark.parametrize("sequence", SEQUENCES[:1])
def test_a_wrong_t2_costs_little_t1(sequence: str) -> None:
    model = parse_sequence(sequence)
    _, true = corrected(model, model(TISSUE), t2=1.1 * T2)
    assert true.t1 is not None
    assert float((true.t1 / T1 - 1).abs().max()) < 0.015


@pytest.mark.parametrize("sequence", ["molli", "msasha", "t2prep"])
def test_deviations_follow_the_correction(sequence: str) -> None:
    model = parse_sequence(sequence)
    signal = model(Tissue.voxel(t1=1.1, t2=0.05))[:, None].expand(-1, 5000)
    fit = SequenceFit(model=model, signed=True, noise=0.001)
    lacking = {name: value for name, value in {"t1": 1.1, "t2": 0.05}.items() if name in fit.lacks}
    true = fit.correction()(fit(noisy(signal, 0.001, sequence)), **lacking)
    for values, stated in ((true.t1, true.t1_sd), (true.t2, true.t2_sd)):
        if values is not None and stated is not None:
            assert float(stated.mean()) == pytest.approx(float(values.std()), rel=0.08)


def test_what_failed_before_stays_failed_and_what_is_outside_of_the_table_fails() -> None:
    model = parse_sequence("molli")
    images = model(TISSUE)
    images[:, 0] = 0
    fit = SequenceFit(model=model, signed=True)
    true = fit.correction()(fit(images), t2=torch.where(T1 > 1.8, 5.0, T2))
    assert true.t1 is not None
    assert Failure(int(true.failure[0])) is Failure.NO_SIGNAL
    assert Failure(int(true.failure[3])) is Failure.OUT_OF_BOUNDS
    assert true.t1.isnan().tolist() == true.failed.tolist() == [True, False, False, True, False, False, False, False]


def test_a_time_that_is_missing_is_asked_for() -> None:
    model = parse_sequence("molli")
    fit = SequenceFit(model=model)
    with pytest.raises(SettingsError, match="t2, which the fit does not tell"):
        fit.correction()(fit(model(TISSUE)))


def test_a_sequence_that_tells_no_time_is_refused() -> None:
    with pytest.raises(SequenceError, match=r"a sequence of relaxation times: molli, shmolli, .*, got gre"):
        SequenceFit(model=SpoiledGRE())


def test_a_train_without_pauses_is_off_by_the_cosine_of_half_the_flip_angle() -> None:
    model = parse_sequence("ir-bssfp(ti=100ms/300ms/600ms/900ms/1300ms/1900ms/2600ms,fa=35deg,inv=100%)")
    fit, true = corrected(model, model(TISSUE))
    torch.testing.assert_close(fit.t1, T1 / cos(radians(35 / 2)), rtol=1e-6, atol=0)  # P. Schmitt 2004
    torch.testing.assert_close(true.t1, T1, rtol=1e-6, atol=0)

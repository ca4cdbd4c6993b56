"""mSASHA: the delay to the centre of k-space belongs to the signal."""

from math import cos, exp, radians, sin

import numpy as np
import pytest
from scipy.optimize import curve_fit

from spinbridge.core.tissue import Tissue
from spinbridge.physics.sequences.balanced_readout import Readout
from spinbridge.physics.sequences.msasha import MSASHA

MODEL = MSASHA()


def fitted(t1: float, t2: float, *, delay: float) -> tuple[float, float]:
    """T1 and T2 of the three-parameter fit."""
    count = len(MODEL.preparation_times)
    recovery = np.array([200.0, *MODEL.saturation_times, *[MODEL.preparation_saturation_time] * count])
    preparation = np.array([0.0] * (1 + len(MODEL.saturation_times)) + list(MODEL.preparation_times))
    start = recovery + (MODEL.readout.to_centre - delay) * (
        preparation == 0
    )  # without delay, T1 is timed to the centre
    signal = MODEL(Tissue.voxel(t1=t1, t2=t2)).numpy()

    def model(_: object, a: float, one: float, two: float) -> np.ndarray:
        return a * (1 - (1 - (1 - np.exp(-start / one)) * np.exp(-preparation / two)) * np.exp(-delay / one))

    found, _ = curve_fit(model, start, signal, p0=(signal[0], t1, t2))
    return float(found[1]), float(found[2])


@pytest.mark.parametrize(("t1", "t2"), [(1.17, 0.05), (1.523, 0.0371), (1.9, 0.18), (0.45, 0.043)])
def test_known_fit_finds_both_times_under_a_variable_angle(t1: float, t2: float) -> None:
    found = fitted(t1, t2, delay=MODEL.readout.to_centre)
    assert found[0] == pytest.approx(t1, rel=0.016)
    assert found[1] == pytest.approx(t2, rel=0.02)


def test_leaving_the_delay_out_inflates_t2() -> None:
    assert fitted(1.17, 0.05, delay=0.0)[1] > 1.18 * 0.05


def test_two_pulses_after_a_preparation_are_those_turned_by_hand() -> None:
    t1, t2, tr, a = 1.2, 0.05, 3e-3, radians(70)
    two_pulses = Readout(repetition_time=tr, lines=1, centre_line=0, ramp=1)
    times = {"saturation_times": (0.5,), "preparation_saturation_time": 0.5, "preparation_times": (0.0, 0.05)}
    _, plain, zero, prepared = MSASHA(readout=two_pulses, flip_angle=a, **times)(Tissue.voxel(t1=t1, t2=t2)).tolist()

    def by_hand(mz: float) -> float:
        z, u = 1 + (cos(a / 2) * mz - 1) * exp(-tr / t1), sin(a / 2) * mz * exp(-tr / t2)
        return (sin(a) * z - cos(a) * u) * exp(-tr / 2 / t2)

    recovered = 1 - exp(-0.5 / t1)
    assert plain == pytest.approx(by_hand(recovered), rel=1e-12)
    assert zero == plain
    assert prepared / plain == pytest.approx(by_hand(recovered * exp(-0.05 / t2)) / by_hand(recovered), rel=1e-12)

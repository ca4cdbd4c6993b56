"""mSASHA: the delay to the centre of k-space belongs to the signal."""

from math import exp

import numpy as np
import pytest
from scipy.optimize import curve_fit

from spinbridge.core.tissue import Tissue
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


def test_t2_preparation_weighs_what_has_recovered() -> None:
    one = MSASHA(saturation_times=(0.5,), preparation_saturation_time=0.5, preparation_times=(0.0, 0.05))
    _, plain, zero, prepared = one(Tissue.voxel(t1=1.2, t2=0.05)).tolist()
    assert plain == pytest.approx(zero)
    gain = MODEL.readout.to_centre
    assert prepared < plain
    assert prepared > plain * exp(-1) * (1 - gain)

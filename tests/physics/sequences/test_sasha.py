"""SASHA: what a saturation erases, and what a fit of it finds."""

from math import radians

import numpy as np
import pytest
import torch
from scipy.optimize import curve_fit

from spinbridge.core.errors import SequenceError
from spinbridge.core.tissue import Tissue
from spinbridge.physics.sequences.balanced_readout import Readout
from spinbridge.physics.sequences.sasha import SASHA


@pytest.mark.parametrize(("t1", "t2"), [(1.17, 0.05), (1.9, 0.18), (0.3, 0.07)])
def test_three_parameters_find_t1_exactly_whatever_the_readout(t1: float, t2: float) -> None:
    model = SASHA(flip_angle=radians(70))
    times = np.array([200.0, *model.saturation_times])
    signal = model(Tissue.voxel(t1=t1, t2=t2)).numpy()
    found, _ = curve_fit(lambda t, a, b, rate: a - b * np.exp(-t * rate), times, signal, p0=(signal[0], signal[0], 1.0))
    assert 1 / found[2] == pytest.approx(t1, rel=1e-5)


def test_two_parameters_are_biased_under_a_constant_angle_and_less_so_under_a_variable_one() -> None:
    def error(readout: Readout) -> float:
        model = SASHA(readout=readout)
        times = np.array([200.0, *model.saturation_times])
        signal = model(Tissue.voxel(t1=1.17, t2=0.05)).numpy()
        found, _ = curve_fit(lambda t, a, rate: a * (1 - np.exp(-t * rate)), times, signal, p0=(signal[0], 1.0))
        return float(1 / found[1] / 1.17 - 1)

    constant, variable = error(Readout()), error(Readout.variable())
    assert -0.04 < constant < -0.01
    assert abs(variable) < 0.5 * abs(constant)


def test_images_do_not_know_each_other() -> None:
    tissue = Tissue.voxel(t1=1.17, t2=0.05)
    torch.testing.assert_close(SASHA()(tissue)[4], SASHA(saturation_times=(0.335,))(tissue)[1])


def test_readout_must_fit_between_saturation_and_centre() -> None:
    with pytest.raises(SequenceError, match=r"a saturation time between 93\.8ms and"):
        SASHA(saturation_times=(0.05,))

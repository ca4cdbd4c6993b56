"""LGE: the null of the exact steady state, the short form's error, the limits."""

from collections.abc import Callable
from math import exp, log, radians

import pytest
from scipy.optimize import brentq

from spinbridge.core.errors import SequenceError
from spinbridge.core.tissue import Tissue
from spinbridge.physics.sequences.lge import LGE, PSIR


def segment(inversion_time: float) -> LGE:
    return LGE(inversion_time=inversion_time, flip_angle=radians(22), repetition_time=8e-3, inversion_efficiency=1.0)


def null(signal: Callable[[float], float]) -> float:
    return float(brentq(signal, 0.1, 0.6))


@pytest.mark.parametrize(("t1", "known"), [(0.45, 258), (0.30, 162), (0.33, 181)])
def test_nulls_are_where_they_are_known_to_be_and_long_before_those_of_the_short_form(t1: float, known: float) -> None:
    tissue = Tissue.voxel(t1=t1, t2=0.045)
    exact, short = null(lambda ti: segment(ti)(tissue).item()), t1 * log(2 / (1 + exp(-2 / t1)))
    assert 1e3 * exact == pytest.approx(known, abs=0.6)
    assert 0.045 < short - exact < 0.050


def test_one_pulse_of_a_small_angle_is_an_inversion_repeated_for_ever() -> None:
    one = LGE(inversion_time=0.3, lines=1, centre_line=0, flip_angle=radians(0.1), inversion_efficiency=1.0)
    tissue = Tissue.voxel(t1=0.8, t2=0.05, t2star=1e9)
    periodic = 1 - (1 + (1 - exp(-2.0 / 0.8)) / (1 + exp(-2.0 / 0.8))) * exp(-0.3 / 0.8)
    assert one(tissue).item() / radians(0.1) == pytest.approx(periodic, rel=1e-4)


def test_long_inversion_time_and_beats_leave_the_signal_of_a_pulse() -> None:
    late = LGE(inversion_time=9.0, beats=10, heart_rate=1.0, lines=1, centre_line=0)
    tissue = Tissue.voxel(t1=0.5, t2=0.05)
    assert late(tissue).item() == pytest.approx(late.unprepared(tissue).item(), rel=1e-6)


def test_psir_is_the_signed_signal_and_its_reference_is_positive() -> None:
    psir = PSIR(inversion_time=0.2)
    myocardium, scar = Tissue.voxel(t1=0.45, t2=0.043), Tissue.voxel(t1=0.25, t2=0.048)
    assert psir(myocardium).item() < 0 < psir(scar).item()
    assert psir.reference(myocardium).item() > 0
    assert psir(myocardium).item() == LGE(inversion_time=0.2)(myocardium).item()


def test_segment_must_fit_between_inversion_and_beat() -> None:
    with pytest.raises(SequenceError, match="a wait before the segment"):
        LGE(inversion_time=0.05)
    with pytest.raises(SequenceError, match="a recovery after the segment"):
        LGE(beats=1, heart_rate=2.5, inversion_time=0.35)


def test_reference_must_come_before_the_next_inversion() -> None:
    assert LGE(beats=1).beats == 1
    with pytest.raises(SequenceError, match="a number of beats"):
        PSIR(beats=1)
    with pytest.raises(SequenceError, match="a recovery after the reference"):
        PSIR(beats=2, heart_rate=2.4, inversion_time=0.35)
    assert PSIR(beats=3, heart_rate=2.4, inversion_time=0.35).images == ("psir",)

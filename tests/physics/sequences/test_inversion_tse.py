"""STIR and FLAIR: nulls of fat and of CSF, and the contrast between them."""

from dataclasses import replace
from math import log

import pytest
from scipy.optimize import brentq

from spinbridge.core.errors import SequenceError
from spinbridge.core.tissue import Tissue
from spinbridge.physics.sequences.inversion_tse import FLAIR, STIR


@pytest.mark.parametrize("t1", [0.26, 0.30, 0.37])
def test_fat_is_nulled_at_t1_times_log_two_for_a_long_repetition_time_alone(t1: float) -> None:
    fat = Tissue.voxel(t1=t1, t2=0.07)

    def null(repetition_time: float) -> float:
        model = STIR(repetition_time=repetition_time, inversion_efficiency=1.0)
        return float(brentq(lambda ti: replace(model, inversion_time=ti)(fat).item(), 0.05, 0.5))

    assert null(8.0) == pytest.approx(t1 * log(2), rel=1e-6)
    assert null(1.0) < 0.97 * t1 * log(2)


def test_flair_darkens_csf_and_shows_oedema() -> None:
    flair = FLAIR(inversion_efficiency=1.0)
    csf, grey, white, oedema = (
        flair(Tissue.voxel(pd=pd, t1=t1, t2=t2)).item()
        for pd, t1, t2 in ((1.0, 4.163, 1.65), (0.8, 1.558, 0.083), (0.7, 0.83, 0.075), (0.9, 1.65, 0.15))
    )
    assert abs(csf) < 0.2 * white
    assert oedema > 1.4 * max(grey, white)


def test_echo_time_must_be_an_echo_of_the_train() -> None:
    with pytest.raises(SequenceError, match="1 to 16 times the echo spacing of 10ms, got 95ms"):
        STIR(echo_time=0.095)

"""MPRAGE: the pulses of the segment decide the sign of CSF."""

from math import exp, radians, sin

import pytest

from spinbridge.core.tissue import Tissue
from spinbridge.physics.sequences.mprage import MPRAGE

CSF, GREY, WHITE = (Tissue.voxel(t1=t1, t2=0.1, t2star=1e9) for t1 in (4.163, 1.558, 0.83))


def test_csf_is_positive_where_the_short_form_makes_it_negative() -> None:
    short = sin(radians(9)) * (1 - 2 * exp(-0.9 / 4.163) + exp(-2.3 / 4.163))
    assert MPRAGE(inversion_efficiency=1.0)(CSF).item() == pytest.approx(0.0056, abs=3e-4)
    assert short == pytest.approx(-0.0056, abs=1e-4)


def test_white_matter_is_brightest_and_csf_darkest() -> None:
    signals = [MPRAGE()(tissue).item() for tissue in (WHITE, GREY, CSF)]
    assert signals == sorted(signals, reverse=True)
    assert signals[0] > 1.8 * signals[1] > 3 * signals[2] > 0

"""The null of an enhancement image, from the exact steady state."""

from dataclasses import replace
from math import radians

import pytest

from spinbridge.core.errors import SequenceError
from spinbridge.core.tissue import Tissue
from spinbridge.physics.proof.bloch import play
from spinbridge.physics.sequences.lge import LGE, PSIR
from spinbridge.physics.sequences.null import null_time

MODEL = LGE(flip_angle=radians(22), repetition_time=8e-3, inversion_efficiency=1.0)


@pytest.mark.parametrize(("t1", "known"), [(0.45, 258), (0.30, 162), (0.33, 181)])
def test_null_is_where_it_is_known_to_be_and_where_bloch_finds_no_signal(t1: float, known: float) -> None:
    tissue = Tissue.voxel(t1=t1, t2=0.045)
    found = null_time(MODEL, tissue)
    assert 1e3 * found == pytest.approx(known, abs=0.6)
    assert abs(play(replace(MODEL, inversion_time=found).program(), tissue).item()) < 1e-6


def test_phase_sensitive_images_have_the_same_null() -> None:
    tissue = Tissue.voxel(t1=0.45, t2=0.045)
    assert null_time(PSIR(), tissue) == null_time(LGE(), tissue)


def test_a_tissue_that_recovers_before_the_segment_is_refused() -> None:
    with pytest.raises(SequenceError, match="one of T1 50 ms"):
        null_time(MODEL, Tissue.voxel(t1=0.05, t2=0.03))

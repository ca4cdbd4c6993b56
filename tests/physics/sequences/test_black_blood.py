"""Black blood: the null of blood, the tissue that two inversions leave alone, the fat that a third one nulls."""

from dataclasses import replace

import pytest

from spinbridge.core.tissue import Tissue
from spinbridge.physics.proof.bloch import play
from spinbridge.physics.sequences.black_blood import BlackBlood, TripleInversion, blood_null
from spinbridge.physics.sequences.tse import TSE

BLOOD, MYOCARDIUM = Tissue.voxel(t1=1.55, t2=0.2), Tissue.voxel(t1=1.1, t2=0.05)


@pytest.mark.parametrize(("period", "native", "at_3_tesla"), [(1.6, 602, 636), (2.0, 698, 748), (3.0, 865, 961)])
def test_null_of_blood_is_where_it_is_known_to_be(period: float, native: float, at_3_tesla: float) -> None:
    assert 1e3 * blood_null(period, t1=1.55) == pytest.approx(native, abs=1.0)
    assert 1e3 * blood_null(period, t1=1.90) == pytest.approx(at_3_tesla, abs=1.0)


def test_inflowing_blood_is_nulled_and_tissue_is_as_without_inversions() -> None:
    model = BlackBlood(inversion_time=blood_null(2.0, t1=1.55), inversion_efficiency=1.0, fresh=1.0)
    assert model(BLOOD).item() == pytest.approx(0.0, abs=1e-12)
    plain = TSE(repetition_time=2.0, echo_time=0.06, echo_spacing=0.006, echo_train_length=20)
    assert replace(model, fresh=0.0)(MYOCARDIUM).item() == pytest.approx(plain(MYOCARDIUM).item(), rel=1e-12)


def test_third_inversion_nulls_fat_and_keeps_half_of_the_muscle() -> None:
    fat = Tissue.voxel(t1=0.26, t2=0.07)
    model = TripleInversion(fat_inversion_time=0.26 * 0.6931, inversion_efficiency=1.0)
    assert abs(model(fat).item()) < 0.01 * BlackBlood()(fat).item()
    assert abs(model(MYOCARDIUM).item()) > 0.4 * BlackBlood()(MYOCARDIUM).item()


@pytest.mark.parametrize("fresh", [0.0, 0.3, 1.0])
def test_residual_signal_of_slow_blood_is_that_of_bloch_and_of_the_spins_that_stayed(fresh: float) -> None:
    early = BlackBlood(inversion_time=0.5, inversion_efficiency=0.97, fresh=fresh)
    assert early(BLOOD).item() == pytest.approx(play(early.program(), BLOOD).item().real, rel=1e-9)
    at_null = BlackBlood(inversion_time=blood_null(2.0, t1=1.55), inversion_efficiency=1.0, fresh=fresh)
    stayed = replace(at_null, fresh=0.0)(BLOOD).item()
    assert at_null(BLOOD).item() == pytest.approx((1 - fresh) * stayed, abs=1e-12)

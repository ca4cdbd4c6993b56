"""What departures from the ideal change: nothing where there is none, and otherwise what is known."""

import pytest

from spinbridge.physics.proof.idealisations import TISSUES, off_resonance, refocusing, spoiling


def test_without_a_departure_nothing_changes() -> None:
    (perfect,) = refocusing(("tse(tr=2000ms,te=60ms,esp=6ms,etl=20)",), angles=(180.0,))
    (on_resonance,) = off_resonance(("t2prep",), offsets=(0.0,))
    for change in (perfect, on_resonance):
        assert list(change.by_tissue) == list(TISSUES)
        assert max(map(abs, change.by_tissue.values())) < 1e-5


@pytest.mark.parametrize(("increment", "known"), [(50.0, 0.117), (117.0, 0.079)])
def test_real_spoiling_makes_blood_at_rest_brighter_at_small_angles(increment: float, known: float) -> None:
    (change,) = spoiling(("gre(fa=12deg,tr=5ms)",), increments=(increment,))
    assert change.by_tissue["lv_blood"] == pytest.approx(known, abs=0.02)
    assert change.by_tissue["myocardium"] < 0


def test_stimulated_echoes_favour_what_has_a_short_t2() -> None:
    for change in refocusing():
        assert max(change.by_tissue, key=change.by_tissue.__getitem__) == "skeletal_muscle"
        assert min(change.by_tissue, key=change.by_tissue.__getitem__) == "lv_blood"


def test_a_variable_flip_angle_bears_a_wrong_field_better_than_a_short_ramp() -> None:
    short, variable = off_resonance(("sasha", "msasha"), offsets=(30.0,))
    assert max(map(abs, variable.by_tissue.values())) < 0.01 < max(map(abs, short.by_tissue.values()))

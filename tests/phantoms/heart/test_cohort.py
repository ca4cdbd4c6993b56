"""A cohort is made of people, and its hearts measure what is published."""

import numpy as np
import pytest

from spinbridge.core.errors import SettingsError
from spinbridge.phantoms.heart.cohort import Cohort, draw_cohort
from spinbridge.phantoms.heart.cohort_summary import as_table, meets_definition, summary
from spinbridge.phantoms.heart.groups import GROUPS
from spinbridge.phantoms.heart.people import Person, draw_person, population, unexplained
from spinbridge.phantoms.heart.settings import HeartSettings
from spinbridge.phantoms.heart.truth import continuous_truth

MANY = draw_cohort(5, 1500)
HEALTHY = draw_cohort(6, 1200, shares={"NOR": 1})


def column(cohort: Cohort, name: str) -> np.ndarray:
    return np.array([getattr(subject, name) for subject in cohort.subjects])


@pytest.mark.parametrize("sex", ["women", "men"])
@pytest.mark.parametrize("name", ["lv_edv", "lv_mass", "rv_edv", "lv_ef", "rv_ef"])
def test_healthy_hearts_measure_what_is_published(sex: str, name: str) -> None:
    values = [getattr(member.subject, name) for member in HEALTHY.members if member.person.sex == sex]
    mean, spread = population()[sex][name]
    assert np.mean(values) == pytest.approx(mean, rel=0.02)
    assert np.std(values) == pytest.approx(spread, rel=0.15)


@pytest.mark.parametrize(("sex", "stroke", "mass"), [("women", 45.0, 42.0), ("men", 49.0, 53.0)])
def test_published_values_per_body_surface_come_out(sex: str, stroke: float, mass: float) -> None:
    """Stroke volume of 45 and 49 ml/m^2, mass of 42 and 53 g/m^2: Petersen et al. 2017, not put in."""
    some = [member for member in HEALTHY.members if member.person.sex == sex]
    assert np.mean([m.indexed["lv_edv"] * m.subject.lv_ef for m in some]) == pytest.approx(stroke, rel=0.03)
    assert np.mean([m.indexed["lv_mass"] for m in some]) == pytest.approx(mass, rel=0.04)


@pytest.mark.parametrize("group", GROUPS)
def test_everybody_is_what_his_group_says(group: str) -> None:
    assert all(meets_definition(member) for member in MANY.of(group))


def test_measures_of_the_healthy_hang_together() -> None:
    names = ("lv_edv", "rv_edv", "lv_mass", "lv_ef")
    found = np.corrcoef([column(HEALTHY, name) for name in names])
    assert found[0, 1] > 0.8
    assert found[0, 2] > 0.6
    assert -0.5 < found[0, 3] < -0.1
    length = [subject.shape.length for subject in HEALTHY.subjects]
    assert np.corrcoef(length, column(HEALTHY, "lv_edv"))[0, 1] > 0.7


def test_both_ventricles_pump_the_same_within_a_tenth() -> None:
    left, right = (column(HEALTHY, f"{side}_edv") * column(HEALTHY, f"{side}_ef") for side in ("lv", "rv"))
    assert np.mean(right / left) == pytest.approx(1, abs=0.03)
    assert np.std(np.log(right / left)) < 0.1


def test_volumes_fall_with_age() -> None:
    age = [member.person.age for member in HEALTHY.members]
    assert np.corrcoef(age, column(HEALTHY, "lv_edv"))[0, 1] < -0.1


def test_groups_come_in_their_shares_in_any_stretch() -> None:
    shares = {"NOR": 0.5, "DCM": 0.3, "RV": 0.2}
    cohort = draw_cohort(1, 40, shares=shares, first=17)
    counts = {group: len(cohort.of(group)) for group in GROUPS}
    assert counts["HCM"] == counts["MINF"] == 0
    assert all(abs(counts[group] - 40 * share) <= 2 for group, share in shares.items())


def test_a_member_does_not_depend_on_the_size_of_the_cohort() -> None:
    assert draw_cohort(5, 3, first=7).members == MANY.members[7:10]


def test_another_scanner_changes_no_member() -> None:
    here, there = (draw_cohort(2, 10, settings=s).members for s in (None, HeartSettings(field_strength=3.0)))
    for one, other in zip(here, there, strict=True):
        assert one.person == other.person
        assert (one.subject.shape, one.subject.lv_edv) == (other.subject.shape, other.subject.lv_edv)


def test_the_shapes_have_the_volumes_of_their_members() -> None:
    for generator in ("polar", "implicit"):
        (member, *_) = draw_cohort(2, 1, settings=HeartSettings(generator=generator)).members
        found = continuous_truth(member.subject)
        assert found["lv_edv"] == pytest.approx(member.subject.lv_edv, rel=0.012)


def test_severity_is_continuous() -> None:
    severities = [member.subject.severity for member in MANY.of("DCM")]
    assert np.quantile(severities, [0.1, 0.5, 0.9]) == pytest.approx([0.1, 0.5, 0.9], abs=0.07)


def test_a_person_has_a_body_surface() -> None:
    person = Person(sex="men", age=50, height=1800, weight=80)
    assert person.surface == pytest.approx(2.0)
    assert person.body_mass_index == pytest.approx(24.7, abs=0.01)
    assert draw_person(0, 1, women=1.0).sex == "women"
    assert 0 < unexplained("men", "lv_edv") < 0.166


def test_the_table_tells_groups_and_published_values() -> None:
    text = as_table(summary(draw_cohort(5, 30)))
    assert text.count("\n") == 2 + 4 + 4 - 1
    assert "| published, men |  | 166 ± 28 |" in text


@pytest.mark.parametrize(
    ("asked", "word"), [({"shares": {"XX": 1}}, "XX"), ({"shares": {"NOR": -1}}, "shares"), ({"women": 2}, "women")]
)
def test_a_cohort_that_cannot_be_is_refused(asked: dict[str, object], word: str) -> None:
    with pytest.raises(SettingsError, match=word):
        draw_cohort(0, 5, **asked)  # type: ignore[arg-type]

"""Subjects are drawn from their group's clinic, and the same from the same seed."""

import numpy as np
import pytest
from tests.phantoms.heart.subjects import SMALL, a_subject

from spinbridge.core.errors import SettingsError
from spinbridge.phantoms.heart.groups import GROUPS
from spinbridge.phantoms.heart.settings import HeartSettings
from spinbridge.phantoms.heart.subject import Subject, draw_subject

POPULATION = {group: [draw_subject(3, index, group) for index in range(60)] for group in GROUPS}


def values(group: str, name: str) -> np.ndarray:
    return np.array([getattr(subject, name) for subject in POPULATION[group]])


@pytest.mark.parametrize("group", ["DCM", "MINF"])
def test_failing_hearts_eject_less_than_40_per_cent(group: str) -> None:
    assert values(group, "lv_ef").max() < 0.4


@pytest.mark.parametrize("group", ["NOR", "HCM"])
def test_other_left_hearts_eject_more_than_half(group: str) -> None:
    assert values(group, "lv_ef").min() > 0.5


def test_groups_separate_by_volume_and_mass() -> None:
    assert values("DCM", "lv_edv").mean() > 1.6 * values("NOR", "lv_edv").mean()
    assert values("HCM", "lv_mass").mean() > 1.6 * values("NOR", "lv_mass").mean()
    assert values("RV", "rv_edv").mean() > 1.3 * values("NOR", "rv_edv").mean()
    assert values("RV", "rv_ef").max() < 0.4


def test_only_infarcted_hearts_have_a_scar() -> None:
    scarred = {group for group in GROUPS for subject in POPULATION[group] if subject.scar is not None}
    assert scarred == {"MINF"}


def test_a_subject_does_not_depend_on_the_others() -> None:
    forwards = [draw_subject(5, index) for index in (0, 1, 2)]
    backwards = [draw_subject(5, index) for index in (2, 1, 0)]
    assert forwards == backwards[::-1]
    assert draw_subject(6, 0) != forwards[0]


def test_protocols_are_those_of_the_clinic() -> None:
    for subject in (subject for group in GROUPS for subject in POPULATION[group]):
        check_protocol(subject)


def check_protocol(subject: Subject) -> None:
    protocol = subject.protocol
    assert 8 <= protocol.slices <= 12
    assert 1.25 <= protocol.spacing <= 1.8
    assert 6 <= protocol.thickness <= 10
    assert protocol.thickness <= protocol.step
    assert protocol.step * protocol.slices >= subject.shape.length


def test_an_unknown_group_is_refused() -> None:
    with pytest.raises(SettingsError, match="NOR, DCM, HCM, MINF, RV"):
        draw_subject(0, 0, "XYZ", SMALL)


def test_a_range_upside_down_is_refused() -> None:
    with pytest.raises(SettingsError, match="thickness"):
        HeartSettings(thickness=(9.0, 6.0))


def test_settings_make_equal_subjects_equal() -> None:
    assert hash(a_subject("HCM", 2)) == hash(draw_subject(11, 2, "HCM", SMALL))

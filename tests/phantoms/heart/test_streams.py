"""Anatomy, disease, physiology and protocol are drawn independently of each other."""

from dataclasses import replace

import numpy as np
import pytest

from spinbridge.phantoms.heart.abdomen import organs
from spinbridge.phantoms.heart.fields import smooth_field
from spinbridge.phantoms.heart.groups import GROUPS, MEASURES, correlation, draw_factors, group_table, scores
from spinbridge.phantoms.heart.matter import Matter
from spinbridge.phantoms.heart.settings import HeartSettings
from spinbridge.phantoms.heart.subject import Subject, draw_subject
from spinbridge.phantoms.heart.tissues import tissue_values
from spinbridge.phantoms.heart.torso import torso
from spinbridge.phantoms.heart.ventricles import ventricles

OTHER = HeartSettings(
    field_strength=3.0, matrix=(128, 144), thickness=(6.0, 7.0), gap=(0.0, 0.5), snr=(10.0, 20.0), samples=3
)


def patient(subject: Subject) -> Subject:
    """The subject without what the scanner made of it."""
    return replace(subject, settings=HeartSettings(), protocol=draw_subject(0, 0).protocol)


@pytest.mark.parametrize("group", GROUPS)
def test_another_scanner_finds_the_same_patient(group: str) -> None:
    here, there = draw_subject(4, 7, group), draw_subject(4, 7, group, OTHER)
    assert here.protocol != there.protocol
    assert patient(here) == patient(there)
    assert (torso(here), organs(here)) == (torso(there), organs(there))
    assert np.array_equal(ventricles(here, 0.37).inner, ventricles(there, 0.37).inner)


def test_a_patient_keeps_his_place_among_others_at_another_field() -> None:
    low, high = (
        np.argsort([tissue_values(draw_subject(4, i, "NOR", settings)).t1[Matter.MYOCARDIUM] for i in range(30)])
        for settings in (HeartSettings(), OTHER)
    )
    assert np.array_equal(low, high)


def test_one_anatomy_can_have_any_disease() -> None:
    bodies = [draw_subject(4, 7, group) for group in GROUPS]
    for name in ("septum", "harmonics", "apical_cap", "right_reach", "tilt", "bend", "papillary", "fat", "roll"):
        assert len({getattr(body.shape, name) for body in bodies}) == 1, name
    assert len({body.heart_rate for body in bodies}) == 1
    assert len({body.lv_edv for body in bodies}) == len(GROUPS)


def test_anatomy_and_physiology_and_disease_do_not_know_of_each_other() -> None:
    names = ("body", "severity", "lv_ef")
    drawn = np.array([[draw_factors(9, index)[name] for name in names] for index in range(600)])
    assert np.abs(np.corrcoef(drawn.T) - np.eye(3)).max() < 0.12


def test_a_wave_does_not_depend_on_the_grid_that_shows_it() -> None:
    fine, coarse = (np.arange(-40, 41, step, dtype=np.float32) for step in (1, 2))
    z = np.zeros(1, np.float32)
    one, other = (smooth_field((z, axis, axis), 9.0, np.random.default_rng(2)) for axis in (fine, coarse))
    assert one[:, ::2, ::2] == pytest.approx(other, abs=1e-5)


@pytest.mark.parametrize("group", GROUPS)
def test_scores_keep_mean_0_and_spread_1_and_are_correlated_as_told(group: str) -> None:
    drawn = [scores(group, draw_factors(2, index)) for index in range(1500)]
    table = np.array([[row[name] for name in MEASURES] for row in drawn])
    assert np.abs(table.mean(axis=0)).max() < 0.09
    assert np.abs(table.std(axis=0) - 1).max() < 0.07
    told = [[correlation(group, one, other) for other in MEASURES] for one in MEASURES]
    assert np.abs(np.corrcoef(table.T) - told).max() < 0.09


def stroke_volume(subject: Subject, side: str) -> float:
    return float(getattr(subject, f"{side}_edv") * getattr(subject, f"{side}_ef"))


@pytest.mark.parametrize("group", GROUPS)
def test_both_ventricles_of_a_heart_pump_more_alike_than_those_of_two(group: str) -> None:
    subjects = [draw_subject(8, index, group) for index in range(200)]
    left, right = (np.log([stroke_volume(subject, side) for subject in subjects]) for side in ("lv", "rv"))
    own, foreign = np.std(right - left), np.std(np.roll(right, 1) - left)
    assert own < 0.8 * foreign


@pytest.mark.parametrize(
    ("group", "measure", "sign"),
    [("DCM", "lv_edv", 1), ("HCM", "lv_mass", 1), ("RV", "rv_edv", 1), ("MINF", "lv_ef", -1)],
)
def test_a_severer_disease_shows(group: str, measure: str, sign: int) -> None:
    subjects = [draw_subject(8, index, group) for index in range(200)]
    found = np.corrcoef([s.severity for s in subjects], [getattr(s, measure) for s in subjects])[0, 1]
    assert sign * found > 0.4


def test_the_healthy_have_no_severity_and_limits_hold() -> None:
    assert {draw_subject(8, index, "NOR").severity for index in range(5)} == {0.0}
    for group in GROUPS:
        mean, _, low, high = group_table()[group]["lv_ef"]
        assert low < mean < high

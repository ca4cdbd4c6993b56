"""One seed, four streams: a subject is the same in every set, and a change of one stream draws no other anew."""

from dataclasses import replace

import numpy as np
import pytest

from spinbridge.core.errors import SettingsError
from spinbridge.phantoms.brain.protocol import series
from spinbridge.phantoms.brain.settings import SMALL, BrainSettings
from spinbridge.phantoms.brain.subject import draw_subject
from spinbridge.phantoms.brain.tissues import tissue_values


def test_a_grade_changes_the_disease_and_nothing_else() -> None:
    high, low = draw_subject(5, 7, "high"), draw_subject(5, 7, "low")
    assert high.shape == low.shape
    assert series(high) == series(low)
    assert (tissue_values(high).t1 == tissue_values(low).t1).all()
    assert high.tumour != low.tumour


def test_without_a_tumour_the_anatomy_is_the_same() -> None:
    assert draw_subject(5, 7, settings=replace(SMALL, tumour=False)).shape == draw_subject(5, 7, settings=SMALL).shape


def test_subjects_and_seeds_differ() -> None:
    drawn = {draw_subject(seed, index).shape for seed in (0, 1) for index in (0, 1)}
    assert len(drawn) == 4


def test_gliomas_are_as_frequent_as_said() -> None:
    tumours = [t for t in (draw_subject(2, index).tumour for index in range(400)) if t is not None]
    assert np.mean([t.grade == "low" for t in tumours]) == pytest.approx(0.25, abs=0.06)
    assert np.mean([t.lobe == "frontal" for t in tumours]) == pytest.approx(0.40, abs=0.07)
    assert np.mean([t.centre[0] > 0 for t in tumours]) == pytest.approx(0.5, abs=0.08)


def test_low_grade_gliomas_rarely_enhance() -> None:
    tumours = [t for t in (draw_subject(2, index, "low").tumour for index in range(200)) if t is not None]
    assert 0.04 < np.mean([t.rim > 0 for t in tumours]) < 0.22


@pytest.mark.parametrize("wrong", [{"samples": 0}, {"snr": (5.0, 1.0)}, {"thick_slices": 2.0}, {"spacing": 0.0}])
def test_settings_that_cannot_be_are_refused(wrong: dict[str, float]) -> None:
    with pytest.raises(SettingsError):
        BrainSettings(**wrong)

"""What is scored, what is left out, and what a miss costs."""

import math

import numpy as np
import pytest
from tests.evaluation.shapes import box

from spinbridge.core.errors import GeometryError
from spinbridge.core.structures import Heart
from spinbridge.evaluation.scores import Score, score_case, select

SPACING = (8.0, 1.5, 1.5)
SHAPE = (4, 40, 40)
DIAGONAL = math.hypot(4 * 8, 40 * 1.5, 40 * 1.5)


def a_label(*structures: Heart) -> np.ndarray:
    label = np.zeros(SHAPE, np.uint8)
    for structure in structures:
        label[box(SHAPE, (1, 4 + 8 * int(structure), 10), (2, 6, 12))] = structure
    return label


def scores_of(truth: np.ndarray, found: np.ndarray | None, **options: object) -> list[Score]:
    return score_case(truth, found, spacing=SPACING, case="p1_ED", patient="p1", **options)


def values(scores: list[Score], structure: Heart) -> dict[str, float]:
    return {s.metric: s.value for s in scores if s.structure == structure.name}


def test_a_perfect_prediction_has_the_ideal_scores() -> None:
    label = a_label(*Heart.foreground())
    scores = scores_of(label, label)
    assert len(scores) == 12
    assert {s.empty for s in scores} == {""}
    assert values(scores, Heart.MYO) == {"Dice": 1, "NSD 2 mm": 1, "HD95": 0, "ASSD": 0}


@pytest.mark.parametrize(
    ("true", "found", "empty"), [(Heart.LV, Heart.RV, "prediction"), (Heart.RV, Heart.LV, "truth")]
)
def test_one_empty_side_costs_the_worst_score(true: Heart, found: Heart, empty: str) -> None:
    scores = scores_of(a_label(true), a_label(found), structures=(Heart.LV,))
    assert {s.empty for s in scores} == {empty}
    assert values(scores, Heart.LV) == pytest.approx({"Dice": 0, "NSD 2 mm": 0, "HD95": DIAGONAL, "ASSD": DIAGONAL})


def test_both_empty_is_no_number_and_is_marked() -> None:
    scores = scores_of(a_label(Heart.LV), a_label(Heart.LV), structures=(Heart.RV,))
    assert all(math.isnan(s.value) and s.empty == "both" for s in scores)


def test_a_missing_prediction_counts_even_where_the_truth_is_empty() -> None:
    scores = scores_of(a_label(Heart.LV), None)
    assert {s.empty for s in scores} == {"prediction"}
    assert {s.value for s in select(scores, metric="Dice")} == {0.0}
    assert {s.value for s in select(scores, metric="HD95")} == {DIAGONAL}


def test_only_what_the_label_annotates_is_scored() -> None:
    truth, found = a_label(Heart.LV), a_label(*Heart.foreground())
    scores = scores_of(truth, found, structures=(Heart.LV,))
    assert {s.structure for s in scores} == {"LV"}
    assert {s.value for s in select(scores, metric="Dice", structure="LV")} == {1.0}


def test_losing_a_structure_never_improves_a_mean() -> None:
    """The fault of MONAI issue 9095: with the miss dropped, the worse model has the better mean."""
    truth = a_label(*Heart.foreground())
    poor, missing = np.roll(truth, 5, axis=2), a_label(Heart.LV, Heart.MYO)
    for metric, sign in (("Dice", 1), ("NSD 2 mm", 1), ("HD95", -1), ("ASSD", -1)):
        before, after = (
            np.mean([s.value for s in select(scores_of(truth, f), metric=metric, structure="RV")])
            for f in (poor, missing)
        )
        assert sign * after < sign * before


def test_another_grid_is_refused() -> None:
    with pytest.raises(GeometryError, match="one shape"):
        scores_of(a_label(Heart.LV), np.zeros((4, 40, 41), np.uint8))

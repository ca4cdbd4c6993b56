"""Scores of several seeds become one, and what was empty stays told."""

import math

import pytest

from spinbridge.evaluation.pair import Empty
from spinbridge.evaluation.scores import Score
from spinbridge.recipes.bridging.results import averaged


def score(value: float, empty: Empty = "", unit: str = "") -> Score:
    metric = "HD95" if unit else "Dice"
    return Score(case="a_ED", patient="a", structure="RV", metric=metric, value=value, unit=unit, empty=empty)


@pytest.mark.parametrize(
    ("runs", "value", "empty"),
    [
        ([score(0.8), score(0.6), score(0.7)], 0.7, ""),
        ([score(math.nan, "both"), score(math.nan, "both"), score(0.0, "truth")], 2 / 3, "truth"),
        ([score(0.0, "truth"), score(math.nan, "both")], 0.5, "truth"),
        ([score(math.nan, "both", "mm"), score(120.0, "truth", "mm")], 60.0, "truth"),
        ([score(0.8), score(0.0, "prediction")], 0.4, "prediction"),
    ],
)
def test_a_seed_that_rightly_finds_nothing_counts_as_ideal_beside_one_that_invents(
    runs: list[Score], value: float, empty: str
) -> None:
    (mean,) = averaged([[run] for run in runs])
    assert (mean.value, mean.empty) == (pytest.approx(value), empty)


def test_where_every_seed_rightly_finds_nothing_there_is_no_number() -> None:
    (mean,) = averaged([[score(math.nan, "both")]] * 3)
    assert math.isnan(mean.value)
    assert mean.empty == "both"

"""Intervals cover, tests keep their error rate, and a verdict says no more than the data do."""

import math
import re
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from spinbridge.core.errors import InputError, SettingsError
from spinbridge.evaluation.comparison import Comparison, compare_groups, compare_paired, holm, wilcoxon
from spinbridge.evaluation.leak import refuse_leak
from spinbridge.evaluation.scores import Score
from spinbridge.evaluation.statistics import Interval, bootstrap_interval, mean_interval, patient_means, summarise
from spinbridge.evaluation.verdict import fewest_patients, outcome, verdict


def draw(seed: int = 0) -> np.random.Generator:
    return np.random.default_rng(seed)


def score(patient: str, value: float, *, frame: str = "ED", unit: str = "", empty: str = "") -> Score:
    metric = "HD95" if unit else "Dice"
    return Score(
        case=f"{patient}_{frame}", patient=patient, structure="LV", metric=metric, value=value, unit=unit, empty=empty
    )


def cohort(values: np.ndarray, unit: str = "", prefix: str = "p") -> list[Score]:
    return [score(f"{prefix}{i:03d}", float(v), unit=unit) for i, v in enumerate(values)]


def planted(seed: int, gain: float, patients: int = 24, unit: str = "") -> Comparison:
    """Two models on the same patients: hard and easy ones, noise of each model, and a gain of the first."""
    rng = draw(seed)
    difficulty, noise = rng.normal(0.75, 0.1, patients), rng.normal(0, 0.05, (2, patients))
    pair = cohort(difficulty + noise[0] + gain, unit), cohort(difficulty + noise[1], unit)
    return compare_paired(*pair, names=("physics", "standard"), draw=rng)


def test_cases_of_a_patient_are_averaged_and_patients_count_once() -> None:
    scores = [score("a", 0.2), score("a", 0.4, frame="ES"), score("b", 0.9), score("c", math.nan, empty="both")]
    assert patient_means(scores) == pytest.approx({"a": 0.3, "b": 0.9})
    assert mean_interval(scores, draw()).patients == 2


def test_more_cases_of_the_same_patients_do_not_narrow_the_interval() -> None:
    once = cohort(draw(1).normal(0.8, 0.1, 15))
    often = [replace(s, case=f"{s.case}_{i}") for s in once for i in range(10)]
    few, many = (mean_interval(scores, draw(2)) for scores in (once, often))
    assert (many.low, many.high, many.patients) == pytest.approx((few.low, few.high, few.patients), rel=1e-12)


@pytest.mark.parametrize("patients", [8, 12, 30])
def test_the_interval_covers_the_mean_of_skewed_scores(patients: int) -> None:
    """Dice-like Beta(8, 1) has mean 8/9; 95 % nominal, 92 to 98 % allowed over 400 cohorts."""
    rng, hits = draw(3), 0
    for _ in range(400):
        found = bootstrap_interval(rng.beta(8, 1, patients), rng, resamples=600)
        hits += found.low <= 8 / 9 <= found.high
    assert 0.92 <= hits / 400 <= 0.98


def test_the_interval_is_that_of_scipy_with_its_tails_expanded() -> None:
    values = draw(4).beta(8, 1, 25)
    expanded = 1 - 2 * stats.norm.cdf(math.sqrt(25 / 24) * stats.t.ppf(0.025, 24))
    options = {"n_resamples": 20000, "confidence_level": expanded, "method": "BCa", "random_state": draw(5)}
    theirs = stats.bootstrap((values,), np.mean, **options)
    ours = bootstrap_interval(values, draw(6), resamples=20000)
    width = ours.high - ours.low
    assert (ours.low, ours.high) == pytest.approx(tuple(theirs.confidence_interval), abs=0.04 * width)


@given(shift=st.floats(-5, 5), seed=st.integers(0, 99))
def test_the_interval_moves_with_the_values(shift: float, seed: int) -> None:
    values = draw(seed).normal(size=12)
    a, b = (bootstrap_interval(values + s, draw(1), resamples=200) for s in (0.0, shift))
    assert (b.low, b.high) == pytest.approx((a.low + shift, a.high + shift), abs=1e-9)


def test_one_patient_has_a_mean_but_no_interval_and_none_has_neither() -> None:
    one, none = (bootstrap_interval(np.full(n, 0.7), draw()) for n in (1, 0))
    assert one.mean == 0.7
    assert math.isnan(one.low)
    assert math.isnan(none.mean)
    assert bootstrap_interval(np.full(4, 0.5), draw()) == Interval(mean=0.5, low=0.5, high=0.5, patients=4)


def test_the_same_seed_gives_the_same_summary_in_any_company() -> None:
    dice, hd = cohort(draw(1).random(9)), cohort(draw(2).random(9), "mm")
    assert summarise(dice, seed=7)[0] == summarise([*hd, *dice], seed=7)[1]
    assert summarise(dice, seed=7) != summarise(dice, seed=8)


def test_a_summary_counts_what_was_left_out_missed_and_invented() -> None:
    marks = ["", "both", "prediction", "truth", "prediction"]
    scores = [score(f"p{i}", math.nan if m == "both" else 0.0, empty=m) for i, m in enumerate(marks)]
    (summary,) = summarise(scores, seed=0)
    assert (summary.cases, summary.both_empty, summary.missed, summary.invented) == (4, 1, 2, 1)


def test_metrics_are_never_mixed() -> None:
    with pytest.raises(InputError, match="one metric"):
        patient_means([score("a", 0.5), score("b", 3.0, unit="mm")])


@pytest.mark.parametrize("options", [{"confidence": 1.0}, {"resamples": 10}])
def test_settings_that_make_no_interval_are_refused(options: dict[str, float]) -> None:
    with pytest.raises(SettingsError):
        bootstrap_interval(np.arange(5.0), draw(), **options)


@pytest.mark.parametrize("patients", [5, 9, 14, 15, 40, 150])
def test_the_signed_rank_test_is_that_of_scipy(patients: int) -> None:
    d = draw(patients).normal(0.3, 1, patients)
    method = "exact" if patients <= 14 else "asymptotic"
    theirs = stats.wilcoxon(d, method=method, correction=True).pvalue
    assert wilcoxon(d) == pytest.approx(theirs, rel=1e-9)


def test_no_difference_at_all_is_no_evidence() -> None:
    assert wilcoxon(np.zeros(20)) == wilcoxon(np.array([])) == 1.0
    same = cohort(np.full(20, 0.8))
    assert outcome(compare_paired(same, same, names=("a", "b"), draw=draw())) == "no evidence"


def test_a_useful_difference_is_found() -> None:
    """Gain 0.08, sd of a difference 0.07, 24 patients: found nearly always, and never called worse."""
    told = [outcome(planted(seed, 0.08)) for seed in range(60)]
    assert told.count("better") >= 57
    assert "worse" not in told


def test_a_useless_difference_is_reported_as_no_evidence() -> None:
    """400 cohorts without a difference; at 5 %, at most 33 false claims with probability 0.998."""
    told = [outcome(planted(seed, 0.0)) for seed in range(400)]
    assert 400 - told.count("no evidence") <= 33


def test_holm_keeps_the_error_of_a_family() -> None:
    """Four useless augmentations: a claim for any in at most 5 % of 200 studies (17 allowed, probability 0.98)."""
    families = [holm([planted(1000 * study + arm, 0.0) for arm in range(4)]) for study in range(200)]
    assert sum(any(outcome(c) != "no evidence" for c in family) for family in families) <= 17


def test_holm_adjusts_as_worked_out_by_hand() -> None:
    base = planted(0, 0.1)
    adjusted = holm([replace(base, p=p) for p in (0.04, 0.01, 0.03)])
    assert [c.p_adjusted for c in adjusted] == pytest.approx([0.06, 0.03, 0.06])
    assert {c.family for c in adjusted} == {3}


def test_a_shorter_distance_is_better() -> None:
    assert outcome(planted(1, -0.1, unit="mm")) == "better"
    assert outcome(planted(1, 0.1, unit="mm")) == "worse"


def test_the_sentence_gives_size_interval_patients_and_p() -> None:
    found = re.fullmatch(
        r"physics is better than standard by 0\.1\d \[0\.\d\d, 0\.\d\d\] in Dice \(n = 24 patients, p < 0\.001\)",
        verdict(planted(2, 0.12)),
    )
    assert found
    family = holm([planted(2, 0.12), planted(3, 0.0)])
    assert "after Holm" in verdict(family[0])
    assert verdict(family[1]).startswith("no evidence of a difference between physics and standard in Dice")
    assert verdict(planted(2, -0.12)).startswith("physics is worse than standard by 0.1")
    assert re.search(r"by 0\.\d\d mm \[0\.\d\d, 0\.\d\d\] in HD95", verdict(planted(2, -0.12, unit="mm")))


def test_few_patients_decide_nothing_however_large_the_difference() -> None:
    told = verdict(planted(0, 0.5, patients=5))
    assert told.startswith("too few patients to decide")
    assert "fewer than 6" in told
    assert [fewest_patients(k) for k in (1, 2, 4)] == [6, 7, 8]


def test_inventing_a_structure_is_no_advantage_over_leaving_it_out() -> None:
    """Without the ideal score in place of no number, such cases would be dropped and the two would be level."""
    rightly_empty = [score(f"p{i}", math.nan, empty="both") for i in range(8)]
    invented = [score(f"p{i}", 0.0, empty="truth") for i in range(8)]
    result = compare_paired(rightly_empty, invented, names=("a", "b"), draw=draw())
    assert (result.difference.mean, outcome(result)) == (1.0, "better")


def test_pairs_must_be_of_the_same_cases() -> None:
    scores = cohort(np.full(8, 0.5))
    for other in (scores[:-1], [*scores, scores[0]]):
        with pytest.raises(InputError, match="needed"):
            compare_paired(scores, other, names=("a", "b"), draw=draw())
    with pytest.raises(InputError, match="no scores"):
        compare_paired([], [], names=("a", "b"), draw=draw())


def test_independent_groups_are_compared_with_welch() -> None:
    a, b = draw(1).normal(0.9, 0.02, 20), draw(2).normal(0.7, 0.1, 30)
    result = compare_groups(cohort(a), cohort(b, prefix="q"), names=("native", "post"))
    assert result.p == pytest.approx(stats.ttest_ind(a, b, equal_var=False).pvalue)
    assert result.difference.low < 0.2 < result.difference.high
    assert verdict(result).startswith("native is better than post by 0.")
    assert "n = 20 and 30 patients" in verdict(result)


def test_groups_that_share_a_patient_are_refused() -> None:
    with pytest.raises(InputError, match="as pairs"):
        compare_groups(cohort(np.ones(8)), cohort(np.ones(4)), names=("a", "b"))


def test_groups_without_spread_or_size_show_nothing() -> None:
    for n in (1, 8):
        result = compare_groups(cohort(np.ones(n)), cohort(np.zeros(n), prefix="q"), names=("a", "b"))
        assert result.p == 1.0
        assert math.isnan(result.difference.low)


def test_a_leaked_split_is_refused_and_named() -> None:
    refuse_leak(["a", "b"], ["c"])
    with pytest.raises(InputError, match=r"fold 1: .* 7 on both sides: p0, p1, p2, p3, p4 and 2 more"):
        refuse_leak([f"p{i}" for i in range(9)], [f"p{i}" for i in range(7)], where="fold 1")

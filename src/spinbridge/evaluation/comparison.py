"""Which of two results is better, and whether there is evidence of it.

    paired       d_p = m_p - r_p of one patient under two models
                 W = sum sign(d_p) rank|d_p|,   sd(W) = sqrt(sum rank^2)
    independent  t = (mean(m) - mean(r)) / sqrt(v_m + v_r),   v_m = var(m) / n_m,  v_r = var(r) / n_r
                 (v_m + v_r)^2 / (v_m^2 / (n_m - 1) + v_r^2 / (n_r - 1)) degrees of freedom
    Holm         p_(i) <- max over j <= i of min(1, (k - j + 1) p_(j)),   p sorted, k comparisons in the family

Paired: Wilcoxon's signed rank test, two-sided, of one mean difference per patient. Zeros are dropped, ties share
their rank; exact over all signs up to 14 patients, beyond that normal with continuity correction. A case for which
one result is rightly empty and has no number while the other is not gets the ideal score (share 1, distance 0), or
the model that invents a structure would gain from it. The interval of the mean difference is the BCa bootstrap of
`statistics.py`. Independent groups: Welch's test and interval. Values keep their metric's unit.

Assumes independent patients and, for Wilcoxon, differences symmetric about their centre under the null hypothesis.

References: Wilcoxon, Biometrics Bulletin 1 (1945) 80-83, doi:10.2307/3001968; Welch, Biometrika 34 (1947) 28-35,
doi:10.1093/biomet/34.1-2.28; Holm, Scand J Statist 6 (1979) 65-70.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import product
from typing import Literal

import numpy as np
from scipy import stats

from spinbridge.core.errors import InputError
from spinbridge.evaluation.pair import ideal
from spinbridge.evaluation.scores import Score
from spinbridge.evaluation.statistics import Interval, Values, bootstrap_interval, patient_means

_EXACT_UP_TO = 14
_FEWEST = 2


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """One result against a reference."""

    name: str
    reference: str
    metric: str
    unit: str  #: `mm` where less is better; empty where more is better
    difference: Interval  #: result minus reference
    patients: tuple[int, ...]  #: one number for a paired comparison, two for independent groups
    test: Literal["Wilcoxon", "Welch"]
    p: float
    p_adjusted: float  #: after Holm over the family
    family: int = 1  #: comparisons in the family


def compare_paired(
    scores: Sequence[Score], reference: Sequence[Score], *, names: tuple[str, str], draw: np.random.Generator
) -> Comparison:
    """The same cases under two models, `names` being theirs. Raises `InputError` where the cases are not the same."""
    differences = paired_differences(scores, reference)
    p = wilcoxon(differences)
    return Comparison(
        name=names[0],
        reference=names[1],
        metric=scores[0].metric,
        unit=scores[0].unit,
        difference=bootstrap_interval(differences, draw),
        patients=(differences.size,),
        test="Wilcoxon",
        p=p,
        p_adjusted=p,
    )


def compare_groups(scores: Sequence[Score], reference: Sequence[Score], *, names: tuple[str, str]) -> Comparison:
    """Two groups of different patients. Raises `InputError` where a patient is in both: that comparison is paired."""
    ours, theirs = patient_means(scores), patient_means(reference)
    shared = sorted(set(ours) & set(theirs))
    if shared:
        remedy = "Compare patients that are in both as pairs; different patients need different names."
        raise InputError("groups of different patients", f"{len(shared)} in both, such as {shared[0]}", remedy=remedy)
    difference, p = _welch(np.array(list(ours.values())), np.array(list(theirs.values())))
    return Comparison(
        name=names[0],
        reference=names[1],
        metric=scores[0].metric,
        unit=scores[0].unit,
        difference=difference,
        patients=(len(ours), len(theirs)),
        test="Welch",
        p=p,
        p_adjusted=p,
    )


def holm(comparisons: Sequence[Comparison]) -> list[Comparison]:
    """The same comparisons with p values adjusted for being looked at together, in the same order."""
    k = len(comparisons)
    adjusted, floor = list(comparisons), 0.0
    for rank, index in enumerate(sorted(range(k), key=lambda i: comparisons[i].p)):
        floor = max(floor, min(1.0, (k - rank) * comparisons[index].p))
        adjusted[index] = replace(comparisons[index], p_adjusted=floor, family=k)
    return adjusted


def paired_differences(scores: Sequence[Score], reference: Sequence[Score]) -> Values:
    """The mean difference of each patient (n,) in order of name; patients without a number in both are left out."""
    ours, theirs = _by_place(scores), _by_place(reference)
    if set(ours) != set(theirs) or not ours:
        only = sorted(set(ours) ^ set(theirs))
        got = f"{len(only)} scored in one only, such as {only[0]}" if only else "no scores"
        raise InputError("the same cases under both models", got, remedy="Score a missing prediction as missing.")
    differences = []
    for place in sorted(ours):
        ours_here, theirs_here = ours[place], theirs[place]
        if not (math.isnan(ours_here.value) and math.isnan(theirs_here.value)):
            differences.append(replace(ours_here, value=_number(ours_here) - _number(theirs_here)))
    return np.array(list(patient_means(differences).values()))


def wilcoxon(differences: Values) -> float:
    """The two-sided p value of the signed rank test of differences (n,); 1 where all are zero or there are none."""
    d = np.round(differences, 12)
    d = d[d != 0]
    ranks = stats.rankdata(np.abs(d))
    w = abs(float(np.sign(d) @ ranks))
    if d.size == 0:
        return 1.0
    if d.size <= _EXACT_UP_TO:
        all_signs = np.array(list(product((-1.0, 1.0), repeat=d.size)))
        return float(np.mean(np.abs(all_signs @ ranks) >= w - 1e-9))
    z = max(w - 1, 0.0) / math.sqrt(float((ranks**2).sum()))
    return float(2 * stats.norm.sf(z))


def _welch(ours: Values, theirs: Values) -> tuple[Interval, float]:
    difference = float(ours.mean() - theirs.mean()) if ours.size and theirs.size else math.nan
    n = min(ours.size, theirs.size)
    if n < _FEWEST or (np.ptp(ours) == 0 and np.ptp(theirs) == 0):
        return Interval(mean=difference, low=math.nan, high=math.nan, patients=n), 1.0
    v_m, v_r = ours.var(ddof=1) / ours.size, theirs.var(ddof=1) / theirs.size
    error = math.sqrt(v_m + v_r)
    freedom = (v_m + v_r) ** 2 / (v_m**2 / (ours.size - 1) + v_r**2 / (theirs.size - 1))
    half = float(stats.t.ppf(0.975, freedom)) * error
    p = float(2 * stats.t.sf(abs(difference) / error, freedom))
    return Interval(mean=difference, low=difference - half, high=difference + half, patients=n), p


def _by_place(scores: Sequence[Score]) -> dict[tuple[str, str, str, str], Score]:
    places = {(s.patient, s.case, s.structure, s.metric): s for s in scores}
    if len(places) != len(scores):
        raise InputError("each structure of each case scored once", f"{len(scores) - len(places)} scored again")
    return places


def _number(score: Score) -> float:
    return ideal(score.unit) if math.isnan(score.value) else score.value

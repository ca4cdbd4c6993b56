"""A comparison in one sentence that claims no more than the data show.

"Better" or "worse" needs both: p < 0.05 after Holm, and a 95 % interval of the mean difference that leaves out zero.
All else is "no evidence of a difference", with the interval, which says how large a difference may have gone unseen.
A signed rank test of n patients cannot give a p below 2^(1-n), times k in a family of k comparisons: where that is
not below 0.05 no test can decide and the sentence says so. The same least number is asked of each of two independent
groups.

Reference: Altman and Bland, BMJ 311 (1995) 485, doi:10.1136/bmj.311.7003.485 (absence of evidence is not evidence of
absence).
"""

from typing import Literal

from spinbridge.evaluation.comparison import Comparison
from spinbridge.evaluation.pair import MILLIMETRES

Outcome = Literal["better", "worse", "no evidence", "undecidable"]

LEVEL = 0.05
_SMALLEST_P = 0.001
_SMALL = 0.05


def fewest_patients(family: int = 1) -> int:
    """The least number of patients with which a signed rank test can reach p < 0.05 in a family of comparisons."""
    n = 1
    while family * 2.0 ** (1 - n) >= LEVEL:
        n += 1
    return n


def outcome(comparison: Comparison) -> Outcome:
    """What the data show of the first result against the reference."""
    if min(comparison.patients) < fewest_patients(comparison.family):
        return "undecidable"
    low, high = _gain(comparison)[1:]
    if comparison.p_adjusted >= LEVEL or not (low > 0 or high < 0):
        return "no evidence"
    return "better" if low > 0 else "worse"


def verdict(comparison: Comparison) -> str:
    """The sentence, such as `physics is better than standard by 0.12 [0.08, 0.16] in Dice (n = 23 patients, ...)`."""
    told, pair = outcome(comparison), f"{comparison.name} and {comparison.reference} in {comparison.metric}"
    mean, low, high = _gain(comparison)
    if told == "undecidable":
        needed = f"no test can decide with fewer than {fewest_patients(comparison.family)}{_within(comparison)}"
        seen = f"a mean gain of {_amount(comparison, mean)} was seen ({_count(comparison)})"
        return f"too few patients to decide between {pair}: {seen}, and {needed}"
    facts = f"({_count(comparison)}, {_p(comparison)})"
    if told == "no evidence":
        return f"no evidence of a difference between {pair}: mean gain {_size(comparison, mean, low, high)} {facts}"
    size = _size(comparison, mean, low, high) if told == "better" else _size(comparison, -mean, -high, -low)
    return f"{comparison.name} is {told} than {comparison.reference} by {size} in {comparison.metric} {facts}"


def _gain(comparison: Comparison) -> tuple[float, float, float]:
    """Mean, low and high of the improvement: the difference turned so that more is better."""
    d = comparison.difference
    return (-d.mean, -d.high, -d.low) if comparison.unit == MILLIMETRES else (d.mean, d.low, d.high)


def _count(comparison: Comparison) -> str:
    return f"n = {' and '.join(map(str, comparison.patients))} patient{'s' if max(comparison.patients) != 1 else ''}"


def _p(comparison: Comparison) -> str:
    p = comparison.p_adjusted
    value = f"p < {_SMALLEST_P}" if p < _SMALLEST_P else f"p = {p:.3f}" if p < LEVEL else f"p = {p:.2f}"
    return f"{value} after Holm" if comparison.family > 1 else value


def _digits(comparison: Comparison) -> int:
    return 2 if comparison.unit == MILLIMETRES or abs(comparison.difference.mean) >= _SMALL else 3


def _amount(comparison: Comparison, value: float) -> str:
    unit = f" {comparison.unit}" if comparison.unit else ""
    return f"{value:.{_digits(comparison)}f}{unit}"


def _size(comparison: Comparison, mean: float, low: float, high: float) -> str:
    digits = _digits(comparison)
    return f"{_amount(comparison, mean)} [{low:.{digits}f}, {high:.{digits}f}]"


def _within(comparison: Comparison) -> str:
    return f" within {comparison.family} comparisons" if comparison.family > 1 else ""

"""Tables and sentences of a bridge's report: in-domain beside out-of-domain, with intervals and what was counted."""

from collections.abc import Mapping, Sequence
from math import isnan

from spinbridge.evaluation.comparison import Comparison
from spinbridge.evaluation.report_blocks import Statement, Table
from spinbridge.evaluation.statistics import Interval, summarise
from spinbridge.evaluation.verdict import outcome, verdict
from spinbridge.recipes.bridging.results import COMPARED, MEAN, Results

_METRIC_ORDER = ("Dice", "NSD 2 mm", "HD95", "ASSD")


def overview_table(results: Results) -> Table:
    """Mean Dice over structures: a row for each augmentation, a column for each test set."""
    rows = []
    means: list[list[float]] = []
    for augmentation in results.augmentations:
        intervals = [results.interval(test_set, augmentation, COMPARED, MEAN) for test_set in results.test_sets]
        means.append([interval.mean for interval in intervals])
        rows.append((augmentation, *(text(interval) for interval in intervals)))
    best = {
        (max(range(len(means)), key=lambda row, column=column: means[row][column]), column + 1)  # type: ignore[misc]
        for column in range(len(results.test_sets))
    }
    patients = [results.interval(name, results.augmentations[0], COMPARED, MEAN).patients for name in results.test_sets]
    heads = tuple(f"{name} (n = {count})" for name, count in zip(results.test_sets, patients, strict=True))
    caption = "Mean over patients of the mean Dice over annotated structures, with its 95 % interval; best in bold."
    return Table(columns=("augmentation", *heads), rows=tuple(rows), strong=frozenset(best), caption=caption)


def detail_table(test_set: str, results: Results) -> Table:
    """Every structure and metric of one test set."""
    rows = []
    for augmentation in results.augmentations:
        found = {(s.structure, s.metric): s for s in summarise(results.scores[test_set, augmentation], seed=0)}
        for structure in results.structures(test_set):
            cells = [found[structure, metric] for metric in _METRIC_ORDER if (structure, metric) in found]
            counted = cells[0]
            counts = (str(counted.cases), str(counted.missed), str(counted.invented), str(counted.both_empty))
            rows.append((augmentation, structure, *(text(cell.interval, cell.unit) for cell in cells), *counts))
    columns = ("augmentation", "structure", *_METRIC_ORDER, "cases", "missed", "invented", "both empty")
    caption = (
        "Mean over patients with its 95 % interval; distances in mm. A missed or an invented structure counts with the "
        "worst score: 0, or the diagonal of the image. Where label and result are both empty there is nothing to "
        "score; of several seeds the worst is counted, and one that rightly finds nothing beside it has the best score."
    )
    return Table(title=test_set, columns=columns, rows=tuple(rows), caption=caption)


def statements(comparisons: Mapping[str, Sequence[Comparison]]) -> tuple[Statement, ...]:
    """What each comparison shows, in a sentence."""
    return tuple(
        Statement(text=f"{test_set}: {verdict(one)}", tone=outcome(one))
        for test_set, found in comparisons.items()
        for one in found
    )


def text(interval: Interval, unit: str = "") -> str:
    """`0.91 [0.88, 0.93]`; distances with one digit less."""
    digits = 1 if unit else 3
    if isnan(interval.mean):
        return "none"
    if isnan(interval.low):
        return f"{interval.mean:.{digits}f}"
    return f"{interval.mean:.{digits}f} [{interval.low:.{digits}f}, {interval.high:.{digits}f}]"

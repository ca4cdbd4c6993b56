"""The report of an evaluation: worst and typical cases in pictures, then scores, comparisons, hearts, failures."""

import json
from collections import defaultdict
from collections.abc import Sequence

import numpy as np

from spinbridge.core.errors import SpinbridgeError
from spinbridge.core.image import Array
from spinbridge.data.dataset import Dataset, Entry
from spinbridge.evaluation.cardiac import Agreement
from spinbridge.evaluation.comparison import Comparison
from spinbridge.evaluation.report_blocks import (
    Block,
    Details,
    Gallery,
    Outline,
    Panel,
    Paragraph,
    ReportData,
    Section,
    Statement,
    Table,
)
from spinbridge.evaluation.scores import select
from spinbridge.evaluation.statistics import Interval, Summary
from spinbridge.evaluation.verdict import outcome, verdict
from spinbridge.recipes.evaluating.scoring import Predictions, Scored, read_prediction

_SHOWN = 6
_MARGIN = 0.6  # of the size of the heart, shown around it
_LIMITS = (
    "Means are over patients, the cases of one averaged first; intervals are 95 % bootstrap intervals over patients. A "
    "structure that is missed or invented, and a prediction that is missing, has the worst score: 0 for Dice and NSD, "
    "the diagonal of the image for HD95 and ASSD. Where a structure is neither there nor found there is nothing to "
    "score; such cases are counted as both empty. Structures that the labels do not annotate are not scored."
)


def compose(
    scored: Sequence[Scored],
    summaries: Sequence[Sequence[Summary]],
    comparisons: Sequence[Comparison],
    hearts: dict[str, Agreement],
    record: object,
) -> ReportData:
    """The page; the first of `scored` is the one asked about, a second one its reference."""
    first = scored[0]
    alike = [one for one in scored if one.truth is first.truth]
    sections = [
        Section(title="Worst cases", blocks=_pictures(alike, _ranked(first)[:_SHOWN])),
        Section(title="Typical cases", blocks=_pictures(alike, _middle(_ranked(first)))),
        Section(title="Scores", blocks=(*map(_scores, scored, summaries), Paragraph(text=_LIMITS))),
        Section(title="Comparison", blocks=tuple(map(_told, comparisons))),
        Section(title="Volumes, ejection fraction and mass", blocks=(_hearts(hearts),) if hearts else ()),
        Section(title="Failures and notes", blocks=_failures(scored)),
        Section(title="Settings and provenance", blocks=(Details(title="Record", text=_plain(record)),)),
    ]
    lead = (
        f"{first.predictions.name} against {first.truth.name}: {len(first.cases)} cases of {_patients(first)} patients."
    )
    shown = tuple(section for section in sections if section.blocks)
    return ReportData(title="Evaluation of segmentations", lead=lead, sections=shown)


def _pictures(scored: Sequence[Scored], names: Sequence[str]) -> tuple[Block, ...]:
    dataset = scored[0].truth
    entries = {entry.name: entry for entry in dataset.entries}
    panels = tuple(_panel(dataset, [one.predictions for one in scored], entries[n], _mean(scored[0], n)) for n in names)
    return (Gallery(panels=panels, width=320, caption="The slice in which truth and prediction differ most."),)


def _panel(dataset: Dataset, predictions: Sequence[Predictions], entry: Entry, mean: float) -> Panel:
    case = dataset.load(entry)
    truth = case.image.data if case.label is None else case.label.data
    labels = {one.name: found for one in predictions if (found := _found(one, entry)) is not None}
    apart = np.sum([found != truth for found in labels.values()] or [truth > 0], axis=0)
    index = int(apart.sum(axis=(1, 2)).argmax())
    window = _window(truth[index], *(found[index] for found in labels.values()))
    drawn = {"truth": truth} | labels
    outlines = tuple(Outline(name=name, labels=label[index][window]) for name, label in drawn.items())
    missing = "" if labels else ", no usable prediction"
    return Panel(
        title=entry.name,
        image=case.image.data[index][window],
        outlines=outlines,
        caption=f"mean Dice {mean:.2f}, slice {index + 1} of {len(truth)}{missing}",
        spacing=case.image.spacing[1:],
    )


def _found(predictions: Predictions, entry: Entry) -> Array | None:
    try:
        return read_prediction(predictions, entry)
    except SpinbridgeError:
        return None


def _window(*labels: Array) -> tuple[slice, slice]:
    """The rows and columns around everything that is labelled in a slice, with a margin."""
    drawn = np.any([label > 0 for label in labels], axis=0)
    if not drawn.any():
        return slice(None), slice(None)
    edges = [np.flatnonzero(drawn.any(axis=axis))[[0, -1]] for axis in (1, 0)]
    margin = int(_MARGIN * max(high - low for low, high in edges)) + 4
    rows, columns = (slice(max(int(low) - margin, 0), int(high) + margin + 1) for low, high in edges)
    return rows, columns


def _ranked(scored: Scored) -> list[str]:
    """The cases, worst mean Dice first; those without any number are left out."""
    means = {name: _mean(scored, name) for name in scored.cases}
    return sorted((name for name, mean in means.items() if not np.isnan(mean)), key=lambda name: (means[name], name))


def _middle(ranked: Sequence[str]) -> Sequence[str]:
    start = max((len(ranked) - _SHOWN) // 2, 0)
    return ranked[start : start + _SHOWN]


def _mean(scored: Scored, case: str) -> float:
    values = [s.value for s in select(scored.cases[case].scores, metric="Dice") if not np.isnan(s.value)]
    return float(np.mean(values)) if values else float("nan")


def _scores(scored: Scored, summaries: Sequence[Summary]) -> Block:
    metrics = list(dict.fromkeys(s.metric for s in summaries))
    units = {s.metric: s.unit for s in summaries}
    structures: dict[str, dict[str, Summary]] = defaultdict(dict)
    for summary in summaries:
        structures[summary.structure][summary.metric] = summary
    rows = []
    for name, by_metric in structures.items():
        any_one = by_metric[metrics[0]]
        counts = (any_one.interval.patients, any_one.cases, any_one.missed, any_one.invented, any_one.both_empty)
        rows.append(
            (name, *(_interval(by_metric[m].interval, 2 if units[m] else 3) for m in metrics), *map(str, counts))
        )
    heads = (f"{m} [{units[m]}]" if units[m] else m for m in metrics)
    columns = ("structure", *heads, "patients", "cases", "missed", "invented", "both empty")
    return Table(title=scored.predictions.name, columns=columns, rows=tuple(rows))


def _interval(interval: Interval, digits: int) -> str:
    if np.isnan(interval.mean):
        return "–"
    bounds = "" if np.isnan(interval.low) else f" [{interval.low:.{digits}f}, {interval.high:.{digits}f}]"
    return f"{interval.mean:.{digits}f}{bounds}"


def _told(comparison: Comparison) -> Block:
    return Statement(text=verdict(comparison), tone=outcome(comparison))


def _hearts(hearts: dict[str, Agreement]) -> Block:
    rows = tuple(
        (
            name,
            _if_known(a.bias, f"{a.bias:+.1f}")
            + _if_known(a.bias_low, f" [{a.bias_low:+.1f}, {a.bias_high:+.1f}]", ""),
            _if_known(a.lower_limit, f"{a.lower_limit:+.1f} to {a.upper_limit:+.1f}"),
            _if_known(a.mean_absolute_error, f"{a.mean_absolute_error:.1f}"),
            _if_known(a.correlation, f"{a.correlation:.3f}"),
            str(a.patients),
            str(a.left_out),
        )
        for name, a in hearts.items()
    )
    columns = ("measure", "bias [95 %]", "limits of agreement", "mean |error|", "r", "patients", "left out")
    return Table(columns=columns, rows=rows, caption="Measured minus true, after Bland and Altman.")


def _if_known(number: float, text: str, otherwise: str = "–") -> str:
    return otherwise if np.isnan(number) else text


def _failures(scored: Sequence[Scored]) -> tuple[Block, ...]:
    lines = list(dict.fromkeys(line for one in scored for line in one.failure_lines))
    notes = [f"note: {note}." for one in scored for note in one.notes]
    return tuple(Paragraph(text=line) for line in (*lines, *notes))


def _patients(scored: Scored) -> int:
    return len({case.patient for case in scored.cases.values()})


def _plain(record: object) -> str:
    return json.dumps(record, indent=1, sort_keys=True)

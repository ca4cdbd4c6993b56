"""`evaluate`: any segmentations scored against a labelled data set, with intervals, tests and a report.

Writes scores.csv (a row a case, structure and metric), results.json and report.html. Whose model made the
segmentations is of no account.
"""

import csv
import io
import math
from dataclasses import dataclass, replace
from pathlib import Path

from spinbridge.core.errors import InputError, SettingsError
from spinbridge.core.files import write_json, write_text
from spinbridge.core.provenance import file_digest, step
from spinbridge.core.random import numpy_generator
from spinbridge.data.dataset import Dataset
from spinbridge.data.detect import open_dataset
from spinbridge.data.finding import Finding
from spinbridge.evaluation.comparison import Comparison, compare_groups, compare_paired, holm
from spinbridge.evaluation.report import write_report
from spinbridge.evaluation.scores import METRICS, Score, select
from spinbridge.evaluation.statistics import Summary, summarise
from spinbridge.evaluation.verdict import verdict
from spinbridge.recipes.claim import claim_for, refuse_inside, refuse_other_run
from spinbridge.recipes.evaluating.hearts import heart_agreement
from spinbridge.recipes.evaluating.page import compose
from spinbridge.recipes.evaluating.scoring import Scored, open_predictions, score_all

_COLUMNS = ("predictions", "case", "patient", "structure", "metric", "value", "unit", "empty")


@dataclass(frozen=True, kw_only=True)
class EvaluateSettings:
    """Scores of segmentations, whoever made them: Dice, NSD, HD95, ASSD, volumes, with intervals by patient.

    A prediction is a NIfTI file with the name of its case, as nnU-Net writes them. One that is missing counts, one of
    no case is named.
    """

    predictions: Path  #: folder of segmentations
    truth: Path  #: labelled data set, in any layout that `check` knows
    out: Path  #: folder for report.html, results.json and scores.csv
    against: Path | None = None  #: a second folder of segmentations, to compare with
    against_truth: Path | None = None  #: labelled data set of `against`, where that is of other patients
    labels: str = ""  #: label convention of the truth, such as acdc or mnms, where it cannot be told
    prediction_labels: str = ""  #: label convention of the predictions, where it is not that of the truth
    patient_pattern: str = ""  #: regular expression that finds the patient in a case's name
    test_only: bool = False  #: score only the cases that the data set sets aside for testing
    seed: int = 0  #: of the bootstrap
    workers: int = 0  #: processes; 0 for one per processor


@dataclass(frozen=True, kw_only=True)
class EvaluateResult:
    """What was found."""

    report: str  #: path of the report
    cases: int
    summaries: tuple[Summary, ...]
    sentences: tuple[str, ...]  #: verdicts of the comparison
    failures: tuple[Finding, ...]
    notes: tuple[str, ...] = ()  #: what was left out


def evaluate(settings: EvaluateSettings) -> EvaluateResult:
    """Score every labelled case and write scores, results and report.

    Raises `InputError` where there is nothing to score, `LabelError` where label values have no meaning,
    `OutputError` where OUT holds other things.
    """
    inputs = (settings.predictions, settings.truth, settings.against, settings.against_truth)
    refuse_inside(settings.out, *(path for path in inputs if path is not None))
    refuse_other_run(settings.out, "evaluate")
    scored = _score(settings)
    summaries = [tuple(summarise(one.scores, seed=settings.seed)) for one in scored]
    comparisons = _compare(scored, settings.seed)
    hearts = heart_agreement(scored[0].cases)
    record = step("evaluate", settings=_decisive(settings), seed=settings.seed, inputs=_inputs(scored))
    claim_for(settings.out, "evaluate")
    write_text(settings.out / "scores.csv", _csv(scored))
    named = {one.predictions.name: summary for one, summary in zip(scored, summaries, strict=True)}
    lines = list(dict.fromkeys(line for one in scored for line in one.failure_lines))
    numbers = {"summaries": named, "comparisons": comparisons, "agreement": hearts}
    notes = tuple(note for one in scored for note in one.notes)
    plain = {**numbers, "failures": lines, "notes": notes, "record": record}
    write_json(settings.out / "results.json", plain)
    report = settings.out / "report.html"
    write_report(report, compose(scored, summaries, comparisons, hearts, record))
    return EvaluateResult(
        report=str(report),
        cases=len(scored[0].cases),
        summaries=summaries[0],
        sentences=tuple(verdict(one) for one in comparisons),
        failures=tuple(dict.fromkeys(finding for one in scored for finding in one.failures)),
        notes=notes,
    )


def _score(settings: EvaluateSettings) -> list[Scored]:
    """The predictions under their truth, and those that they are compared with under theirs."""
    truth = _Truth.of(settings.truth, settings)
    pairs = [(settings.predictions, truth)]
    if settings.against is not None:
        other = truth if settings.against_truth is None else _Truth.of(settings.against_truth, settings)
        pairs.append((settings.against, other))
    elif settings.against_truth is not None:
        raise SettingsError("predictions to compare with", "none", remedy="Give --against.", where="--against-truth")
    opened = [(open_predictions(folder, one.asked, labels=settings.prediction_labels), one) for folder, one in pairs]
    if len({predictions.name for predictions, _ in opened}) < len(opened):
        opened = [(replace(p, name=f"{p.folder.resolve().parent.name}/{p.name}"), one) for p, one in opened]
    return [
        replace(score_all(one.asked, found, workers=settings.workers), strangers=found.strangers(one.whole))
        for found, one in opened
    ]


@dataclass(frozen=True)
class _Truth:
    """The cases that are asked about, and the whole data set they are of."""

    asked: Dataset
    whole: Dataset

    @classmethod
    def of(cls, folder: Path, settings: EvaluateSettings) -> "_Truth":
        whole = open_dataset(folder, labels=settings.labels, patient_pattern=settings.patient_pattern)
        asked = whole.labelled()
        if settings.test_only:
            asked = replace(asked, entries=tuple(entry for entry in asked.entries if entry.test))
        if not asked.entries:
            kind = "labelled test case" if settings.test_only else "labelled case"
            raise InputError(f"at least one {kind}", "none", remedy="Check the folder.", where=folder)
        return cls(asked, whole)


def _compare(scored: list[Scored], seed: int) -> list[Comparison]:
    """The first against the second over all structures, one comparison a metric, all of them one family.

    Paired where both are of one data set; else two groups, which must share no patient.
    """
    if len(scored) == 1:
        return []
    names = (scored[0].predictions.name, scored[1].predictions.name)
    found = []
    for metric in METRICS:
        ours, theirs = (select(one.scores, metric=metric) for one in scored)
        if scored[0].truth is scored[1].truth:
            found.append(compare_paired(ours, theirs, names=names, draw=numpy_generator(seed, "compare", metric)))
        else:
            found.append(compare_groups(ours, theirs, names=names))
    return holm(found)


def _csv(scored: list[Scored]) -> str:
    page = io.StringIO()
    rows = csv.writer(page, lineterminator="\n")
    rows.writerow(_COLUMNS)
    for one in scored:
        rows.writerows(_row(one.predictions.name, score) for score in one.scores)
    return page.getvalue()


def _row(name: str, s: Score) -> tuple[str, ...]:
    value = "" if math.isnan(s.value) else f"{s.value:.6g}"
    return name, s.case, s.patient, s.structure, s.metric, value, s.unit, s.empty


def _decisive(settings: EvaluateSettings) -> dict[str, object]:
    """The settings that decide on the result, folders by name alone: what is in them is told by its digests."""
    decisive = {key: value for key, value in vars(settings).items() if key not in ("out", "workers")}
    return {key: value.name if isinstance(value, Path) else value for key, value in decisive.items()}


def _inputs(scored: list[Scored]) -> dict[str, str]:
    sides = {"truth" if one.truth is scored[0].truth else "against_truth": one.truth for one in scored}
    labels = {f"{side}/{e.name}": e.label for side, truth in sides.items() for e in truth.entries}
    truths = {name: file_digest(path) for name, path in labels.items() if path and path.is_file()}
    files = {f"{one.predictions.name}/{e.name}": one.predictions.path(e) for one in scored for e in one.truth.entries}
    return truths | {name: file_digest(path) for name, path in files.items() if path is not None}


def describe(result: EvaluateResult) -> str:
    """The result in plain lines."""
    lines = [f"{'structure':<10} {'metric':<9} {'mean':>9}  95 % interval        patients  missed  both empty"]
    for s in result.summaries:
        i = s.interval
        bounds = "" if math.isnan(i.low) else f"[{i.low:.3f}, {i.high:.3f}]"
        counts = f"{i.patients:>8}  {s.missed:>6}  {s.both_empty:>10}"
        lines.append(f"{s.structure:<10} {s.metric:<9} {i.mean:>9.3f}  {bounds:<19}  {counts}  {s.unit}".rstrip())
    notes = [f"note: {note}" for note in result.notes]
    return "\n".join([*lines, *notes, *result.sentences, f"{result.cases} cases scored; report: {result.report}"])

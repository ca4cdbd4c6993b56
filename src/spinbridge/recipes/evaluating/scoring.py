"""Score a folder of segmentations against a labelled data set, case by case.

A prediction is a file with the name of its case. One that is missing, cannot be read or does not lie on its image
counts with the worst score of every structure, and is named; a case whose truth cannot be read is named, not scored.
"""

import math
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from spinbridge.core.errors import InputError, SpinbridgeError
from spinbridge.core.files import read_json
from spinbridge.core.image import Array
from spinbridge.core.structures import Heart
from spinbridge.data.dataset import Dataset, Entry, read_volume, refuse_apart
from spinbridge.data.finding import Finding, finding_from
from spinbridge.data.labels import Convention, convention_from_names, known_convention, to_heart
from spinbridge.evaluation.cardiac import structure_volume
from spinbridge.evaluation.scores import METRICS, Score, score_case
from spinbridge.recipes.parallel import for_each_parallel

_ENDINGS = (".nii.gz", ".nii")
_TOLD = 5


@dataclass(frozen=True, kw_only=True)
class Predictions:
    """A folder of segmentations and what their numbers mean."""

    name: str
    folder: Path
    convention: Convention

    def path(self, entry: Entry) -> Path | None:
        """The file of a case: by the name of the case or of its image; None where there is none."""
        places = [self.folder / f"{name}{ending}" for name in _names(entry) for ending in _ENDINGS]
        return next((place for place in places if place.is_file()), None)

    def strangers(self, known: Dataset) -> tuple[str, ...]:
        """The files whose name is that of no case of a data set."""
        names = {name for entry in known.entries for name in _names(entry)} | {one.case for one in known.problems}
        files = sorted(path.name for path in self.folder.iterdir() if path.name.endswith(_ENDINGS))
        return tuple(name for name in files if name.partition(".nii")[0] not in names and name[0] != ".")


@dataclass(frozen=True, kw_only=True)
class CaseResult:
    """What came of one case."""

    patient: str
    frame: str
    scores: tuple[Score, ...]
    true_volumes: dict[str, float]  #: structure -> volume [ml]
    found_volumes: dict[str, float]  #: structure -> volume [ml]; NaN where there is no usable prediction
    problem: Finding | None = None  #: why the prediction counts as missing


@dataclass(frozen=True, kw_only=True)
class Scored:
    """All cases under one set of predictions."""

    predictions: Predictions
    truth: Dataset
    cases: dict[str, CaseResult]
    failures: tuple[Finding, ...]  #: truths that could not be read, then predictions that count as missing
    strangers: tuple[str, ...] = ()  #: files among the predictions that are of no case of the data set

    @property
    def notes(self) -> tuple[str, ...]:
        """What was left out, in words."""
        if not self.strangers:
            return ()
        count = "1 file has" if len(self.strangers) == 1 else f"{len(self.strangers)} files have"
        more = ", ..." if len(self.strangers) > _TOLD else ""
        told = f"{', '.join(self.strangers[:_TOLD])}{more}"
        return (f"{self.predictions.name}: {count} the name of no case, left out: {told}",)

    @property
    def failure_lines(self) -> tuple[str, ...]:
        """The failures in words that name cases, not places on a disk, so that a report can be sent on."""
        return tuple(str(replace(one, path=None) if one.case else one) for one in self.failures)

    @property
    def scores(self) -> list[Score]:
        """Every score, in the order of the cases."""
        return [score for case in self.cases.values() for score in case.scores]


def open_predictions(folder: Path, dataset: Dataset, *, labels: str = "") -> Predictions:
    """A folder of segmentations; its numbers mean what `labels`, else its dataset.json, else the data set says.

    Raises `InputError` where the folder holds no prediction of any case, `LabelError` for an unknown convention.
    """
    stated = folder / "dataset.json"
    if labels:
        convention = known_convention(labels)
    elif stated.is_file() and "labels" in (head := read_json(stated)):
        convention = convention_from_names(head["labels"], name=folder.name, where=stated)
    elif dataset.convention is not None:
        convention = dataset.convention
    else:
        remedy = "Name a convention, such as acdc or mnms."
        raise InputError("to know what label values mean", "no statement of it", remedy=remedy, where=folder)
    found = Predictions(name=folder.name, folder=folder, convention=convention)
    if not any(found.path(entry) for entry in dataset.entries):
        example = f"{dataset.entries[0].name}.nii.gz" if dataset.entries else "CASE.nii.gz"
        remedy = "Check the folder; a prediction has the name of its case."
        raise InputError(f"predictions such as {example}", "none of any case", remedy=remedy, where=folder)
    return found


def score_all(dataset: Dataset, predictions: Predictions, *, workers: int) -> Scored:
    """Score every case of a labelled data set."""
    work = partial(_score, dataset=dataset, predictions=predictions)
    outcome = for_each_parallel(dataset.entries, work, name=_name, what="scoring", workers=workers)
    cases = outcome.require_some(dataset.folder).results
    problems = tuple(case.problem for case in cases.values() if case.problem)
    return Scored(
        predictions=predictions, truth=dataset, cases=cases, failures=(*dataset.problems, *outcome.failures, *problems)
    )


def read_prediction(predictions: Predictions, entry: Entry) -> Array:
    """The structures that were found (z, y, x); raises where there is no file or it does not lie on the label."""
    path = predictions.path(entry)
    if path is None:
        remedy = "It counts with the worst score."
        raise InputError("a prediction", "no file", remedy=remedy, where=predictions.folder / f"{entry.name}.nii.gz")
    found = read_volume(path)
    image = read_volume(entry.image, entry.time_index)
    refuse_apart(image, found, path)
    return to_heart(found.data, predictions.convention, where=path)


def _score(entry: Entry, *, dataset: Dataset, predictions: Predictions) -> CaseResult:
    case = dataset.load(entry)
    if case.label is None:
        raise InputError("a labelled case", "no label", where=entry.image)
    truth, found, problem = case.label, None, None
    try:
        found = read_prediction(predictions, entry)
    except SpinbridgeError as error:
        problem = finding_from(error, case=entry.name, path=predictions.path(entry))
    scores = score_case(
        truth.data,
        found,
        spacing=truth.spacing,
        case=case.name,
        patient=case.patient,
        structures=case.structures,
        metrics=METRICS,
    )
    names = [Heart(structure) for structure in case.structures]
    return CaseResult(
        patient=case.patient,
        frame=case.frame,
        scores=tuple(scores),
        true_volumes={s.name: structure_volume(truth.data, s, truth.affine) for s in names},
        found_volumes={s.name: math.nan if found is None else structure_volume(found, s, truth.affine) for s in names},
        problem=problem,
    )


def _names(entry: Entry) -> tuple[str, ...]:
    """The names that a prediction of a case may have."""
    stem = entry.image.name.partition(".nii")[0]
    return tuple(dict.fromkeys((entry.name, stem, stem.removesuffix("_0000"))))


def _name(entry: Entry) -> str:
    return entry.name

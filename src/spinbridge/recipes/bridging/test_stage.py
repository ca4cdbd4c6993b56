"""Every trained model on every test set: predictions written, scores kept.

A case that cannot be read is named and scored under no model: one that some models read and others did not is tried
again by the same command.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from math import isnan, nan
from pathlib import Path
from typing import Any

import numpy as np

from spinbridge.core.case import Case
from spinbridge.core.errors import InputError
from spinbridge.core.files import read_json, write_json
from spinbridge.core.image import Image
from spinbridge.core.provenance import file_digest, step, write_record
from spinbridge.core.settings import from_plain, to_plain
from spinbridge.core.structures import Heart
from spinbridge.data.case_loop import Outcome, attempt
from spinbridge.data.dataset import Dataset, Entry
from spinbridge.data.detect import open_dataset
from spinbridge.data.finding import Finding, PlainFinding, plain_finding
from spinbridge.data.nifti import write_image
from spinbridge.evaluation.scores import Score, score_case
from spinbridge.recipes.bridging.settings import BridgeSettings, Model, Workplace
from spinbridge.recipes.bridging.source import open_test_sets, split_source
from spinbridge.recipes.bridging.train_stage import models
from spinbridge.recipes.parallel import for_each_parallel
from spinbridge.segmentation.unet import UNetSegmenter, load

IN_DOMAIN = "in-domain"
_AGAIN = "Run the same command again."
_BACKGROUND = {"background": 0}
_LABELS = {structure.name: int(structure) for structure in Heart.foreground()}  #: predictions are stored as in memory


@dataclass(frozen=True)
class Examination:
    """One model on one test set."""

    model: Model
    test_set: str

    @property
    def name(self) -> str:
        """Of this pair."""
        return f"{self.test_set}/{self.model.name}"


def test_sets(settings: BridgeSettings) -> dict[str, Dataset]:
    """Every test set by name: held-out patients, the same under each sequence, and the targets."""
    place = Workplace(settings.out)
    sets = {IN_DOMAIN: split_source(settings)[1]}
    sets |= {f"rendered-{name}": open_dataset(place.rendered(name)) for name in settings.sequences}
    return sets | open_test_sets(settings)


def test_models(settings: BridgeSettings) -> tuple[Finding, ...]:
    """Examine every model that was trained on every test set, where that was not done yet.

    Raises `InputError` where models could not be tested on the same cases.
    """
    waiting = _waiting(settings)
    if not waiting:
        return read_failures(settings)
    work, workers = partial(_examine, settings=settings), settings.training_workers
    outcome: Outcome[None] = for_each_parallel(waiting, work, name=_name_of, what="testing", workers=workers)
    if outcome.failures:
        got = f"{len(outcome.failures)} that ended early, the first: {outcome.failures[0]}".rstrip(".")
        raise InputError("every model tested on every test set", got, remedy=_AGAIN)
    uneven = _waiting(settings)
    if uneven:
        got = f"cases that {uneven[0].model.name} could not read and others could"
        raise InputError("every model tested on the same cases", got, remedy=_AGAIN, where=uneven[0].test_set)
    return read_failures(settings)


def read_scores(settings: BridgeSettings, model: Model, test_set: str) -> list[Score]:
    """The scores of one model on one test set; empty where it was not examined."""
    path = Workplace(settings.out).scores(model, test_set)
    if not path.exists():
        return []
    return [_score(plain) for plain in read_json(path)["scores"]]


def read_failures(settings: BridgeSettings) -> tuple[Finding, ...]:
    """The cases of test sets that could not be used, each once."""
    lines: dict[str, Finding] = {}
    sets = test_sets(settings)
    for path in sorted((settings.out / "scores").glob("*/*.json")):
        for plain in read_json(path)["failures"]:
            folder = sets[path.parent.name].folder if path.parent.name in sets else Path()
            finding = from_plain(PlainFinding, plain).inside(folder)
            lines[str(finding)] = finding
    return tuple(lines.values())


def _waiting(settings: BridgeSettings) -> list[Examination]:
    """What was not examined on all cases that are there and that any of the models could read."""
    place, waiting = Workplace(settings.out), []
    trained = [model for model in models(settings) if (place.model(model) / "model.json").exists()]
    for test_set, dataset in test_sets(settings).items():
        paths = {model: place.scores(model, test_set) for model in trained}
        kept = {model: read_json(path) for model, path in paths.items() if path.exists()}
        cases = {entry.name for entry in dataset.labelled().entries}
        whole = {model: set(plain["cases"]) for model, plain in kept.items() if _tried(plain) >= cases}
        readable = {name for names in whole.values() for name in names} & cases
        waiting += [Examination(model, test_set) for model in trained if whole.get(model) != readable]
    return waiting


def _tried(plain: Mapping[str, Any]) -> set[str]:
    return {*plain["cases"], *(failure["case"] for failure in plain["failures"])}


def _examine(one: Examination, *, settings: BridgeSettings) -> None:
    place = Workplace(settings.out)
    segmenter = load(place.model(one.model), device=settings.device)
    dataset = test_sets(settings)[one.test_set].labelled()
    folder = place.predictions(one.model, one.test_set)
    write_json(folder / "dataset.json", {"labels": {**_BACKGROUND, **_LABELS}})
    weights = file_digest(place.model(one.model) / "model.safetensors")
    scores: list[Score] = []
    cases: list[str] = []
    failures: list[Finding] = list(dataset.problems)
    for entry in dataset.entries:
        case = attempt(entry, dataset.load, name=lambda entry: entry.name)
        if isinstance(case, Finding):
            failures.append(case if case.path else replace(case, path=entry.image))
            continue
        scores += _predict_and_score(case, entry, segmenter, folder, weights)
        cases.append(case.name)
    kept = [plain_finding(finding, dataset.folder) for finding in failures]
    plain = [{**to_plain(score), "value": None if isnan(score.value) else score.value} for score in scores]
    write_json(place.scores(one.model, one.test_set), {"cases": cases, "scores": plain, "failures": kept})


def _predict_and_score(
    case: Case, entry: Entry, segmenter: UNetSegmenter, folder: Path, weights: str
) -> Sequence[Score]:
    if case.label is None:
        return ()
    found = segmenter.predict(case)
    path = folder / f"{case.name}.nii.gz"
    write_image(path, Image(data=found, affine=case.image.affine, header=case.image.header), dtype=np.uint8)
    made = step("segment", seed=segmenter.seed, inputs={"weights": weights, "image": file_digest(entry.image)})
    write_record(path, (made,), synthetic=False, labels=_LABELS)
    return score_case(
        case.label.data,
        found,
        spacing=case.image.spacing,
        case=case.name,
        patient=case.patient,
        structures=case.structures,
    )


def _score(plain: dict[str, object]) -> Score:
    number = plain["value"]
    return from_plain(Score, {**plain, "value": nan if number is None else number})


def _name_of(one: Examination) -> str:
    return one.name

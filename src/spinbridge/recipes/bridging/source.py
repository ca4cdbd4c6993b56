"""The source data set: which patients train, which are held out, and reading a case of either."""

from dataclasses import replace
from pathlib import Path

from spinbridge.core.case import Case
from spinbridge.core.errors import InputError, LabelError
from spinbridge.core.protocols import SignalModel
from spinbridge.core.structures import Heart
from spinbridge.data.case_loop import Outcome, for_each
from spinbridge.data.dataset import Dataset, Entry
from spinbridge.data.detect import open_dataset
from spinbridge.data.splits import hold_out
from spinbridge.methods.reverse_imaging.prior import TissuePrior, tissue_prior
from spinbridge.physics.sequences.language import parse_image_sequence
from spinbridge.recipes.bridging.settings import BridgeSettings


def open_source(settings: BridgeSettings) -> Dataset:
    """The labelled cases of the source, read as the settings say."""
    pattern = settings.patient_pattern
    return _labelled(open_dataset(settings.source, labels=settings.labels, patient_pattern=pattern))


def open_test_sets(settings: BridgeSettings) -> dict[str, Dataset]:
    """The labelled cases of each data set after --test. Raises `InputError` where one has none."""
    sets: dict[str, Dataset] = {}
    for name, path in named_test_sets(settings).items():
        sets[name] = _labelled(open_dataset(path))
        if not sets[name].entries:
            remedy = "Label some, or leave this --test out."
            raise InputError("labelled cases to test on", "none", remedy=remedy, where=path)
    return sets


def split_source(settings: BridgeSettings) -> tuple[Dataset, Dataset]:
    """The training part and the held-out part of the source, by patient and balanced over groups.

    Raises `InputError` where nothing is labelled, `LabelError` where a structure is not annotated.
    """
    labelled = open_source(settings)
    if not labelled.entries:
        raise InputError("labelled cases to learn from", "none", where=settings.source)
    missing = [structure.name for structure in Heart.foreground() if structure not in labelled.structures]
    if missing:
        remedy = "Give it with --test: what it annotates is scored."
        raise LabelError(
            "RV, MYO and LV annotated in a source", f"no {', '.join(missing)}", remedy=remedy, where=settings.source
        )
    groups = {entry.patient: entry.group for entry in labelled.entries}
    stay, out = hold_out(labelled.patients, settings.hold_out, settings.seed, groups=groups)
    return labelled.of_patients(stay), labelled.of_patients(out)


def read_cases(dataset: Dataset, *, what: str) -> Outcome[Case]:
    """Every case that can be read; the others are failures."""
    return for_each(dataset.entries, dataset.load, name=lambda entry: entry.name, what=what)


def read_training_cases(dataset: Dataset, settings: BridgeSettings) -> Outcome[Case]:
    """Every case that can be read and learnt from by every augmentation; the others are failures."""

    def read(entry: Entry) -> Case:
        case = dataset.load(entry)
        if case.image.data.min() == case.image.data.max():
            raise InputError("an image with contrast", "one value everywhere", where=entry.image)
        count = len(sequence_of(case, settings).images)
        if count != 1:
            remedy = "Name one image of it, as molli(ti=300ms)."
            raise InputError("a source sequence of one image", f"one of {count}", remedy=remedy, where=entry.image)
        prior_of(case, settings)
        return case

    return for_each(dataset.entries, read, name=lambda entry: entry.name, what="reading training cases")


def sequence_of(case: Case, settings: BridgeSettings) -> SignalModel:
    """What the case was acquired with: as its data set says, or as the settings do."""
    return parse_image_sequence(case.sequence or settings.source_sequence)


def prior_of(case: Case, settings: BridgeSettings) -> TissuePrior:
    """The tissue prior at the case's field strength."""
    return tissue_prior(case.field_strength or settings.field_strength)


def named_test_sets(settings: BridgeSettings) -> dict[str, Path]:
    """A short name for each data set after --test."""
    names: dict[str, Path] = {}
    for path in settings.test:
        name = path.resolve().name
        names[name if name not in names else f"{name}-{len(names) + 1}"] = path
    return names


def _labelled(dataset: Dataset) -> Dataset:
    """The labelled cases, with a note of how many there are without a label."""
    labelled = dataset.labelled()
    left_out = len(dataset.entries) - len(labelled.entries)
    note = f"{left_out} unlabelled case{'s' if left_out > 1 else ''} left out"
    return replace(labelled, notes=(*labelled.notes, note)) if left_out else labelled


def with_sequence(case: Case, settings: BridgeSettings) -> Case:
    """The case with its sequence and field written down."""
    return replace(
        case,
        sequence=case.sequence or settings.source_sequence,
        field_strength=case.field_strength or settings.field_strength,
    )

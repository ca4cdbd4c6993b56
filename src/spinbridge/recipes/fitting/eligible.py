"""What a fit takes of a data set of several sequences, and what it refuses of a fit that came to nothing. Ours."""

from collections import Counter
from dataclasses import replace

import torch

from spinbridge.core.case import Case
from spinbridge.core.errors import InputError, SpinbridgeError
from spinbridge.data.dataset import Dataset
from spinbridge.data.finding import Finding, Severity
from spinbridge.physics.fits.of_sequence import SequenceFit, can_fit
from spinbridge.physics.fits.relaxation_fit import Failure, RelaxationFit
from spinbridge.physics.sequences.language import parse_image_sequence

_MOST_FAILED = 0.9  # of the voxels that count: with more, the images are not what the sequence says


def only_relaxation(dataset: Dataset) -> tuple[Dataset, tuple[Finding, ...]]:
    """The images whose sequence tells a relaxation time or is not stated, and a note on each sequence left out.

    The data set itself where nothing else is in it.
    """
    others = {text for text in {entry.sequence for entry in dataset.entries} if text and _tells_nothing(text)}
    kept = tuple(entry for entry in dataset.entries if entry.sequence not in others)
    if not kept:
        return dataset, ()
    left = Counter(entry.sequence.partition("(")[0] for entry in dataset.entries if entry.sequence in others)
    return replace(dataset, entries=kept), tuple(_note(dataset, word, count) for word, count in left.items())


def refuse_others(dataset: Dataset) -> None:
    """Raise `SequenceError` where no image that `only_relaxation` left tells a relaxation time."""
    for entry in dataset.entries[:1]:  # which is one of those only where there is nothing else
        if entry.sequence and _tells_nothing(entry.sequence):
            SequenceFit(model=parse_image_sequence(entry.sequence))


def refuse_failed(case: Case, found: RelaxationFit, sequence: str) -> None:
    """Raise `InputError` where hardly a voxel of the labelled heart has a value; without labels, of those with signal.

    A fit of noise, of images in another order or of another sequence would else pass for one that worked.
    """
    label = None if case.label is None else torch.from_numpy(case.label.data.astype("int64")) > 0
    labelled = label is not None and bool(label.any())
    where = label if labelled and label is not None else found.failure != Failure.NO_SIGNAL
    count, failed = int(where.sum()), int((where & found.failed).sum())
    if count and failed <= _MOST_FAILED * count:
        return
    kind = "labelled voxels" if labelled else "voxels with signal"
    reasons = torch.bincount(found.failure[where].flatten().long(), minlength=len(Failure))
    reasons[Failure.NONE] = 0
    most = Failure(int(reasons.argmax())).name.lower().replace("_", " ")
    got = f"no value in {failed} of {count}, mostly for: {most}" if count else "none with signal"
    remedy = "Look at the images, and at --sequence with its times and heart rate; see --by-time, --signed and --noise."
    needed = f"a fit of {sequence.partition('(')[0]} in a tenth of the {kind} or more"
    raise InputError(needed, got, remedy=remedy)


def _tells_nothing(sequence: str) -> bool:
    """Whether a sequence can be read and tells no relaxation time; one that cannot be read fails its own cases."""
    try:
        return not can_fit(parse_image_sequence(sequence))
    except SpinbridgeError:
        return False


def _note(dataset: Dataset, word: str, count: int) -> Finding:
    images = "1 image" if count == 1 else f"{count} images"
    got = f"left out {images} of {word}, which tells no relaxation time"
    return Finding(case="", path=dataset.folder, severity=Severity.NOTE, needed="", got=got)

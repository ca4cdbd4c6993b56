"""What a bridge reads: the digests that tell changed files, and the guard against testing on what is trained on.

Two images are the same where their files or, for those of one shape, their voxels are: so a converted copy is found, a
resampled or turned one is not. Names of patients are not compared, since cohorts number theirs alike.
"""

import hashlib
from collections import defaultdict
from pathlib import Path

import numpy as np

from spinbridge.core.errors import SpinbridgeError
from spinbridge.core.provenance import file_digest
from spinbridge.core.settings import digest
from spinbridge.data.dataset import Dataset, Entry, read_volume
from spinbridge.data.nifti import read_shape
from spinbridge.evaluation.leak import refuse_leak

Digests = dict[Path, str]
_VOLUME = 3


def file_digests(*datasets: Dataset) -> Digests:
    """The SHA-256 of every image and label, each file read once; those that cannot be read are left out."""
    entries = (entry for dataset in datasets for entry in dataset.entries)
    files = {path for entry in entries for path in (entry.image, entry.label) if path is not None}
    return {path: file_digest(path) for path in sorted(files) if path.is_file()}


def content_digest(dataset: Dataset, digests: Digests) -> str:
    """One SHA-256 of what a data set holds: its files, whose and of which sequence they are, what labels mean."""
    cases = [
        (e.name, e.patient, e.group, e.sequence, e.field_strength, e.time_index, digests.get(e.image, ""))
        for e in dataset.entries
    ]
    labels = [digests.get(e.label, "") if e.label else "" for e in dataset.entries]
    return digest([cases, labels, dataset.convention and dataset.convention.describe()])


def refuse_shared_images(source: Dataset, test: Dataset, digests: Digests) -> None:
    """Raise `InputError` where an image of the source is in a test set, and name its patients."""
    files = {(digests.get(entry.image), entry.time_index): entry for entry in test.entries}
    shared = {e.patient for e in source.entries if e.image in digests and (digests[e.image], e.time_index) in files}
    tested = _by_shape(test)
    for shape, entries in _by_shape(source).items():
        seen = {_voxels(entry) for entry in tested.get(shape, ())} - {""}
        shared |= {entry.patient for entry in entries if seen and _voxels(entry) in seen}
    refuse_leak(source.patients, shared, where=test.folder)


def _by_shape(dataset: Dataset) -> dict[tuple[int, ...], list[Entry]]:
    """The cases by the shape of their volume, read from headers alone; those without a readable one are left out."""
    found: dict[tuple[int, ...], list[Entry]] = defaultdict(list)
    for entry in dataset.entries:
        try:
            found[read_shape(entry.image)[-_VOLUME:]].append(entry)
        except SpinbridgeError:
            continue
    return found


def _voxels(entry: Entry) -> str:
    """The SHA-256 of the voxels of a case; empty where they cannot be read or are all alike."""
    try:
        voxels = read_volume(entry.image, entry.time_index).data
    except SpinbridgeError:
        return ""
    if voxels.min() == voxels.max():
        return ""
    return hashlib.sha256(np.ascontiguousarray(voxels, dtype=np.float32).tobytes()).hexdigest()

"""What one case is and what is wrong with it: every rule looks for itself, so that one fault does not hide another."""

import hashlib
import shlex
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from spinbridge.core.errors import SpinbridgeError
from spinbridge.core.image import Array, Image
from spinbridge.core.structures import Heart
from spinbridge.data.check_header import header_findings, tilt
from spinbridge.data.dataset import Dataset, Entry, refuse_apart, refuse_not_finite
from spinbridge.data.finding import Finding, Severity, finding_from
from spinbridge.data.label_guard import MINIMUM_VOXELS, refuse_swapped
from spinbridge.data.labels import CONVENTIONS, to_heart, whole_numbers
from spinbridge.data.nifti import read_image

_CINE = 4


@dataclass
class Look:
    """What was seen of one case."""

    entry: Entry
    shape: tuple[int, ...] = ()  #: (z, y, x), empty where the image could not be read
    frames: int = 0
    spacing: tuple[float, ...] = ()  #: (z, y, x) [mm]
    tilt: float = 0.0  #: of the axes from those of the scanner [degrees]
    dtype: str = ""
    label_values: dict[int, int] = field(default_factory=dict)  #: number in the file -> voxels
    structures: dict[Heart, int] = field(default_factory=dict)  #: structure -> voxels
    voxel_digest: str = ""  #: the same for images with the same voxels
    findings: list[Finding] = field(default_factory=list)

    def note(self, path: Path | None, severity: Severity, needed: str, got: str, remedy: str = "") -> None:
        """Add a finding."""
        self.findings.append(
            Finding(case=self.entry.name, path=path, severity=severity, needed=needed, got=got, remedy=remedy)
        )

    def fail(self, error: SpinbridgeError, path: Path | None) -> None:
        """Add an error as a finding."""
        self.findings.append(finding_from(error, case=self.entry.name, path=path))


def look_at(dataset: Dataset, entry: Entry) -> Look:
    """Read the files of a case and collect what they are and what is wrong; never raises for bad input."""
    look = Look(entry)
    image = _read(look, entry.image)
    if image is not None:
        _look_at_image(look, image, _take_frames_out(dataset))
    label = None if entry.label is None else _read(look, entry.label)
    if label is not None and entry.label is not None:
        if image is not None:
            _guarded(look, entry.label, lambda: refuse_apart(_first(image), _first(label), entry.label))
        _look_at_label(look, label, dataset, entry.label)
    return look


def _read(look: Look, path: Path) -> Image | None:
    found: list[Image] = []
    _guarded(look, path, lambda: found.append(read_image(path)))
    return found[0] if found else None


def _guarded(look: Look, path: Path, rule: Any) -> None:  # noqa: ANN401 - any function of no arguments
    try:
        rule()
    except SpinbridgeError as error:
        look.fail(error, path)


def _first(image: Image) -> Image:
    return image if image.data.ndim != _CINE else Image(data=image.data[0], affine=image.affine)


def _take_frames_out(dataset: Dataset) -> str:
    """The command that makes volumes of 4D files."""
    words = ["spinbridge", "convert", f"{dataset.folder}", f"{dataset.folder}_frames"]
    if dataset.convention is not None and dataset.convention.name in CONVENTIONS:
        words += ["--labels", dataset.convention.name]
    return f"Take the frames out: {shlex.join(words)}"


def _look_at_image(look: Look, image: Image, remedy_of_cines: str) -> None:
    entry, path = look.entry, look.entry.image
    look.shape, look.frames = image.data.shape[-3:], image.frames
    look.spacing, look.tilt, look.dtype = image.spacing, tilt(image), str(image.data.dtype)
    look.voxel_digest = hashlib.sha256(np.ascontiguousarray(_chosen(image, entry)).tobytes()).hexdigest()
    if image.data.ndim == _CINE and entry.time_index is None:
        look.note(path, Severity.ERROR, "a 3D volume", f"a 4D file of {image.frames} frames", remedy_of_cines)
    look.findings += header_findings(image, case=entry.name, path=path)
    _guarded(look, path, lambda: refuse_not_finite(image, path))
    flat = [z for z, plane in enumerate(_planes(_chosen(image, entry))) if plane.min() == plane.max()]
    if len(flat) == look.shape[0]:
        remedy = "Export the image again."
        look.note(path, Severity.ERROR, "an image", "the same value in every voxel", remedy)
    elif flat:
        got = f"slices {', '.join(map(str, flat))} of one value only"
        look.note(path, Severity.WARNING, "slices with an image", got, "Leave them out, or export them again.")


def _chosen(image: Image, entry: Entry) -> Array:
    one = image.data.ndim == _CINE and entry.time_index is not None and entry.time_index < image.frames
    chosen: Array = image.data[entry.time_index] if one else image.data
    return chosen


def _planes(voxels: Array) -> Iterator[Array]:
    """The planes (..., y, x) of each z."""
    return (voxels[..., z, :, :] for z in range(voxels.shape[-3]))


def _look_at_label(look: Look, label: Image, dataset: Dataset, path: Path) -> None:
    voxels = _chosen(label, look.entry)
    try:
        numbers = whole_numbers(voxels, where=path)
        values, counts = np.unique(numbers, return_counts=True)
        look.label_values = {int(value): int(count) for value, count in zip(values, counts, strict=True)}
        if dataset.convention is None:
            _say_unknown_meaning(look, path)
            return
        heart = to_heart(voxels, dataset.convention, where=path)
        look.structures = {s: int(np.count_nonzero(heart == s)) for s in dataset.structures}
        refuse_swapped(heart, where=path)
    except SpinbridgeError as error:
        look.fail(error, path)
    else:
        _count_structures(look, path)


def _count_structures(look: Look, path: Path) -> None:
    absent = [s.name for s, count in look.structures.items() if count == 0]
    if len(absent) == len(look.structures):
        look.note(path, Severity.WARNING, "a label with something in it", "an empty one", "Leave the case out.")
    elif absent:
        look.note(path, Severity.NOTE, "every structure", f"no {', '.join(absent)}")
    few = [f"{s.name} {count}" for s, count in look.structures.items() if 0 < count < MINIMUM_VOXELS]
    if few:
        needed = f"at least {MINIMUM_VOXELS} voxels of a structure"
        look.note(path, Severity.WARNING, needed, ", ".join(few), "Look whether these are stray voxels.")


def _say_unknown_meaning(look: Look, path: Path) -> None:
    values = set(look.label_values)
    fitting = [c.name for c in CONVENTIONS.values() if values <= {*c.values, *c.unused}]
    got = f"values {', '.join(map(str, sorted(values)))} and no statement of it"
    choice = f"one of {', '.join(fitting)}" if fitting else "none of the known ones fits"
    remedy = f"Name a label convention ({choice}), or put 'labels' into spinbridge.json."
    look.note(path, Severity.ERROR, "to know what label values mean", got, remedy)

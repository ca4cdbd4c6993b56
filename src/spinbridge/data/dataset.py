"""A data set: cases that are read when they are asked for, one by one."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from spinbridge.core.case import Case
from spinbridge.core.errors import GeometryError, InputError, LabelError
from spinbridge.core.image import Image
from spinbridge.core.provenance import file_digest, step
from spinbridge.core.structures import Heart
from spinbridge.data.finding import Finding
from spinbridge.data.label_guard import refuse_swapped
from spinbridge.data.labels import Convention, to_heart
from spinbridge.data.nifti import read_image


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One case that has not been read yet."""

    name: str  #: unique in its data set
    patient: str
    image: Path
    label: Path | None = None
    time_index: int | None = None  #: the frame to take from a 4D file, counted from 0
    frame: str = ""  #: `ED`, `ES`, a frame number, or empty
    group: str = ""
    sequence: str = ""
    field_strength: float | None = None  #: [T]
    synthetic: bool = False
    source: str = ""  #: the case that a synthetic one was made from
    test: bool = False  #: whether the layout sets it aside for testing
    patient_known: bool = True  #: False where the name told no patient and stands for one itself


@dataclass(frozen=True, kw_only=True)
class Dataset:
    """The cases of a folder, in the order of their names."""

    name: str
    folder: Path
    layout: str
    entries: tuple[Entry, ...]
    convention: Convention | None = None  #: what label values mean; None where nothing says it
    notes: tuple[str, ...] = ()  #: what was left out or taken for granted
    problems: tuple[Finding, ...] = ()  #: cases that could not even be listed

    def __post_init__(self) -> None:
        """Refuse a data set in which two cases have one name."""
        names = [entry.name for entry in self.entries]
        twice = sorted({name for name in names if names.count(name) > 1}) if len(set(names)) < len(names) else []
        if twice:
            raise InputError("one case of each name", f"several called {', '.join(twice[:5])}", where=self.folder)

    @property
    def patients(self) -> tuple[str, ...]:
        """Every patient once, sorted."""
        return tuple(sorted({entry.patient for entry in self.entries}))

    @property
    def groups(self) -> dict[str, str]:
        """Patient -> diagnosis, of the patients whose diagnosis is known."""
        return {entry.patient: entry.group for entry in self.entries if entry.group}

    @property
    def structures(self) -> tuple[Heart, ...]:
        """What its labels annotate; empty where nothing says what they mean."""
        return self.convention.structures if self.convention else ()

    def of_patients(self, patients: Iterable[str]) -> "Dataset":
        """The cases of some patients."""
        wanted = set(patients)
        return replace(self, entries=tuple(entry for entry in self.entries if entry.patient in wanted))

    def labelled(self) -> "Dataset":
        """The cases that have a label."""
        return replace(self, entries=tuple(entry for entry in self.entries if entry.label is not None))

    def load(self, entry: Entry) -> Case:
        """Read a case: image and label `(z, y, x)`, the label in the coding of `Heart`.

        Raises `InputError` for damaged files and voxels that are no numbers, `GeometryError` for 4D files and for a
        label that does not lie on its image, `LabelError` for values without a meaning and for swapped structures.
        """
        image = read_volume(entry.image, entry.time_index)
        refuse_not_finite(image, entry.image)
        label = None if entry.label is None else self._label(entry, entry.label)
        if label is not None:
            refuse_apart(image, label, entry.label)
        return Case(
            name=entry.name,
            patient=entry.patient,
            image=image,
            label=label,
            structures=self.structures or Heart.foreground(),
            frame=entry.frame,
            group=entry.group,
            sequence=entry.sequence,
            field_strength=entry.field_strength,
            synthetic=entry.synthetic,
            history=(self._origin(entry),),
        )

    def inside(self, path: Path) -> str:
        """A file as seen from the folder; of one that lies elsewhere its name and that of its own folder."""
        if path.is_relative_to(self.folder):
            return path.relative_to(self.folder).as_posix()
        return f"{path.parent.name}/{path.name}"

    def _label(self, entry: Entry, path: Path) -> Image:
        if self.convention is None:
            remedy = "Name a convention, such as acdc or mnms, or put 'labels' into spinbridge.json."
            raise LabelError("to know what label values mean", "no statement of it", remedy=remedy, where=path)
        raw = read_volume(path, entry.time_index)
        label = raw.with_data(to_heart(raw.data, self.convention, where=path))
        refuse_swapped(label.data, where=path)
        return label

    def _origin(self, entry: Entry) -> dict[str, object]:
        files = [path for path in (entry.image, entry.label) if path is not None]
        inputs = {self.inside(path): file_digest(path) for path in files}
        read = {"dataset": self.name, "layout": self.layout, "labels": self.convention and self.convention.describe()}
        return step("read", settings={**read, "time_index": entry.time_index}, inputs=inputs)


def read_volume(path: Path, time_index: int | None = None) -> Image:
    """Read one volume `(z, y, x)`, from a 4D file the frame `time_index`; a 4D file without one is refused."""
    image = read_image(path)
    if image.data.ndim == 3:  # noqa: PLR2004
        return image
    if time_index is None:
        remedy = "Take the frames out first: spinbridge convert DATA OUT"
        raise GeometryError("a 3D volume", f"a 4D file of {image.frames} frames", remedy=remedy, where=path)
    if not 0 <= time_index < image.frames:
        got = f"{image.frames} frames"
        raise GeometryError(f"a frame number {time_index + 1}", got, remedy="Mend the frame number.", where=path)
    return replace(image, data=np.ascontiguousarray(image.data[time_index]))


def refuse_not_finite(image: Image, path: Path) -> None:
    """Raise `InputError` where voxels are NaN or infinite."""
    if image.data.dtype.kind == "f" and not np.isfinite(image.data).all():
        bad = ~np.isfinite(image.data)
        first = tuple(int(i) for i in np.argwhere(bad)[0][::-1])
        got = f"{int(bad.sum())} NaN or infinite ones, the first at (x, y, z) = {first}"
        raise InputError("finite voxels", got, remedy="Export the image again or fill these voxels.", where=path)


def refuse_apart(image: Image, label: Image, path: Path | None) -> None:
    """Raise `GeometryError` where the label `(z, y, x)` does not cover the voxels of its image."""
    if image.same_place(label):
        return
    if image.data.shape != label.data.shape:
        needed, got = f"a label of shape (z, y, x) = {image.data.shape}", f"{label.data.shape}"
    else:
        shift = float(np.abs(image.affine - label.affine).max())
        needed, got = "a label in the place of its image", f"an affine that differs by up to {shift:.4g} mm"
    remedy = "Resample the label onto the image, or export both from one source."
    raise GeometryError(needed, got, remedy=remedy, where=path)

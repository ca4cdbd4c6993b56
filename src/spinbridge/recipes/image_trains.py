"""The images of one slice stack that belong to one sequence: a single image, or all images of a train such as MOLLI.

A train is found as a 4D file with one frame an image, or as cases whose names end in the images' names (`..._ti120ms`
or `...-ti120ms`) as this package writes them.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import torch

from spinbridge.core.case import Case
from spinbridge.core.errors import GeometryError, InputError, SpinbridgeError
from spinbridge.core.image import Array, Image
from spinbridge.core.protocols import SignalModel
from spinbridge.data.dataset import Dataset, Entry, read_volume, refuse_not_finite
from spinbridge.data.detect import open_dataset
from spinbridge.data.finding import Finding, finding_from
from spinbridge.data.nifti import read_image


@dataclass(frozen=True, kw_only=True)
class ImageTrain:
    """The N images of one case, not read yet."""

    name: str
    dataset: Dataset
    entries: tuple[Entry, ...]  #: one for each image, or one 4D file
    whole_file: bool = False  #: whether the images are the frames of that file

    def load(self, *, labelled: bool = True) -> tuple[Case, torch.Tensor]:
        """The case with its first image, and all images (N, z, y, x); its label is read where `labelled`.

        Raises `InputError` for files that cannot be read, `GeometryError` for images that do not lie on the first.
        """
        entry = self.entries[0]
        first = self.dataset.load(entry if labelled else replace(entry, label=None))
        if self.whole_file:
            voxels = read_image(entry.image).data
        else:
            voxels = np.stack([first.image.data, *(_on(first.image, other) for other in self.entries[1:])])
        return replace(first, name=self.name), torch.from_numpy(voxels.astype(np.float32))


@dataclass(frozen=True)
class Trains:
    """All trains of a data set."""

    items: Sequence[ImageTrain]
    failures: tuple[Finding, ...]


def find_trains(data: Path, model: SignalModel) -> Trains:
    """The trains of a data set for a sequence of one or more images. Raises `InputError` where there is no case."""
    dataset = open_dataset(data)
    if not dataset.entries and not dataset.problems:
        raise InputError("at least one image", "none", where=data)
    if len(model.images) == 1:
        singles = [ImageTrain(name=entry.name, dataset=dataset, entries=(entry,)) for entry in dataset.entries]
        return Trains(singles, dataset.problems)
    return _grouped(dataset, model.images)


def _grouped(dataset: Dataset, images: tuple[str, ...]) -> Trains:
    found: dict[str, dict[str, Entry]] = {}
    items: list[ImageTrain] = []
    failures = list(dataset.problems)
    for entry in dataset.entries:
        ending = next((image for image in images if entry.name.endswith(image)), "")
        if ending:
            found.setdefault(entry.name.removesuffix(ending).rstrip("-_"), {})[ending] = entry
            continue
        try:
            items.append(_from_one_file(dataset, entry, len(images)))
        except SpinbridgeError as error:
            failures.append(finding_from(error, case=entry.name, path=entry.image))
    for name, members in found.items():
        missing = [image for image in images if image not in members]
        if missing:
            needed, got = f"all {len(images)} images of the sequence", f"none named {', '.join(missing)}"
            failures.append(finding_from(InputError(needed, got, where=name), case=name))
        else:
            items.append(ImageTrain(name=name, dataset=dataset, entries=tuple(members[image] for image in images)))
    return Trains(items, tuple(failures))


def _on(first: Image, entry: Entry) -> Array:
    """The voxels of a further image of the train."""
    image = read_volume(entry.image, entry.time_index)
    refuse_not_finite(image, entry.image)
    if not first.same_place(image):
        needed, got = f"the place of the train's first image, {first.data.shape}", f"another one, {image.data.shape}"
        remedy = "Resample the images onto the first one."
        raise GeometryError(needed, got, remedy=remedy, where=entry.image)
    return image.data


def _from_one_file(dataset: Dataset, entry: Entry, count: int) -> ImageTrain:
    frames = read_image(entry.image).frames
    if frames != count:
        remedy = "Name the sequence that these images were taken with, or one image of it, as molli(ti=300ms)."
        raise InputError(f"{count} images, one a frame", f"{frames}", remedy=remedy, where=entry.image)
    return ImageTrain(name=entry.name, dataset=dataset, entries=(replace(entry, time_index=0),), whole_file=True)

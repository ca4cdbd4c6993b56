"""The images of one slice stack that belong to one sequence: a single image, or all images of a train such as MOLLI.

A train is found as a 4D file with one frame an image, or as cases whose names end in the images' names (`..._ti120ms`
or `...-ti120ms`) as this package writes them. The data set says which sequence that is; where it does not, the user.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
import torch

from spinbridge.core.case import Case
from spinbridge.core.errors import GeometryError, InputError, SettingsError, SpinbridgeError
from spinbridge.core.image import Array, Image
from spinbridge.core.provenance import file_digest
from spinbridge.data.dataset import Dataset, Entry, read_volume, refuse_not_finite
from spinbridge.data.finding import Finding, finding_from
from spinbridge.data.nifti import read_image
from spinbridge.physics.sequences.language import format_sequence, parse_image_sequence, parse_sequence
from spinbridge.physics.sequences.registry import word_of


@dataclass(frozen=True, kw_only=True)
class ImageTrain:
    """The N images of one case, not read yet; its entries know their sequence."""

    name: str
    dataset: Dataset
    entries: tuple[Entry, ...]  #: one for each image, or one 4D file
    whole_file: bool = False  #: whether the images are the frames of that file

    def load(self, *, labelled: bool = True) -> tuple[Case, torch.Tensor]:
        """The case with its first image, and all images (N, z, y, x); its label is read where `labelled`.

        The history of the case names the files of all images.
        Raises `InputError` for files that cannot be read, `GeometryError` for images that do not lie on the first.
        """
        entry = self.entries[0]
        first = self.dataset.load(entry if labelled else replace(entry, label=None))
        if self.whole_file:
            voxels = read_image(entry.image).data
        else:
            voxels = np.stack([first.image.data, *(_on(first.image, other) for other in self.entries[1:])])
        origin = first.history[0]
        others = {self.dataset.inside(other.image): file_digest(other.image) for other in self.entries[1:]}
        history = ({**origin, "inputs": origin["inputs"] | others},)
        return replace(first, name=self.name, history=history), torch.from_numpy(voxels.astype(np.float32))


@dataclass(frozen=True)
class Trains:
    """All trains of a data set."""

    items: Sequence[ImageTrain]
    failures: tuple[Finding, ...]


def find_trains(dataset: Dataset, sequence: str) -> Trains:
    """The trains of a data set; `sequence` is that of the cases of which it states none.

    Raises `InputError` where several trains would have one name.
    """
    stated: dict[str, list[Entry]] = {}
    for entry in dataset.entries:
        known = replace(entry, sequence=entry.sequence or sequence)
        stated.setdefault(known.sequence, []).append(known)
    found = [_of_one_sequence(dataset, entries) for entries in stated.values()]
    items = sorted((train for trains in found for train in trains.items), key=lambda train: train.name)
    twice = next((one.name for one, other in pairwise(items) if one.name == other.name), None)
    if twice is not None:
        remedy = "Give the images of each sequence a folder of their own."
        raise InputError("one train of each name", f"several called {twice}", remedy=remedy, where=dataset.folder)
    return Trains(items, (*dataset.problems, *(failure for trains in found for failure in trains.failures)))


def refuse_contradiction(dataset: Dataset, told: str, *, where: str) -> None:
    """Raise `SettingsError` where the option `where` told another sequence than the data set states of a case."""
    for stated, entry in {entry.sequence: entry for entry in reversed(dataset.entries)}.items():
        if stated and told and not _agree(told, stated):
            needed = f"the sequence that the data set states of {entry.name}, {stated}"
            remedy = f"Leave {where} out, or mend the sequence in spinbridge.json."
            raise SettingsError(needed, told, remedy=remedy, where=where)


def _agree(told: str, stated: str) -> bool:
    """Whether all that is told holds in the sequence that is stated; what is not told may be anything."""
    try:
        model = parse_image_sequence(stated)
        word = word_of(model)
        unsaid = {word.name: word.write(model)} if word else {}
        whole = format_sequence(model)
        alike = format_sequence(parse_image_sequence(told)) == whole
        return alike or format_sequence(parse_sequence(told, unsaid=unsaid)) == whole
    except SpinbridgeError:
        return False


def _of_one_sequence(dataset: Dataset, entries: Sequence[Entry]) -> Trains:
    try:
        images = parse_image_sequence(entries[0].sequence).images
    except SpinbridgeError as error:
        return Trains((), tuple(finding_from(error, case=entry.name, path=entry.image) for entry in entries))
    if len(images) == 1:
        return Trains([ImageTrain(name=entry.name, dataset=dataset, entries=(entry,)) for entry in entries], ())
    return _grouped(dataset, entries, images)


def _grouped(dataset: Dataset, entries: Sequence[Entry], images: tuple[str, ...]) -> Trains:
    found: dict[str, dict[str, Entry]] = {}
    items: list[ImageTrain] = []
    failures: list[Finding] = []
    for entry in entries:
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

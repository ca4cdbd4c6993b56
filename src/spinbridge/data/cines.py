"""Entries of 4D files as one entry a frame, so that everything else sees volumes."""

from dataclasses import replace

from spinbridge.core.errors import SpinbridgeError
from spinbridge.data.dataset import Dataset, Entry
from spinbridge.data.finding import Finding, finding_from
from spinbridge.data.frames import choose_frames
from spinbridge.data.nifti import read_image

LABELLED = "labelled"  #: the frames whose label is not empty, or all where there is no label


def one_entry_a_frame(dataset: Dataset, wanted: str = LABELLED) -> Dataset:
    """The data set with every 4D entry replaced by one for each wanted frame (`frames.choose_frames`, or `labelled`).

    Volumes stay as they are; files that cannot be read become problems. Each file is read once to learn its frames.
    """
    entries: list[Entry] = []
    problems: list[Finding] = []
    for entry in dataset.entries:
        try:
            entries += _frames_of(entry, wanted)
        except SpinbridgeError as error:
            problems.append(finding_from(error, case=entry.name, path=entry.image))
    return replace(dataset, entries=tuple(entries), problems=(*dataset.problems, *problems))


def _frames_of(entry: Entry, wanted: str) -> list[Entry]:
    count = 1 if entry.time_index is not None else read_image(entry.image).frames
    if count == 1:
        return [entry]
    chosen = _labelled(entry, count) if wanted == LABELLED else choose_frames(wanted, count)
    return [
        replace(entry, name=f"{entry.name}_{name}", time_index=index, frame=name.removeprefix("frame").lstrip("0"))
        for index, name in chosen.items()
    ]


def _labelled(entry: Entry, count: int) -> dict[int, str]:
    everything = choose_frames("all", count)
    if entry.label is None:
        return everything
    label = read_image(entry.label)
    if label.frames != count:
        return everything
    return {index: name for index, name in everything.items() if label.data[index].any()}

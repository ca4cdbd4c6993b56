"""Read a data set in the raw layout of nnU-Net v2: `dataset.json`, `imagesTr`, `labelsTr` and perhaps `imagesTs`.

Structure names in `dataset.json` are understood with their usual synonyms. Layout: nnU-Net
documentation, dataset_format.md.
"""

import re
from pathlib import Path
from typing import Any

from spinbridge.core.errors import InputError
from spinbridge.core.files import read_json
from spinbridge.data.dataset import Dataset, Entry
from spinbridge.data.labels import Convention, convention_from_names

LAYOUT = "nnU-Net raw"
_CHANNEL = re.compile(r"(?P<case>.+)_(?P<channel>\d{4})")


def is_nnunet(folder: Path) -> bool:
    """Whether the folder has this layout."""
    return (folder / "dataset.json").is_file() and any((folder / part).is_dir() for part in ("imagesTr", "imagesTs"))


def read_nnunet(folder: Path, *, channel: int = 0) -> Dataset:
    """List the cases; of images with several channels the one asked for is taken."""
    head = _head(folder)
    channels = head["channel_names"]
    if str(channel) not in channels:
        raise InputError(f"a channel {channel}", f"channels {channels}", where=folder / "dataset.json")
    ending = head["file_ending"]
    entries = _listed(folder, head, channel) if "dataset" in head else _found(folder, ending, channel)
    notes: tuple[str, ...] = ()
    if len(channels) > 1:
        notes = (f"images have {len(channels)} channels; channel {channel} ({channels[str(channel)]}) is taken",)
    name = head.get("name") or re.sub(r"Dataset\d{3}_", "", folder.name)
    return Dataset(
        name=name, folder=folder, layout=LAYOUT, entries=entries, convention=_convention(head, folder), notes=notes
    )


def _head(folder: Path) -> dict[str, Any]:
    path = folder / "dataset.json"
    head = read_json(path)
    missing = [key for key in ("channel_names", "labels", "file_ending") if key not in head]
    if missing:
        remedy = "Write it as nnU-Net v2 needs it; version 1 files can be converted by nnU-Net."
        raise InputError("channel_names, labels and file_ending", f"no {', '.join(missing)}", remedy=remedy, where=path)
    if head["file_ending"] not in (".nii.gz", ".nii"):
        raise InputError("NIfTI files", f"file_ending '{head['file_ending']}'", where=path)
    return dict(head)


def _convention(head: dict[str, Any], folder: Path) -> Convention | None:
    names = head["labels"]
    return convention_from_names(names, name=folder.name, where=folder / "dataset.json") if names else None


def _found(folder: Path, ending: str, channel: int) -> tuple[Entry, ...]:
    entries = []
    for place, labels, test in (("imagesTr", "labelsTr", False), ("imagesTs", "labelsTs", True)):
        for image in sorted((folder / place).glob(f"*{ending}")):
            match = _CHANNEL.fullmatch(image.name.removesuffix(ending))
            if match is None or int(match["channel"]) != channel:
                continue
            label = folder / labels / f"{match['case']}{ending}"
            found = label if label.exists() else None
            name = match["case"]
            entries.append(Entry(name=name, patient=name, image=image, label=found, test=test))
    return tuple(sorted(entries, key=lambda entry: entry.name))


def _listed(folder: Path, head: dict[str, Any], channel: int) -> tuple[Entry, ...]:
    entries = []
    for name, files in sorted(head["dataset"].items()):
        missing = [key for key in ("images", "label") if not files.get(key)]
        if missing or len(files["images"]) <= channel:
            got = f"no {' and no '.join(missing)}" if missing else f"{len(files['images'])} images, none of {channel}"
            remedy = f"Mend the entry of {name}."
            raise InputError("images and a label of every case", got, remedy=remedy, where=folder / "dataset.json")
        image, label = folder / files["images"][channel], folder / files["label"]
        entries.append(Entry(name=name, patient=name, image=image, label=label))
    return tuple(entries)

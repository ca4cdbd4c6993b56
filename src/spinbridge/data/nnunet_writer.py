"""Write the raw layout of nnU-Net v2 case by case, so that an interrupted run goes on where it stopped.

    imagesTr/CASE_0000.nii.gz  labelsTr/CASE.nii.gz  [imagesTs, labelsTs]  dataset.json  splits_final.json
    provenance/CASE.json  spinbridge.json

Images of several channels are files _0000, _0001 and so on, on the same voxels; labels are numbered 1, 2, ... in the
order of their structures.

A case counts as finished once its record in `provenance` is there, its history is the one asked for and the files have
the digests that it states. Records stay out of the image folders, which nnU-Net checks file by file. Splits are by
patient and never hold out a synthetic case (`data.nnunet_splits`). Layout: nnU-Net documentation, dataset_format.md.
"""

import hashlib
import re
from collections.abc import Sequence
from contextlib import ExitStack
from enum import IntEnum
from pathlib import Path
from typing import Any

import numpy as np

from spinbridge.core.case import Case
from spinbridge.core.errors import GeometryError, InputError, LabelError, OutputError
from spinbridge.core.files import output_errors, read_json, sweep, write_json
from spinbridge.core.image import Image
from spinbridge.core.provenance import file_digest
from spinbridge.core.settings import digest, from_plain, to_plain
from spinbridge.core.structures import Heart
from spinbridge.data.facts import FILE, CaseFacts, FolderFacts, plain_facts
from spinbridge.data.nifti import write_image
from spinbridge.data.nnunet_splits import training_splits

_RECORDS = "provenance"
_SAFE_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._+=-]*")


class NnUNetWriter:
    """Adds cases to a folder one at a time; `finish` makes it a data set."""

    def __init__(
        self,
        folder: Path,
        *,
        structures: Sequence[IntEnum] = Heart.foreground(),
        channel: str | Sequence[str] = "cineMRI",
        name: str = "",
    ) -> None:
        """Take the `folder`, the `structures` its labels have, nnU-Net's names of its channels, and a `name`."""
        self.folder, self.channels = folder, (channel,) if isinstance(channel, str) else tuple(channel)
        self.name = name or re.sub(r"^Dataset\d{3}_", "", folder.name)
        self.structures = tuple(sorted({s for s in structures if s}))
        self._written: set[str] = set()

    def keep(self, name: str, history: Sequence[dict[str, Any]]) -> bool:
        """Keep a finished case of this name and history if there is one; it need not be made again then."""
        record = self._record(name)
        kept = record.get("history_sha256") == digest(history) and self._whole(record)
        if kept:
            self._written.add(name)
        return kept

    def include(self, name: str) -> None:
        """Count a case that another process wrote into the folder. Raises `OutputError` where it is not whole."""
        record = self._record(name)
        if not record or not self._whole(record):
            remedy = "Run the same command again."
            raise OutputError("a finished case", "none", remedy=remedy, where=self._record_path(name))
        self._written.add(name)

    def remove(self, name: str) -> None:
        """Take a case out of the folder, half written or whole: nothing is left of it."""
        self._written.discard(name)
        parts = [[*self._image_names(part, name), f"labels{part}/{name}.nii.gz"] for part in ("Tr", "Ts")]
        for path in (self._record_path(name), *(self.folder / file for files in parts for file in files)):
            with output_errors(path):
                if path.exists():
                    path.unlink()

    def add(self, case: Case, *, others: Sequence[Image] = (), source: str = "", test: bool = False) -> bool:
        """Write a case unless the same one is there; tell whether it was written. One that fails leaves nothing.

        `others` are the images of its second channel and the following ones, `source` the case that a synthetic one
        was made from; `test` puts it where nnU-Net does not train. Raises `InputError` for what cannot be a training
        case, `OutputError` where it cannot be written.
        """
        self._refuse_unfit(case, test)
        self._refuse_channels(case, others)
        with ExitStack() as undo:
            undo.callback(self.remove, case.name)
            written = self._add(case, others, source, test)
            undo.pop_all()
        self._written.add(case.name)
        return written

    def _add(self, case: Case, others: Sequence[Image], source: str, test: bool) -> bool:
        content = _content_digest(case, others)
        if self.keep(case.name, case.history) and self._record(case.name)["content_sha256"] == content:
            return False
        with output_errors(self._record_path(case.name)):
            self._record_path(case.name).unlink(missing_ok=True)
        files = self._write_files(case, others, "Ts" if test else "Tr")
        facts = CaseFacts(
            patient=case.patient,
            frame=case.frame,
            group=case.group,
            sequence=case.sequence,
            field_strength=case.field_strength,
            synthetic=case.synthetic,
            source=source,
        )
        record = {
            "synthetic": case.synthetic,
            "steps": list(case.history),
            "history_sha256": digest(case.history),
            "content_sha256": content,
            "case": facts,
            "files": {path.relative_to(self.folder).as_posix(): file_digest(path) for path in files},
        }
        write_json(self._record_path(case.name), record)
        return True

    def finish(self, *, folds: int = 5, seed: int = 0) -> None:
        """Write `dataset.json`, `spinbridge.json` and `splits_final.json` over the cases added or kept.

        Raises `OutputError` where the folder holds other cases, `InputError` where there is none at all.
        """
        records = {name: self._record(name) for name in sorted(self._written)}
        facts = {name: from_plain(CaseFacts, record["case"]) for name, record in records.items()}
        training = {
            name: facts[name] for name in records if any("imagesTr/" in path for path in records[name]["files"])
        }
        if not records:
            raise InputError("at least one case", "none", where=self.folder)
        sweep(self.folder)
        self._refuse_strangers()
        head = {
            "channel_names": {str(number): channel for number, channel in enumerate(self.channels)},
            "labels": {"background": 0, **{s.name: number for number, s in enumerate(self.structures, start=1)}},
            "numTraining": len(training),
            "file_ending": ".nii.gz",
            "name": self.name,
        }
        splits = training_splits(training, folds, seed)
        if splits:
            write_json(self.folder / "splits_final.json", splits)
        write_json(self.folder / FILE, plain_facts(FolderFacts(name=self.name, cases=facts)))
        write_json(self.folder / "dataset.json", head)

    def _refuse_unfit(self, case: Case, test: bool) -> None:
        if not _SAFE_NAME.fullmatch(case.name):
            raise InputError("a case name of letters, digits and . _ + = -", f"'{case.name}'")
        if case.image.data.ndim != 3:  # noqa: PLR2004
            remedy = "Take the frames out first."
            raise GeometryError("a 3D volume", f"{case.image.frames} frames", remedy=remedy, where=case.name)
        if case.label is None and not test:
            raise LabelError("a label on every training case", "none", where=case.name)
        missing = sorted(set(self.structures) - set(case.structures))
        if case.label is not None and missing:
            needed = f"labels of {', '.join(s.name for s in self.structures)}"
            got = f"one that leaves out {', '.join(s.name for s in missing)}"
            raise LabelError(needed, got, remedy="Write fewer structures.", where=case.name)

    def _refuse_channels(self, case: Case, others: Sequence[Image]) -> None:
        if len(others) + 1 != len(self.channels):
            needed = f"{len(self.channels)} channels ({', '.join(self.channels)})"
            raise InputError(needed, f"{len(others) + 1}", where=case.name)
        if not all(case.image.same_place(other) for other in others):
            raise GeometryError("channels on the same voxels", "others", where=case.name)

    def _write_files(self, case: Case, others: Sequence[Image], part: str) -> list[Path]:
        paths = [self.folder / name for name in self._image_names(part, case.name)]
        for path, image in zip(paths, (case.image, *others), strict=True):
            write_image(path, image)
        if case.label is None:
            return paths
        label = self.folder / f"labels{part}" / f"{case.name}.nii.gz"
        numbers = np.zeros(max(256, int(case.label.data.max()) + 1), np.uint8)
        numbers[list(self.structures)] = np.arange(1, len(self.structures) + 1)
        place = Image(data=numbers[case.label.data], affine=case.image.affine, header=case.image.header)
        write_image(label, place, dtype=np.uint8)
        return [*paths, label]

    def _image_names(self, part: str, name: str) -> list[str]:
        return [f"images{part}/{name}_{number:04d}.nii.gz" for number in range(len(self.channels))]

    def _refuse_strangers(self) -> None:
        files = (path.name for part in ("Tr", "Ts") for path in (self.folder / f"images{part}").glob("*.nii.gz"))
        strangers = sorted({name.removesuffix(".nii.gz")[:-5] for name in files} - self._written)
        if strangers:
            got = f"{len(strangers)} cases of another run, such as {strangers[0]}"
            remedy = "Choose an empty folder."
            raise OutputError("a folder with no other cases", got, remedy=remedy, where=self.folder)

    def _record_path(self, name: str) -> Path:
        return self.folder / _RECORDS / f"{name}.json"

    def _record(self, name: str) -> dict[str, Any]:
        path = self._record_path(name)
        with output_errors(path):
            there = path.exists()
        return dict(read_json(path)) if there else {}

    def _whole(self, record: dict[str, Any]) -> bool:
        files: dict[str, str] = record["files"]
        return all((self.folder / f).is_file() and file_digest(self.folder / f) == d for f, d in files.items())


def _content_digest(case: Case, others: Sequence[Image]) -> str:
    """The SHA-256 of voxels, types, shapes, affine and facts of a case and its other channels."""
    sums = hashlib.sha256(repr(to_plain((case.patient, case.frame, case.group, case.sequence))).encode())
    for image in (case.image, case.label, *others):
        if image is not None:
            sums.update(f"{image.data.dtype}{image.data.shape}".encode())
            sums.update(np.ascontiguousarray(image.data).tobytes())
            sums.update(image.affine.tobytes())
    return sums.hexdigest()

"""Write the raw layout of nnU-Net v2 case by case, so that an interrupted run goes on where it stopped.

    imagesTr/CASE_0000.nii.gz  labelsTr/CASE.nii.gz  [imagesTs, labelsTs]  dataset.json  splits_final.json
    provenance/CASE.json  spinbridge.json

A case counts as finished once its record in `provenance` is there, its history is the one asked for and the files have
the digests that it states. Records stay out of the image folders, which nnU-Net checks file by file. Splits are by
patient and never hold out a synthetic case (`data.nnunet_splits`). Layout: nnU-Net documentation, dataset_format.md.
"""

import hashlib
import re
from collections.abc import Sequence
from contextlib import ExitStack
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
from spinbridge.data.labels import consecutive, from_heart
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
        structures: Sequence[Heart] = Heart.foreground(),
        channel: str = "cineMRI",
        name: str = "",
    ) -> None:
        """Take the `folder`, the `structures` its labels have, nnU-Net's name of the one channel, and a `name`."""
        self.folder, self.channel = folder, channel
        self.name = name or re.sub(r"^Dataset\d{3}_", "", folder.name)
        self.convention = consecutive(structures)
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
        parts = [(f"images{part}/{name}_0000.nii.gz", f"labels{part}/{name}.nii.gz") for part in ("Tr", "Ts")]
        for path in (self._record_path(name), *(self.folder / file for files in parts for file in files)):
            with output_errors(path):
                if path.exists():
                    path.unlink()

    def add(self, case: Case, *, source: str = "", test: bool = False) -> bool:
        """Write a case unless the same one is there; tell whether it was written. One that fails leaves nothing.

        `source` is the case that a synthetic one was made from; `test` puts it where nnU-Net does not train.
        Raises `InputError` for what cannot be a training case, `OutputError` where it cannot be written.
        """
        self._refuse_unfit(case, test)
        with ExitStack() as undo:
            undo.callback(self.remove, case.name)
            written = self._add(case, source, test)
            undo.pop_all()
        self._written.add(case.name)
        return written

    def _add(self, case: Case, source: str, test: bool) -> bool:
        content = _content_digest(case)
        if self.keep(case.name, case.history) and self._record(case.name)["content_sha256"] == content:
            return False
        with output_errors(self._record_path(case.name)):
            self._record_path(case.name).unlink(missing_ok=True)
        files = self._write_files(case, "Ts" if test else "Tr")
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
            "channel_names": {"0": self.channel},
            "labels": {s.name if s else "background": number for number, s in self.convention.values.items()},
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
        missing = sorted(set(self.convention.structures) - set(case.structures))
        if case.label is not None and missing:
            needed = f"labels of {', '.join(s.name for s in self.convention.structures)}"
            got = f"one that leaves out {', '.join(Heart(s).name for s in missing)}"
            raise LabelError(needed, got, remedy="Write fewer structures.", where=case.name)

    def _write_files(self, case: Case, part: str) -> list[Path]:
        image = self.folder / f"images{part}" / f"{case.name}_0000.nii.gz"
        write_image(image, case.image)
        if case.label is None:
            return [image]
        label = self.folder / f"labels{part}" / f"{case.name}.nii.gz"
        chosen = np.where(np.isin(case.label.data, self.convention.structures), case.label.data, Heart.BACKGROUND)
        numbers = from_heart(chosen, self.convention, where=case.name)
        write_image(label, Image(data=numbers, affine=case.image.affine, header=case.image.header), dtype=np.uint8)
        return [image, label]

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


def _content_digest(case: Case) -> str:
    """The SHA-256 of voxels, types, shapes, affine and facts of a case."""
    sums = hashlib.sha256(repr(to_plain((case.patient, case.frame, case.group, case.sequence))).encode())
    for image in (case.image, case.label):
        if image is not None:
            sums.update(f"{image.data.dtype}{image.data.shape}".encode())
            sums.update(np.ascontiguousarray(image.data).tobytes())
            sums.update(image.affine.tobytes())
    return sums.hexdigest()

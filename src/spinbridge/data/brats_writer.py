"""Write cases in the layout of BraTS 2021: one folder a case, one file a channel, labels 1, 2 and 4.

    BraTS2021_00007/BraTS2021_00007_t1.nii.gz  ..._t1ce.nii.gz  ..._t2.nii.gz  ..._flair.nii.gz  ..._seg.nii.gz
    BraTS2021_00007/BraTS2021_00007.json       how it was made

A case counts as finished once its record is there with the history that is asked for and its files with the digests
that it states. Layout and labels: Baid et al., arXiv:2107.02314 (1 necrotic core, 2 oedema, 4 enhancing tumour).
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from spinbridge.core.case import Case
from spinbridge.core.errors import InputError, LabelError
from spinbridge.core.files import output_errors
from spinbridge.core.image import Image
from spinbridge.core.provenance import file_digest, read_record, write_record
from spinbridge.core.settings import digest
from spinbridge.core.structures import Glioma
from spinbridge.data.nifti import write_image

CHANNELS = ("t1", "t1ce", "t2", "flair")  #: of a case, in order
_NUMBERS = {Glioma.BACKGROUND: 0, Glioma.NECROTIC_CORE: 1, Glioma.OEDEMA: 2, Glioma.ENHANCING: 4}


def brats_name(number: int) -> str:
    """Such as `BraTS2021_00007`."""
    return f"BraTS2021_{number:05d}"


def keep_brats_case(folder: Path, name: str, history: Sequence[dict[str, Any]]) -> bool:
    """Whether the finished case of this name and history is in `folder`."""
    record = read_record(_stem(folder, name))
    files: dict[str, str] = record.get("files", {})
    home = folder / name
    whole = all((home / file).is_file() and file_digest(home / file) == value for file, value in files.items())
    return bool(files) and whole and record.get("history_sha256") == digest(history)


def write_brats_case(folder: Path, name: str, case: Case, others: Sequence[Image]) -> None:
    """Write T1, T1ce, T2 and FLAIR (the case's image and the `others`) and the label of a case as `folder/name`.

    Raises `InputError` unless there are four channels, `LabelError` where no tumour was outlined, `OutputError` where
    nothing can be written.
    """
    if len(others) + 1 != len(CHANNELS):
        raise InputError(f"the channels {', '.join(CHANNELS)}", f"{len(others) + 1} of them", where=name)
    parts = [s for s in case.structures if isinstance(s, Glioma)]
    if case.label is None or set(parts) != set(Glioma.foreground()):
        raise LabelError("labels of the parts of a glioma", "others", remedy="Choose nnunet instead.", where=name)
    stem = _stem(folder, name)
    record = stem.with_name(f"{name}.json")
    with output_errors(record):
        record.unlink(missing_ok=True)
    files = []
    for channel, image in zip(CHANNELS, (case.image, *others), strict=True):
        files.append(stem.with_name(f"{name}_{channel}.nii.gz"))
        write_image(files[-1], image)
    table = np.array([_NUMBERS[Glioma(value)] for value in range(len(Glioma))], np.uint8)
    files.append(stem.with_name(f"{name}_seg.nii.gz"))
    write_image(files[-1], Image(data=table[case.label.data], affine=case.image.affine), dtype=np.uint8)
    digests = {path.name: file_digest(path) for path in files}
    facts = {"patient": case.patient, "group": case.group, "sequence": case.sequence}
    write_record(
        stem, case.history, synthetic=case.synthetic, history_sha256=digest(case.history), files=digests, case=facts
    )


def _stem(folder: Path, name: str) -> Path:
    """The path beside which the record of a case stands."""
    return folder / name / f"{name}.nii.gz"

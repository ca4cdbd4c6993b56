"""Write patients in the layout of ACDC: `patientNNN/Info.cfg`, one file a frame, labels RV 1, MYO 2, LV 3.

End diastole is written as frame 1 and end systole as frame 2. Labels of fewer structures than three are refused, since
the layout has no way to say what was not annotated.
"""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from spinbridge.core.case import Case
from spinbridge.core.errors import InputError, LabelError
from spinbridge.core.files import write_text
from spinbridge.core.image import Image
from spinbridge.core.provenance import write_record
from spinbridge.core.structures import Heart
from spinbridge.data.labels import CONVENTIONS, from_heart
from spinbridge.data.nifti import write_image

MOMENTS = ("ED", "ES")


def write_acdc_patient(folder: Path, name: str, cases: Sequence[Case]) -> None:
    """Write a patient's two moments as `folder/name`; `name` is `patient` and a number.

    Raises `InputError` unless there is one case of each moment, `LabelError` where a label leaves a structure out.
    """
    by_moment = {case.frame: case for case in cases}
    if sorted(by_moment) != sorted(MOMENTS) or len(cases) != len(MOMENTS):
        got = ", ".join(f"{case.name} ({case.frame or 'no moment'})" for case in cases)
        raise InputError("one case of ED and one of ES", got, remedy="Choose nnunet instead.", where=name)
    for number, moment in enumerate(MOMENTS, start=1):
        _write_frame(folder / name / f"{name}_frame{number:02d}", by_moment[moment])
    lines = ["ED: 1", "ES: 2", f"Group: {by_moment['ED'].group}", "NbFrame: 2"]
    write_text(folder / name / "Info.cfg", "\n".join(lines) + "\n")


def _write_frame(path: Path, case: Case) -> None:
    image = path.with_name(f"{path.name}.nii.gz")
    write_image(image, case.image)
    if case.label is not None:
        if set(case.structures) != set(Heart.foreground()):
            got = ", ".join(structure.name for structure in case.structures)
            raise LabelError("labels of RV, MYO and LV", got, remedy="Choose nnunet instead.", where=case.name)
        numbers = from_heart(case.label.data, CONVENTIONS["acdc"], where=case.name)
        place = Image(data=numbers, affine=case.image.affine, header=case.image.header)
        write_image(path.with_name(f"{path.name}_gt.nii.gz"), place, dtype=np.uint8)
    write_record(image, case.history, synthetic=case.synthetic, sequence=case.sequence)

"""`convert`: any supported layout to nnU-Net raw or to that of ACDC, frames taken out of 4D files on the way.

Voxels, affines and labels are carried over as they are; only the numbers of the labels change to those of the layout.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from spinbridge.core.errors import SettingsError
from spinbridge.core.files import sweep, write_json
from spinbridge.core.structures import Heart
from spinbridge.data.acdc_writer import write_acdc_patient
from spinbridge.data.case_loop import for_each, for_each_case
from spinbridge.data.cines import LABELLED, one_entry_a_frame
from spinbridge.data.dataset import Dataset, Entry
from spinbridge.data.detect import open_dataset
from spinbridge.data.finding import Finding
from spinbridge.data.nnunet_writer import NnUNetWriter
from spinbridge.recipes.claim import refuse_inside

LAYOUTS = ("nnunet", "acdc")


@dataclass(frozen=True, kw_only=True)
class ConvertSettings:
    """Any supported layout to nnU-Net raw or to that of ACDC; frames are taken out of 4D files on the way."""

    data: Path  #: folder of the data set, or one NIfTI file
    out: Path  #: folder to write, such as Dataset027_ACDC
    to: str = "nnunet"  #: `nnunet` or `acdc`
    frames: str = LABELLED  #: of 4D files: `labelled`, `all`, numbers from 1 (`1,12`) or names (`ED=1,ES=12`)
    structures: tuple[str, ...] = ()  #: structures to write, such as LV and MYO; all that are annotated where empty
    labels: str = ""  #: label convention of the data, such as `acdc` or `mnms`, where it cannot be told
    patient_pattern: str = ""  #: regular expression for the patient in a case's name
    channel: int = 0  #: channel to take from several
    folds: int = 5  #: folds of the split by patient
    seed: int = 0


@dataclass(frozen=True, kw_only=True)
class ConvertResult:
    """What was written and what was not."""

    folder: str
    cases: tuple[str, ...]  #: cases written, or kept from an earlier run
    notes: tuple[str, ...]
    failures: tuple[Finding, ...]


def convert(settings: ConvertSettings) -> ConvertResult:
    """Write the data set into the folder `out`; finished cases of an earlier run are kept.

    Bad cases are failures of the result and the others are written. Raises `InputError` where there is no data set or
    no case could be used, `SettingsError` for an unknown layout or structure.
    """
    if settings.to not in LAYOUTS:
        raise SettingsError(f"a layout among {', '.join(LAYOUTS)}", f"'{settings.to}'", where="--to")
    refuse_inside(settings.out, settings.data)
    opened = open_dataset(
        settings.data, labels=settings.labels, patient_pattern=settings.patient_pattern, channel=settings.channel
    )
    dataset = one_entry_a_frame(opened, settings.frames)
    write = _write_nnunet if settings.to == "nnunet" else _write_acdc
    cases, failures = write(dataset, settings)
    return ConvertResult(folder=str(settings.out), cases=tuple(cases), notes=dataset.notes, failures=failures)


def _write_nnunet(dataset: Dataset, settings: ConvertSettings) -> tuple[Sequence[str], tuple[Finding, ...]]:
    writer = NnUNetWriter(settings.out, structures=_structures(dataset, settings.structures), name=dataset.name)

    def write(entry: Entry) -> bool:
        return writer.add(dataset.load(entry), source=entry.source, test=entry.test or entry.label is None)

    outcome = for_each_case(dataset, write, what="convert").require_some(dataset.folder)
    writer.finish(folds=settings.folds, seed=settings.seed)
    return list(outcome.results), outcome.failures


def _write_acdc(dataset: Dataset, settings: ConvertSettings) -> tuple[Sequence[str], tuple[Finding, ...]]:
    names = _patient_names(dataset.patients)

    def write(patient: str) -> list[str]:
        cases = [dataset.load(entry) for entry in dataset.of_patients([patient]).entries]
        write_acdc_patient(settings.out, names[patient], cases)
        return [case.name for case in cases]

    outcome = for_each(dataset.patients, write, name=lambda patient: patient, what="convert").require_some(
        dataset.folder
    )
    sweep(settings.out)
    write_json(settings.out / "patients.json", names)
    return [name for made in outcome.results.values() for name in made], (*dataset.problems, *outcome.failures)


def _patient_names(patients: Sequence[str]) -> dict[str, str]:
    """Names as the layout wants them: their own where all have such, else numbers."""
    if all(re.fullmatch(r"patient\d+", patient) for patient in patients):
        return {patient: patient for patient in patients}
    return {patient: f"patient{number:03d}" for number, patient in enumerate(patients, start=1)}


def _structures(dataset: Dataset, wanted: Sequence[str]) -> tuple[Heart, ...]:
    known = dataset.structures or Heart.foreground()
    unknown = [name for name in wanted if name not in {structure.name for structure in known}]
    if unknown:
        raise SettingsError(f"structures among {', '.join(s.name for s in known)}", ", ".join(unknown))
    return tuple(structure for structure in known if not wanted or structure.name in wanted)

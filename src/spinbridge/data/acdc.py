"""Read the layout of the ACDC cohort: `patientNNN/Info.cfg`, one file a frame, labels RV 1, MYO 2, LV 3.

Frames are counted from 1. Cohort: Bernard et al., IEEE TMI 37 (2018) 2514, DOI 10.1109/TMI.2018.2837502.
"""

from pathlib import Path

from spinbridge.core.errors import InputError
from spinbridge.data.dataset import Dataset, Entry
from spinbridge.data.finding import Finding, finding_from
from spinbridge.data.labels import CONVENTIONS

LAYOUT = "ACDC"
_INFO = "Info.cfg"
_SEQUENCE = "bssfp"  # cine; the flip angle is not published


def patient_folders(folder: Path) -> list[Path]:
    """The patient folders in `folder`, in its `training` and `testing`, or below a `database`."""
    places = (f"{'*/' * depth}{_INFO}" for depth in range(4))
    return sorted({info.parent for place in places for info in folder.glob(place)})


def is_acdc(folder: Path) -> bool:
    """Whether the folder has this layout."""
    return bool(patient_folders(folder))


def read_acdc(folder: Path) -> Dataset:
    """List end diastole and end systole of every patient; patients whose `Info.cfg` is no good become problems."""
    entries: list[Entry] = []
    problems: list[Finding] = []
    for place in patient_folders(folder):
        try:
            entries += _patient(place)
        except InputError as error:
            problems.append(finding_from(error, case=place.name))
    ordered = tuple(sorted(entries, key=lambda entry: entry.name))
    return Dataset(
        name="ACDC",
        folder=folder,
        layout=LAYOUT,
        entries=ordered,
        convention=CONVENTIONS["acdc"],
        problems=tuple(problems),
    )


def _patient(place: Path) -> list[Entry]:
    info = _info(place / _INFO)
    entries = []
    for moment in ("ED", "ES"):
        number = info[moment]
        image, time_index = _frame_file(place, int(number))
        label = place / f"{place.name}_frame{int(number):02d}_gt.nii.gz"
        entry = Entry(
            name=f"{place.name}_{moment}",
            patient=place.name,
            image=image,
            label=label if label.exists() else None,
            time_index=time_index,
            frame=moment,
            sequence=_SEQUENCE,
            group=info.get("Group", ""),
            test="testing" in place.parts,
        )
        entries.append(entry)
    return entries


def _frame_file(place: Path, number: int) -> tuple[Path, int | None]:
    frame, cine = place / f"{place.name}_frame{number:02d}.nii.gz", place / f"{place.name}_4d.nii.gz"
    return (cine, number - 1) if cine.exists() and not frame.exists() else (frame, None)


def _info(path: Path) -> dict[str, str]:
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (UnicodeDecodeError, OSError) as error:
        raise InputError("a text file", str(error), where=path) from error
    info = {key.strip(): value.strip() for key, _, value in (line.partition(":") for line in lines)}
    bad = [f"{key}: {info.get(key)}" for key in ("ED", "ES") if not info.get(key, "").isdigit()]
    if bad:
        remedy = "Write the frame numbers, counted from 1, such as 'ED: 1'."
        raise InputError("the frame numbers ED and ES", ", ".join(bad), remedy=remedy, where=path)
    return info

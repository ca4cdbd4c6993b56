"""Read the layout of the M&Ms-2 cohort: `dataset/NNN/NNN_SA_ED.nii.gz`, labels LV 1, MYO 2, RV 3.

Only the short-axis volumes are taken: structures, guard and phantom are those of short-axis stacks. Cohort:
Martín-Isla et al., IEEE JBHI 27 (2023) 3302, DOI 10.1109/JBHI.2023.3267857.
"""

import csv
from pathlib import Path

from spinbridge.data.dataset import Dataset, Entry
from spinbridge.data.labels import CONVENTIONS

LAYOUT = "M&Ms-2"
_TABLE = "dataset_information.csv"
_SEQUENCE = "bssfp"  # cine; the flip angle is not published


def is_mnms2(folder: Path) -> bool:
    """Whether the folder has this layout."""
    return bool(_subjects(folder))


def read_mnms2(folder: Path) -> Dataset:
    """List end diastole and end systole of every subject's short axis; long-axis files are counted in a note."""
    subjects = _subjects(folder)
    table = _table(folder)
    entries = [entry for place in subjects for entry in _subject(place, table.get(place.name, {}))]
    long_axis = sum(len(list(place.glob(f"{place.name}_LA_E[DS].nii*"))) for place in subjects)
    notes = (f"{long_axis} long-axis volumes left out: only short-axis stacks can be used",) if long_axis else ()
    return Dataset(
        name="M&Ms-2",
        folder=folder,
        layout=LAYOUT,
        entries=tuple(entries),
        convention=CONVENTIONS["mnms"],
        notes=notes,
    )


def _subjects(folder: Path) -> list[Path]:
    places = {file.parent for depth in range(3) for file in folder.glob(f"{'*/' * depth}*_SA_E[DS].nii*")}
    return sorted(place for place in places if any(place.glob(f"{place.name}_SA_E[DS].nii*")))


def _subject(place: Path, row: dict[str, str]) -> list[Entry]:
    field = row.get("FIELD", "").removesuffix("T").strip()
    entries = []
    for moment in ("ED", "ES"):
        image = _existing(place / f"{place.name}_SA_{moment}.nii.gz")
        label = _existing(place / f"{place.name}_SA_{moment}_gt.nii.gz")
        entry = Entry(
            name=f"{place.name}_SA_{moment}",
            patient=place.name,
            image=image,
            label=label if label.exists() else None,
            frame=moment,
            sequence=_SEQUENCE,
            group=row.get("DISEASE", ""),
            field_strength=float(field) if field.replace(".", "", 1).isdigit() else None,
        )
        entries.append(entry)
    return entries


def _existing(path: Path) -> Path:
    plain = path.with_name(path.name.removesuffix(".gz"))
    return plain if plain.exists() and not path.exists() else path


def _table(folder: Path) -> dict[str, dict[str, str]]:
    tables = [path for path in (folder / _TABLE, folder.parent / _TABLE) if path.is_file()]
    if not tables:
        return {}
    with tables[0].open(newline="", encoding="utf-8-sig") as file:
        return {row.get("SUBJECT_CODE", "").zfill(3): row for row in csv.DictReader(file)}

"""Open a data set whatever its layout: look at the folder, read the list of cases, apply what the user knows better."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from spinbridge.core.errors import InputError
from spinbridge.data.acdc import is_acdc, read_acdc
from spinbridge.data.dataset import Dataset, Entry
from spinbridge.data.facts import FILE, CaseFacts, FolderFacts, read_facts
from spinbridge.data.labels import known_convention
from spinbridge.data.loose import is_loose, read_loose
from spinbridge.data.mnms2 import is_mnms2, read_mnms2
from spinbridge.data.names import frame_of, patient_of
from spinbridge.data.nnunet_layout import is_nnunet, read_nnunet

#: layouts without options, tried after nnU-Net in this order
_LAYOUTS: tuple[tuple[Callable[[Path], bool], Callable[[Path], Dataset]], ...] = (
    (is_acdc, read_acdc),
    (is_mnms2, read_mnms2),
    (is_loose, read_loose),
)
_KNOWN = "an nnU-Net raw, ACDC or M&Ms-2 folder, or one of NIfTI files"


def open_dataset(path: Path | str, *, labels: str = "", patient_pattern: str = "", channel: int = 0) -> Dataset:
    """List the cases of a folder (or of one file) without reading any.

    `labels` names the label convention; it wins over `spinbridge.json`, and that over the layout. `patient_pattern` is
    a regular expression that finds the patient in a case's name, `channel` chooses among several nnU-Net channels.
    Raises `InputError` where there is no data set.
    """
    place = Path(path).resolve()
    if not place.exists():
        raise InputError(_KNOWN, "no such path", remedy="Check the path.", where=path)
    listed = _read(place, channel)
    facts = read_facts(listed.folder)
    pattern = patient_pattern or facts.patient_pattern
    entries = tuple(_informed(entry, facts, pattern) for entry in listed.entries)
    stated = known_convention(labels) if labels else facts.convention(listed.folder / FILE)
    strangers = sum(not entry.patient_known for entry in entries)
    notes = listed.notes
    if strangers:
        notes = (*notes, f"{strangers} case names tell no patient; each is taken as a patient of its own")
    named = facts.name or listed.name
    return replace(listed, name=named, entries=entries, convention=stated or listed.convention, notes=notes)


def _read(place: Path, channel: int) -> Dataset:
    if place.is_dir() and is_nnunet(place):
        return _filled(read_nnunet(place, channel=channel))
    if place.is_dir() and not any(place.iterdir()):
        raise InputError(_KNOWN, "an empty folder", remedy="Check the path, or fetch the data.", where=place)
    for fits, read in _LAYOUTS:
        if fits(place):
            return _filled(read(place))
    children = sorted(child.name for child in place.iterdir())[:5] if place.is_dir() else ["a file of another kind"]
    raise InputError(_KNOWN, f"{', '.join(children)}", remedy="Give the folder of the data set.", where=place)


def _filled(dataset: Dataset) -> Dataset:
    if not dataset.entries and not dataset.problems:
        raise InputError("at least one case", "none", remedy="Check the folder.", where=dataset.folder)
    return dataset


def _informed(entry: Entry, facts: FolderFacts, pattern: str) -> Entry:
    stated = facts.cases.get(entry.name, CaseFacts())
    by_layout = entry.patient if entry.patient != entry.name else None
    by_name = patient_of(entry.name, pattern) if pattern or by_layout is None else by_layout
    patient = stated.patient or by_name
    return replace(
        entry,
        patient=patient or entry.name,
        patient_known=patient is not None,
        frame=stated.frame or entry.frame or frame_of(entry.name),
        group=stated.group or entry.group,
        sequence=stated.sequence or entry.sequence or facts.sequence,
        field_strength=stated.field_strength or entry.field_strength or facts.field_strength,
        synthetic=stated.synthetic,
        source=stated.source,
    )

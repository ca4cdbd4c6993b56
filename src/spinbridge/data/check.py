"""What a folder is and what is wrong with it, all cases looked at, whatever is wrong with some."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from spinbridge.core.progress import track
from spinbridge.data.check_case import Look, look_at
from spinbridge.data.dataset import Dataset
from spinbridge.data.finding import Finding, Severity


@dataclass(frozen=True, kw_only=True)
class Range:
    """From the lowest to the highest."""

    low: float
    high: float


@dataclass(frozen=True, kw_only=True)
class CheckResult:
    """What a folder is, and the findings, the worst first."""

    name: str
    folder: str
    layout: str
    patients: int
    cases: int
    labelled: int
    synthetic: int
    moments: dict[str, int]  #: ED, ES or frame number -> cases
    groups: dict[str, int]  #: diagnosis -> patients
    frames: Range  #: time frames in a file
    slices: Range
    in_plane: Range  #: voxels along y and x
    spacing: Range  #: in plane [mm]
    slice_distance: Range  #: [mm]
    oblique: dict[str, float]  #: case -> tilt of its axes from those of the scanner [degrees], where there is any
    labels: str  #: what the numbers mean, such as `RV 1, MYO 2, LV 3`
    structures: dict[str, int]  #: structure -> cases that have it
    sequences: dict[str, int]  #: sequence -> cases, where known
    notes: tuple[str, ...]
    findings: tuple[Finding, ...]

    def count(self, severity: Severity) -> int:
        """The number of findings of one severity."""
        return sum(finding.severity is severity for finding in self.findings)

    @property
    def usable(self) -> bool:
        """Whether nothing makes a case unusable."""
        return self.count(Severity.ERROR) == 0


def check_dataset(dataset: Dataset) -> list[Finding]:
    """Everything that is wrong with a data set, the worst first."""
    return list(examine(dataset).findings)


def examine(dataset: Dataset) -> CheckResult:
    """Look at every case. Bad cases become findings, none ends the examination."""
    looks = [look_at(dataset, entry) for entry in track(dataset.entries, "check", total=len(dataset.entries))]
    folder_wide = [*dataset.problems, *_duplicates(looks), *_alike_names(dataset), *_unlabelled(dataset)]
    findings = [*folder_wide, *(finding for look in looks for finding in look.findings)]
    seen = [look for look in looks if look.shape]
    return CheckResult(
        name=dataset.name,
        folder=str(dataset.folder),
        layout=dataset.layout,
        patients=len(dataset.patients),
        cases=len(dataset.entries),
        labelled=len(dataset.labelled().entries),
        synthetic=sum(entry.synthetic for entry in dataset.entries),
        moments=_counted(entry.frame for entry in dataset.entries),
        groups=_counted(dataset.groups.values()),
        frames=_range(look.frames for look in seen),
        slices=_range(look.shape[0] for look in seen),
        in_plane=_range(n for look in seen for n in look.shape[1:]),
        spacing=_range(s for look in seen for s in look.spacing[1:]),
        slice_distance=_range(look.spacing[0] for look in seen),
        oblique={look.entry.name: round(look.tilt, 1) for look in seen if look.tilt},
        labels=dataset.convention.describe() if dataset.convention else "",
        structures=_counted(s.name for look in looks for s, count in look.structures.items() if count),
        sequences=_counted(entry.sequence for entry in dataset.entries),
        notes=dataset.notes,
        findings=tuple(sorted(findings, key=lambda finding: -finding.severity)),
    )


def _counted(values: Iterable[str]) -> dict[str, int]:
    return dict(sorted(Counter(value for value in values if value).items()))


def _range(values: Iterable[float]) -> Range:
    numbers = sorted(values)
    return Range(low=float(numbers[0]), high=float(numbers[-1])) if numbers else Range(low=0.0, high=0.0)


def _duplicates(looks: list[Look]) -> list[Finding]:
    by_voxels: dict[str, list[Look]] = defaultdict(list)
    for look in looks:
        if look.voxel_digest:
            by_voxels[look.voxel_digest].append(look)
    findings = []
    for alike in by_voxels.values():
        if len(alike) > 1:
            names = ", ".join(look.entry.name for look in alike[:5])
            patients = {look.entry.patient for look in alike}
            whose = f" of {len(patients)} patients" if len(patients) > 1 else ""
            remedy = "Keep one; of two patients in one split each, the other would leak." if whose else "Keep one."
            findings.append(_folder_wide("different images", f"the same voxels in {names}{whose}", remedy))
    return findings


def _alike_names(dataset: Dataset) -> list[Finding]:
    by_start: dict[str, list[str]] = defaultdict(list)
    for entry in dataset.entries:
        if not entry.patient_known and not entry.synthetic:
            by_start[re.sub(r"[_-]?[A-Za-z]*\d*$", "", entry.name)].append(entry.name)
    remedy = "Give a patient_pattern, or the patients in spinbridge.json, lest one patient is on both sides of a split."
    return [
        _folder_wide("to know whose each case is", f"{len(names)} names that begin alike, such as {names[0]}", remedy)
        for start, names in by_start.items()
        if start and len(names) > 1
    ]


def _unlabelled(dataset: Dataset) -> list[Finding]:
    without = [entry.name for entry in dataset.entries if entry.label is None and not entry.test]
    if not without:
        return []
    got = f"{len(without)} of {len(dataset.entries)} without one, such as {without[0]}"
    return [_folder_wide("a label for each case", got, "They can be segmented, not trained on.", Severity.NOTE)]


def _folder_wide(needed: str, got: str, remedy: str, severity: Severity = Severity.WARNING) -> Finding:
    return Finding(case="", path=None, severity=severity, needed=needed, got=got, remedy=remedy)

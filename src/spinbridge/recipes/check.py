"""`check`: what a folder is and what is wrong with it, as a result that prints plainly or as JSON."""

from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

from spinbridge.data.check import CheckResult, Range, examine
from spinbridge.data.detect import open_dataset
from spinbridge.data.finding import Finding

__all__ = ["CheckResult", "CheckSettings", "check", "describe"]

_SHOWN = 3


@dataclass(frozen=True, kw_only=True)
class CheckSettings:
    """What a folder is, and what is wrong with it: nnU-Net raw, ACDC, M&Ms-2, or a folder of NIfTI files."""

    data: Path  #: folder of the data set, or one NIfTI file
    labels: str = ""  #: label convention, such as acdc or mnms, where it cannot be told
    patient_pattern: str = ""  #: regular expression that finds the patient in a case's name
    channel: int = 0  #: channel to take from images of several


def check(settings: CheckSettings) -> CheckResult:
    """Look at every case of a data set in any supported layout.

    Raises `InputError` where there is no data set at all; bad cases are findings of the result, whose `usable` says
    whether there is none.
    """
    return examine(
        open_dataset(
            settings.data,
            labels=settings.labels,
            patient_pattern=settings.patient_pattern,
            channel=settings.channel,
        )
    )


def describe(result: CheckResult) -> str:
    """The result in plain lines; findings of one kind are gathered."""
    facts = {
        "layout": result.layout,
        "patients": _with_counts(result.patients, result.groups),
        "cases": _with_counts(result.cases, result.moments),
        "labelled": f"{result.labelled}",
        "synthetic": f"{result.synthetic}" if result.synthetic else "",
        "volume": f"{_span(result.slices)} slices of {_span(result.in_plane)} voxels",
        "frames": _span(result.frames) if result.frames.high > 1 else "",
        "spacing": f"{_span(result.spacing)} mm in plane, {_span(result.slice_distance)} mm between slices",
        "oblique": _oblique(result),
        "labels": result.labels or "not stated",
        "found": ", ".join(f"{name} in {count}" for name, count in result.structures.items()),
        "sequence": ", ".join(f"{name} ({count})" for name, count in result.sequences.items()) or "not stated",
    }
    lines = [f"{result.name}: {result.folder}", *(f"  {key:10}{value}" for key, value in facts.items() if value)]
    lines += [f"note: {note}" for note in result.notes]
    return "\n".join([*lines, *_gathered(result.findings), _verdict(result)])


def _gathered(findings: tuple[Finding, ...]) -> list[str]:
    kinds: dict[tuple[object, str, str], list[Finding]] = defaultdict(list)
    for finding in findings:
        kinds[finding.severity, finding.needed, finding.remedy].append(finding)
    lines = []
    for alike in kinds.values():
        lines += [str(finding) for finding in alike[:_SHOWN]]
        if len(alike) > _SHOWN:
            lines.append(f"  ... and {len(alike) - _SHOWN} more of this kind")
    return lines


def _verdict(result: CheckResult) -> str:
    counts = {"error": 0, "warning": 0, "note": 0}
    for finding in result.findings:
        counts[finding.severity.name.lower()] += 1
    return ", ".join(f"{count} {name}{'' if count == 1 else 's'}" for name, count in counts.items())


def _with_counts(total: int, counts: dict[str, int]) -> str:
    parts = ", ".join(f"{name} {count}" for name, count in counts.items())
    return f"{total} ({parts})" if parts else f"{total}"


def _oblique(result: CheckResult) -> str:
    """How many stacks do not lie along the axes of the scanner, as is usual for short axes."""
    if not result.oblique:
        return ""
    tilts = Range(low=round(min(result.oblique.values())), high=round(max(result.oblique.values())))
    return f"{len(result.oblique)} of {result.cases} cases, tilted {_span(tilts)} degrees"


def _span(span: Range) -> str:
    low, high = f"{span.low:.4g}", f"{span.high:.4g}"
    return low if low == high else f"{low} to {high}"

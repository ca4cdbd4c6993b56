"""What is wrong with a case or a folder, in the same four parts as an error: where, needed, got, remedy."""

from dataclasses import dataclass
from enum import IntEnum
from pathlib import Path

from spinbridge.core.errors import SpinbridgeError


class Severity(IntEnum):
    """How bad it is: a note informs, a warning may spoil results, an error makes a case unusable."""

    NOTE = 0
    WARNING = 1
    ERROR = 2


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One thing that was found."""

    case: str  #: the case, or empty for the whole folder
    path: Path | None
    severity: Severity
    needed: str  #: empty where a note just tells something
    got: str
    remedy: str = ""

    def __str__(self) -> str:
        """One line that stands alone."""
        place = self.path or self.case
        where = f"{place}: " if place else ""
        remedy = f" {self.remedy}" if self.remedy else ""
        what = f"needed {self.needed}, got {self.got}" if self.needed else self.got
        return f"{self.severity.name.lower()}: {where}{what}.{remedy}"


@dataclass(frozen=True, kw_only=True)
class PlainFinding:
    """An error as JSON keeps it, its path as seen from the folder of its data set."""

    case: str
    path: str
    needed: str
    got: str
    remedy: str

    def inside(self, folder: Path) -> Finding:
        """The error in a folder."""
        path = folder / self.path if self.path else None
        needed, got = self.needed, self.got
        return Finding(case=self.case, path=path, severity=Severity.ERROR, needed=needed, got=got, remedy=self.remedy)


def plain_finding(finding: Finding, folder: Path) -> PlainFinding:
    """An error without the place of its folder on this disk."""
    path = "" if finding.path is None else str(finding.path).removeprefix(f"{folder}/")
    return PlainFinding(case=finding.case, path=path, needed=finding.needed, got=finding.got, remedy=finding.remedy)


def finding_from(error: SpinbridgeError, *, case: str = "", path: Path | None = None) -> Finding:
    """An error as a finding; the place that the error names wins over `path`."""
    place = error.where if isinstance(error.where, Path) else path
    return Finding(
        case=case, path=place, severity=Severity.ERROR, needed=error.needed, got=error.got, remedy=error.remedy
    )

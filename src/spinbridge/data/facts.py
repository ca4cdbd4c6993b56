"""`spinbridge.json`: what a data folder's own layout cannot say, beside the data.

Whose a case is, how it was acquired, whether it is synthetic and from which case it was made; what label numbers mean.
Everything in it wins over rules for names.
"""

from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from spinbridge.core.errors import InputError, LabelError
from spinbridge.core.files import read_json
from spinbridge.core.settings import from_plain, to_plain
from spinbridge.data.labels import Convention, convention_from_names, known_convention

FILE = "spinbridge.json"


@dataclass(frozen=True, kw_only=True)
class CaseFacts:
    """What is known of one case; empty where unknown."""

    patient: str = ""
    frame: str = ""
    group: str = ""
    sequence: str = ""
    field_strength: float | None = None  #: [T]
    synthetic: bool = False
    source: str = ""  #: the case it was made from


@dataclass(frozen=True, kw_only=True)
class FolderFacts:
    """What is known of a folder."""

    name: str = ""
    sequence: str = ""  #: of every case that does not say otherwise
    field_strength: float | None = None  #: [T]
    labels: str | dict[str, int] = ""  #: a convention's name, or structure name -> number
    patient_pattern: str = ""
    cases: dict[str, CaseFacts] = field(default_factory=dict)

    def convention(self, where: Path) -> Convention | None:
        """The label convention that is stated, if one is."""
        if isinstance(self.labels, str):
            return known_convention(self.labels, where=where) if self.labels else None
        if not all(isinstance(number, int) for number in self.labels.values()):
            raise LabelError("'labels' as structure name and number", str(self.labels), where=where)
        return convention_from_names(self.labels, name="spinbridge.json", where=where)


def read_facts(folder: Path) -> FolderFacts:
    """The facts beside the data in `folder`; empty ones where there is no file."""
    path = folder / FILE
    if not path.exists():
        return FolderFacts()
    plain = read_json(path)
    if not isinstance(plain, dict) or not isinstance(plain.get("cases", {}), dict):
        raise InputError("an object with 'cases' by name", type(plain).__name__, where=path)
    cases = {name: from_plain(CaseFacts, facts, where=path) for name, facts in plain.pop("cases", {}).items()}
    return replace(from_plain(FolderFacts, plain, where=path), cases=cases)


def plain_facts(facts: FolderFacts) -> dict[str, Any]:
    """The facts as they stand in the file, without what is empty."""
    plain = {key: value for key, value in to_plain(facts).items() if value and key != "cases"}
    cases = {name: _filled(to_plain(case)) for name, case in sorted(facts.cases.items())}
    return {**plain, "cases": cases}


def _filled(plain: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in plain.items() if value}

"""One entry of a protocol, as it is written in the data: what is played, and where that was found.

    "50deg to 80deg"       any value between, evenly
    "60 to 70"             a whole number between, evenly; decimals where an end has them: "1.0 to 1.5"
    "43% to 45% of tr"     a share of another entry of the same table
    "5(3)3 | 4(1)3(1)2"    one of several; one that stands twice is drawn twice as often
    "35deg"                always this

Both ends carry the same unit, and a drawn value is rounded to three decimals of it, so that it can be written down
without loss. Sources begin with `read:` (as the named work gives it), `verify:` (usual in practice, to be checked
before it is quoted) or `derived:` (from other entries, by the rule given). Ours.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import torch

from spinbridge.core.errors import SettingsError
from spinbridge.core.random import uniform
from spinbridge.core.units import Kind, parse_quantity

AFTER_AGENT = "_post"  #: the end of a key that takes the place of the one before it, once contrast agent was given
SOURCES = ("read: ", "verify: ", "derived: ")
_RANGE = re.compile(r"(?P<low>\d+(?:\.\d+)?)(?P<unit>[a-zA-Z/%]*) to (?P<high>\d+(?:\.\d+)?)(?P<again>[a-zA-Z/%]*)")
_SINGLE = re.compile(r"(?P<low>\d+(?:\.\d+)?)(?P<unit>[a-zA-Z/%]*)")
_DECIMALS = 3
_INSIDE = 1 - 1e-6  # of a whole step: a draw of exactly one would be a value beyond the last


@dataclass(frozen=True)
class Span:
    """Lowest and highest number in one unit."""

    low: float
    high: float
    unit: str
    whole: bool  #: whether only whole numbers are meant


@dataclass(frozen=True)
class Entry:
    """A range, a choice or a share of another entry, with its source."""

    text: str
    source: str

    def __post_init__(self) -> None:
        """Refuse a text that cannot be drawn from and a source that does not say its kind. Raises `SettingsError`."""
        if not self.source.startswith(SOURCES):
            raise SettingsError(f"a source that begins with {', '.join(SOURCES)}", f"'{self.source}'", where=self.text)
        if not all(self.options) or (self.of and self.span is None):
            raise SettingsError("a range, a choice or a share such as '43% to 45% of tr'", f"'{self.text}'")
        if self.span is not None and self.span.low > self.span.high:
            raise SettingsError("a range from its lowest to its highest value", f"'{self.text}'")

    @cached_property
    def options(self) -> tuple[str, ...]:
        """The texts to choose from; one where there is no choice."""
        return tuple(option.strip() for option in self.text.split("|"))

    @cached_property
    def of(self) -> str:
        """The entry that this one is a share of; empty where it is none."""
        return self.text.partition(" of ")[2].strip()

    @cached_property
    def span(self) -> Span | None:
        """The numbers of a range or of a single quantity; None for choices and words. Raises `SettingsError`."""
        text = self.text.partition(" of ")[0].strip()
        match = _RANGE.fullmatch(text) or _SINGLE.fullmatch(text)
        if match is None:
            return None
        found = match.groupdict()
        if found["unit"] != found.get("again", found["unit"]):
            raise SettingsError("the same unit at both ends", f"'{self.text}'", remedy="As in 2.6ms to 3.3ms.")
        ends = found["low"], found.get("high", found["low"])
        whole = not found["unit"] and "." not in "".join(ends)
        return Span(float(ends[0]), float(ends[1]), found["unit"], whole)

    def draw(self, draw: torch.Generator, known: Mapping[str, str]) -> str:
        """One value as text; `known` has the texts drawn before, for shares of them."""
        if self.span is None:
            return self.options[int(uniform(0.0, len(self.options) * _INSIDE, draw))]
        low, high, whole = self.span.low, self.span.high, self.span.whole
        value = float(int(uniform(low, high + _INSIDE, draw))) if whole else uniform(low, high, draw)
        return self._written(value, known)

    def corners(self, known: Mapping[str, str]) -> tuple[str, ...]:
        """The texts of the lowest and the highest value, or of every option."""
        if self.span is None:
            return tuple(dict.fromkeys(self.options))
        return tuple(dict.fromkeys(self._written(end, known) for end in (self.span.low, self.span.high)))

    def number(self, kind: Kind | None, draw: torch.Generator) -> float:
        """One value in the canonical unit of a kind; a plain number where None. Raises `UnitError`."""
        if kind is None and self.span is not None and not self.span.whole:
            return uniform(self.span.low, self.span.high, draw)
        return _canonical(self.draw(draw, {}), kind)

    def limits(self, kind: Kind | None) -> tuple[float, float]:
        """The lowest and the highest value in the canonical unit of a kind. Raises `UnitError`."""
        values = [_canonical(corner, kind) for corner in self.corners({})]
        return min(values), max(values)

    def _written(self, value: float, known: Mapping[str, str]) -> str:
        """A number in the unit of this entry, or in that of the entry it is a share of, as text."""
        if self.span is None:
            return self.text
        unit = self.span.unit
        if self.of:
            whole = _SINGLE.fullmatch(known[self.of])
            if whole is None:
                raise SettingsError(f"{self.of} as one quantity", f"'{known[self.of]}'", where=self.text)
            value, unit = value / 100 * float(whole["low"]), whole["unit"]
        return f"{round(value, _DECIMALS):.{_DECIMALS}f}".rstrip("0").rstrip(".") + unit


def _canonical(text: str, kind: Kind | None) -> float:
    return float(text) if kind is None else parse_quantity(text, kind)

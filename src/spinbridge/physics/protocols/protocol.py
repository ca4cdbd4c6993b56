"""A named protocol: one scanner, or a mixture of scanners, and everything that can be drawn from it.

A draw picks a scanner by its share first, so that what is drawn together belongs together: `draw_one` gives a protocol
of one scanner, `draw` a whole examination. Randomness comes from the generator that is passed in; the same generator
gives the same draw. Sequences are drawn as texts of the sequence language, so that every draw can be written down and
played again. Units as everywhere: seconds, radians, tesla, mm, Hz. Ours; the values and their sources stand in the
TOML files of this folder.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import product
from types import MappingProxyType
from typing import Literal

import torch

from spinbridge.core.errors import SettingsError
from spinbridge.core.protocols import SignalModel
from spinbridge.core.random import uniform
from spinbridge.core.units import format_quantity
from spinbridge.physics.acquisition.chain import Acquisition
from spinbridge.physics.acquisition.excitation import Excitation
from spinbridge.physics.protocols.acquisition_draw import acquisition_of, fields_of
from spinbridge.physics.protocols.entry import AFTER_AGENT, Entry
from spinbridge.physics.protocols.imaging import Geometry, draw_geometry
from spinbridge.physics.sequences.language import parse_sequence
from spinbridge.physics.sequences.registry import WORDS

Contrast = Literal["native", "post"]
Entries = Mapping[str, Entry]
_CONTRASTS: tuple[Contrast, ...] = ("native", "post")
_LISTED = "`spinbridge protocols` lists them."
_NOTHING: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True, kw_only=True)
class Scanner:
    """What one scanner plays."""

    name: str  #: of the vendor's protocol it was taken from
    vendor: str
    field_strength: float  #: [T]
    imaging: Entries  #: of cine, and of every sequence that says nothing else
    sequences: Mapping[str, Entries]
    """By word of the sequence language, in the order in which they are drawn; KEY_post is KEY after contrast agent."""
    special: Mapping[str, Entries]  #: what a sequence images otherwise, by word

    def imaging_of(self, word: str = "") -> Entries:
        """The imaging of a sequence, that of cine where it says nothing else."""
        return {**self.imaging, **self.special.get(word, {})}

    def played(self, word: str, contrast: Contrast) -> Entries:
        """The keys of a sequence, native or after contrast agent. Raises `SettingsError` for another contrast."""
        if contrast not in _CONTRASTS:
            raise SettingsError(f"a contrast among {', '.join(_CONTRASTS)}", f"'{contrast}'")
        entries = self.sequences[word]
        keys = (key for key in entries if not key.endswith(AFTER_AGENT))
        after = AFTER_AGENT if contrast == "post" else ""
        return {key: entries.get(key + after, entries[key]) for key in keys}


@dataclass(frozen=True, kw_only=True)
class Share:
    """How often a scanner is met."""

    scanner: Scanner
    share: float  #: of the examinations, from 0 to 1
    source: str


@dataclass(frozen=True, kw_only=True)
class Exam:
    """One examination drawn from a protocol; all of it can be written down."""

    protocol: str
    scanner: str
    field_strength: float  #: [T]
    sequence: str  #: in the sequence language
    geometry: Geometry
    acquisition: Acquisition  #: with the errors of the fields, in its excitation


@dataclass(frozen=True, kw_only=True)
class Protocol:
    """A named protocol."""

    name: str
    title: str
    shares: tuple[Share, ...]  #: one for a vendor's protocol

    @property
    def scanners(self) -> tuple[Scanner, ...]:
        """All scanners of the protocol."""
        return tuple(share.scanner for share in self.shares)

    @property
    def words(self) -> tuple[str, ...]:
        """Sequences that every scanner of the protocol plays, by their words in the language."""
        return tuple(word for word in WORDS if all(word in scanner.sequences for scanner in self.scanners))

    @property
    def field_strengths(self) -> tuple[float, ...]:
        """All field strengths of the protocol, lowest first [T]."""
        return tuple(sorted({scanner.field_strength for scanner in self.scanners}))

    def draw_one(self, draw: torch.Generator) -> "Protocol":
        """The protocol of one of the scanners, met as often as its share says; itself where there is one."""
        if len(self.shares) == 1:
            return self
        place = uniform(0.0, sum(share.share for share in self.shares), draw)
        for chosen in self.shares:
            place -= chosen.share
            if place < 0:
                break
        return replace(self, shares=(chosen,))

    def draw_text(
        self,
        word: str,
        draw: torch.Generator,
        *,
        given: Mapping[str, str] = _NOTHING,
        contrast: Contrast = "native",
    ) -> str:
        """A sequence within the ranges, in the sequence language.

        `given` holds what the patient and the stack decide, such as hr and slice; what the sequence has no key for is
        left out. The `contrast` decides what is played otherwise after contrast agent, such as the scheme of MOLLI.
        The rest of the draw depends on neither. Raises `SettingsError` for a sequence that is not played.
        """
        entries = self._sequence(self.draw_one(draw).scanners[0], word, contrast)
        values: dict[str, str] = {}
        for key in _in_order(entries):
            values[key] = entries[key].draw(draw, values)
        decided = {key: value for key, value in given.items() if key in WORDS[word].keys}
        return _text(word, {**{key: values[key] for key in entries}, **decided})

    def draw_sequence(
        self,
        word: str,
        draw: torch.Generator,
        *,
        given: Mapping[str, str] = _NOTHING,
        contrast: Contrast = "native",
    ) -> SignalModel:
        """The signal model of `draw_text`; blood is at rest in it unless the caller lets it flow."""
        return parse_sequence(self.draw_text(word, draw, given=given, contrast=contrast))

    def draw_geometry(self, draw: torch.Generator, *, word: str = "") -> Geometry:
        """Spacing, matrix, thickness and gap of a stack; of cine unless a sequence is named."""
        return draw_geometry(self.draw_one(draw).scanners[0].imaging_of(word), draw)

    def draw_acquisition(
        self, draw: torch.Generator, *, spacing: tuple[float, float] = (1.25, 1.25), word: str = "", array: bool = True
    ) -> Acquisition:
        """An acquisition of an image of `spacing` along (y, x) [mm]; that of cine unless a sequence is named.

        Through the protocol's array of coils in its fields, those of `draw_fields`; or, quicker, through one channel
        with the shading that the coils leave, in ideal fields.
        """
        return acquisition_of(self.draw_one(draw).scanners[0].imaging_of(word), spacing, draw, array=array)

    def draw_fields(self, draw: torch.Generator, *, word: str = "") -> Excitation:
        """Errors of the main and the transmit field alone; the excitation of `draw_acquisition` from equal generators.

        Over the heart unless a sequence of the head is named.
        """
        return fields_of(self.draw_one(draw).scanners[0].imaging_of(word), draw)

    def draw(self, word: str, draw: torch.Generator, *, contrast: Contrast = "native") -> Exam:
        """One examination: a scanner, and on it a sequence, a geometry and an acquisition that go together."""
        one = self.draw_one(draw)
        scanner = one.scanners[0]
        geometry = one.draw_geometry(draw, word=word)
        given = {"slice": format_quantity(geometry.thickness, "mm")}
        return Exam(
            protocol=self.name,
            scanner=scanner.name,
            field_strength=scanner.field_strength,
            sequence=one.draw_text(word, draw, given=given, contrast=contrast),
            geometry=geometry,
            acquisition=one.draw_acquisition(draw, spacing=geometry.spacing, word=word),
        )

    def corners(self, word: str) -> Iterator[str]:
        """Every combination of lowest and highest values and of choices, on every scanner, in the language.

        After contrast agent as well where that is played otherwise.
        """
        for scanner in self.scanners:
            native, post = (self._sequence(scanner, word, contrast) for contrast in _CONTRASTS)
            for entries in (native,) if post == native else (native, post):
                yield from _corners(word, entries)

    def _sequence(self, scanner: Scanner, word: str, contrast: Contrast) -> Entries:
        if word not in scanner.sequences:
            needed = f"a sequence that {self.name} plays, {', '.join(self.words)}"
            alone = word.partition("(")[0].strip()
            known = alone in scanner.sequences
            remedy = f"Write the word alone, {alone}; the protocol fills the rest." if known else _LISTED
            raise SettingsError(needed, f"'{word}'", remedy=remedy)
        return scanner.played(word, contrast)


def _corners(word: str, entries: Entries) -> Iterator[str]:
    free = [key for key in entries if not entries[key].of]
    for chosen in product(*(entries[key].corners({}) for key in free)):
        known = dict(zip(free, chosen, strict=True))
        bound = [key for key in entries if entries[key].of]
        for follows in product(*(entries[key].corners(known) for key in bound)):
            values = {**known, **dict(zip(bound, follows, strict=True))}
            yield _text(word, {key: values[key] for key in entries})


def _in_order(entries: Entries) -> list[str]:
    """Keys, those that are shares of another one last."""
    return sorted(entries, key=lambda key: bool(entries[key].of))


def _text(word: str, values: Mapping[str, str]) -> str:
    return f"{word}({','.join(f'{key}={value}' for key, value in values.items())})" if values else word

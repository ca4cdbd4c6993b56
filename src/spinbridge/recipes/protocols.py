"""`protocols`: what the named protocols are, entry by entry with their sources, and examinations drawn from them.

Lists all where no name is given. A protocol of several scanners shows what they have in common once, and what differs
for each.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from spinbridge.core.errors import SettingsError
from spinbridge.core.random import generator
from spinbridge.core.units import format_quantity
from spinbridge.physics.protocols.catalogue import load_protocol, protocol_names
from spinbridge.physics.protocols.entry import Entry
from spinbridge.physics.protocols.imaging import ENTRIES
from spinbridge.physics.protocols.protocol import Exam, Protocol, Scanner

ALL = "all"
IMAGING = "imaging"


@dataclass(frozen=True, kw_only=True)
class ProtocolsSettings:
    """Named protocols of vendors and public data sets: all of them, or one with its ranges and their sources.

    A name may stand alone: `spinbridge protocols ge-3T` is `spinbridge protocols --name ge-3T`.
    """

    name: str = ""  #: such as ge-3T or acdc; all are listed where it is empty
    sequence: str = ""  #: one sequence of the protocol, by its word in the language; all where empty
    draws: int = 0  #: examinations to draw from the protocol, instead of its ranges
    seed: int = 0


@dataclass(frozen=True, kw_only=True)
class ProtocolLine:
    """One protocol of the list."""

    name: str
    title: str
    fields: tuple[str, ...]  #: such as 1.5T
    sequences: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class EntryLine:
    """One entry of a protocol."""

    scanner: str  #: the vendor's protocol it belongs to, or `all`
    part: str  #: a sequence, `imaging`, or `SEQUENCE imaging`
    key: str
    value: str
    source: str


@dataclass(frozen=True, kw_only=True)
class ScannerLine:
    """One scanner of a protocol."""

    name: str
    field: str  #: such as 1.5T
    share: float  #: of the examinations, from 0 to 1
    source: str


@dataclass(frozen=True, kw_only=True)
class ProtocolsAnswer:
    """The list, or one protocol with its scanners and either its entries or examinations drawn from it."""

    protocols: tuple[ProtocolLine, ...]
    scanners: tuple[ScannerLine, ...] = ()
    entries: tuple[EntryLine, ...] = ()
    exams: tuple[Exam, ...] = ()


def protocols(settings: ProtocolsSettings) -> ProtocolsAnswer:
    """Give the list or one protocol. Raises `SettingsError` for unknown names and sequences."""
    if settings.draws < 0:
        raise SettingsError("a number of draws", f"{settings.draws}", where="--draws")
    if not settings.name:
        if settings.sequence or settings.draws:
            raise SettingsError("a protocol by its name", "none", remedy="As in `spinbridge protocols ge-3T`.")
        return ProtocolsAnswer(protocols=tuple(_line(load_protocol(name)) for name in protocol_names()))
    protocol = load_protocol(settings.name)
    words = _words(protocol, settings.sequence)
    return ProtocolsAnswer(
        protocols=(_line(protocol),),
        scanners=tuple(_scanner_line(protocol)),
        entries=() if settings.draws else tuple(_entries(protocol, words)),
        exams=tuple(_drawn(protocol, words, settings)),
    )


def _words(protocol: Protocol, sequence: str) -> tuple[str, ...]:
    if sequence and sequence not in protocol.words:
        needed = f"a sequence of {protocol.name}, {', '.join(protocol.words)}"
        raise SettingsError(needed, f"'{sequence}'", where="--sequence")
    return (sequence,) if sequence else protocol.words


def _line(protocol: Protocol) -> ProtocolLine:
    fields = tuple(format_quantity(field, "T") for field in protocol.field_strengths)
    return ProtocolLine(name=protocol.name, title=protocol.title, fields=fields, sequences=protocol.words)


def _scanner_line(protocol: Protocol) -> Iterator[ScannerLine]:
    for part in protocol.shares:
        field = format_quantity(part.scanner.field_strength, "T")
        yield ScannerLine(name=part.scanner.name, field=field, share=part.share, source=part.source)


def _drawn(protocol: Protocol, words: tuple[str, ...], settings: ProtocolsSettings) -> Iterator[Exam]:
    """Each draw has its own generator: the first three of ten are the same as of three."""
    for number in range(settings.draws):
        draw = generator(settings.seed, "protocols", protocol.name, number)
        yield protocol.draw(words[number % len(words)], draw)


def _entries(protocol: Protocol, words: tuple[str, ...]) -> Iterator[EntryLine]:
    """Imaging of cine, then each sequence with its keys and what it images otherwise."""
    tables = [_tables(scanner, words) for scanner in protocol.scanners]
    for part, key in dict.fromkeys(place for table in tables for place in table):
        found = {scanner.name: table.get((part, key)) for scanner, table in zip(protocol.scanners, tables, strict=True)}
        if len(set(found.values())) == 1:
            found = {ALL if len(protocol.scanners) > 1 else protocol.scanners[0].name: next(iter(found.values()))}
        for name, entry in found.items():
            if entry is not None:
                yield EntryLine(scanner=name, part=part, key=key, value=entry.text, source=entry.source)


def _tables(scanner: Scanner, words: tuple[str, ...]) -> Mapping[tuple[str, str], Entry]:
    found = {(IMAGING, key): scanner.imaging[key] for key in ENTRIES}
    for word in words:
        found |= {(word, key): entry for key, entry in scanner.sequences[word].items()}
        otherwise = {key: entry for key, entry in scanner.special[word].items() if scanner.imaging.get(key) != entry}
        found |= {(f"{word} {IMAGING}", key): entry for key, entry in otherwise.items()}
    return found

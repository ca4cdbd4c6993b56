"""`sequences`: the words of the sequence language, one of them key by key, or the tissues they can be tried on."""

from collections.abc import Iterator
from dataclasses import dataclass

from spinbridge.core.close_match import did_you_mean
from spinbridge.core.errors import SettingsError
from spinbridge.core.units import Kind, parse_quantity
from spinbridge.physics.sequences.registry import WORDS
from spinbridge.physics.sequences.word import Word
from spinbridge.physics.tissue_table import TissueEntry, load_tissues
from spinbridge.recipes.sequence_words import assumptions, default_of, images_of, meaning, what_it_is

PAGE = "https://github.com/spinbridge/spinbridge/blob/main/docs/every-sequence.md"


@dataclass(frozen=True, kw_only=True)
class SequencesSettings:
    """The sequences that --sequence and --to understand: all of them, or one with its keys.

    A name may stand alone: `spinbridge sequences lge` is `spinbridge sequences --name lge`.
    """

    name: str = ""  #: a word, such as lge; all are listed where it is empty
    tissues: bool = False  #: list the tissues of the table instead, with their relaxation times
    field: str = "1.5T"  #: field strength that the tissues are listed at


@dataclass(frozen=True, kw_only=True)
class SequenceLine:
    """One sequence of the list."""

    name: str
    what: str
    example: str


@dataclass(frozen=True, kw_only=True)
class KeyLine:
    """One parameter of a sequence."""

    key: str
    meaning: str
    unit: str  #: that it is written in here; empty for whole numbers and words
    default: str  #: `-` where it follows from others or is not played
    clinical: tuple[str, ...]  #: lowest and highest that clinics play; empty where none is stated


@dataclass(frozen=True, kw_only=True)
class SequenceDetail:
    """All there is to know of one sequence."""

    images: tuple[str, ...]  #: their names, with the default parameters
    gives: str  #: how many images, and of what sign
    after_agent: bool  #: whether clinics play it after contrast agent was given
    assumes: str
    keys: tuple[KeyLine, ...]
    page: str  #: its figure, equations and error


@dataclass(frozen=True, kw_only=True)
class SequencesAnswer:
    """The list, the detail of a sequence that was named, or tissues."""

    sequences: tuple[SequenceLine, ...] = ()
    detail: SequenceDetail | None = None
    tissues: tuple[TissueEntry, ...] = ()


def sequences(settings: SequencesSettings) -> SequencesAnswer:
    """Give the list, one sequence or the tissues. Raises `SettingsError` for unknown names, `UnitError` for a field."""
    if settings.tissues:
        if settings.name:
            raise SettingsError("a sequence or --tissues", "both", remedy="Leave one of them out.")
        return SequencesAnswer(tissues=tuple(_tissues(settings.field)))
    if not settings.name:
        return SequencesAnswer(sequences=tuple(_line(word) for word in WORDS.values()))
    name = settings.name.strip().lower()
    if name not in WORDS:
        remedy = did_you_mean(name, WORDS, otherwise="`spinbridge sequences` says what they are.")
        raise SettingsError(f"a sequence among {', '.join(WORDS)}", f"'{settings.name}'", remedy=remedy)
    return SequencesAnswer(sequences=(_line(WORDS[name]),), detail=_detail(WORDS[name]))


def _tissues(field: str) -> Iterator[TissueEntry]:
    yield from load_tissues(parse_quantity(field, Kind.FIELD, where="--field")).values()


def _line(word: Word) -> SequenceLine:
    return SequenceLine(name=word.name, what=what_it_is(word), example=word.example)


def _detail(word: Word) -> SequenceDetail:
    return SequenceDetail(
        images=word.make({}).images,
        gives=images_of(word),
        after_agent=word.after_agent,
        assumes=assumptions(word),
        keys=tuple(_key_line(word, key) for key in word.keys),
        page=f"{PAGE}#{word.name}",
    )


def _key_line(word: Word, key: str) -> KeyLine:
    return KeyLine(
        key=key,
        meaning=meaning(word, key),
        unit=word.keys[key].unit,
        default=default_of(word, key),
        clinical=word.ranges.get(key, ()),
    )

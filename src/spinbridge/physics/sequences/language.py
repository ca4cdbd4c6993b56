"""Sequences as text: `bssfp(fa=50deg,tr=3.2ms,te=1.6ms)`, `molli(scheme=5(3)3,hr=60bpm)`, or a bare name.

    sequence  = name [ "(" key "=" value { "," key "=" value } ")" ]
    sequences = sequence { "," sequence }

Every quantity carries its unit and becomes seconds, radians, mm or mm/s here. Commas and parentheses inside a value
belong to it. What the words mean stands with the models, listed in `registry.py`; what cannot be played is refused by
the signal models themselves.

Ours. docs/sequences.md lists every word.
"""

from collections.abc import Mapping
from types import MappingProxyType

from spinbridge.core.close_match import did_you_mean
from spinbridge.core.errors import SequenceError
from spinbridge.core.protocols import SignalModel
from spinbridge.physics.sequences.registry import WORDS, word_of
from spinbridge.physics.sequences.word import Word

_USUAL_FLOW = {word.name: word.flow for word in WORDS.values()}


def parse_image_sequence(text: str) -> SignalModel:
    """The signal model of a sequence that takes an image: blood flows as usual where the text says nothing of it.

    The flow is that of blood alone; who renders an image turns it into a map. Raises as `parse_sequence` does.
    """
    return parse_sequence(text, unsaid=_USUAL_FLOW)


def parse_sequence(text: str, *, unsaid: Mapping[str, Mapping[str, str]] = MappingProxyType({})) -> SignalModel:
    """The signal model of one sequence; `unsaid` has values, by sequence and key, for what the text leaves out.

    Raises `SequenceError` for unknown names or parameters, unbalanced parentheses and what cannot be played,
    `UnitError` for a quantity without its unit.
    """
    name, values = _name_and_values(text)
    word = _known(name, text)
    values = {**unsaid.get(name, {}), **values}
    for key in values:
        if key not in word.keys:
            remedy = f"Write for example {word.example}."
            raise SequenceError(
                f"a parameter of {name} among {', '.join(word.keys)}", f"'{key}'", remedy=remedy, where=text
            )
    read = {key: word.keys[key].read(value, f"{key} in '{text.strip()}'") for key, value in values.items()}
    try:
        return word.make(read)
    except SequenceError as error:
        if error.where is not None:
            raise
        raise SequenceError(error.needed, error.got, remedy=error.remedy, where=text.strip()) from error


def format_sequence(model: SignalModel) -> str:
    """The text that `parse_sequence` turns into an equal model; times to 12 digits.

    Raises `SequenceError` for a model that has no name in the language and for parameters that are maps.
    """
    word = word_of(model)
    if word is None:
        raise SequenceError(f"a model of {', '.join(WORDS)}", type(model).__name__)
    return f"{word.name}({','.join(f'{key}={value}' for key, value in word.write(model).items())})"


def split_sequences(text: str) -> list[str]:
    """`molli,gre(fa=15deg,tr=5ms)` -> `["molli", "gre(fa=15deg,tr=5ms)"]`.

    Raises `SequenceError` where one is empty.
    """
    parts = _split(text, text)
    if "" in parts:
        raise SequenceError("sequences parted by single commas", f"'{text}'", remedy="Write for example molli,gre.")
    return parts


def _known(name: str, text: str) -> Word:
    if name not in WORDS:
        usual = f"Write for example {WORDS['bssfp'].example}."
        remedy = did_you_mean(name, WORDS, otherwise=usual)
        got, where = (f"'{name}'", text) if name else ("no name", text.strip() or None)
        raise SequenceError(f"a sequence among {', '.join(WORDS)}", got, remedy=remedy, where=where)
    return WORDS[name]


def _name_and_values(text: str) -> tuple[str, dict[str, str]]:
    name, bracket, rest = text.strip().partition("(")
    if not bracket:
        _split(text, text)
        return name.strip().lower(), {}
    _split(text, text)
    if not rest.endswith(")"):
        raise SequenceError("a sequence that ends with its closing parenthesis", f"'{text}'", remedy="Close it with ).")
    values: dict[str, str] = {}
    for part in _split(rest[:-1], text) if rest[:-1].strip() else []:
        key, equals, value = (piece.strip() for piece in part.partition("="))
        if not equals or not key or not value:
            raise SequenceError("parameters written as key=value", f"'{part}'", remedy="As in fa=50deg.", where=text)
        if key.lower() in values:
            raise SequenceError(f"'{key}' once", "it twice", remedy="Remove one of them.", where=text)
        values[key.lower()] = value
    return name.strip().lower(), values


def _split(text: str, whole: str) -> list[str]:
    """Parts between the commas that stand outside parentheses. Raises `SequenceError` where these do not balance."""
    parts, depth = [""], 0
    for letter in text:
        depth += (letter == "(") - (letter == ")")
        if depth < 0:
            break
        if letter == "," and depth == 0:
            parts.append("")
        else:
            parts[-1] += letter
    if depth != 0:
        got = f"one {'too few' if depth > 0 else 'too many'} in '{whole}'"
        raise SequenceError("as many closing as opening parentheses", got, remedy="Close each ( with one ).")
    return [part.strip() for part in parts]

"""One parameter of a sequence from end to end: `ti=100ms:400ms:20ms` is 100, 120, ... 400 ms. Ours."""

from collections.abc import Iterator
from math import floor

from spinbridge.core.errors import SettingsError
from spinbridge.core.protocols import SignalModel
from spinbridge.physics.sequences.language import parse_sequence
from spinbridge.physics.sequences.registry import WORDS
from spinbridge.physics.sequences.word import Key

_MOST = 10_000  # steps
_SHAPE, _REMEDY = "KEY=FROM:TO:STEP", "As in ti=100ms:400ms:20ms."


def swept(sequence: str, sweep: str) -> Iterator[tuple[str, SignalModel]]:
    """Each value of the parameter as it is written, and the model with it; the last one included.

    Raises `SettingsError` for a sweep that cannot be read, `UnitError` for a value without its unit, `SequenceError`
    for a sequence that cannot be played somewhere.
    """
    name, _, rest = sequence.strip().partition("(")
    parse_sequence(sequence)
    word = WORDS[name.strip().lower()]
    key, _, ends = (part.strip() for part in sweep.partition("="))
    key, how = key.lower(), word.keys.get(key.lower())
    if how is None or how.several or how.text:
        single = [name for name, one in word.keys.items() if not (one.several or one.text)]
        needed, remedy = f"a parameter of {word.name} with one value, {', '.join(single)}", _REMEDY
        raise SettingsError(needed, f"'{key}'", remedy=remedy, where="--sweep")
    given = rest.rstrip().removesuffix(")").strip()
    for text in _values(how, ends):
        yield text, parse_sequence(f"{word.name}({given}{',' if given else ''}{key}={text})")


def _values(how: Key, ends: str) -> Iterator[str]:
    parts = ends.split(":")
    if len(parts) != 3:  # noqa: PLR2004 - from, to, step
        raise SettingsError(_SHAPE, f"'{ends}'", remedy=_REMEDY, where="--sweep")
    low, high, step = (how.read(part.strip(), "--sweep") for part in parts)
    if step <= 0 or high < low:
        raise SettingsError("a step above zero and an end behind the start", f"'{ends}'", where="--sweep")
    steps = floor((high - low) / step + 1e-9)
    if steps > _MOST:
        raise SettingsError(f"{_MOST} steps at most", f"{steps}", remedy="Take a larger step.", where="--sweep")
    for place in range(steps + 1):
        yield how.write(low + place * step)

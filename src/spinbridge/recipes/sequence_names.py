"""The sequences of one option, each with a name that files and folders can have. Ours."""

from collections import Counter

from spinbridge.core.protocols import SignalModel
from spinbridge.physics.sequences.language import parse_image_sequence, split_sequences


def named_sequences(text: str) -> dict[str, SignalModel]:
    """`gre(fa=15deg),molli,gre(fa=25deg)` -> models called `gre`, `molli` and `gre-2`.

    Raises `SequenceError` or `UnitError` for what cannot be read or played.
    """
    found: dict[str, SignalModel] = {}
    seen: Counter[str] = Counter()
    for one in split_sequences(text):
        word = one.partition("(")[0].strip().lower()
        seen[word] += 1
        found[word if seen[word] == 1 else f"{word}-{seen[word]}"] = parse_image_sequence(one)
    return found

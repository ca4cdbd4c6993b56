"""Every sequence there is, by the name it has in the language: one line each.

Whatever this list holds can be written on the command line, drawn at random by `bridge`, is proved against the Bloch
equations in docs/physics.md, and passes the tests in tests/contracts. Where two words share a model, the first is the
one it is written with.

Ours.
"""

from spinbridge.core.protocols import SignalModel
from spinbridge.physics.sequences import (
    bssfp,
    ir_bssfp,
    molli_words,
    spoiled_gre,
)
from spinbridge.physics.sequences.word import Word

_LINES = (
    bssfp.BSSFP_WORD,
    bssfp.SHORT_WORD,
    spoiled_gre.WORD,
    molli_words.WORD,
    molli_words.SHMOLLI_WORD,
    ir_bssfp.WORD,
)

WORDS: dict[str, Word] = {word.name: word for word in _LINES}


def word_of(model: SignalModel) -> Word | None:
    """The word of a model's class, None where it has none."""
    return next((word for word in WORDS.values() if type(model) is word.model), None)

"""Every sequence there is, by the name it has in the language: one line each.

Whatever this list holds can be written on the command line, drawn at random by `bridge`, is proved against the Bloch
equations in docs/physics.md, and passes the tests in tests/contracts. Where two words share a model, the first is the
one it is written with.

Ours.
"""

from spinbridge.core.protocols import SignalModel
from spinbridge.physics.sequences import (
    black_blood,
    bssfp,
    inversion_tse,
    ir_bssfp,
    lge,
    molli_words,
    mprage,
    msasha,
    perfusion,
    perfusion_bssfp,
    sasha,
    spin_echo,
    spoiled_gre,
    t2prep_bssfp,
    tse,
)
from spinbridge.physics.sequences.word import Word

_LINES = (
    bssfp.BSSFP_WORD,
    bssfp.SHORT_WORD,
    spoiled_gre.WORD,
    molli_words.WORD,
    molli_words.SHMOLLI_WORD,
    ir_bssfp.WORD,
    sasha.WORD,
    msasha.WORD,
    t2prep_bssfp.WORD,
    lge.LGE_WORD,
    lge.PSIR_WORD,
    perfusion.WORD,
    perfusion_bssfp.WORD,
    black_blood.BLACK_BLOOD_WORD,
    black_blood.TRIPLE_WORD,
    inversion_tse.STIR_WORD,
    inversion_tse.FLAIR_WORD,
    spin_echo.WORD,
    tse.WORD,
    mprage.WORD,
)

WORDS: dict[str, Word] = {word.name: word for word in _LINES}


def after_agent(model: SignalModel) -> bool:
    """Whether clinics play the sequence after contrast agent was given."""
    word = word_of(model)
    return word is not None and word.after_agent


def word_of(model: SignalModel) -> Word | None:
    """The word of a model's class, None where it has none."""
    return next((word for word in WORDS.values() if type(model) is word.model), None)

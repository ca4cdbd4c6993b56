"""Random protocols of a sequence family, over the ranges that clinics use. Ours.

A family is a word of the sequence language, such as `molli`; what is drawn for it, and how often among others, stands
beside its model (`physics/sequences`). Flow is drawn as one number and put where blood is.
"""

from collections.abc import Sequence

import torch
from torch import Tensor

from spinbridge.core.errors import SettingsError
from spinbridge.core.protocols import SignalModel
from spinbridge.physics.sequences.flow import with_flow
from spinbridge.physics.sequences.registry import WORDS, word_of

FAMILIES = tuple(dict.fromkeys(word.family or word.name for word in WORDS.values()))


def draw_sequence(family: str, flows: Tensor, draw: torch.Generator) -> SignalModel:
    """A sequence of a family with random parameters; its last image is the one meant.

    `flows` (y, x) is the share of flowing blood in each voxel, which inflow and fresh spins act on. Raises
    `SettingsError` for an unknown family.
    """
    if family not in FAMILIES:
        raise SettingsError(f"a sequence family among {', '.join(FAMILIES)}", f"'{family}'")
    return with_flow(WORDS[family].draw(draw), flows)


def draw_family(families: Sequence[str], draw: torch.Generator) -> str:
    """One of the families, by the variety of their contrasts."""
    weights = torch.tensor([WORDS[family].variety for family in families])
    return families[int(torch.multinomial(weights, 1, generator=draw))]


def family_of(model: SignalModel) -> str:
    """The family that a sequence belongs to. Raises `SettingsError` for one of none."""
    word = word_of(model)
    if word is None:
        raise SettingsError(f"a sequence of the families {', '.join(FAMILIES)}", type(model).__name__)
    return word.family or word.name

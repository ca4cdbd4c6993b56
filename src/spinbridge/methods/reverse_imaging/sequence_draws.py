"""Random scans: a sequence of a family and how it is acquired, as any clinic plays it or one named protocol. Ours.

A family is a word of the sequence language, such as `molli`; what is drawn for it, and how often among others, stands
beside its model (`physics/sequences`), or in the protocol. Flow is drawn as one number and put where blood is.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from spinbridge.core.errors import SettingsError
from spinbridge.core.protocols import SignalModel
from spinbridge.core.random import uniform
from spinbridge.physics.acquisition.chain import Acquisition, draw_acquisition
from spinbridge.physics.protocols.protocol import Contrast, Protocol
from spinbridge.physics.sequences.flow import with_flow
from spinbridge.physics.sequences.registry import WORDS, word_of

FAMILIES = tuple(dict.fromkeys(word.family or word.name for word in WORDS.values()))
_FASTEST = 200.0  # blood through the slice [mm/s]


@dataclass(frozen=True, eq=False, kw_only=True)
class Scan:
    """What is played, which of its images is looked at, and how that is acquired."""

    model: SignalModel
    image: int  #: its place among the model's images
    acquisition: Acquisition


def draw_scan(
    family: str,
    flows: Tensor,
    draw: torch.Generator,
    *,
    spacing: float,
    scanner: Protocol | None = None,
    contrast: Contrast = "native",
) -> Scan:
    """A scan of a family on any scanner, or on one; `flows` (y, x) as `draw_sequence`, `spacing` of the image [mm].

    One scanner plays by `contrast`, native or after agent.
    """
    pixel = (spacing, spacing)
    if scanner is None:
        model = draw_sequence(family, flows, draw)
        return Scan(model=model, image=-1, acquisition=draw_acquisition(draw, spacing=pixel))
    moving = {"v": f"{_FASTEST * uniform(0.0, 1.0, draw) ** 2:.4g}mm/s", "fresh": f"{uniform(0, 100, draw):.4g}%"}
    model = with_flow(scanner.draw_sequence(family, draw, given=moving, contrast=contrast), flows)
    acquisition = scanner.draw_acquisition(draw, spacing=pixel, word=family, array=False)
    return Scan(model=model, image=int(uniform(0, len(model.images) - 1e-6, draw)), acquisition=acquisition)


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

"""Random protocols of a sequence family, over the ranges that clinics use. Ours.

Ranges: bSSFP cine and cine GRE as the vendors' protocols span them, MOLLI as its schemes and heart rates span it (see
docs/sequences.md); speeds of blood through the slice from rest to 200 mm/s. Seconds, radians, mm/s.
"""

from collections.abc import Sequence
from math import radians

import torch
from torch import Tensor

from spinbridge.core.errors import SettingsError
from spinbridge.core.protocols import SignalModel
from spinbridge.core.random import chance, uniform
from spinbridge.physics.sequences.bssfp import BSSFP, ShortTRBSSFP
from spinbridge.physics.sequences.ir_bssfp import ContinuousMOLLI
from spinbridge.physics.sequences.molli import GatedMOLLI
from spinbridge.physics.sequences.molli_timing import Readout
from spinbridge.physics.sequences.spoiled_gre import SpoiledGRE

_KINDS = {"bssfp": (BSSFP, ShortTRBSSFP), "gre": (SpoiledGRE,), "molli": (GatedMOLLI, ContinuousMOLLI)}
FAMILIES = tuple(_KINDS)
_VARIETY = {"bssfp": 1.0, "gre": 1.0, "molli": 3.0}  # how often a family is drawn: a train holds many contrasts


def draw_sequence(family: str, flows: Tensor, draw: torch.Generator) -> SignalModel:
    """A sequence of a family with random parameters; its last image is the one meant.

    `flows` (y, x) is the share of flowing blood in each voxel, which inflow and fresh spins act on. Raises
    `SettingsError` for an unknown family.
    """
    if family == "bssfp":
        repetition_time = uniform(2.6e-3, 4.2e-3, draw)
        return BSSFP(
            flip_angle=radians(uniform(40, 80, draw)), repetition_time=repetition_time, echo_time=repetition_time / 2
        )
    if family == "gre":
        return _draw_gre(flows, draw)
    if family == "molli":
        return _draw_molli(flows, draw)
    raise SettingsError(f"a sequence family among {', '.join(FAMILIES)}", f"'{family}'")


def draw_family(families: Sequence[str], draw: torch.Generator) -> str:
    """One of the families, by the variety of their contrasts."""
    weights = torch.tensor([_VARIETY[family] for family in families])
    return families[int(torch.multinomial(weights, 1, generator=draw))]


def family_of(model: SignalModel) -> str:
    """The family that a sequence belongs to. Raises `SettingsError` for one of none."""
    for family, kinds in _KINDS.items():
        if isinstance(model, kinds):
            return family
    raise SettingsError(f"a sequence of the families {', '.join(FAMILIES)}", type(model).__name__)


def _draw_gre(flows: Tensor, draw: torch.Generator) -> SpoiledGRE:
    repetition_time = uniform(3.5e-3, 12e-3, draw)
    speed = 200 * uniform(0.0, 1.0, draw) ** 2 if chance(0.85, draw) else 0.0
    return SpoiledGRE(
        flip_angle=radians(uniform(8, 25, draw)),
        repetition_time=repetition_time,
        echo_time=repetition_time * uniform(0.25, 0.6, draw),
        inflow_velocity=speed * flows,
    )


def _draw_molli(flows: Tensor, draw: torch.Generator) -> GatedMOLLI:
    """One inversion followed by 1 to 5 beats; the last image's TI is a first TI and whole beats.

    The first beat is drawn in almost half of the samples: contrast changes most there, late images look alike.
    """
    beats = 1 + int(5 * uniform(0.0, 1.0, draw) ** 2)
    return GatedMOLLI(
        trains=(beats,),
        pauses=(),
        rr_intervals=1 / uniform(45 / 60, 100 / 60, draw),
        inversion_times=(uniform(0.1, 0.36, draw),),
        flip_angle=radians(uniform(20, 50, draw)),
        readout=Readout(ramp=0),  # a ramp gives the same contrast and takes twice the time
        inversion_efficiency=uniform(0.88, 1.0, draw),
        fresh=uniform(0.0, 1.0, draw) * flows,
    )

"""An estimate seen by another sequence: the images it would give, with flowing blood.

Inflow and fresh spins act where blood is, so a sequence's one speed or share becomes a map, times the probability of
blood. Speed in mm/s. A GRE that names no speed gets 50 mm/s: static blood would be darker than myocardium, which no
cine shows (Ernst signal, see `physics.spoiled_gre`).

Source: ours.
"""

from dataclasses import replace

from torch import Tensor

from spinbridge.core.protocols import SignalModel
from spinbridge.core.tissue import Tissue
from spinbridge.physics.molli import GatedMOLLI
from spinbridge.physics.parameter import is_zero
from spinbridge.physics.spoiled_gre import SpoiledGRE

USUAL_SPEED = 50.0  #: of blood through a short-axis slice where nothing is said [mm/s]
USUAL_FRESH = 0.5  #: share of blood replaced between two readouts where nothing is said


def with_flow(model: SignalModel, blood: Tensor) -> SignalModel:
    """The sequence with its flow where blood is; `blood` (z, y, x) is a probability."""
    if isinstance(model, SpoiledGRE):
        speed = USUAL_SPEED if is_zero(model.inflow_velocity) else model.inflow_velocity
        return replace(model, inflow_velocity=speed * blood)
    if isinstance(model, GatedMOLLI):
        return replace(model, fresh=(USUAL_FRESH if is_zero(model.fresh) else model.fresh) * blood)
    return model


def rendered(tissue: Tissue, blood: Tensor, model: SignalModel) -> Tensor:
    """The signal of `tissue` (z, y, x) under `model`, shape (N, z, y, x); complex where the model is."""
    return with_flow(model, blood)(tissue)

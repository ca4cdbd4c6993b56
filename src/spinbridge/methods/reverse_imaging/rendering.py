"""An estimate seen by another sequence: the images it would give, with flowing blood.

Inflow and fresh spins act where blood is, so a sequence's one speed [mm/s] or share becomes a map, times the
probability of blood. The inversion looks at its classes through the same map. Static blood would be darker than
myocardium in a GRE, which no cine shows (Ernst signal, see `physics.sequences.spoiled_gre`).

Source: ours.
"""

from dataclasses import replace

from torch import Tensor

from spinbridge.core.protocols import SignalModel
from spinbridge.core.tissue import Tissue
from spinbridge.physics.sequences.molli import GatedMOLLI
from spinbridge.physics.sequences.spoiled_gre import SpoiledGRE


def with_flow(model: SignalModel, blood: Tensor) -> SignalModel:
    """The sequence with its flow where blood is; `blood` is a probability, of any shape."""
    if isinstance(model, SpoiledGRE):
        return replace(model, inflow_velocity=model.inflow_velocity * blood)
    if isinstance(model, GatedMOLLI):
        return replace(model, fresh=model.fresh * blood)
    return model


def rendered(tissue: Tissue, blood: Tensor, model: SignalModel) -> Tensor:
    """The signal of `tissue` (z, y, x) under `model`, shape (N, z, y, x); complex where the model is."""
    return with_flow(model, blood)(tissue)

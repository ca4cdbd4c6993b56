"""An estimate seen by another sequence: the images it would give, with flowing blood and bound protons.

Inflow and fresh spins act where blood is, so a sequence's one speed [mm/s] or share becomes a map, times the
probability of blood. A steady state loses signal by magnetisation transfer where protons are bound. The inversion looks
at its classes through the same flow and the same loss. Static blood would be darker than myocardium in a GRE, which no
cine shows (Ernst signal, see `physics.sequences.spoiled_gre`).

Source: ours.
"""

from dataclasses import replace

from torch import Tensor

from spinbridge.core.protocols import SignalModel
from spinbridge.core.tissue import Tissue
from spinbridge.physics.acquisition.magnetisation_transfer import has_steady_state, transfer_gain
from spinbridge.physics.sequences.flow import with_flow


def rendered(tissue: Tissue, blood: Tensor, model: SignalModel, pools: Tensor | None = None) -> Tensor:
    """The signal of `tissue` (z, y, x) under `model`, shape (N, z, y, x); complex where the model is.

    `pools` (2, z, y, x) are the bound share of protons and its exchange [1/s]; no transfer where None.
    """
    return with_flow(model, blood)(with_transfer(tissue, model, pools))


def with_transfer(tissue: Tissue, model: SignalModel, pools: Tensor | None) -> Tissue:
    """The tissue with the proton density that magnetisation transfer leaves to a steady state."""
    if pools is None or not has_steady_state(model):
        return tissue
    return replace(tissue, pd=tissue.pd * transfer_gain(model, tissue, pools[0], pools[1]))

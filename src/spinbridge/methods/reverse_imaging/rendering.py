"""An estimate seen by another sequence: the images it would give, with flowing blood.

Inflow and fresh spins act where blood is, so a sequence's one speed [mm/s] or share becomes a map, times the
probability of blood. The inversion looks at its classes through the same map. Static blood would be darker than
myocardium in a GRE, which no cine shows (Ernst signal, see `physics.sequences.spoiled_gre`).

Source: ours.
"""

from torch import Tensor

from spinbridge.core.protocols import SignalModel
from spinbridge.core.tissue import Tissue
from spinbridge.physics.sequences.flow import with_flow


def rendered(tissue: Tissue, blood: Tensor, model: SignalModel) -> Tensor:
    """The signal of `tissue` (z, y, x) under `model`, shape (N, z, y, x); complex where the model is."""
    return with_flow(model, blood)(tissue)

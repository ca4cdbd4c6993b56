"""Tissue to image in one call: the spins are excited, their signal acquired, as one `Acquisition` says.

    image = acquire( excited(model, tissue) )

Ours; the two halves are `excitation.py` and `chain.py`.
"""

import torch
from torch import Tensor

from spinbridge.core.protocols import SignalModel
from spinbridge.core.tissue import Tissue
from spinbridge.physics.acquisition.chain import acquire
from spinbridge.physics.acquisition.excitation import excited
from spinbridge.physics.acquisition.settings import Acquisition


def scan(
    model: SignalModel,
    tissue: Tissue,
    settings: Acquisition,
    draw: torch.Generator,
    *,
    reference: float | None = None,
    phase_reference: SignalModel | None = None,
    pools: tuple[Tensor, Tensor] | None = None,
) -> Tensor:
    """Images `(len(model.images), ..., y, x)` of tissue `(..., y, x)`.

    `reference` is the signal that the SNR is about; `phase_reference` the model of a reference image, which makes the
    result phase-sensitive and signed; `pools` see `excited`. The same fields act on both models.
    """
    state = draw.get_state()
    played, seen = excited(model, tissue, settings.excitation, draw, pools=pools)
    if phase_reference is None:
        return acquire(played(seen), settings, draw, reference=reference)
    again = torch.Generator()
    again.set_state(state)
    other, _ = excited(phase_reference, tissue, settings.excitation, again)
    return acquire(played(seen), settings, draw, reference=reference, phase_reference=other(seen))

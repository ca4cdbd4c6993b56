"""What acts on the spins before there is a signal: main field, transmit field, slice profile, magnetisation transfer.

    tissue'  = tissue with df + n,   n a smooth field of the stated spread
    model'   = through_slice( transfer( model with b flip ) )

Each is a file of this folder; here they are named together and put around a signal model, which stays as it is. Fields
from an anatomy (`susceptibility.py`, `device.py`) are put into `Tissue.off_resonance` by who knows the anatomy.

Ours; `field.py`, `transmit.py`, `slice_profile.py` and `magnetisation_transfer.py` hold equations and sources.
"""

from dataclasses import dataclass

import torch
from torch import Tensor

from spinbridge.core.errors import SettingsError
from spinbridge.core.protocols import SignalModel
from spinbridge.core.tissue import Tissue
from spinbridge.physics.acquisition.field import off_resonance_map
from spinbridge.physics.acquisition.magnetisation_transfer import WithTransfer
from spinbridge.physics.acquisition.rf_pulse import RFPulse
from spinbridge.physics.acquisition.slice_profile import slice_profile, through_slice
from spinbridge.physics.acquisition.susceptibility import with_off_resonance
from spinbridge.physics.acquisition.transmit import flip_angle_of, has_flip_angle, transmit_map, with_transmit
from spinbridge.physics.parameter import span


@dataclass(frozen=True, kw_only=True)
class Excitation:
    """How far fields and pulse are from ideal."""

    spread: float = 0.0  #: of a smooth error of the main field [Hz]; 30 at 1.5 T, 60 at 3 T
    transmit: tuple[float, float] = (1.0, 1.0)  #: lowest and highest B1+ over its nominal value [1]
    pulse: RFPulse | None = None  #: of the slice; an ideal slice where None
    points: int = 12  #: depths of the slice from its middle to its edge

    def __post_init__(self) -> None:
        """Refuse what cannot be. Raises `SettingsError`."""
        if not (self.spread >= 0 and 0 < self.transmit[0] <= self.transmit[1] and self.points > 0):
            needed = "a spread of 0 or more, transmit extremes (low, high) above 0, 1 point or more"
            raise SettingsError(needed, repr(self), where="Excitation")


def excited(
    model: SignalModel,
    tissue: Tissue,
    settings: Excitation,
    draw: torch.Generator,
    *,
    pools: tuple[Tensor, Tensor] | None = None,
) -> tuple[SignalModel, Tissue]:
    """The model and the tissue `(..., y, x)` as imperfect fields leave them.

    Transmit field and pulse act on a flip angle, where the model has one. Refocused trains (se, tse, stir, flair,
    black-blood) have none: they are played with perfect pulses, and see the main field alone. `pools` are the bound
    share and its exchange [1/s] of every voxel, for magnetisation transfer. Raises `SequenceError` for a model that,
    with `pools`, is no steady state.
    """
    shape = (tissue.shape[-2], tissue.shape[-1])
    if settings.spread:
        tissue = with_off_resonance(tissue, off_resonance_map(shape, settings.spread, draw))
    nominal, turned = model, has_flip_angle(model)
    if settings.transmit != (1.0, 1.0):
        scale = transmit_map(shape, settings.transmit, draw)  # drawn for every model, so that noise stays the same
        model = with_transmit(model, scale) if turned else model
    if pools is not None:
        model = WithTransfer(model=model, bound=pools[0], exchange=pools[1])
    if settings.pulse is not None and turned:
        angle = span(flip_angle_of(nominal))[1]
        model = through_slice(model, slice_profile(settings.pulse, angle, points=settings.points))
    return model, tissue

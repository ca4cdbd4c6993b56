"""Magnetisation transfer as a gain: pulses saturate protons bound to macromolecules, and these drain the water.

    W     = pi G a^2/(tau TR)               mean rate at which pulses saturate the bound pool [1/s]
    sat   = W / (W + k/F + R_b)             its saturation: 0 without power, 1 at much
    gain  = [1 - sat F R_b/(R + F R_b)] (R + F R_b + rho) / (R + F R_b (1 - sat) + k sat + rho)
    rho   = tan^2(a/2)/T2  in a balanced sequence,   (1 - cos a)/TR  in a spoiled one

F is the bound share of protons over the free, k the rate of exchange out of the free pool [1/s], R = 1/T1, R_b = 1/s,
G = 14 us the bound line's shape on resonance, tau the length of the pulse as a rectangle [s]. `a^2/TR` is the
sequence's mean power. The gain is against the same tissue with exchange and no saturation, which is what a table's T1
stands for. Steady states with TR far below T1, T2 and F/k; blood has none (F = 0). Bound spins do not precess, so
off-resonance counts no more than it does for the free pool.

    cine bSSFP, 60 deg, TR 3 ms: 0.75 to 0.9 in myocardium, muscle, liver; gradient echo, 15 deg, TR 5 ms: 0.98 and more

References: O. Bieri, K. Scheffler, Magn Reson Med 2006;56:1067, doi:10.1002/mrm.21056 (the effect in bSSFP, and that
it fades as pulses are drawn out); M. Gloor, K. Scheffler, O. Bieri, Magn Reson Med 2008;60:691, doi:10.1002/mrm.21705
(two pools in bSSFP, G); O. Weber et al., Magn Reson Med 2009;62:699 (myocardium). The short-TR form is derived here;
pools of the table are set to the loss of signal that these report, in the range of published pools.
"""

from dataclasses import dataclass
from math import pi

import torch
from torch import Tensor

from spinbridge.core.errors import SequenceError
from spinbridge.core.protocols import SignalModel
from spinbridge.core.tissue import Tissue
from spinbridge.physics.acquisition.transmit import flip_angle_of
from spinbridge.physics.parameter import Parameter, like
from spinbridge.physics.sequences.bssfp import BSSFP, ShortTRBSSFP
from spinbridge.physics.sequences.spoiled_gre import SpoiledGRE

_LINE = 14e-6  # [s]
_BOUND_RATE = 1.0  # R_b [1/s]
_LEAST = 1e-9  # bound share below which a tissue has no bound pool

PULSE = 0.5e-3  #: usual length of a cine pulse as a rectangle [s]

#: Bound share F and rate of exchange k [1/s] by the tissue table's names; what is not here has no transfer.
POOLS = {
    "myocardium": (0.07, 3.5),
    "scar": (0.06, 3.0),
    "skeletal_muscle": (0.08, 4.5),
    "liver": (0.08, 5.0),
    "spleen": (0.06, 3.0),
    "kidney_cortex": (0.06, 3.0),
    "grey_matter": (0.07, 3.0),
    "white_matter": (0.13, 4.0),
}


@dataclass(frozen=True, eq=False, kw_only=True)
class WithTransfer:
    """A steady-state model with the loss of signal by magnetisation transfer; a `SignalModel`."""

    model: SignalModel
    bound: Parameter  #: share F of bound over free protons; 0 for none
    exchange: Parameter  #: k out of the free pool [1/s]
    pulse: float = PULSE  #: length of the pulse as a rectangle [s]

    @property
    def images(self) -> tuple[str, ...]:
        """Those of the model."""
        return self.model.images

    def __call__(self, tissue: Tissue) -> Tensor:
        """Signal, shape `(len(images), *tissue.shape)`."""
        return self.model(tissue) * transfer_gain(self.model, tissue, self.bound, self.exchange, pulse=self.pulse)


def has_steady_state(model: SignalModel) -> bool:
    """Whether the gain is known for a model: bSSFP or spoiled gradient echo without preparation."""
    return isinstance(model, BSSFP | ShortTRBSSFP | SpoiledGRE)


def transfer_gain(
    model: SignalModel, tissue: Tissue, bound: Parameter, exchange: Parameter, *, pulse: float = PULSE
) -> Tensor:
    """Share of the signal that is left, shape of the tissue, for a `bound` share and `exchange` [1/s], `pulse` [s].

    Raises `SequenceError` for a model that is no steady state of bSSFP or spoiled gradient echo.
    """
    if not isinstance(model, BSSFP | ShortTRBSSFP | SpoiledGRE):
        raise SequenceError("a steady state, bssfp or gre", type(model).__name__, where="magnetisation transfer")
    t1 = tissue.t1
    a, tr = like(flip_angle_of(model), t1), like(model.repetition_time, t1)
    f, k = like(bound, t1), like(exchange, t1)
    saturated = saturation(a, tr, f, k, pulse=pulse)
    drain = (1 - torch.cos(a)) / tr if isinstance(model, SpoiledGRE) else torch.tan(a / 2).square() / tissue.t2
    supply = 1 / t1 + f * _BOUND_RATE
    lost = saturated * f * _BOUND_RATE
    return (1 - lost / supply) * (supply + drain) / (supply - lost + k * saturated + drain)


def saturation(flip_angle: Tensor, repetition_time: Tensor, bound: Tensor, exchange: Tensor, *, pulse: float) -> Tensor:
    """Saturation of the bound pool: `flip_angle` [rad], `repetition_time` [s], `exchange` [1/s], `pulse` [s] long."""
    rate = pi * _LINE * flip_angle.square() / (pulse * repetition_time.clamp_min(_LEAST))
    return torch.where(bound > _LEAST, rate / (rate + exchange / bound.clamp_min(_LEAST) + _BOUND_RATE), 0.0)

"""T2 preparation: the longitudinal magnetisation stored with a weight of T2.

    mz <- mz exp(-TE/T2)

Times in seconds. 90 degrees, half of TE, 180 degrees, half of TE, back by 90 degrees, spoiler: what regrows along z in
the meantime is turned into the plane by the last pulse and spoiled. Perfect pulses, on resonance.

Reference: J. Brittain et al., Magn Reson Med 1995;33:689, doi:10.1002/mrm.1910330515.
"""

from math import pi

import torch
from torch import Tensor

from spinbridge.physics.sequences.program import Event, Pulse, Spoil, Wait


def prepared(mz: Tensor, echo_time: float, t2: Tensor) -> Tensor:
    """What is left of `mz` after a preparation of length `echo_time` [s]; `t2` [s] of any shape."""
    return mz * torch.exp(-echo_time / t2)


def t2_preparation(echo_time: float) -> tuple[Event, ...]:
    """The pulses of a preparation of length `echo_time` [s]; nothing where it is zero."""
    half = Wait(echo_time / 2)
    refocused = (half, Pulse(pi, pi / 2), half)
    return (Pulse(pi / 2), *refocused, Pulse(pi / 2, pi), Spoil()) if echo_time > 0 else ()

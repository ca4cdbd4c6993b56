"""The receiver of an acquisition: what each channel sees of the object, and how the channels' noise is tied.

    no array     one channel with `coil_shading`
    array        n loops, noise of covariance C; images combined by the root of the sum of squares
    R > 1        one channel, sqrt(S^H C^-1 S), the object's phase left, noise of spread g sqrt(R) that varies in space

The noise of one channel has spread 1 here. Unfolding removes the coils' phases, so that the magnitude is Rician and
not of the chi kind.

References: `coil.py`, `coil_array.py` and `parallel_imaging.py`; P. Thunberg, P. Zetterberg, Magn Reson Imaging
2007;25:1089 (SENSE noise is Rician, varying in space).
"""

from dataclasses import dataclass

import torch
from torch import Tensor

from spinbridge.physics.acquisition.coil import coil_shading
from spinbridge.physics.acquisition.coil_array import (
    body_array,
    noise_covariance,
    root_sum_of_squares,
    sensitivities,
)
from spinbridge.physics.acquisition.field import smooth_field
from spinbridge.physics.acquisition.parallel_imaging import g_factor, whitened
from spinbridge.physics.acquisition.settings import Acquisition


@dataclass(frozen=True, eq=False, kw_only=True)
class Receiver:
    """What the channels see."""

    channels: Tensor  #: complex sensitivities (channels, y, x)
    noise: Tensor | None = None  #: spread of the noise (y, x) in units of one coil's; 1 where None
    covariance: Tensor | None = None  #: of the noise (channels, channels), with a unit diagonal; independent where None
    divisor: Tensor | None = None  #: of the finished image (y, x): the scanner's normalisation; 1 where None


def receiver_of(settings: Acquisition, shape: tuple[int, int], draw: torch.Generator) -> Receiver:
    """The receiver of an acquisition for an image of `shape` (y, x)."""
    if settings.coils == 0:
        return Receiver(channels=coil_shading(shape, settings.shading, draw, phase=settings.phase)[None])
    towards = settings.field_direction
    height, width = (n * step for n, step in zip(shape, settings.spacing, strict=True))
    loops = body_array(settings.coils, (height, width), draw, field_direction=towards)
    channels = sensitivities(loops, shape, settings.spacing, field_direction=towards)
    covariance = noise_covariance(loops, settings.correlation).float() if settings.correlation else None
    divisor = root_sum_of_squares(channels) ** settings.uniformity if settings.uniformity else None
    turn = settings.phase * smooth_field(shape, draw, nodes=3)
    phasor = torch.complex(torch.cos(turn), torch.sin(turn))
    if settings.acceleration == 1:
        return Receiver(channels=channels * phasor, covariance=covariance, divisor=divisor)
    together = root_sum_of_squares(whitened(channels, covariance))
    noise = g_factor(channels, settings.acceleration, covariance) * settings.acceleration**0.5
    return Receiver(channels=(together * phasor)[None], noise=noise, divisor=divisor)

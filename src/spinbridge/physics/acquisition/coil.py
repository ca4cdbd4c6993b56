"""Smooth complex shading of an image by its receive coils.

    c_k = 1 / (1 + |r - r_k|^2 / w_k^2),   p = sqrt(sum_k c_k^2)
    shading = [ 1 + strength (p - mean p) / max|p - mean p| ] exp(i phase z)

r_k lie around the field of view; z is a smooth field of spread 1, phase in radians. The magnitude has mean 1 and
departs from it by `strength` at most: what is left of the coils after the scanner's own correction. Shapes (y, x);
without unit.

Reference: P. Roemer et al., Magn Reson Med 1990;16:192, doi:10.1002/mrm.1910160203 (root of the sum of squares).
"""

from math import pi

import torch
from torch import Tensor

from spinbridge.physics.acquisition.field import smooth_field, upsampled

_COARSE = 12
_RADIUS = (0.9, 1.5)  # of the ring of coils, in half fields of view
_WIDTH = (0.5, 1.0)


def coil_shading(
    shape: tuple[int, int], strength: float, draw: torch.Generator, *, phase: float = 0.0, coils: int = 6
) -> Tensor:
    """Complex shading `(y, x)`: magnitude of mean 1 within `strength`, phase of spread `phase` [rad]; complex64."""
    magnitude = receive_profile(shape, strength, draw, coils=coils)
    turn = phase * smooth_field(shape, draw, nodes=3)
    return torch.complex(magnitude * torch.cos(turn), magnitude * torch.sin(turn))  # half the time of torch.polar


def receive_profile(shape: tuple[int, int], strength: float, draw: torch.Generator, *, coils: int = 6) -> Tensor:
    """Real, positive shading `(y, x)` of mean 1 that departs from it by `strength` (below 1) at most; float32."""
    radius, width, jitter = torch.rand((3, coils), generator=draw)
    angle = 2 * pi * (torch.arange(coils) + jitter) / coils
    radius = _RADIUS[0] + (_RADIUS[1] - _RADIUS[0]) * radius
    width = _WIDTH[0] + (_WIDTH[1] - _WIDTH[0]) * width
    grid = torch.linspace(-1, 1, _COARSE)
    away = (grid[:, None, None] - radius * angle.sin()) ** 2 + (grid[:, None] - radius * angle.cos()) ** 2
    profile = (1 + away / width**2).reciprocal().square().sum(-1).sqrt()
    fine = upsampled(profile, shape)
    fine = fine - fine.mean()
    return 1 + strength * fine / fine.abs().max().clamp_min(torch.finfo(fine.dtype).tiny)

"""Respiratory motion between heartbeats: how far the chest has moved at each, and the image moved by it.

    drift      d_b = D (1 - exp(-3 b/(n - 1))) / (1 - exp(-3))      diaphragm relaxing in a breath-hold
    breathing  d_b = A cos^4(pi (b p + p0))                         free breathing, p breaths a beat
    image      I'(r) = I(r - d w(r)),   w = 1 in the heart, falling to the chest wall and the back

D and A in mm along one direction; the heart rests for most of a breath near its end-expiratory place. w is a Gaussian
of the field of view about its middle. The image is resampled with cubic interpolation: tissue moves, nothing is added.

References: Y. Wang et al., Magn Reson Med 1995;33:713 (heart and diaphragm); W. Segars et al., Med Phys 2010;37:4902,
doi:10.1118/1.3480985 (XCAT's breathing); the drift's shape and w are ours.
"""

from math import cos, exp, pi, sin

import torch
from torch import Tensor
from torch.nn.functional import grid_sample

from spinbridge.core.random import uniform

_PERIODS = (0.18, 0.32)  # breaths a beat: 12 to 20 a minute at 60 to 70 beats
_REACH = 0.62  # of the motion, in half fields of view


def displacements(beats: int, drift: float, breathing: float, draw: torch.Generator) -> Tensor:
    """Displacement `(beats,)` along the direction of motion [mm], from where the first beat is."""
    rate, start = uniform(*_PERIODS, draw), uniform(0.0, 1.0, draw)
    last = max(beats - 1, 1)
    moves = [
        drift * (1 - exp(-3 * beat / last)) / (1 - exp(-3.0)) + breathing * cos(pi * (beat * rate + start)) ** 4
        for beat in range(beats)
    ]
    return torch.tensor(moves) - moves[0]


def direction(draw: torch.Generator) -> tuple[float, float]:
    """A unit vector along (y, x): mostly to the feet, which is along y in most cardiac images."""
    lean = uniform(-0.5, 0.5, draw)
    return cos(lean), sin(lean)


def moved(image: Tensor, displacement: tuple[float, float], *, weight: Tensor | None = None) -> Tensor:
    """The image `(..., y, x)`, real or complex, with its content moved by `displacement` along (y, x) [voxels].

    `weight` `(y, x)` is the share of the displacement that each place takes part in, 1 where None.
    """
    if displacement == (0.0, 0.0):
        return image
    if image.is_complex():
        parts = torch.view_as_real(image).movedim(-1, 0)
        real, imaginary = moved(parts, displacement, weight=weight)
        return torch.complex(real, imaginary)
    rows, columns = image.shape[-2:]
    share = torch.ones(rows, columns) if weight is None else weight
    y = torch.arange(rows)[:, None] - displacement[0] * share
    x = torch.arange(columns)[None, :] - displacement[1] * share
    grid = torch.stack([2 * x / max(columns - 1, 1) - 1, 2 * y / max(rows - 1, 1) - 1], -1).to(image.dtype)
    stack = image.reshape(1, -1, rows, columns)
    found = grid_sample(stack, grid[None], mode="bicubic", padding_mode="border", align_corners=True)
    return found.reshape(image.shape)


def heart_weight(shape: tuple[int, int]) -> Tensor:
    """The share of the heart's motion at each place `(y, x)`: 1 in the middle of the image, small at its edge."""
    y, x = (torch.linspace(-1, 1, n) / _REACH for n in shape)
    return torch.exp(-0.5 * (y[:, None].square() + x[None, :].square()).square())

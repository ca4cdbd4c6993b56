"""Smooth random fields of the scanner, off-resonance among them.

    map = spread * (z - mean(z)) / sd(z),   z: normal numbers on a coarse grid, upsampled by cubic interpolation

Off-resonance in hertz, shapes (y, x). Usual spreads in the heart: 30 Hz at 1.5 T, 60 Hz at 3 T. The peaks at the lung
and the dipoles of devices are not in these maps. Off-resonance belongs to the tissue (`Tissue.off_resonance`), where
the signal models take it from.

Reference: S. Reeder et al., Magn Reson Med 1998;39:988, doi:10.1002/mrm.1910390617 (field in the heart).
"""

from functools import lru_cache

import torch
from torch import Tensor
from torch.nn.functional import interpolate

_NODES = 5


def smooth_field(shape: tuple[int, int], draw: torch.Generator, *, nodes: int = _NODES) -> Tensor:
    """A smooth map `(y, x)` with mean 0 and standard deviation 1, from `nodes` by `nodes` normal numbers; float32."""
    fine = upsampled(torch.randn((nodes, nodes), generator=draw), shape)
    fine = fine - fine.mean()
    return fine / fine.square().mean().sqrt().clamp_min(torch.finfo(fine.dtype).tiny)


def upsampled(coarse: Tensor, shape: tuple[int, int]) -> Tensor:
    """A coarse map on a grid of `shape` (y, x) with the same corners, by cubic interpolation along each axis."""
    rows, columns = (_cubic(nodes, voxels) for nodes, voxels in zip(coarse.shape, shape, strict=True))
    return rows @ coarse @ columns.T


@lru_cache(maxsize=64)
def _cubic(nodes: int, voxels: int) -> Tensor:
    """The matrix (voxels, nodes) of cubic interpolation; `interpolate` itself is some ten times slower on a CPU."""
    unit = torch.eye(nodes)[None, None]
    return interpolate(unit, size=(voxels, nodes), mode="bicubic", align_corners=True)[0, 0]


def off_resonance_map(shape: tuple[int, int], spread: float, draw: torch.Generator) -> Tensor:
    """Off-resonance `(y, x)` [Hz] with mean 0 and standard deviation `spread` [Hz]."""
    return spread * smooth_field(shape, draw)

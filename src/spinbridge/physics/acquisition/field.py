"""Smooth random fields of the scanner: off-resonance (B0) and flip-angle scale (B1).

    map = mean + spread * (z - mean(z)) / sd(z),   z: normal numbers on a coarse grid, upsampled by cubic interpolation

Off-resonance in hertz, the B1 scale without unit (1 is nominal), shapes (y, x). Usual spreads: B0 30 Hz at 1.5 T, 60
Hz at 3 T in the heart; B1 5 % at 1.5 T, 12 % at 3 T. The peaks at the lung and the dipoles of devices are not in
these maps.

Reference: S. Reeder et al., Magn Reson Med 1998;39:988, doi:10.1002/mrm.1910390617 (field in the heart).
"""

import torch
from torch import Tensor
from torch.nn.functional import interpolate

_NODES = 5
_B1_LOWEST, _B1_HIGHEST = 0.5, 1.5


def smooth_field(shape: tuple[int, int], draw: torch.Generator, *, nodes: int = _NODES) -> Tensor:
    """A smooth map `(y, x)` with mean 0 and standard deviation 1, from `nodes` by `nodes` normal numbers; float32."""
    coarse = torch.randn((1, 1, nodes, nodes), generator=draw)
    fine = interpolate(coarse, size=shape, mode="bicubic", align_corners=True)[0, 0]
    fine = fine - fine.mean()
    return fine / fine.square().mean().sqrt().clamp_min(torch.finfo(fine.dtype).tiny)


def off_resonance_map(shape: tuple[int, int], spread: float, draw: torch.Generator) -> Tensor:
    """Off-resonance `(y, x)` [Hz] with mean 0 and standard deviation `spread` [Hz]."""
    return spread * smooth_field(shape, draw)


def b1_map(shape: tuple[int, int], spread: float, draw: torch.Generator, *, mean: float = 1.0) -> Tensor:
    """The factor `(y, x)` on every flip angle, held between 0.5 and 1.5."""
    return (mean + spread * smooth_field(shape, draw)).clamp(_B1_LOWEST, _B1_HIGHEST)

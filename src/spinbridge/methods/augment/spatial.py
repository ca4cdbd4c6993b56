"""Rotation, zoom and mirroring of a slice and its label in one step of interpolation.

Ranges and chances are those that nnU-Net v2 uses for a two-dimensional patch: rotation over the full circle and zoom by
0.7 to 1.4, each in 1 of 5 samples, and a mirror along each axis in every second one.

Reference: Isensee et al., nnU-Net, Nat Methods 2021, doi:10.1038/s41592-020-01008-z, supplement on augmentation.
"""

from dataclasses import dataclass, replace
from math import cos, pi, sin

import torch
from torch import Tensor
from torch.nn.functional import grid_sample

from spinbridge.core.random import chance, uniform
from spinbridge.core.slices import Slice


@dataclass(frozen=True, kw_only=True)
class Spatial:
    """A random rotation, zoom and mirror, then a patch cut out near the heart; an `Augmentation`."""

    patch: int = 128  #: edge of the patch [pixels]
    rotation: float = pi  #: largest rotation [rad]
    rotation_chance: float = 0.2
    zoom: tuple[float, float] = (0.7, 1.4)
    zoom_chance: float = 0.2
    mirror_chance: float = 0.5
    foreground_chance: float = 0.67  #: share of patches centred on a labelled pixel

    def __call__(self, item: Slice, draw: torch.Generator) -> Slice:
        """A patch of `(patch, patch)` pixels; outside the image it is the image's smallest value, unlabelled."""
        angle = uniform(-self.rotation, self.rotation, draw) if chance(self.rotation_chance, draw) else 0.0
        zoom = uniform(*self.zoom, draw) if chance(self.zoom_chance, draw) else 1.0
        mirrors = [-1.0 if chance(self.mirror_chance, draw) else 1.0 for _ in range(2)]
        grid = self._grid(item, self._centre(item, draw), angle, zoom, mirrors)
        floor = item.image.min()
        image = _sample(item.image - floor, grid, "bilinear") + floor
        label = _sample(item.label.float(), grid, "nearest").to(item.label.dtype)
        return replace(item, image=image, label=label)

    def _centre(self, item: Slice, draw: torch.Generator) -> Tensor:
        """Where the patch lies: on a labelled pixel or on whole pixels anywhere inside the image [pixels (y, x)]."""
        wanted = torch.nonzero(item.label) if chance(self.foreground_chance, draw) else item.label.new_zeros((0, 2))
        if len(wanted):
            spread = 0.25 * self.patch * (2 * torch.rand(2, generator=draw) - 1)
            return wanted[int(torch.randint(len(wanted), (), generator=draw))] + spread
        room = torch.tensor(item.image.shape) - self.patch
        corner = room.clamp_max(0) / 2 + room.clamp_min(0) * torch.rand(2, generator=draw)
        return corner.round() + (self.patch - 1) / 2

    def _grid(self, item: Slice, centre: Tensor, angle: float, zoom: float, mirrors: list[float]) -> Tensor:
        """Where each pixel of the patch comes from, as `grid_sample` counts: (1, patch, patch, 2) in x, y."""
        steps = (torch.arange(self.patch, dtype=torch.float32) - (self.patch - 1) / 2) / zoom
        y, x = steps[:, None] * mirrors[0], steps[None, :] * mirrors[1]
        height, width = item.image.shape
        row = centre[0] + cos(angle) * y - sin(angle) * x
        column = centre[1] + sin(angle) * y + cos(angle) * x
        return torch.stack([(2 * column + 1) / width - 1, (2 * row + 1) / height - 1], dim=-1)[None]


def _sample(image: Tensor, grid: Tensor, mode: str) -> Tensor:
    return grid_sample(image[None, None], grid, mode=mode, padding_mode="zeros", align_corners=False)[0, 0]

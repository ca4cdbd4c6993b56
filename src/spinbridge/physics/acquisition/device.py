"""Metal in or near the body: the field of a dipole, and what its steep slope does to an image.

    df      = s (d/r)^3 (3 cos^2 theta - 1)/2,         s the shift on the axis at the distance d = 100 mm
    void    signal(r) -> signal(r) prod_i sinc(g_i h_i TE)          gradient echo: spins of a voxel part in phase
    shift   x' = x + df(x)/w                           along the readout, w its bandwidth per voxel
    pile-up signal(x') = sum of the signals that land there: bright rims, and empty space within

r in mm from the device, theta from the main field, g_i the slope of df along axis i [Hz/mm], h_i the voxel's sides
[mm]. A sphere of radius a and susceptibility dchi has s = 2/3 f0 dchi (a/d)^3; a pacemaker's generator shifts by some
hundreds of hertz at 100 mm, a defibrillator's by up to some kilohertz. In a balanced sequence `df` belongs into
`Tissue.off_resonance`, where it makes the bands; a voxel that holds whole bands is their mean, `across_voxel`. The
radius of the device itself is empty. Off-resonance beyond the bandwidth of the pulse, which bends the excited slice, is
left out, as is the shadow that the case throws on the transmit field.

References: B. Hargreaves et al., AJR Am J Roentgenol 2011;197:547 (metal: dephasing, displacement, pile-up); S. Rashid
et al., Radiology 2014;270:269 (2 to 6 kHz in hearts near a defibrillator).
"""

from dataclasses import dataclass
from math import prod

import torch
from torch import Tensor

from spinbridge.core.errors import SettingsError
from spinbridge.core.protocols import SignalModel
from spinbridge.core.tissue import Tissue
from spinbridge.physics.acquisition.coil_array import AXIAL, Direction
from spinbridge.physics.acquisition.susceptibility import with_off_resonance

_DISTANCE = 100.0  # [mm]


@dataclass(frozen=True, kw_only=True)
class Device:
    """A small piece of metal, as a dipole along the main field."""

    centre: Direction  #: (x, y, z) from the middle of the image, z through the slice [mm]
    shift: float = 1000.0  #: off-resonance on its axis 100 mm away [Hz]
    radius: float = 20.0  #: of the metal, where there is no signal [mm]


def device_field(
    device: Device, shape: tuple[int, int], spacing: tuple[float, float], *, field_direction: Direction = AXIAL
) -> Tensor:
    """Off-resonance `(y, x)` [Hz] of a device in an image with `spacing` along (y, x) [mm]; that of its rim inside."""
    away, distance = _away(device, shape, spacing)
    b = torch.tensor(field_direction)
    cosine = away @ (b / b.norm()) / distance.clamp_min(torch.finfo(distance.dtype).tiny)
    reach = distance.clamp_min(device.radius)
    field: Tensor = device.shift * (_DISTANCE / reach) ** 3 * (3 * cosine.square() - 1) / 2
    return field


def device_mask(device: Device, shape: tuple[int, int], spacing: tuple[float, float]) -> Tensor:
    """Where the image `(y, x)` with `spacing` along (y, x) [mm] shows tissue: False inside the metal."""
    outside: Tensor = _away(device, shape, spacing)[1] > device.radius
    return outside


def slopes(field: Tensor, spacing: tuple[float, ...]) -> tuple[Tensor, ...]:
    """Derivatives of a field along its last axes [Hz/mm], one for each `spacing` [mm], in their order."""
    axes = tuple(range(-len(spacing), 0))
    return tuple(torch.gradient(field, spacing=spacing, dim=axes))


def dephasing(field: Tensor, spacing: tuple[float, ...], echo_time: float) -> Tensor:
    """The share of a gradient echo at `echo_time` [s] that a linear spread of the field leaves to each voxel."""
    parts = [torch.sinc(slope * side * echo_time) for slope, side in zip(slopes(field, spacing), spacing, strict=True)]
    return prod(parts[1:], start=parts[0]).abs()


@dataclass(frozen=True, eq=False, kw_only=True)
class AcrossVoxel:
    """The mean of a complex model over the off-resonance inside a voxel; a `SignalModel`."""

    model: SignalModel
    spread: Tensor  #: from one side of the voxel to the other [Hz], broadcasts against the tissue
    points: int = 9

    @property
    def images(self) -> tuple[str, ...]:
        """Those of the model."""
        return self.model.images

    def __call__(self, tissue: Tissue) -> Tensor:
        """Signal, shape `(len(images), *tissue.shape)`."""
        steps = (torch.arange(self.points) + 0.5) / self.points - 0.5
        total = self.model(with_off_resonance(tissue, float(steps[0]) * self.spread))
        for step in steps[1:].tolist():
            total = total + self.model(with_off_resonance(tissue, step * self.spread))
        return total / self.points


def across_voxel(model: SignalModel, field: Tensor, spacing: tuple[float, ...]) -> AcrossVoxel:
    """The model averaged over what `field` [Hz] changes by within a voxel of `spacing` along its last axes [mm]."""
    parts = [slope * side for slope, side in zip(slopes(field, spacing), spacing, strict=True)]
    return AcrossVoxel(model=model, spread=torch.stack(parts).square().sum(0).sqrt())


def displaced(image: Tensor, shift: Tensor) -> Tensor:
    """The image `(..., y, x)` with each voxel's signal moved along x by `shift` `(y, x)` [voxels].

    Signal is split between the two voxels it lands between, and kept: what is stretched becomes dim, what is squeezed
    bright. What leaves the image is lost. Raises `SettingsError` where the shapes do not match.
    """
    if shift.shape != image.shape[-2:]:
        got = f"{tuple(shift.shape)} for an image {tuple(image.shape)}"
        raise SettingsError("a shift for each voxel (y, x)", got, where="displaced")
    columns = image.shape[-1]
    place = torch.arange(columns) + shift
    low = place.floor()
    out = torch.zeros_like(image)
    for column, share in ((low, 1 - (place - low)), (low + 1, place - low)):
        inside = (column >= 0) & (column < columns)
        index = column.clamp(0, columns - 1).long().expand(image.shape)
        out.scatter_add_(-1, index, image * (share * inside))
    return out


def _away(device: Device, shape: tuple[int, int], spacing: tuple[float, float]) -> tuple[Tensor, Tensor]:
    """Vectors (y, x, 3) from the device, along (x, y, z), and their lengths [mm]."""
    y, x = ((torch.arange(n) - (n - 1) / 2) * d for n, d in zip(shape, spacing, strict=True))
    rows, columns = torch.meshgrid(y, x, indexing="ij")
    away = torch.stack([columns, rows, torch.zeros_like(rows)], dim=-1) - torch.tensor(device.centre)
    return away, away.norm(dim=-1)

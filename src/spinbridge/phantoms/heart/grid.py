"""Where the anatomy is sampled: several points in every voxel, spread over its thickness and its area at once.

Slice k has `samples` planes. Plane j lies at the depth (j + 1/2)/n of the slice and is shifted inside the voxel by
an additive recurrence (Roberts, extremelearning.com.au, 2018), so that averaging the planes gives partial volume
through and in plane.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from spinbridge.phantoms.heart.orientation import heart_axes
from spinbridge.phantoms.heart.subject import Subject

Array = npt.NDArray[np.float32]

_STEPS = (0.7548776662466927, 0.5698402909980532)  # the recurrence's two steps


@dataclass(frozen=True, eq=False, kw_only=True)
class Plane:
    """One plane of samples: coordinates in the heart's frame [mm]."""

    x: Array  #: (y, x)
    y: Array  #: (y, x)
    z: float


def depths(subject: Subject) -> Array:
    """Z of every plane, (slices, samples) [mm]."""
    protocol, count = subject.protocol, subject.settings.samples
    centres = protocol.first + protocol.step * np.arange(protocol.slices)
    within = ((np.arange(count) + 0.5) / count - 0.5) * protocol.thickness
    places: Array = (centres[:, None] + within[None, :]).astype(np.float32)
    return places


def voxel_axes(subject: Subject) -> tuple[Array, Array]:
    """Distance of the voxel centres from the long axis along the image's (y, x), before the roll [mm]."""
    protocol = subject.protocol
    places = [
        ((np.arange(count) - share * count) * protocol.spacing).astype(np.float32)
        for count, share in zip(protocol.shape, protocol.centre, strict=True)
    ]
    return places[0], places[1]


def plane(subject: Subject, slice_index: int, sample: int) -> Plane:
    """The sample points of one plane."""
    rows, columns = voxel_axes(subject)
    size = subject.protocol.spacing
    shift = [((0.5 + step * (sample + 1)) % 1 - 0.5) * size for step in _STEPS]
    across, down = columns[None, :] + np.float32(shift[0]), rows[:, None] + np.float32(shift[1])
    cos, sin = np.float32(np.cos(subject.shape.roll)), np.float32(np.sin(subject.shape.roll))
    return Plane(
        x=cos * across + sin * down, y=cos * down - sin * across, z=float(depths(subject)[slice_index, sample])
    )


def affine(subject: Subject) -> npt.NDArray[np.float64]:
    """Voxel (x, y, z) to millimetres in RAS+, an oblique short-axis stack; the long axis' middle is near the origin."""
    protocol = subject.protocol
    across, down, along = heart_axes(subject)
    rows, columns = voxel_axes(subject)
    matrix = np.eye(4)
    matrix[:3, :3] = np.stack([across * protocol.spacing, down * protocol.spacing, along * protocol.step], axis=1)
    start = protocol.first - subject.shape.length / 2
    matrix[:3, 3] = across * columns[0] + down * rows[0] + along * start
    return matrix

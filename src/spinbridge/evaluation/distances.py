"""Surfaces of masks and the distances between them.

    surface(A)      = voxels of A of which a face neighbour lies outside A; beyond the image everything is outside
    d(a, surface B) = min over b in surface(B) of |a - b|,   a in surface(A)

a and b are centres of voxels in millimetres, so the spacing may differ along each axis. Every surface voxel counts
once, however large its faces are. An axis along which the image has one voxel has no faces: a single slice is
measured in its plane. Assumes the axes to be at right angles.

Definitions as in Reinke et al., Nature Methods 21 (2024), doi:10.1038/s41592-023-02150-0, and, for the surface
voxels, in MONAI's `get_mask_edges`, with which the tests compare.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import ndimage

Mask = npt.NDArray[np.bool_]
Distances = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False, kw_only=True)
class SurfaceDistances:
    """For every surface voxel of one mask, how far the other mask's surface is [mm]; both of shape (voxels,)."""

    from_truth: Distances
    from_found: Distances

    @property
    def pooled(self) -> Distances:
        """Both directions in one array [mm]."""
        return np.concatenate([self.from_truth, self.from_found])


def surface(mask: Mask, *, flat: Sequence[bool] = (False, False, False)) -> Mask:
    """The surface voxels of `mask` (z, y, x); `flat` marks the axes along which there are no faces."""
    return mask & ~ndimage.binary_erosion(mask, structure=_face_neighbours(flat), border_value=0)


def surface_distances(truth: Mask, found: Mask, spacing: Sequence[float]) -> SurfaceDistances:
    """Distances between the surfaces of two masks (z, y, x), neither of them empty; spacing (z, y, x) [mm]."""
    flat = [length == 1 for length in truth.shape]
    box = _bounding_box(truth | found)
    truth_surface, found_surface = (surface(mask[box], flat=flat) for mask in (truth, found))
    return SurfaceDistances(
        from_truth=_distance_to(found_surface, spacing)[truth_surface],
        from_found=_distance_to(truth_surface, spacing)[found_surface],
    )


def _distance_to(target: Mask, spacing: Sequence[float]) -> Distances:
    distance: Distances = ndimage.distance_transform_edt(~target, sampling=spacing)
    return distance


def _bounding_box(mask: Mask) -> tuple[slice, ...]:
    (box,) = ndimage.find_objects(mask.astype(np.uint8))
    return tuple(box)


def _face_neighbours(flat: Sequence[bool]) -> Mask:
    cross = ndimage.generate_binary_structure(3, 1)
    for axis, without in enumerate(flat):
        if without:
            np.moveaxis(cross, axis, 0)[[0, 2]] = False
    return cross

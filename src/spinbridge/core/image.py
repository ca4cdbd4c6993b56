"""An image that never loses its geometry.

Arrays are ordered `(..., z, y, x)`, optionally with time in front; the affine maps the voxel `(x, y, z)` to
millimetres in RAS+ as in NIfTI-1 (https://nifti.nimh.nih.gov/nifti-1). The header of the file an image came from rides
along, so that an output that belongs to an input has its affine to the last bit.
"""

from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from spinbridge.core.errors import GeometryError

Array = npt.NDArray[Any]


@dataclass(frozen=True, eq=False, kw_only=True)
class Image:
    """Voxels with their place in space."""

    data: Array  #: (z, y, x) or (time, z, y, x)
    affine: Array = field(default_factory=lambda: np.eye(4))  #: (4, 4), voxel (x, y, z, 1) -> mm, float64
    header: object = None  #: the header of the file it came from, or None

    def __post_init__(self) -> None:
        """Refuse arrays that are no volume and affines that are no mapping."""
        if self.data.ndim not in (3, 4):
            raise GeometryError("an array (z, y, x) or (time, z, y, x)", f"shape {self.data.shape}")
        if self.affine.shape != (4, 4) or not np.isfinite(self.affine).all():
            raise GeometryError("a finite 4x4 affine", f"{self.affine.tolist()}")
        if abs(np.linalg.det(self.affine[:3, :3])) < 1e-12:  # noqa: PLR2004
            raise GeometryError("an affine that can be inverted", f"{self.affine.tolist()}")

    @property
    def spacing(self) -> tuple[float, float, float]:
        """Distance between voxel centres along (z, y, x) [mm]."""
        x, y, z = np.linalg.norm(self.affine[:3, :3], axis=0)
        return float(z), float(y), float(x)

    @property
    def pixel(self) -> float:
        """Distance between voxel centres in the plane, the mean of y and x [mm]: for filters that are round."""
        _, y, x = self.spacing
        return (y + x) / 2

    @property
    def frames(self) -> int:
        """Number of time frames; 1 for a volume."""
        return self.data.shape[0] if self.data.ndim == 4 else 1  # noqa: PLR2004

    def with_data(self, data: Array) -> "Image":
        """The same place in space with other voxels; the last three axes must stay as they are."""
        if data.shape[-3:] != self.data.shape[-3:]:
            raise GeometryError(f"voxels of shape {self.data.shape[-3:]}", f"{data.shape[-3:]}")
        return replace(self, data=data)

    def same_place(self, other: "Image", *, tolerance: float = 1e-3) -> bool:
        """Whether both cover the same voxels: shape alike and affines within `tolerance` [mm]."""
        alike = self.data.shape[-3:] == other.data.shape[-3:]
        return alike and bool(np.allclose(self.affine, other.affine, atol=tolerance, rtol=0))

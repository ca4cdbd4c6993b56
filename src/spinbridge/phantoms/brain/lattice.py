"""The lattice that smooth shapes are worked out on, and their look-up at the sample points of voxels.

Shapes vary over several millimetres and are evaluated every 2 mm; what is thin (a sulcus, a folium) is made of them by
thresholds at the sample points. Look-up is cubic convolution along each axis, a product with a small matrix,

    f(z, y, x) = Wz (Wy (Wx f))

Sample j of a voxel lies at offsets of a tetrahedron, a quarter of a voxel from its centre. Axes run from low to high in
millimetres: x to the right, y to the front, z up, the anterior commissure at 0.

References: R. Keys, IEEE Trans Acoust 1981;29:1153, doi:10.1109/TASSP.1981.1163711 (a = -1/2); voxels of the full size
are those of the SRI24 space that BraTS uses, Rohlfing et al., Hum Brain Mapp 2010;31:798, doi:10.1002/hbm.20906.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from spinbridge.phantoms.brain.settings import BrainSettings
from spinbridge.phantoms.brain.solids import Floats, Points

_ORIGIN = (
    68.0,
    105.0,
    119.5,
)  # voxel of the anterior commissure (z, y, x) in a full-size volume, from its first corner
_MARGIN = 6.0  # of the lattice around the volume [mm]
_REACH = 150.0  # of random waves about the anterior commissure [mm]
_TETRAHEDRON = ((1, 1, 1), (1, -1, -1), (-1, 1, -1), (-1, -1, 1), (-1, -1, -1), (-1, 1, 1), (1, -1, 1), (1, 1, -1))


@dataclass(frozen=True)
class Lattice:
    """Nodes and voxels of a volume."""

    settings: BrainSettings

    @cached_property
    def nodes(self) -> tuple[Floats, Floats, Floats]:
        """Coordinates of the nodes along (z, y, x) [mm]."""
        step = self.settings.lattice
        axes = []
        for voxels in self.voxels:
            low, high = float(voxels.min()) - _MARGIN, float(voxels.max()) + _MARGIN
            axes.append((low + step * np.arange(int(np.ceil((high - low) / step)) + 1)).astype(np.float32))
        return axes[0], axes[1], axes[2]

    @cached_property
    def voxels(self) -> tuple[Floats, Floats, Floats]:
        """Coordinates of the voxel centres along (z, y, x) in the order of the file [mm]: y falls, x falls."""
        spacing = self.settings.spacing
        axes = []
        for count, origin, turn in zip(self.settings.shape, _ORIGIN, (1, -1, -1), strict=True):
            centres = (np.arange(count) + 0.5) * spacing - 0.5 - origin
            axes.append((turn * centres).astype(np.float32))
        return axes[0], axes[1], axes[2]

    @cached_property
    def points(self) -> Points:
        """Coordinates of all nodes, each (z, y, x) [mm]."""
        z, y, x = np.meshgrid(*self.nodes, indexing="ij")
        return Points(x=x, y=y, z=z)

    @property
    def affine(self) -> npt.NDArray[np.float64]:
        """Voxel (x, y, z) to millimetres, as files of BraTS have it."""
        spacing = self.settings.spacing
        half = (spacing - 1) / 2
        matrix = np.diag([-spacing, -spacing, spacing, 1.0])
        matrix[:3, 3] = (-half, 239.0 - half, half)
        return matrix

    def sampler(self, sample: int) -> "Sampler":
        """The look-up at one sample point of every voxel."""
        shift = self.settings.spacing / 4 if self.settings.samples > 1 else 0.0
        offsets = _TETRAHEDRON[sample % len(_TETRAHEDRON)]
        axes = [v + shift * o for v, o in zip(self.voxels, offsets, strict=True)]
        return Sampler(tuple(keys_weights(a, n) for a, n in zip(axes, self.nodes, strict=True)))  # type: ignore[arg-type]


@dataclass(frozen=True, eq=False)
class Sampler:
    """Matrices (voxels, nodes) along (z, y, x)."""

    weights: tuple[Floats, Floats, Floats]

    def __call__(self, field: Floats) -> Floats:
        """The field of the nodes at the sample points, (z, y, x)."""
        along_z, along_y, along_x = self.weights
        plane = np.matmul(along_y, np.matmul(field, along_x.T))
        found: Floats = np.tensordot(along_z, plane, axes=(1, 0))
        return found


def keys_weights(places: Floats, nodes: Floats) -> Floats:
    """Matrix (places, nodes) of cubic convolution on an even axis; `places` and `nodes` [mm]."""
    step = float(nodes[1] - nodes[0])
    far = np.abs(places[:, None] - nodes[None, :]) / step
    inner = (1.5 * far - 2.5) * far**2 + 1
    outer = ((-0.5 * far + 2.5) * far - 4) * far + 2
    weights: Floats = np.where(far < 1, inner, np.where(far < 2, outer, 0)).astype(np.float32)  # noqa: PLR2004
    return weights


def random_wave(lattice: Lattice, scale: float, draw: np.random.Generator, *, fine: bool = False) -> Floats:
    """A smooth random field (z, y, x) of the nodes, or of the voxels where `fine`: mean 0, variance 1.

    `scale` is its smoothness [mm]. The normal numbers behind it stand in the head, whatever the lattice's step.
    """
    axes = lattice.voxels if fine else lattice.nodes
    count = 2 * int(np.ceil(_REACH / scale)) + 1
    numbers = draw.standard_normal((count,) * 3, dtype=np.float32)
    nodes = (np.arange(count, dtype=np.float32) - count // 2) * np.float32(scale)
    rows = [_spline_weights(axis, nodes) for axis in axes]
    kept = [np.flatnonzero(r.any(axis=0)) for r in rows]
    inner = numbers[np.ix_(*kept)]
    return Sampler(tuple(r[:, k] for r, k in zip(rows, kept, strict=True)))(inner)  # type: ignore[arg-type]


def _spline_weights(places: Floats, nodes: Floats) -> Floats:
    """Cubic B-splines on the nodes, rows of unit length."""
    far = np.abs(places[:, None] - nodes[None, :]) / (nodes[1] - nodes[0])
    rows = np.where(far < 1, 2 / 3 - far**2 + far**3 / 2, np.clip(2 - far, 0, None) ** 3 / 6)
    unit: Floats = (rows / np.sqrt((rows**2).sum(axis=1, keepdims=True))).astype(np.float32)
    return unit


def gradient(field: Floats, step: float) -> tuple[Floats, Floats, Floats]:
    """Derivatives of a field of the nodes along (x, y, z) [1/mm]."""
    z, y, x = (np.asarray(part, np.float32) for part in np.gradient(field, step))
    return x, y, z


def as_depth(shape: Floats, step: float) -> Floats:
    """An implicit shape in millimetres: divided by the length of its gradient."""
    x, y, z = gradient(shape, step)
    depth: Floats = shape / np.sqrt(x * x + y * y + z * z + np.float32(1e-6))
    return depth

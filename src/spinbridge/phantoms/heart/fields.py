"""Smooth random fields on a regular grid, from cubic B-splines over a coarse lattice of normal numbers.

    f(z, y, x) = sum_kji  B((z - z_k)/h) B((y - y_j)/h) B((x - x_i)/h) n_kji,     n ~ N(0, 1)

scaled to unit variance; `h` is the scale in millimetres. The sum separates, so it costs three small matrix products.
The lattice is tied to the coordinates and repeats after some 512 mm in the plane and 256 mm along z: another grid sees
the same field.
Reference: Unser, IEEE Signal Process Mag 1999;16:22, doi 10.1109/79.799930.
"""

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float32]

_PERIODS = (256.0, 512.0, 512.0)  # after which a lattice repeats, (z, y, x) [mm]


def smooth_field(
    axes: tuple[Array, Array, Array], scale: float | tuple[float, float, float], draw: np.random.Generator
) -> Array:
    """A field (z, y, x) of mean 0 and variance 1 at the coordinates `axes` [mm], smooth over `scale` [mm]."""
    scales = scale if isinstance(scale, tuple) else (scale,) * 3
    counts = [int(np.ceil(period / step)) for period, step in zip(_PERIODS, scales, strict=True)]
    lattice = draw.standard_normal(counts, dtype=np.float32)
    found = [_weights(axis, step, count) for axis, step, count in zip(axes, scales, counts, strict=True)]
    (wz, wy, wx), nodes = [weights for weights, _ in found], [used for _, used in found]
    plane = np.matmul(wy, np.matmul(lattice[np.ix_(*nodes)], wx.T))
    field: Array = np.tensordot(wz, plane, axes=(1, 0))
    return field


def _weights(axis: Array, step: float, count: int) -> tuple[Array, npt.NDArray[np.int64]]:
    """Weights (points, nodes) of unit square sum, and the lattice's nodes that they belong to."""
    place = axis / step
    nodes = np.arange(int(np.floor(place.min())) - 1, int(np.floor(place.max())) + 3)
    far = np.abs(place[:, None] - nodes[None, :])
    inner = 2 / 3 - far**2 + far**3 / 2
    outer = np.clip(2 - far, 0, None) ** 3 / 6
    weights = np.where(far < 1, inner, outer)
    unit: Array = (weights / np.sqrt((weights**2).sum(axis=1, keepdims=True))).astype(np.float32)
    return unit, np.mod(nodes, count)


def smoothstep(value: Array, low: float, high: float) -> Array:
    """0 below `low`, 1 above `high`, a cubic between."""
    t = np.clip((value - low) / (high - low), 0, 1)
    ramp: Array = t * t * (3 - 2 * t)
    return ramp

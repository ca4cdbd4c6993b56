"""Smooth random fields on a regular grid, from cubic B-splines over a coarse lattice of normal numbers.

    f(z, y, x) = sum_kji  B((z - z_k)/h) B((y - y_j)/h) B((x - x_i)/h) n_kji,     n ~ N(0, 1)

scaled to unit variance; `h` is the scale in millimetres. The sum separates, so it costs three small matrix products.
Reference: Unser, IEEE Signal Process Mag 1999;16:22, doi 10.1109/79.799930.
"""

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float32]


def smooth_field(
    axes: tuple[Array, Array, Array], scale: float | tuple[float, float, float], draw: np.random.Generator
) -> Array:
    """A field (z, y, x) of mean 0 and variance 1 at the coordinates `axes` [mm], smooth over `scale` [mm]."""
    scales = scale if isinstance(scale, tuple) else (scale,) * 3
    weights = [_weights(axis, step) for axis, step in zip(axes, scales, strict=True)]
    lattice = draw.standard_normal([w.shape[1] for w in weights], dtype=np.float32)
    wz, wy, wx = weights
    plane = np.matmul(wy, np.matmul(lattice, wx.T))
    field: Array = np.tensordot(wz, plane, axes=(1, 0))
    return field


def _weights(axis: Array, step: float) -> Array:
    place = (axis - axis.min()) / step
    nodes = np.arange(int(np.ceil(place.max())) + 4) - 1.0
    far = np.abs(place[:, None] - nodes[None, :])
    inner = 2 / 3 - far**2 + far**3 / 2
    outer = np.clip(2 - far, 0, None) ** 3 / 6
    weights = np.where(far < 1, inner, outer)
    unit: Array = (weights / np.sqrt((weights**2).sum(axis=1, keepdims=True))).astype(np.float32)
    return unit


def smoothstep(value: Array, low: float, high: float) -> Array:
    """0 below `low`, 1 above `high`, a cubic between."""
    t = np.clip((value - low) / (high - low), 0, 1)
    ramp: Array = t * t * (3 - 2 * t)
    return ramp

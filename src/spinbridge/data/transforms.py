"""Between the grid of an image and that of a network: in-plane resampling and cropping, and exactly back again.

Each axis is a matrix W, out = W_y in W_x^T, with rows that sum to 1. Output voxel i of spacing s' lies at

    u(i) = (i - (m - 1)/2) s'/s + (n - 1)/2        [input voxels; both grids share their centre]

and W(i, j) = k((j - u) / a) / sum_j k((j - u) / a) with a = max(1, s'/s), which widens the kernel where the grid
becomes coarser, so that no detail finer than it aliases. Kernels: triangle (order 1) and Keys' cubic, a = -1/2 (order
3; Keys, IEEE TASSP 29 (1981) 1153, eq. 15, DOI 10.1109/TASSP.1981.1163711). Labels are never interpolated: each
structure's share is resampled linearly and the largest wins, the lower number on a tie.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from spinbridge.core.errors import SettingsError
from spinbridge.core.image import Array

_LINEAR, _CUBIC = 1, 3
_SUPPORT = {_LINEAR: 1.0, _CUBIC: 2.0}


@dataclass(frozen=True)
class InPlaneGrid:
    """The way from an image's in-plane grid to another one and back."""

    shape: tuple[int, int]  #: (y, x) of the image
    spacing: tuple[float, float]  #: (y, x) of the image [mm]
    new_spacing: tuple[float, float]  #: (y, x) wanted [mm]

    @property
    def new_shape(self) -> tuple[int, int]:
        """The shape (y, x) that covers the same field of view, to the nearest voxel."""
        y, x = (max(1, round(n * s / t)) for n, s, t in zip(self.shape, self.spacing, self.new_spacing, strict=True))
        return y, x

    def image(self, voxels: Array, *, order: int = _LINEAR) -> npt.NDArray[np.float32]:
        """An image `(..., y, x)` on the new grid."""
        return _separable(voxels, *self._matrices(order))

    def image_back(self, voxels: Array, *, order: int = _LINEAR) -> npt.NDArray[np.float32]:
        """An image `(..., y, x)` of the new grid on the old one."""
        return _separable(voxels, *self._matrices(order, back=True))

    def label(self, label: Array) -> Array:
        """A label `(..., y, x)` on the new grid, with no value that it did not have."""
        return _label(label, *self._matrices(_LINEAR))

    def _matrices(self, order: int, *, back: bool = False) -> tuple[Array, Array]:
        if order not in _SUPPORT:
            raise SettingsError("order 1 (linear) or 3 (cubic)", f"{order}")
        old, new = zip(self.shape, self.spacing, strict=True), zip(self.new_shape, self.new_spacing, strict=True)
        y, x = (_weights(b if back else a, a if back else b, order) for a, b in zip(old, new, strict=True))
        return y, x


def crop_or_pad(voxels: Array, shape: tuple[int, int], *, fill: float = 0) -> Array:
    """The central `(..., *shape)` of an array `(..., y, x)`, with `fill` where it does not reach.

    Going to another shape and back to the first puts every voxel that was kept where it was.
    """
    result = np.full((*voxels.shape[:-2], *shape), fill, dtype=voxels.dtype)
    y, x = (_overlap(n, m) for n, m in zip(voxels.shape[-2:], shape, strict=True))
    result[..., y[1], x[1]] = voxels[..., y[0], x[0]]
    return result


def _overlap(old: int, new: int) -> tuple[slice, slice]:
    start = int((old - new) / 2)  # towards zero, so that the way back has the same offset
    low, high = max(start, 0), min(start + new, old)
    return slice(low, high), slice(low - start, high - start)


def _weights(source: tuple[int, float], target: tuple[int, float], order: int) -> npt.NDArray[np.float64]:
    """W of shape (target voxels, source voxels) for one axis; each of both is (voxels, spacing [mm])."""
    (n, s), (m, t) = source, target
    u = (np.arange(m) - (m - 1) / 2) * t / s + (n - 1) / 2
    u = np.clip(u, 0, n - 1)  # beyond the last centre the last voxel goes on
    a = max(1.0, t / s)
    w = _kernel((np.arange(n) - u[:, None]) / a, order)
    normalised: npt.NDArray[np.float64] = w / w.sum(axis=1, keepdims=True)
    return normalised


def _kernel(distance: Array, order: int) -> Array:
    d = np.abs(distance)
    if order == _LINEAR:
        triangle: Array = np.maximum(0, 1 - d)
        return triangle
    inner = (1.5 * d - 2.5) * d**2 + 1
    outer = ((-0.5 * d + 2.5) * d - 4) * d + 2
    return np.where(d <= 1, inner, np.where(d < _SUPPORT[_CUBIC], outer, 0))


def _separable(voxels: Array, y: Array, x: Array) -> npt.NDArray[np.float32]:
    result: npt.NDArray[np.float32] = (y @ voxels.astype(np.float64) @ x.T).astype(np.float32)
    return result


def _label(label: Array, y: Array, x: Array) -> Array:
    values: npt.NDArray[Any] = np.unique(label)
    best = np.full((*label.shape[:-2], y.shape[0], x.shape[0]), -1.0, dtype=np.float32)
    result = np.zeros(best.shape, dtype=label.dtype)
    for value in values:
        share = _separable(label == value, y, x)
        won = share > best + 1e-6  # the lower value keeps a tie
        result[won], best[won] = value, share[won]
    return result

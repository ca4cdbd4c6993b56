"""Solids as signed distances [mm], negative inside, and ways to join and cut them.

    ellipsoid    d = k0 (k0 - 1)/k1,   k0 = |p/r|, k1 = |p/r^2|
    paraboloid   d = (k - 1)/|grad k|,   k = (s + sqrt(s^2 + 4 rho^2))/2,   its gauge: rho^2/k^2 + s/k = 1
    capsule      d = |p - nearest point of its axis| - radius there
    union        min(a, b) - k h^2/4,   h = max(1 - |a - b|/k, 0), rounded over k

The first two are exact to first order at the surface and of the right size away from it.
References: Hart, Vis Comput 1996;12:527, doi 10.1007/s003710050084, for solids as distances; the paraboloid is ours.
"""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]
_TINY = np.float32(1e-6)


class Points(NamedTuple):
    """Coordinates of points, arrays that broadcast against each other [mm]."""

    x: Floats
    y: Floats
    z: Floats


def ellipsoid(at: Points, centre: tuple[float, float, float], axes: tuple[float, float, float]) -> Floats:
    """Distance from an ellipsoid with axes along the coordinates."""
    u, v, w = (
        (place - np.float32(middle)) / np.float32(axis) for place, middle, axis in zip(at, centre, axes, strict=True)
    )
    a, b, c = (np.float32(1 / axis) for axis in axes)
    return gauged(u * u + v * v + w * w, (u * a) ** 2 + (v * b) ** 2 + (w * c) ** 2)


def gauged(square: Floats, steepness: Floats) -> Floats:
    """Distance of an ellipsoid from k0^2 and k1^2, whose axes may change from point to point."""
    size = np.sqrt(square)
    distance: Floats = size * (size - 1) / np.sqrt(steepness + _TINY**2)
    return distance


def paraboloid(square: Floats, steepness: Floats, depth: Floats, height: float) -> Floats:
    """Distance of rho^2 + depth/height = 1 from rho^2, (rho/r)^2 over its radii r, and the depth."""
    s = depth / np.float32(height)
    root = np.sqrt(s * s + 4 * square) + _TINY
    slope = ((0.5 + 0.5 * s / root) / np.float32(height)) ** 2 + 4 * steepness / root**2
    distance = ((s + root) / 2 - 1) / np.sqrt(slope + _TINY)
    return distance.astype(np.float32, copy=False)


def capsule(
    at: Points, start: tuple[float, float, float], end: tuple[float, float, float], radii: tuple[float, float]
) -> Floats:
    """Distance from a straight tube with round ends whose radius goes from one value to another."""
    along = np.subtract(end, start).astype(np.float32)
    x, y, z = (place - np.float32(first) for place, first in zip(at, start, strict=True))
    share = np.clip((x * along[0] + y * along[1] + z * along[2]) / max(float(along @ along), 1e-6), 0, 1)
    far = np.sqrt((x - share * along[0]) ** 2 + (y - share * along[1]) ** 2 + (z - share * along[2]) ** 2)
    distance: Floats = far - np.float32(radii[0]) - share * np.float32(radii[1] - radii[0])
    return distance


def join(first: Floats, second: Floats, rounding: float) -> Floats:
    """Union of two solids, filled over `rounding` [mm] where they meet."""
    near = np.clip(1 - np.abs(first - second) / np.float32(rounding), 0, None)
    joined: Floats = np.minimum(first, second) - np.float32(rounding / 4) * near * near
    return joined


def common(first: Floats, second: Floats, rounding: float) -> Floats:
    """What two solids have in common, its edges rounded over `rounding` [mm]."""
    return -join(-first, -second, rounding)


def share_inside(distance: Floats, step: float) -> Floats:
    """Share of a cell of side `step` [mm] that lies inside, to first order."""
    share: Floats = np.clip(np.float32(0.5) - distance / np.float32(step), 0, 1)
    return share

"""Shapes as depth below their surface: positive inside, in millimetres near the surface.

    ellipsoid   (1 - |u|) |u| / |grad|,  u the point in units of the half-axes  (first order in the depth)
    tube        max over segments of  r(t) - |p - p(t)|,  t the nearest point of the segment, r linear along it
    soft union  of depths a, b:  max(a, b) + max(k - |a - b|, 0)^2 / (4 k)

Arrays are of any one shape, coordinates and lengths in millimetres.
Reference: I. Quilez, "Smooth minimum", iquilezles.org, 2013 (the quadratic blend).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]


@dataclass(frozen=True, eq=False, kw_only=True)
class Points:
    """Coordinates of points (x to the right, y to the front, z up), each of any one shape [mm]."""

    x: Floats
    y: Floats
    z: Floats

    @property
    def mirrored(self) -> "Points":
        """The same points with both sides of the head laid on the right one."""
        return Points(x=np.abs(self.x), y=self.y, z=self.z)

    def moved(self, by: tuple[Floats, Floats, Floats], share: float = 1.0) -> "Points":
        """The points moved by a `share` of a displacement (x, y, z) [mm]."""
        return Points(x=self.x + share * by[0], y=self.y + share * by[1], z=self.z + share * by[2])


def ellipsoid(
    place: Points,
    centre: tuple[float, float, float],
    size: tuple[float, float, float],
    *,
    pitch: float = 0.0,
    yaw: float = 0.0,
) -> Floats:
    """Depth in an ellipsoid of half-axes `size`, turned by `pitch` about x (front up), then `yaw` about z [rad]."""
    x, y, z = place.x - np.float32(centre[0]), place.y - np.float32(centre[1]), place.z - np.float32(centre[2])
    if yaw:
        cos, sin = np.float32(np.cos(yaw)), np.float32(np.sin(yaw))
        x, y = cos * x + sin * y, cos * y - sin * x
    if pitch:
        cos, sin = np.float32(np.cos(pitch)), np.float32(np.sin(pitch))
        y, z = cos * y + sin * z, cos * z - sin * y
    u, v, w = x / np.float32(size[0]), y / np.float32(size[1]), z / np.float32(size[2])
    norm = np.sqrt(u * u + v * v + w * w) + np.float32(1e-4)
    slope = np.sqrt((u / size[0]) ** 2 + (v / size[1]) ** 2 + (w / size[2]) ** 2) + np.float32(1e-4 / min(size))
    depth: Floats = ((1 - norm) * norm / slope).astype(np.float32)
    return depth


def tube(place: Points, path: Sequence[tuple[float, float, float, float]]) -> Floats:
    """Depth in a tube along points (x, y, z, radius), the radius linear between them."""
    depth = np.full(place.x.shape, -np.inf, np.float32)
    for start, end in pairwise(path):
        along = np.subtract(end[:3], start[:3])
        far = (place.x - start[0], place.y - start[1], place.z - start[2])
        share = np.clip(sum(a * f for a, f in zip(along, far, strict=True)) / float(along @ along), 0, 1)
        away = np.sqrt(sum((f - share * a) ** 2 for a, f in zip(along, far, strict=True)))
        radius = start[3] + (end[3] - start[3]) * share
        np.maximum(depth, (radius - away).astype(np.float32), out=depth)
    return depth


def union(a: Floats, b: Floats, blend: float = 0.0) -> Floats:
    """Depth in either, with a seam rounded over `blend` [mm]."""
    if not blend:
        return np.maximum(a, b)
    depth: Floats = np.maximum(a, b) + np.clip(blend - np.abs(a - b), 0, None) ** 2 / np.float32(4 * blend)
    return depth


def common(a: Floats, b: Floats, blend: float = 0.0) -> Floats:
    """Depth in both, with an edge rounded over `blend` [mm]."""
    return -union(-a, -b, blend)


def ramp(value: Floats, low: float, high: float) -> Floats:
    """0 below `low`, 1 above `high`, a cubic between; falling where `low` is the higher."""
    t = np.clip((value - np.float32(low)) / np.float32(high - low), 0, 1)
    smooth: Floats = t * t * (3 - 2 * t)
    return smooth

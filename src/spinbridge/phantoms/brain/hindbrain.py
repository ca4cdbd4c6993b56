"""Cerebellum with its folia, the brain stem, the fourth ventricle.

A folium is a sheet of tissue between two furrows; the furrows are the nodal surfaces of

    sin(2 pi f(psi) + wave),    psi the angle about the hilum in a sagittal plane, counted along the surface [mm]

so that they run from side to side and towards the hilum, as the fissures of the cerebellum do; every third is deep.
Ellipsoids and tubes in the standard head: depths [mm]. Ours.
"""

from dataclasses import dataclass

import numpy as np

from spinbridge.phantoms.brain.cerebrum import tentorium
from spinbridge.phantoms.brain.solids import Floats, Points, common, ellipsoid, ramp, tube, union

_HILUM = (-47.0, -30.0)  # (y, z) [mm]
_MEAN_RADIUS = 27.0  # of the cerebellum about the hilum [mm]
FOLIUM = 4.4  #: from furrow to furrow [mm]
_STEM = [(0, -14, -2, 15.0), (0, -19, -14, 14.5), (0, -23, -27, 15.5), (0, -29, -42, 11.0), (0, -36, -58, 8.0),
         (0, -42, -90, 6.5)]  # fmt: skip


@dataclass(frozen=True, eq=False, kw_only=True)
class Hindbrain:
    """Depths of the nodes [mm], and the phase of the folia."""

    cerebellum: Floats
    stem: Floats
    fourth: Floats  #: ventricle
    along: Floats  #: way along the surface from front to back [mm]


def hindbrain(place: Points) -> Hindbrain:
    """Of points of the standard head."""
    half = place.mirrored
    lobes = ellipsoid(half, (25, -62, -30), (28, 31, 24), pitch=0.10, yaw=-0.12)
    vermis = ellipsoid(half, (0, -58, -22), (17, 27, 27))
    whole = union(lobes, vermis, 8)
    roof = tentorium(half) - np.float32(0.6) - half.z
    notch = (np.hypot(half.x * 1.6, half.y + 97) - 9).astype(np.float32)
    cerebellum = common(common(whole, roof, 3), notch, 5)
    stem = _stem(half)
    fourth = common(
        ellipsoid(half, (0, -44, -33), (7.5, 5.5, 13), pitch=-0.15),
        (9.0 - half.x - 0.35 * np.abs(half.z + 34)).astype(np.float32),
        1.0,
    )
    angle = np.arctan2(place.z - np.float32(_HILUM[1]), place.y - np.float32(_HILUM[0]))
    turned = np.mod(angle + np.pi / 4, 2 * np.pi)
    along = (turned * np.float32(_MEAN_RADIUS) + np.float32(0.12) * half.x).astype(np.float32)
    return Hindbrain(cerebellum=cerebellum, stem=stem, fourth=fourth, along=along)


def _stem(half: Points) -> Floats:
    tall = tube(half, [(x, y, z, r) for x, y, z, r in _STEM])
    peduncle = ellipsoid(half, (11, -13, -11), (6.5, 7, 12), pitch=0.3)
    arm = tube(half, [(10, -26, -29, 9), (20, -42, -33, 6.5)])
    cleft = np.hypot(half.x * 1.2, half.y + 4) - 5.0
    front = common(union(tall, peduncle, 4), cleft.astype(np.float32), 3)
    return union(front, arm, 4)


def furrow_distance(along: Floats, wave: Floats, depth: Floats) -> Floats:
    """Distance from the nearest furrow that goes as deep as `depth` below the surface [mm]."""
    place = along + wave
    fine = np.abs(np.mod(place, np.float32(FOLIUM)) - np.float32(FOLIUM / 2))
    coarse = np.abs(np.mod(place, np.float32(3 * FOLIUM)) - np.float32(1.5 * FOLIUM))
    near_fine: Floats = np.hypot(np.float32(FOLIUM / 2) - fine, np.maximum(depth - 13, 0))
    near_coarse: Floats = np.hypot(np.float32(1.5 * FOLIUM) - coarse, np.maximum(depth - 27, 0))
    distance: Floats = np.minimum(near_fine, near_coarse)
    return distance


def hilum_share(place: Points) -> Floats:
    """1 in the white core of the cerebellum, from where its branches go out, 0 outside."""
    half = place.mirrored
    share: Floats = ramp(ellipsoid(half, (17, -52, -33), (12, 7, 5), yaw=0.3), -2.0, 2.0)
    return share

"""Inside the cerebrum: ventricles with their horns, deep nuclei, hippocampus, choroid plexus, fornix and septum.

Ellipsoids and tubes in the standard head, centred as in usual atlases relative to the anterior commissure: depths [mm].
Ours.
"""

from dataclasses import dataclass

import numpy as np

from spinbridge.phantoms.brain.matter import Matter
from spinbridge.phantoms.brain.solids import Floats, Points, common, ellipsoid, ramp, tube, union

_SEPTUM = 0.9  # half-thickness of the septum pellucidum [mm]
Path = list[tuple[float, float, float, float]]  # (|x|, y, z, radius)
_FRONTAL: Path = [(17, 33, 7, 1.8), (12, 27, 9, 4.2), (7.5, 16, 14, 5.6), (6, 2, 20, 5.8), (8.5, -16, 23, 6.2)]
_WING: Path = [(13, 18, 17, 2.5), (13, 2, 24, 3.0), (15.5, -14, 26, 3.4)]  # towards the body of the caudate
_BODY: Path = [(8.5, -16, 23, 6.2), (14, -30, 21, 6.8), (22, -41, 11, 7.0), (26, -42, 2, 6.0)]
_TEMPORAL: Path = [(26, -42, 2, 6.0), (32, -34, -9, 3.6), (34, -20, -15, 2.6), (31, -6, -18, 2.0)]
_OCCIPITAL: Path = [(23, -42, 8, 6.5), (24, -56, 6, 4.0), (22, -68, 4, 1.6)]
_PLEXUS = [(6, -4, 15.5, 0.7), (14, -26, 14, 1.2), (22, -39, 7, 2.3), (27, -38, -1, 1.3)]
_HIPPOCAMPUS = [(24, -4, -19, 6.5), (27, -16, -16, 5.0), (29, -30, -8, 4.2), (22, -38, 0, 2.5)]
_CAUDATE_TAIL = [(12.5, 18, 4, 6.4), (14.5, 8, 13, 5.6), (17.5, -6, 21, 3.8), (22, -22, 21, 2.6), (29, -34, 10, 1.8)]


@dataclass(frozen=True, eq=False, kw_only=True)
class Deep:
    """Depths of the nodes [mm]."""

    ventricles: Floats
    plexus: Floats
    nuclei: dict[Matter, Floats]  #: in the order they are written


def deep_structures(place: Points, size: float) -> Deep:
    """Of points of the standard head, for ventricles of relative `size`."""
    half = place.mirrored
    nuclei = {
        Matter.THALAMUS: _thalamus(half),
        Matter.PALLIDUM: ellipsoid(half, (19.0, -3.5, 0), (5.0, 9.5, 6.5), yaw=-0.42, pitch=0.1),
        Matter.PUTAMEN: common(
            ellipsoid(half, (26.0, 1.5, 2.5), (6.2, 16.5, 11.0), yaw=-0.30, pitch=0.12),
            -ellipsoid(half, (18.0, -4.5, 0), (5.6, 10.5, 9.0), yaw=-0.42),
            1.5,
        ),
        Matter.CAUDATE: tube(half, [(x, y, z, r) for x, y, z, r in _CAUDATE_TAIL]),
        Matter.HIPPOCAMPUS: tube(half, _HIPPOCAMPUS),
    }
    return Deep(ventricles=_ventricles(half, size), plexus=tube(half, _PLEXUS), nuclei=nuclei)


def _thalamus(half: Points) -> Floats:
    body = ellipsoid(half, (11.5, -18, 6.5), (9.0, 15.0, 9.0), yaw=-0.35, pitch=0.1)
    pulvinar = ellipsoid(half, (15.0, -28, 5.5), (7.0, 6.5, 7.5))
    return union(body, pulvinar, 4)


def _ventricles(half: Points, size: float) -> Floats:
    def wide(path: Path) -> Path:
        return [(x + 0.5 * (size - 1) * r, y, z, r * size) for x, y, z, r in path]

    # the horns are higher than wide
    flat = Points(x=half.x, y=half.y, z=14 + (half.z - 14) * np.float32(0.78))
    lateral = tube(flat, wide(_FRONTAL))
    lateral = union(lateral, tube(half, wide(_WING)), 5)
    lateral = union(lateral, tube(half, wide(_BODY)), 3)
    lateral = union(union(lateral, tube(half, wide(_TEMPORAL)), 2), tube(half, wide(_OCCIPITAL)), 3)
    lateral = common(lateral, half.x - np.float32(_SEPTUM), 1.0)
    bulge = tube(half, [(x + 0.2, y, z, r + 0.6) for x, y, z, r in _CAUDATE_TAIL[:4]])
    lateral = common(lateral, -bulge, 1.5)
    lateral = common(lateral, -_thalamus(half), 1.0)
    third = common(
        ellipsoid(half, (0, -10, 0), (30, 14.5, 11), pitch=0.35),
        np.float32(0.9 + 1.1 * size) - half.x - np.float32(0.8) * ramp(np.hypot(half.y + 9, half.z - 3), 6, 1),
        0.8,
    )
    aqueduct = tube(half, [(0, -24, 0, 1.6), (0, -32, -12, 1.1), (0, -38, -22, 1.6)])
    return union(union(lateral, third), aqueduct)

"""The outline of the cerebrum: two hemispheres with frontal, temporal and occipital lobes, and what joins them.

Depths below the outline as it would be without sulci. The outline has a medial wall where the interhemispheric fissure
is; around the ventricles and the corpus callosum the two halves are one. Made of ellipsoids and planes in the standard
head, sizes after the usual proportions of adults (length 165 mm, width 135 mm). Ours.
"""

from dataclasses import dataclass

import numpy as np

from spinbridge.phantoms.brain.solids import Floats, Points, common, ellipsoid, ramp, tube, union

_FALX = 0.5  # half of the fissure's width [mm]


@dataclass(frozen=True, eq=False, kw_only=True)
class Cerebrum:
    """Depths of the nodes [mm]; see the file."""

    outer: Floats  #: below the outline of both hemispheres, the fissure between them filled
    filled: Floats  #: the same with the cisterns about the midbrain
    medial: Floats  #: from the medial wall
    joined: Floats  #: in the middle piece without a fissure, corpus callosum its roof
    sylvian: Floats  #: distance from the sheet of the Sylvian fissure with the insula
    reach: Floats  #: how much deeper sulci go: through the opercula, not at all about the deep nuclei [mm]
    opening: Floats  #: 0 to 1 where that fissure opens to its cistern

    @property
    def hull(self) -> Floats:
        """Below the outline of one hemisphere, its medial wall included."""
        return common(self.outer, union(self.medial, self.joined), 12.0)

    @property
    def from_medial(self) -> Floats:
        """Distance from the medial wall, counted round the joined piece."""
        distance: Floats = np.hypot(self.medial, 3 * np.maximum(self.joined, 0))
        return distance


def cerebrum(place: Points, rippled: Points) -> Cerebrum:
    """Of points of the standard head; `rippled`, the same with the displacements of a winding fissure."""
    half = place.mirrored
    distance, opening = _sylvian(rippled.mirrored)
    filled = _outline(half)
    return Cerebrum(
        outer=common(filled, -_cisterns(half), 2.0),
        filled=filled,
        medial=half.x - _fissure_width(half),
        joined=_joined(half),
        sylvian=distance,
        reach=_reach(half),
        opening=opening,
    )


def _fissure_width(half: Points) -> Floats:
    """Wider in front of and behind the corpus callosum's ends, at the frontal pole and over the vertex."""
    return np.float32(_FALX) + np.float32(0.3) * ramp(half.y, 20, 60) + np.float32(0.3) * ramp(half.z, 45, 75)


def _outline(half: Points) -> Floats:
    narrow = 1 - np.float32(0.17) * ramp(half.y, -20, 70) - np.float32(0.15) * ramp(half.y, -50, -105)
    egg = Points(x=(half.x / narrow).astype(np.float32), y=half.y, z=half.z)
    vault = ellipsoid(egg, (0, -17, 3), (67, 86, 73))
    high = ellipsoid(egg, (24, -18, 6), (43, 80, 70))
    vault = union(vault, high, 14)
    # the floor: orbits in front, tentorium behind, level between
    roof = np.float32(5) * ramp(half.x, 6, 32) * ramp(half.y, 8, 34)
    front = half.z + 16 - np.float32(0.10) * (half.y - 20) - roof
    behind = half.z - tentorium(half) - np.float32(0.6)
    floor = front + (behind - front) * ramp(half.y, -20, -46)
    body = common(vault, floor, 6)
    temporal = ellipsoid(half, (43, -16, -19), (21, 41, 21), pitch=0.16, yaw=0.10)
    back = ellipsoid(half, (45, -48, -8), (20, 30, 18), pitch=0.25, yaw=0.05)
    lobe = union(temporal, back, 10)
    return union(body, lobe, 5.0)


def _cisterns(half: Points) -> Floats:
    """Fluid about the midbrain and under the splenium."""
    around = common(tube(half, [(0, -16, -2, 16.5), (0, -20, -18, 17.5)]), -4 - half.z, 2)
    under = ellipsoid(half, (0, -43, -3), (8, 7, 10))
    return union(around, under, 2)


def tentorium(half: Points) -> Floats:
    """Height of the sheet between occipital lobes and cerebellum [mm]."""
    back = np.float32(0.24) * (-half.y - 45) + np.float32(0.25) * np.maximum(-half.y - 76, 0)
    height: Floats = (1 - np.float32(0.36) * half.x - back).astype(np.float32)
    return height


def _joined(half: Points) -> Floats:
    """Under the arch of the corpus callosum, down to the midbrain."""
    arch = ellipsoid(half, (0, -9, 1), (26, 39, 32), pitch=-0.05)
    stalk = tube(half, [(0, -6, -4, 15), (0, -16, -16, 15)])
    floor: Floats = half.z + 12 - np.float32(0.8) * np.maximum(half.x - np.float32(12), 0)
    return union(common(arch, floor, 4), stalk, 5)


def _reach(half: Points) -> Floats:
    core = union(_joined(half), ellipsoid(half, (20, -6, 4), (17, 29, 19)))
    cover = ellipsoid(half, (58, -6, 6), (26, 36, 24))
    deeper: Floats = 9 * ramp(cover, -4, 6) - 60 * ramp(core, -5.0, 1.0)
    return deeper


def _sylvian(half: Points) -> tuple[Floats, Floats]:
    """Distance from the sheet [mm]: in from the side to the insula, and the slit over the insula itself."""
    slope = np.float32(0.40)
    line = -9 + slope * (14 - half.y)
    lift = (half.z - line) / np.sqrt(1 + slope**2) + np.float32(1.6) * np.sin((half.x + half.y) / 7)
    along = np.maximum(np.maximum(half.y - 26, -46 - half.y), 0)
    insula = np.float32(38.0) - np.float32(0.008) * (half.y + 4) ** 2 * 0.6
    short = np.maximum(insula - half.x, 0)
    sheet = np.sqrt(lift**2 + along**2 + short**2)
    y, z = half.y - 0, half.z - 3 - slope * (2 - half.y) * np.float32(0.6)
    reach = np.sqrt((y / 25) ** 2 + (z / 15) ** 2)
    slit = np.hypot(half.x - insula, np.maximum(reach - 1, 0) * 15)
    opening = ramp(half.y, 0, 20) * ramp(half.x, 56, 40)
    return np.minimum(sheet, slit).astype(np.float32), opening

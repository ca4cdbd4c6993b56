"""Blood vessels of the head: dural sinuses, the circle of Willis with its large branches, fine vessels in the sulci.

Tubes in the standard head, and fine vessels where two random waves are both near 0, which are curves. Depths [mm].
Ours.
"""

from dataclasses import dataclass

import numpy as np

from spinbridge.phantoms.brain.lattice import Lattice, random_wave
from spinbridge.phantoms.brain.solids import Floats, Points, ramp, tube, union
from spinbridge.phantoms.brain.subject import Subject

_MIDDLE_CEREBRAL = [(5, 2, -17, 1.7), (15, 5, -15, 1.5), (27, 6, -12, 1.4), (37, 4, -6, 1.2), (40, -8, 4, 1.0)]
_ANTERIOR_CEREBRAL = [(5, 2, -17, 1.6), (1.4, 16, -11, 1.3), (1.4, 36, 0, 1.2), (1.4, 36, 16, 1.1), (1.4, 10, 32, 1.0)]
_POSTERIOR_CEREBRAL = [(0, -7, -17, 1.5), (12, -14, -16, 1.3), (18, -28, -12, 1.2), (15, -45, -3, 1.0)]
_BASILAR = [(0, -22, -52, 1.6), (0, -8, -36, 1.8), (0, -6, -18, 1.7)]
_CAROTID = [(16, 4, -50, 2.4), (14, 8, -32, 2.4), (9, 4, -24, 2.2), (6, 2, -17, 1.9)]
_STRAIGHT = [(0, -42, 4, 1.8), (0, -62, 0, 1.9), (0, -88, -10, 2.4)]
_GALEN = [(2.0, -20, 12, 0.8), (1.5, -36, 10, 1.2), (0, -43, 4, 1.6)]
_TRANSVERSE = [(2, -98, -12, 3.0), (30, -92, -16, 3.2), (52, -66, -18, 3.4), (55, -42, -26, 3.6), (46, -34, -44, 4.0)]


@dataclass(frozen=True, eq=False, kw_only=True)
class Vessels:
    """At the nodes."""

    arteries: Floats  #: depth [mm]
    sinuses: Floats  #: depth [mm]
    first: Floats  #: waves whose common zeros are fine vessels
    second: Floats


def vessels(subject: Subject, lattice: Lattice, place: Points, cavity: Floats) -> Vessels:
    """Of a cavity of this depth [mm]; `place` in the standard head."""
    half = place.mirrored
    arteries = tube(half, _MIDDLE_CEREBRAL)
    for path in (_ANTERIOR_CEREBRAL, _POSTERIOR_CEREBRAL, _BASILAR, _CAROTID):
        arteries = union(arteries, tube(half, path))
    sagittal = np.float32(5.0) * ramp(place.y + place.z, -95, 30) - np.float32(0.9) * half.x - np.abs(cavity - 1.5)
    sagittal = np.where((place.z > -12) & ((place.z > 20) | (place.y < -60)), sagittal, np.float32(-9))  # noqa: PLR2004
    sinuses = union(sagittal.astype(np.float32), tube(half, _STRAIGHT))
    for path in (_GALEN, _TRANSVERSE):
        sinuses = union(sinuses, tube(half, path))
    waves = [random_wave(lattice, 7.0, subject.draw("anatomy", "vessels", number)) for number in range(2)]
    return Vessels(arteries=arteries, sinuses=sinuses, first=waves[0], second=waves[1])

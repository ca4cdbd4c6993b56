"""Around the brain: the cranial cavity, skull with its two tables, scalp, orbits, sinuses, face and neck.

The cavity is the outline of all of the brain, smoothed over 5 mm and widened by the subarachnoid space; skull and scalp
are layers around it of varying thickness. Face and neck are simple: enough for a whole-head image above the mouth.
Depths [mm]. Ours.
"""

from dataclasses import dataclass

import numpy as np
from scipy.ndimage import gaussian_filter

from spinbridge.phantoms.brain.lattice import Lattice, random_wave
from spinbridge.phantoms.brain.solids import Floats, Points, common, ellipsoid, ramp, tube, union
from spinbridge.phantoms.brain.subject import Subject

_SMOOTH = 5.0  # of the cavity [mm]


@dataclass(frozen=True, eq=False, kw_only=True)
class Head:
    """Depths of the nodes [mm]."""

    cavity: Floats  #: below the inner table
    skull: Floats  #: below the outer table; skull ends under the base
    head: Floats  #: below the skin
    orbit: Floats
    globe: Floats
    air: Floats  #: sinuses, nose, pharynx
    temporalis: Floats


def head(subject: Subject, lattice: Lattice, place: Points, brain: Floats) -> Head:
    """Of a brain whose outline has the depth `brain` [mm]; `place` in the standard head."""
    shape, half = subject.shape, place.mirrored
    thick = {name: random_wave(lattice, 24.0, subject.draw("anatomy", name)) for name in ("space", "skull", "scalp")}
    space = np.float32(shape.subarachnoid) * (1 + np.float32(0.35) * thick["space"])
    over = np.float32(1.0) * ramp(half.z, 10, 60) + np.float32(0.6) * ramp(half.y, 20, 60)
    cavity = gaussian_filter(brain, _SMOOTH / lattice.settings.lattice) + space + over
    bone = np.float32(shape.skull) * (1 + np.float32(0.15) * thick["skull"]) * (1 - 0.45 * ramp(half.x, 52, 70))
    skull = cavity + bone.astype(np.float32)
    muscle = ellipsoid(half, (66, 22, -6), (14, 34, 42))
    skin = np.float32(shape.scalp) * (1 + np.float32(0.15) * thick["scalp"]) + 5 * ramp(muscle, -6, 6)
    face = union(ellipsoid(half, (0, 30, -62), (60, 58, 66)), ellipsoid(half, (0, 72, -50), (20, 28, 34)), 12)
    neck = tube(half, [(0, -38, -60, 58), (0, -40, -140, 56)])
    outer = union(union(skull + skin, face, 14), neck, 20)
    orbit = ellipsoid(half, (31, 54, -27), (18, 24, 17), yaw=0.25)
    globe = ellipsoid(half, (32, 62, -27), (12, 12, 12))
    return Head(
        cavity=cavity.astype(np.float32),
        skull=skull,
        head=outer.astype(np.float32),
        orbit=common(orbit, -skull, 0.0),
        globe=globe,
        air=_air(half),
        temporalis=muscle,
    )


def _air(half: Points) -> Floats:
    frontal = ellipsoid(half, (8, 76, -2), (11, 4, 9))
    ethmoid = ellipsoid(half, (6, 52, -28), (8, 20, 12))
    sphenoid = ellipsoid(half, (6, 22, -26), (9, 10, 8))
    maxillary = ellipsoid(half, (27, 50, -56), (14, 16, 16))
    nose = common(ellipsoid(half, (0, 60, -52), (14, 32, 20)), half.x - np.float32(1.2), 0.5)
    pharynx = tube(half, [(0, 16, -48, 9), (0, 4, -90, 8)])
    mastoid = common(ellipsoid(half, (54, -34, -40), (13, 16, 16)), np.sin(half.x) + np.sin(half.y) + np.sin(half.z))
    air = frontal
    for part in (ethmoid, sphenoid, maxillary, nose, pharynx, mastoid):
        air = union(air, part)
    return air

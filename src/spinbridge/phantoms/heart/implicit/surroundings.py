"""Everything of an implicit class map that does not beat, plane by plane: inside of the torso, then its wall. Ours."""

from functools import lru_cache

import numpy as np
import numpy.typing as npt

from spinbridge.phantoms.heart.fields import smooth_field
from spinbridge.phantoms.heart.grid import depths, plane, voxel_axes
from spinbridge.phantoms.heart.implicit.body import body, cage, to_patient
from spinbridge.phantoms.heart.implicit.chest import Waves, paint_chest
from spinbridge.phantoms.heart.implicit.organs import paint_inside
from spinbridge.phantoms.heart.implicit.solids import Points
from spinbridge.phantoms.heart.subject import Subject

Classes = npt.NDArray[np.uint8]

_SCALES = ((44.0, 52.0, 52.0), (18.0, 15.0, 15.0), (9.0, 6.0, 6.0), (14.0, 9.0, 9.0))
_BEND = 3.0  # of the coordinates by the broad and the coarse waves [mm]


@lru_cache(maxsize=1)
def surroundings(subject: Subject) -> Classes:
    """Classes (slices, samples, y, x) of the torso without the heart; read it, do not write to it."""
    places = depths(subject)
    rows, columns = voxel_axes(subject)
    draw = subject.draw("anatomy", "implicit", "surroundings")
    fields = [smooth_field((places.ravel(), rows, columns), scale, draw) for scale in _SCALES]
    classes = np.zeros((*places.shape, *subject.protocol.shape), np.uint8)
    torso = body(subject)
    for number, (k, j) in enumerate(np.ndindex(places.shape)):
        waves = Waves(*(field[number] for field in fields))
        here = plane(subject, k, j)
        flat = np.full(here.x.shape, here.z, np.float32)
        straight = to_patient(subject, torso.heart, Points(here.x, here.y, flat))
        bend = np.float32(_BEND) * waves.broad
        at = Points(straight.x + bend, straight.y + np.float32(1.2) * waves.coarse, straight.z - bend)
        paint_inside(subject, torso, at, waves, classes[k, j])
        paint_chest(torso, at, cage(torso, at), waves, classes[k, j])
    classes.flags.writeable = False
    return classes

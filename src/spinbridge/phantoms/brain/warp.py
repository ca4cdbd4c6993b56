"""From the point where something is to the point of the standard head that it comes from.

    q = (x + d(x)) / size,   d = d_mass + d_individual

An individual head departs from the standard one by smooth random displacements of 60 and 30 mm scale. A tumour that has
taken the room of a share f of its ball of radius R has pushed its surroundings outwards without compressing them: what
is at distance r of its centre was at r0,

    r0^3 = r^3 - f R^3 g(r)

R is the core's radius and a part of the oedema's width; g is 1 near the tumour, falls to 0 at the skull and is weakened
across the falx, which holds.

Ours: r^3 - r0^3 = const is the displacement of incompressible matter around a source; the strengths are assumed.
"""

import numpy as np

from spinbridge.phantoms.brain.lattice import Lattice, random_wave
from spinbridge.phantoms.brain.solids import Floats, Points, ramp
from spinbridge.phantoms.brain.subject import Subject, Tumour

_INDIVIDUAL = ((60.0, 1.7), (30.0, 0.45))  # scale and spread [mm]
_MIDDLE = (40.0, 22.0)  # half-lengths of the part of the midline that shifts are read in, along (y, z) [mm]
_SWELLING = 0.15  # of oedema, as a part of its width that adds to the radius
_LEFT = 0.28  # of the centre's ball that stays: the tumour's own tissue was there


def standard_points(subject: Subject, lattice: Lattice) -> Points:
    """Where every node's matter lies in the standard head."""
    place = lattice.points
    if subject.tumour is not None:
        place = _before_growth(place, subject.tumour)
    waves = [sum(s * _wave(subject, lattice, axis, scale) for scale, s in _INDIVIDUAL) for axis in "xyz"]
    sizes = subject.shape.size
    x, y, z = (
        ((value + wave) / np.float32(size)).astype(np.float32)
        for value, wave, size in zip((place.x, place.y, place.z), waves, sizes, strict=True)
    )
    return Points(x=x, y=y, z=z)


def midline_shift(subject: Subject, lattice: Lattice) -> float:
    """Largest displacement of the midline near the ventricles by the tumour, to the right positive [mm]."""
    if subject.tumour is None:
        return 0.0
    place = lattice.points
    before = _before_growth(place, subject.tumour)
    near = (np.abs(place.y + 8) < _MIDDLE[0]) & (np.abs(place.z - 10) < _MIDDLE[1])
    near &= np.abs(before.x) <= lattice.settings.lattice
    moved = (place.x - before.x)[near]
    return float(moved[np.abs(moved).argmax()])


def _wave(subject: Subject, lattice: Lattice, axis: str, scale: float) -> Floats:
    return random_wave(lattice, scale, subject.draw("anatomy", "warp", axis, scale))


def _before_growth(place: Points, tumour: Tumour) -> Points:
    away = [v - np.float32(c) for v, c in zip((place.x, place.y, place.z), tumour.centre, strict=True)]
    far = np.sqrt(sum(a * a for a in away)) + np.float32(1e-3)
    edge = np.sqrt((place.x / 74) ** 2 + ((place.y + 17) / 90) ** 2 + ((place.z - 12) / 72) ** 2)
    side = place.x * np.float32(np.sign(tumour.centre[0]))
    grip = ramp(edge, 1.02, 0.72) * (np.float32(0.45) + np.float32(0.55) * ramp(side, -12.0, 4.0))
    cube = far**3 - np.float32(tumour.push * (tumour.radius + _SWELLING * tumour.oedema) ** 3) * grip
    back = np.cbrt(np.maximum(cube, np.float32(_LEFT) * far**3)) / far
    x, y, z = (a * back + np.float32(c) for a, c in zip(away, tumour.centre, strict=True))
    return Points(x=x, y=y, z=z)

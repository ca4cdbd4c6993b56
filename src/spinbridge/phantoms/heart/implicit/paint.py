"""Writes the implicit heart into a plane of the class map: chambers, walls, and the fat between and around them.

    D = union(left wall, right wall, atria), rounded over some millimetres, so that grooves fill with fat

Fat lies within an uneven distance of D, the pericardium is a sheet in it. Ours; lengths in millimetres.
"""

import numpy as np
import numpy.typing as npt

from spinbridge.phantoms.heart.grid import Plane
from spinbridge.phantoms.heart.implicit.beat import Beat, beat
from spinbridge.phantoms.heart.implicit.inner import left_muscle, right_muscle
from spinbridge.phantoms.heart.implicit.left import LeftPlaces, left_places
from spinbridge.phantoms.heart.implicit.right import right_distance
from spinbridge.phantoms.heart.implicit.solids import Floats, Points, join
from spinbridge.phantoms.heart.implicit.vessels import chambers
from spinbridge.phantoms.heart.matter import Matter
from spinbridge.phantoms.heart.pericardium import FIRM
from spinbridge.phantoms.heart.subject import Subject

Classes = npt.NDArray[np.uint8]

_REACH = 112.0  # nothing of the heart is farther from its axis [mm]
_ABOVE = 14.0  # a plane this far below the base meets no atrium any more [mm]
_GROOVE = 16.0  # over which grooves are filled [mm]
_SHEET, _VESSEL = 1.5, 2.2  # thickness of the pericardium and of the walls of atria and vessels [mm]
_CORE = 0.5  # height of the scar's profile at its edge


def paint_heart(subject: Subject, phase: float, plane: Plane, classes: Classes) -> None:
    """Write the heart at a phase over `classes` (y, x), in place."""
    near = (np.abs(plane.x) < _REACH) & (np.abs(plane.y) < _REACH)
    rows, columns = np.flatnonzero(near.any(axis=1)), np.flatnonzero(near.any(axis=0))
    box = (slice(rows[0], rows[-1] + 1), slice(columns[0], columns[-1] + 1))
    now = beat(subject, phase)
    flat = np.full(plane.x[box].shape, plane.z, np.float32)
    places = left_places(subject, now.left, Points(plane.x[box], plane.y[box], flat))
    inner = right_distance(subject, now.left, now.right, places)
    wall = np.float32(subject.shape.right_wall * (1 + 0.35 * now.left.share))
    over = places.depth < 0
    upper = chambers(subject, now, places, inner) if plane.z < now.left.base + _ABOVE else []
    hull = join(
        np.maximum(places.distance - places.wall, -places.depth), np.maximum(inner - wall, -places.depth), _GROOVE
    )
    for _, distance in upper:
        hull = join(hull, distance - np.float32(_VESSEL), _GROOVE)
    _paint_fat(subject, Points(plane.x[box], plane.y[box], flat), hull, classes[box])
    for kind, distance in upper:
        classes[box][over & (distance < _VESSEL)] = Matter.VESSEL_WALL
        classes[box][over & (distance < 0)] = kind
    _paint_right(subject, now, places, inner, classes[box])
    _paint_left(subject, now, places, classes[box])


def _paint_fat(subject: Subject, at: Points, hull: Floats, classes: Classes) -> None:
    """Fat and pericardium; more of it in front of the right ventricle and below."""
    fat = np.float32(subject.shape.fat)
    wave = np.sin(at.x / 17 + at.z / 23) * np.cos(at.y / 15 - at.z / 19) + 0.6 * np.sin(at.y / 8 + at.x / 11)
    inside = fat * np.clip(np.float32(1.6) + np.float32(1.5) * wave, 0.3, None)
    ahead = np.clip(-(at.x + np.float32(0.6) * at.y) / 60, 0, 1.2)
    outside = inside + _SHEET + fat * np.clip(np.float32(5.5) * ahead * (1 + np.float32(0.4) * wave), 0, None)
    free = ~FIRM[classes]
    classes[free & (hull < outside)] = Matter.EPICARDIAL_FAT
    classes[free & (hull > inside) & (hull < inside + _SHEET)] = Matter.PERICARDIUM


def _paint_right(subject: Subject, now: Beat, places: LeftPlaces, inner: Floats, classes: Classes) -> None:
    wall = np.float32(subject.shape.right_wall * (1 + 0.35 * now.left.share))
    here = (places.depth >= 0) & (places.distance >= places.wall)
    cavity = here & (inner < 0)
    classes[here & (inner < wall)] = Matter.RV_WALL
    classes[cavity] = Matter.RV_BLOOD
    classes[cavity & right_muscle(subject, now, places, inner)] = Matter.RV_MUSCLE


def _paint_left(subject: Subject, now: Beat, places: LeftPlaces, classes: Classes) -> None:
    here = places.depth >= 0
    cavity = here & (places.distance < 0)
    wall = here & ~cavity & (places.distance < places.wall)
    classes[wall] = Matter.MYOCARDIUM
    if subject.scar is not None:
        inside = places.distance < np.float32(subject.scar.transmural) * places.wall
        classes[wall & inside & (places.scar > _CORE)] = Matter.SCAR
    classes[cavity] = Matter.LV_BLOOD
    classes[cavity & left_muscle(subject, now, places)] = Matter.LV_MUSCLE

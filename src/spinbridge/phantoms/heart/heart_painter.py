"""Writes the heart into a plane of the class map: ventricles, what stands inside them, fat and pericardium around them.

Every radius is looked up at the pixel's angle and level in the tables of `ventricles`; volumes of the class map
therefore tend to the integrals of that file as the samples get finer. Ours.
"""

import numpy as np
import numpy.typing as npt

from spinbridge.phantoms.heart.cut import Cut, cut, row_at
from spinbridge.phantoms.heart.great_vessels import paint_above_base
from spinbridge.phantoms.heart.grid import Plane
from spinbridge.phantoms.heart.inner_relief import papillary_columns, relief
from spinbridge.phantoms.heart.matter import Matter
from spinbridge.phantoms.heart.pericardium import paint_around
from spinbridge.phantoms.heart.subject import Subject
from spinbridge.phantoms.heart.ventricles import ANGLES, Ventricles, ventricles

Classes = npt.NDArray[np.uint8]

_REACH = 105.0  # nothing of the heart is farther from its axis [mm]
_NEAR = 0.15  # levels above the base at which the tilt may still reach below it
_CORE = 0.5  # height of the scar's profile at its edge


def paint_heart(subject: Subject, phase: float, plane: Plane, classes: Classes) -> None:
    """Write the heart at a phase over `classes` (y, x), in place."""
    near = (np.abs(plane.x) < _REACH) & (np.abs(plane.y) < _REACH)
    rows, columns = np.flatnonzero(near.any(axis=1)), np.flatnonzero(near.any(axis=0))
    box = (slice(rows[0], rows[-1] + 1), slice(columns[0], columns[-1] + 1))
    heart = ventricles(subject, phase)
    pixels = cut(subject, heart, Plane(x=plane.x[box], y=plane.y[box], z=plane.z))
    inside = pixels.below_base
    paint_around(subject, heart, pixels, classes[box])
    if pixels.middle < 0 or (pixels.level is not None and not inside.all()):
        over = classes[box].copy()
        paint_above_base(subject, heart, pixels, over)
        classes[box] = np.where(inside, classes[box], over)
    if inside.any() or pixels.middle > -_NEAR:
        _paint_right(subject, heart, pixels, classes[box])
        _paint_left(subject, heart, pixels, classes[box])


def _paint_right(subject: Subject, heart: Ventricles, pixels: Cut, classes: Classes) -> None:
    turned = pixels.levelled_at(*_right_middle(heart, pixels.middle))
    inside = pixels.look_up(heart.outer)
    outside = np.sqrt(inside**2 + turned.look_up(heart.right**2 - heart.outer**2))
    wall = outside + turned.look_up(heart.right_wall)
    here = turned.below_base & (outside > inside)
    cavity = here & (pixels.radius >= inside) & (pixels.radius < outside)
    classes[here & (pixels.radius >= inside) & (pixels.radius < wall)] = Matter.RV_WALL
    depth = (pixels.radius - inside) / np.maximum(outside - inside, np.float32(1e-3))
    rough = relief(subject)
    ridge = depth > 1 - pixels.look_up(rough.right)
    strand = np.abs(depth - 0.5) < 0.16 * pixels.look_up(rough.strands)
    classes[cavity] = Matter.RV_BLOOD
    classes[cavity & (ridge | strand)] = Matter.RV_MUSCLE


def _right_middle(heart: Ventricles, level: float) -> tuple[float, float]:
    """Centre of area of the right cavity at a level [mm]."""
    inside, outside = row_at(heart.outer, level), row_at(heart.right, level)
    area = max(float((outside**2 - inside**2).sum()) / 2, 1e-6)
    moment = (outside**3 - inside**3) / 3
    return float((moment * np.cos(ANGLES)).sum()) / area, float((moment * np.sin(ANGLES)).sum()) / area


def _paint_left(subject: Subject, heart: Ventricles, pixels: Cut, classes: Classes) -> None:
    inside, outside = pixels.look_up(heart.inner), pixels.look_up(heart.outer)
    here = pixels.below_base
    wall = here & (pixels.radius >= inside) & (pixels.radius < outside)
    cavity = here & (pixels.radius < inside)
    classes[wall] = Matter.MYOCARDIUM
    classes[cavity] = Matter.LV_BLOOD
    classes[cavity & _muscle_inside(subject, heart, pixels, inside)] = Matter.LV_MUSCLE
    if subject.scar is not None:
        depth = (pixels.radius - inside) / np.maximum(outside - inside, np.float32(0.1))
        patch = (pixels.look_up(heart.scar) > _CORE) & (depth < subject.scar.transmural)
        classes[wall & patch] = Matter.SCAR


def _muscle_inside(
    subject: Subject, heart: Ventricles, pixels: Cut, inside: npt.NDArray[np.float32]
) -> npt.NDArray[np.bool_]:
    """Trabeculae and papillary muscles of the left ventricle."""
    rough = relief(subject)
    scale = np.maximum(inside, np.float32(0.1))
    muscle: npt.NDArray[np.bool_] = pixels.radius / scale > 1 - pixels.look_up(rough.left)
    rest = row_at(ventricles(subject, 0.0).inner, pixels.middle).mean()
    growth = min(1.5, rest / max(row_at(heart.inner, pixels.middle).mean(), 1.0))
    columns = papillary_columns(subject, pixels.middle, growth)
    if columns:
        ripple = 1 + 0.28 * pixels.look_up(rough.ripple)
        for x, y, size in columns:
            muscle |= np.hypot(pixels.x / scale - x, pixels.y / scale - y) < size * ripple
    return muscle

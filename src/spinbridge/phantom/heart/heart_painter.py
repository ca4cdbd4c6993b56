"""Writes the heart into a plane of the class map: ventricles, what stands inside them, fat and pericardium around them.

Every radius is looked up at the pixel's angle in the tables of `ventricles`, cut at the plane's level; volumes of the class map
therefore tend to the integrals of that file as the samples get finer.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from spinbridge.phantom.heart.great_vessels import paint_above_base
from spinbridge.phantom.heart.grid import Plane
from spinbridge.phantom.heart.inner_relief import papillary_columns, relief
from spinbridge.phantom.heart.matter import Matter
from spinbridge.phantom.heart.pericardium import paint_around
from spinbridge.phantom.heart.subject import Subject
from spinbridge.phantom.heart.ventricles import ANGLES, LEVELS, Ventricles, ventricles

Floats = npt.NDArray[np.float32]
Classes = npt.NDArray[np.uint8]

_REACH = 105.0  # nothing of the heart is farther from its axis [mm]


@dataclass(frozen=True, eq=False, kw_only=True)
class Polar:
    """Pixels of a plane about the long axis."""

    radius: Floats
    angle: Floats
    node: Floats  #: angle as a fractional node of the tables

    def look_up(self, row: npt.NDArray[np.float64]) -> Floats:
        """Values of a periodic table row (angles,) at the pixels."""
        closed = np.append(row, row[0]).astype(np.float32)
        low = self.node.astype(np.int32)
        share = self.node - low
        found: Floats = closed[low] * (1 - share) + closed[low + 1] * share
        return found


def axis_at(subject: Subject, z: float) -> tuple[float, float]:
    """Where the long axis crosses the plane at z: (x, y) [mm]."""
    shape = subject.shape
    along = z - shape.length / 2
    bow = (2 * along / shape.length) ** 2
    return shape.tilt[0] * along + shape.bend[0] * bow, shape.tilt[1] * along + shape.bend[1] * bow


def polar(subject: Subject, plane: Plane) -> Polar:
    """Polar coordinates of a plane."""
    x, y = axis_at(subject, plane.z)
    across, down = plane.x - np.float32(x), plane.y - np.float32(y)
    angle = np.arctan2(down, across)
    node = np.mod(angle, np.float32(2 * np.pi)) * np.float32(len(ANGLES) / (2 * np.pi))
    return Polar(radius=np.hypot(across, down), angle=angle, node=np.minimum(node, np.float32(len(ANGLES) - 1e-3)))


def cut(table: npt.NDArray[np.float64], level: float) -> npt.NDArray[np.float64]:
    """A table (levels, angles) at one level, held at its ends."""
    place = float(np.clip(level, 0, 1)) * (len(LEVELS) - 1)
    low = min(int(place), len(LEVELS) - 2)
    row: npt.NDArray[np.float64] = table[low] * (low + 1 - place) + table[low + 1] * (place - low)
    return row


def paint_heart(subject: Subject, phase: float, plane: Plane, classes: Classes) -> None:
    """Write the heart at a phase over `classes` (y, x), in place."""
    near = (np.abs(plane.x) < _REACH) & (np.abs(plane.y) < _REACH)
    rows, columns = np.flatnonzero(near.any(axis=1)), np.flatnonzero(near.any(axis=0))
    box = (slice(rows[0], rows[-1] + 1), slice(columns[0], columns[-1] + 1))
    part = Plane(x=plane.x[box], y=plane.y[box], z=plane.z)
    pixels = polar(subject, part)
    heart = ventricles(subject, phase)
    paint_around(subject, heart, part.z, pixels, classes[box])
    level = (part.z - heart.base) / heart.length
    if level < 0:
        paint_above_base(subject, heart, part, pixels, classes[box])
    elif level < 1:
        _paint_right(subject, heart, level, pixels, classes[box])
        _paint_left(subject, heart, level, pixels, classes[box])


def _paint_right(subject: Subject, heart: Ventricles, level: float, pixels: Polar, classes: Classes) -> None:
    outer, right = cut(heart.outer, level), cut(heart.right, level)
    inside, outside = pixels.look_up(outer), pixels.look_up(right)
    wall = outside + pixels.look_up(cut(heart.right_wall, level))
    classes[(pixels.radius < wall) & (outside > inside)] = Matter.RV_WALL
    cavity = (pixels.radius >= inside) & (pixels.radius < outside)
    depth = (pixels.radius - inside) / np.maximum(outside - inside, np.float32(1e-3))
    rough = relief(subject)
    ridge = depth > 1 - pixels.look_up(cut(rough.right, level))
    strand = np.abs(depth - 0.5) < 0.16 * pixels.look_up(cut(rough.strands, level))  # noqa: PLR2004
    classes[cavity] = Matter.RV_BLOOD
    classes[cavity & (ridge | strand)] = Matter.RV_MUSCLE


def _paint_left(subject: Subject, heart: Ventricles, level: float, pixels: Polar, classes: Classes) -> None:
    inside, outside = pixels.look_up(cut(heart.inner, level)), pixels.look_up(cut(heart.outer, level))
    wall = (pixels.radius >= inside) & (pixels.radius < outside)
    cavity = pixels.radius < inside
    classes[wall] = Matter.MYOCARDIUM
    classes[cavity] = Matter.LV_BLOOD
    share = pixels.radius / np.maximum(inside, np.float32(0.1))
    rough = relief(subject)
    muscle = share > 1 - pixels.look_up(cut(rough.left, level))
    rest = cut(ventricles(subject, 0.0).inner, level).mean()
    growth = min(1.55, rest / max(cut(heart.inner, level).mean(), 1.0))
    ripple = 1 + 0.22 * pixels.look_up(cut(rough.ripple, level))
    for x, y, size in papillary_columns(subject, level, growth):
        muscle |= np.hypot(share * np.cos(pixels.angle) - x, share * np.sin(pixels.angle) - y) < size * ripple
    classes[cavity & muscle] = Matter.LV_MUSCLE
    if subject.scar is not None:
        bump = pixels.look_up(cut(heart.scar, level))
        depth = (pixels.radius - inside) / np.maximum(outside - inside, np.float32(0.1))
        classes[wall & (bump > 0.5) & (depth < subject.scar.transmural)] = Matter.SCAR  # noqa: PLR2004

"""A plane cut through the heart: every pixel's distance and angle about the long axis, and its level on it.

    s(x, y) = s_0 + (a x + b y)(1 - s_0/0.35)/length,   s_0 = (z - base)/length

The tilt (a, b) leans the base against the planes as the mitral ring leans in the patient, so that a basal plane may
meet myocardium on one side and the atrium on the other; it fades towards the apex. Being odd about the axis, it
keeps volumes to first order. Ours; lengths in millimetres, angles in radians.
"""

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from spinbridge.phantoms.heart.grid import Plane
from spinbridge.phantoms.heart.subject import Subject
from spinbridge.phantoms.heart.ventricles import ANGLES, LEVELS, Ventricles

Floats = npt.NDArray[np.float32]
Doubles = npt.NDArray[np.float64]

_FLAT = 0.35  # level beyond which the tilt is left out


@dataclass(frozen=True, eq=False, kw_only=True)
class Cut:
    """The pixels of a plane in the heart's own coordinates."""

    x: Floats  #: from the axis [mm]
    y: Floats  #: from the axis [mm]
    radius: Floats  #: [mm]
    node: Floats  #: angle as a fractional node of the tables
    middle: float  #: level on the axis
    tilt: tuple[float, float]  #: change of the level along x and y [1/mm]
    level: Floats | None  #: of every pixel where the tilt matters, else None

    def look_up(self, table: Doubles) -> Floats:
        """Values at the pixels of a table (levels, angles), held beyond its first and last level."""
        if self.level is None:
            return self.along(row_at(table, self.middle))
        closed = np.concatenate([table, table[:, :1]], axis=1).astype(np.float32)
        width = closed.shape[1]
        place = np.clip(self.level, 0, 1) * np.float32(len(LEVELS) - 1)
        low, column = np.minimum(place.astype(np.int32), len(LEVELS) - 2), self.node.astype(np.int32)
        down, across = place - low, self.node - column
        flat, start = closed.ravel(), low * width + column
        above = flat[start] * (1 - across) + flat[start + 1] * across
        below = flat[start + width] * (1 - across) + flat[start + width + 1] * across
        found: Floats = above * (1 - down) + below * down
        return found

    def along(self, row: Doubles) -> Floats:
        """Values at the pixels of a table of angles alone."""
        closed = np.append(row, row[0]).astype(np.float32)
        low = self.node.astype(np.int32)
        share = self.node - low
        found: Floats = closed[low] * (1 - share) + closed[low + 1] * share
        return found

    def levelled_at(self, x: float, y: float) -> "Cut":
        """The same pixels with the tilt turning about the point (x, y) instead of the axis."""
        if self.level is None:
            return self
        return replace(self, level=self.level - np.float32(self.tilt[0] * x + self.tilt[1] * y))

    @property
    def below_base(self) -> npt.NDArray[np.bool_]:
        """Pixels between base and apex."""
        if self.level is None:
            return np.full(self.radius.shape, 0 <= self.middle < 1)
        return (self.level >= 0) & (self.level < 1)


def row_at(table: Doubles, level: float) -> Doubles:
    """A table (levels, angles) at one level, held at its ends."""
    place = float(np.clip(level, 0, 1)) * (len(LEVELS) - 1)
    low = min(int(place), len(LEVELS) - 2)
    row: Doubles = table[low] * (low + 1 - place) + table[low + 1] * (place - low)
    return row


def cut(subject: Subject, heart: Ventricles, plane: Plane) -> Cut:
    """The cut of a plane through the heart at one phase."""
    x0, y0 = axis_at(subject, plane.z)
    x, y = plane.x - np.float32(x0), plane.y - np.float32(y0)
    node = np.mod(np.arctan2(y, x), np.float32(2 * np.pi)) * np.float32(len(ANGLES) / (2 * np.pi))
    middle = (plane.z - heart.base) / heart.length
    fade = max(0.0, 1 - max(middle, 0) / _FLAT) / heart.length
    tilt = subject.shape.base_tilt[0] * fade, subject.shape.base_tilt[1] * fade
    level = None
    if -_FLAT < middle < _FLAT:
        level = np.float32(middle) + np.float32(tilt[0]) * x + np.float32(tilt[1]) * y
    node = np.minimum(node, np.float32(len(ANGLES) - 1e-3))
    return Cut(x=x, y=y, radius=np.hypot(x, y), node=node, middle=middle, tilt=tilt, level=level)


def axis_at(subject: Subject, z: float) -> tuple[float, float]:
    """Where the long axis crosses the plane at z: (x, y) [mm]."""
    shape = subject.shape
    along = z - shape.length / 2
    bow = (2 * along / shape.length) ** 2
    return shape.tilt[0] * along + shape.bend[0] * bow, shape.tilt[1] * along + shape.bend[1] * bow

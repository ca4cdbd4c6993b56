"""What wraps the heart: epicardial fat, thick in the grooves and towards the chest wall, and the pericardium inside it.

The wrap follows the heart's contour at its phase; its thickness is drawn per subject and waves along the contour.
"""

from functools import lru_cache
from typing import Protocol

import numpy as np
import numpy.typing as npt
from scipy.ndimage import gaussian_filter, gaussian_filter1d

from spinbridge.phantom.heart.matter import Matter
from spinbridge.phantom.heart.subject import Subject
from spinbridge.phantom.heart.ventricles import ANGLES, LEVELS, Ventricles, angle_from

Floats = npt.NDArray[np.float32]
Doubles = npt.NDArray[np.float64]

_SHEET = 1.3  # thickness of the pericardium with its film of fluid [mm]
FIRM = np.isin(
    np.arange(256), (Matter.MUSCLE, Matter.RIB, Matter.MARROW, Matter.SUBCUTANEOUS_FAT, Matter.SKIN, Matter.AIR)
)
_PAD = 16.0  # how far the fat reaches beyond the apex [mm]


class Pixels(Protocol):
    """Pixels about the long axis that can look a table row up."""

    @property
    def radius(self) -> Floats:
        """Distance from the axis [mm]."""
        ...

    def look_up(self, row: Doubles) -> Floats:
        """Values of a table row at the pixels' angles."""
        ...


def contour(heart: Ventricles, level: float) -> Doubles:
    """Outermost radius of the two ventricles (angles,) at a level, grooves filled [mm]; shrinks beyond the apex."""
    place = np.clip(level, 0, 1) * (len(LEVELS) - 1)
    low = min(int(place), len(LEVELS) - 2)
    tables = np.maximum(heart.outer, heart.right + heart.right_wall)
    row = tables[low] * (low + 1 - place) + tables[low + 1] * (place - low)
    return np.maximum(row, gaussian_filter1d(row, 9, mode="wrap"))


@lru_cache(maxsize=16)
def fat_thickness(subject: Subject) -> Doubles:
    """Thickness of the epicardial fat (levels, angles) [mm]."""
    shape = subject.shape
    draw = subject.draw("epicardial fat")
    white = draw.standard_normal((len(LEVELS), len(ANGLES)))
    soft = gaussian_filter(white, (22, 12), mode=("nearest", "wrap"))
    waves = 1 + 0.4 * soft / soft.std()
    reach = shape.right_reach
    grooves = sum(np.exp(-((angle_from(shape.septum + side * reach) / 0.28) ** 2)) for side in (1.0, -1.0))
    front = np.exp(-((angle_from(shape.septum + 0.35) / 0.75) ** 2))
    below = np.exp(-((angle_from(np.pi / 2) / 0.6) ** 2))
    base = np.exp(-((LEVELS / 0.25) ** 2))[:, None]
    thick = 1.6 + 5.0 * grooves + 8.0 * front + 1.5 * below + 3.0 * base
    thickness: Doubles = np.clip(thick * waves * shape.fat, 0.8, 26)
    return thickness


def outline(subject: Subject, heart: Ventricles, z: float) -> Doubles:
    """Radius of the outside of the fat (angles,) at z [mm]; zero far beyond the apex."""
    level = (z - heart.base) / heart.length
    fat = fat_thickness(subject)
    row = fat[int(round(float(np.clip(level, 0, 1)) * (len(LEVELS) - 1)))]
    beyond = max(0.0, (level - 0.97) * heart.length)
    round_off = np.sqrt(max(0.0, 1 - (beyond / _PAD) ** 2))
    extra = 6.0 * min(1.0, max(0.0, (level - 0.8) / 0.2))
    return (contour(heart, level) + row + extra) * round_off


def paint_around(subject: Subject, heart: Ventricles, z: float, pixels: Pixels, classes: npt.NDArray[np.uint8]) -> None:
    """Write fat and pericardium over `classes`, in place; above the base the great vessels bring their own."""
    level = (z - heart.base) / heart.length
    if level < 0:
        return
    outside = outline(subject, heart, z)
    inside = contour(heart, level)
    reach = pixels.look_up(outside)
    free = ~FIRM[classes]
    classes[free & (pixels.radius < reach)] = Matter.EPICARDIAL_FAT
    sheet = pixels.look_up(inside + 0.5 * np.maximum(outside - inside, 0))
    thin = (pixels.radius > sheet) & (pixels.radius < np.minimum(sheet + _SHEET, reach))
    if level < 1:
        classes[free & thin] = Matter.PERICARDIUM

"""What wraps the heart: epicardial fat, thick in the grooves and towards the chest wall, and the pericardium inside it.

The wrap follows the heart's contour at its phase; its thickness is drawn per subject and waves along the contour.
Ours.
"""

from functools import lru_cache

import numpy as np
import numpy.typing as npt
from scipy.ndimage import gaussian_filter, gaussian_filter1d

from spinbridge.phantoms.heart.cut import Cut, row_at
from spinbridge.phantoms.heart.matter import Matter
from spinbridge.phantoms.heart.subject import Subject
from spinbridge.phantoms.heart.ventricles import ANGLES, LEVELS, Ventricles, angle_from

Floats = npt.NDArray[np.float32]
Doubles = npt.NDArray[np.float64]

_SHEET = 1.3  # thickness of the pericardium with its film of fluid [mm]
FIRM = np.isin(
    np.arange(256), (Matter.MUSCLE, Matter.RIB, Matter.MARROW, Matter.SUBCUTANEOUS_FAT, Matter.SKIN, Matter.AIR)
)
_PAD = 16.0  # how far the fat reaches beyond the apex [mm]


def contour(heart: Ventricles, level: float) -> Doubles:
    """Outermost radius of the two ventricles (angles,) at a level, grooves filled [mm]; shrinks beyond the apex."""
    row = row_at(np.maximum(heart.outer, heart.right + heart.right_wall), level)
    filled: Doubles = np.maximum(row, gaussian_filter1d(row, 9, mode="wrap"))
    return filled


@lru_cache(maxsize=16)
def fat_thickness(subject: Subject) -> Doubles:
    """Thickness of the epicardial fat (levels, angles) [mm]."""
    shape = subject.shape
    draw = subject.draw("anatomy", "epicardial fat")
    white = draw.standard_normal((len(LEVELS), len(ANGLES)))
    soft = gaussian_filter(white, (22, 12), mode=("nearest", "wrap"))
    waves = 1 + 0.6 * soft / soft.std()
    reach = shape.right_reach
    grooves = sum(np.exp(-((angle_from(shape.septum + side * reach) / 0.28) ** 2)) for side in (1.0, -1.0))
    front = np.exp(-((angle_from(shape.septum + 0.35) / 0.75) ** 2))
    below = np.exp(-((angle_from(np.pi / 2) / 0.6) ** 2))
    base = np.exp(-((LEVELS / 0.25) ** 2))[:, None]
    thick = 0.9 + 4.5 * grooves + 5.0 * front + 1.2 * below + 2.5 * base
    thickness: Doubles = np.clip(thick * waves * shape.fat, 0.0, 22)
    return thickness


def outline(subject: Subject, heart: Ventricles, z: float) -> Doubles:
    """Radius of the outside of the fat (angles,) at z [mm]; zero far beyond the apex."""
    level = (z - heart.base) / heart.length
    fat = fat_thickness(subject)
    row = row_at(fat, level)
    beyond = max(0.0, (level - 0.97) * heart.length)
    round_off = np.sqrt(max(0.0, 1 - (beyond / _PAD) ** 2))
    extra = 6.0 * min(1.0, max(0.0, (level - 0.8) / 0.2))
    radius: Doubles = (contour(heart, level) + row + extra) * round_off
    return radius


def paint_around(subject: Subject, heart: Ventricles, pixels: Cut, classes: npt.NDArray[np.uint8]) -> None:
    """Write fat and pericardium over `classes`, in place; above the base the great vessels bring their own."""
    level = pixels.middle
    if level < 0 and pixels.level is None:
        return
    inside, outside = contour(heart, level), outline(subject, heart, heart.base + level * heart.length)
    reach = pixels.along(outside)
    free = ~FIRM[classes]
    classes[free & (pixels.radius < reach)] = Matter.EPICARDIAL_FAT
    sheet = pixels.along(inside + 0.5 * np.maximum(outside - inside, 0))
    thin = (pixels.radius > sheet) & (pixels.radius < np.minimum(sheet + _SHEET, reach))
    if level < 1:
        classes[free & thin] = Matter.PERICARDIUM

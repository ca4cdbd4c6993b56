"""The rough inside of the ventricles: two papillary muscles and the trabeculae, all muscle inside a cavity.

Trabeculae are ridges along the long axis that stand into the cavity by a share of its radius, few at the base and
on the septum, many at the apex. Papillary muscles are two rough columns at half height, near the wall at the apex
and free towards the base. Ours.
"""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt
from scipy.ndimage import gaussian_filter

from spinbridge.phantoms.heart.fields import smoothstep
from spinbridge.phantoms.heart.subject import Subject
from spinbridge.phantoms.heart.ventricles import ANGLES, LEVELS, angle_from

Array = npt.NDArray[np.float64]

_ANTEROLATERAL, _POSTEROMEDIAL = np.deg2rad(150), np.deg2rad(-118)  # from the septum, turning towards the anterior wall


@dataclass(frozen=True, eq=False)
class Relief:
    """Heights (levels, angles) as shares of the local radius, and the papillary muscles' waviness."""

    left: Array
    right: Array
    strands: Array  #: of the right cavity: positive where a free strand crosses
    ripple: Array


@lru_cache(maxsize=16)
def relief(subject: Subject) -> Relief:
    """The relief of one subject, the same at every phase."""
    draw = subject.draw("anatomy", "relief")
    septal = np.exp(-((angle_from(subject.shape.septum) / 0.9) ** 2))[None, :]
    towards_apex = smoothstep(LEVELS.astype(np.float32), 0.15, 0.95)[:, None]
    ridges = np.clip(_rough(draw, 9, 2.0) - 0.3, 0, None)
    left = ridges * (0.06 + 0.13 * towards_apex) * (1 - 0.85 * septal) * subject.shape.trabeculae
    coarse = np.clip(_rough(draw, 8, 2.2) - 0.1, 0, None)
    right = coarse * (0.03 + 0.22 * towards_apex) * subject.shape.trabeculae
    strands = _rough(draw, 7, 4.0) * subject.shape.trabeculae - 1.9 + 1.3 * towards_apex
    return Relief(np.clip(left, 0, 0.5), np.clip(right, 0, 0.7), strands, _rough(draw, 6, 4.0))


def _rough(draw: np.random.Generator, levels: float, angles: float) -> Array:
    """A random field of variance 1 over (levels, angles), periodic in angle; scales in nodes."""
    white = draw.standard_normal((len(LEVELS), len(ANGLES)))
    soft = gaussian_filter(white, (levels, angles), mode=("nearest", "wrap"))
    field: Array = soft / soft.std()
    return field


def papillary_columns(subject: Subject, level: float, growth: float) -> list[tuple[float, float, float]]:
    """The columns cut at a level: centre (x, y) and radius, as shares of the cavity's radius.

    `growth` is how much smaller the cavity is than at end-diastole, a ratio of radii: muscle does not shrink with it.
    """
    columns = []
    for turn, size, start in zip((_ANTEROLATERAL, _POSTEROMEDIAL), subject.shape.papillary, (0.24, 0.28), strict=True):
        thick = _ramp(level, start, start + 0.16) * (1 - _ramp(level, 0.74, 0.9))
        if thick > 0:
            away = 0.68 + 0.22 * max(0.0, level - 0.4) / 0.5
            angle = subject.shape.septum + turn
            columns.append((away * float(np.cos(angle)), away * float(np.sin(angle)), 0.24 * size * thick * growth))
    return columns


def _ramp(level: float, low: float, high: float) -> float:
    return float(smoothstep(np.array(level, np.float32), low, high))

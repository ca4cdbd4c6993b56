"""Above the mitral plane: left atrium, aortic root, right atrium and the outflow tract, in their fat.

Each is an ellipse that drifts and changes size with the distance above the base; none of them carries a heart
label. Near the base the left atrium continues the ventricle's cavity and the outflow tract the right ventricle's.
Ours.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from spinbridge.phantoms.heart.cut import Cut
from spinbridge.phantoms.heart.matter import Matter
from spinbridge.phantoms.heart.subject import Subject
from spinbridge.phantoms.heart.ventricles import ANGLES, Ventricles

_WALL, _FAT = 2.0, 7.0  # [mm]
_FUNNEL = 0.25  # how far above the base the ventricles go on, as a share of 40 mm


@dataclass(frozen=True, kw_only=True)
class Chamber:
    """An ellipse at the base, in units of the ventricle's basal radius, and how it changes over 40 mm."""

    matter: Matter
    centre: tuple[float, float]
    size: tuple[float, float]
    drift: tuple[float, float]
    growth: float
    turn: float  #: [rad]


_CHAMBERS = (
    Chamber(
        matter=Matter.VENOUS_BLOOD, centre=(-1.85, 0.55), size=(0.75, 0.95), drift=(0.25, 0.1), growth=0.1, turn=0.2
    ),
    Chamber(
        matter=Matter.VENOUS_BLOOD, centre=(-1.15, -0.95), size=(0.95, 0.6), drift=(0.3, -0.2), growth=-0.25, turn=0.7
    ),
    Chamber(
        matter=Matter.ATRIAL_BLOOD, centre=(0.18, 0.2), size=(1.0, 0.85), drift=(0.1, 0.25), growth=0.15, turn=-0.3
    ),
    Chamber(
        matter=Matter.ATRIAL_BLOOD, centre=(-0.62, -0.35), size=(0.52, 0.5), drift=(0.1, -0.25), growth=0.0, turn=0.0
    ),
)


def paint_above_base(subject: Subject, heart: Ventricles, pixels: Cut, classes: npt.NDArray[np.uint8]) -> None:
    """Write atria and great vessels over `classes`, in place."""
    above = float(np.clip(-pixels.middle * heart.length / 40, 0, 1.2))
    unit = float(heart.inner[0].mean())
    x, y = pixels.x, pixels.y
    turn = pixels.node * np.float32(2 * np.pi / len(ANGLES))
    draw = subject.draw("anatomy", "great vessels")
    distances = []
    for chamber in _CHAMBERS:
        jitter = draw.normal(0, 0.06, 3)
        centre = [unit * (c + d * above) for c, d in zip(chamber.centre, chamber.drift, strict=True)]
        size = [unit * s * (1 + chamber.growth * above + jitter[0]) for s in chamber.size]
        wave = 1 + 0.06 * np.cos(2 * turn + draw.uniform(0, 6)) + 0.04 * np.cos(3 * turn + draw.uniform(0, 6))
        across, down = x - centre[0] - jitter[1] * unit, y - centre[1] - jitter[2] * unit
        cos, sin = np.cos(chamber.turn), np.sin(chamber.turn)
        norm = np.hypot((cos * across + sin * down) / size[0], (cos * down - sin * across) / size[1]) * wave
        distances.append((norm - 1) * np.sqrt(size[0] * size[1]))
    nearest = np.min(distances, axis=0)
    classes[nearest < _FAT * subject.shape.fat + 2] = Matter.EPICARDIAL_FAT
    classes[nearest < _WALL] = Matter.VESSEL_WALL
    for chamber, distance in zip(_CHAMBERS, distances, strict=True):
        classes[distance < _WALL] = Matter.VESSEL_WALL
        classes[distance < 0] = chamber.matter
    if above < _FUNNEL:
        _paint_funnels(heart, pixels, 1 - above / _FUNNEL, classes)


def _paint_funnels(heart: Ventricles, pixels: Cut, share: float, classes: npt.NDArray[np.uint8]) -> None:
    """Blood that leads from the atria into the ventricles through their open valves, narrowing away from the base."""
    inner, outer, right = (pixels.along(table[0]) for table in (heart.inner, heart.outer, heart.right))
    classes[pixels.radius < inner * np.float32(0.75 + 0.25 * share)] = Matter.ATRIAL_BLOOD
    classes[(pixels.radius >= outer) & (pixels.radius < outer + (right - outer) * share)] = Matter.VENOUS_BLOOD

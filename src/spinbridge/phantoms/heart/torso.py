"""The torso around the heart as a short-axis stack cuts it: what was drawn for it, and the curves of its cavities.

    u = x + lean y,   q(x, y) = ((|u - u_c|/a)^p + (max(-y, 0)/b)^p)^(1/p)

q = 1 is the inner side of the chest wall: an arch above the heart that leans to the patient's back, with side walls
that run down to the abdomen. The diaphragm is a curve y_d(x, z) that the heart rests on. Both shrink from base to
apex as the planes move forward. Ours.
"""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from spinbridge.phantoms.heart.pericardium import contour, outline
from spinbridge.phantoms.heart.subject import Subject
from spinbridge.phantoms.heart.ventricles import ANGLES, ventricles

Floats = npt.NDArray[np.float32]

_POWER = 2.3


@dataclass(frozen=True, kw_only=True)
class Torso:
    """One subject's torso [mm]."""

    lean: float
    left: tuple[float, ...]  #: polynomial in z of the distance from the arch's middle to the front wall
    right: tuple[float, float]  #: to the back wall, at the base and at the apex
    top: tuple[float, float]  #: height of the arch, at the base and at the apex
    middle: float  #: x of the arch's middle
    floor: tuple[float, ...]  #: polynomial in z of the lowest point of the heart and its fat
    dome: float  #: how far the diaphragm rises behind the heart
    recess: float  #: how far the lung reaches down along the back
    fat: float  #: thickness of the subcutaneous fat
    pad: float  #: how far fat takes the place of the lung around the apex, 0 to 1
    muscle: float  #: thickness of the outer chest muscles
    rib_period: float
    rib_start: float


@lru_cache(maxsize=16)
def torso(subject: Subject) -> Torso:
    """The torso of a subject."""
    draw = subject.draw("anatomy", "torso")
    heart = ventricles(subject, 0.0)
    length = subject.shape.length
    lean, middle = draw.uniform(0.08, 0.75), 12.0
    right = draw.uniform(88, 112)
    top = draw.uniform(78, 112)
    places = np.linspace(0, length, 9)
    front = [_front(contour(heart, z / length), lean, middle, top) for z in places]
    ahead = np.polyfit(places, front, 2)
    ahead[-1] += max(0.0, float(np.max(front - np.polyval(ahead, places)))) + draw.uniform(2, 9)
    bottom = [float((outline(subject, heart, float(z)) * np.sin(ANGLES)).max()) for z in places[:-1]]
    floor = np.polyfit(places[:-1], bottom, 2)
    return Torso(
        lean=float(lean),
        left=tuple(map(float, ahead)),
        right=(float(right), float(right * draw.uniform(0.8, 0.95))),
        top=(float(top), float(top * draw.uniform(0.62, 0.85))),
        middle=middle,
        floor=tuple(map(float, floor)),
        dome=float(draw.uniform(0, 28)),
        recess=float(draw.uniform(-10, 45)),
        fat=float(np.clip(draw.lognormal(np.log(15), 0.4), 6, 34)),
        pad=float(draw.uniform(0, 0.9)),
        muscle=float(draw.uniform(5, 14)),
        rib_period=float(draw.uniform(26, 34)),
        rib_start=float(draw.uniform(0, 30)),
    )


def _front(radius: npt.NDArray[np.float64], lean: float, middle: float, top: float) -> float:
    """Half-width of the arch that just holds a contour of the heart."""
    x, y = radius * np.cos(ANGLES), radius * np.sin(ANGLES)
    ahead = middle - (x + lean * y)
    rise = np.clip(np.maximum(-y, 0) / top, 0, 0.9)
    needed = ahead / (1 - rise**_POWER) ** (1 / _POWER)
    return float(max(needed.max(), 25.0)) + 4.0


def chest_norm(body: Torso, length: float, x: Floats, y: Floats, z: float) -> tuple[Floats, Floats, Floats]:
    """q, the distance outwards from q = 1 along the ray from the middle [mm], and the ray's angle [rad]."""
    share = float(np.clip(z / length, -0.3, 1.2))
    ahead = np.float32(np.polyval(body.left, np.clip(z, -0.1 * length, 1.05 * length)))
    behind = np.float32(body.right[0] + (body.right[1] - body.right[0]) * share)
    height = np.float32(body.top[0] + (body.top[1] - body.top[0]) * share)
    u = x + np.float32(body.lean) * y - np.float32(body.middle)
    up = np.maximum(-y, 0)
    widen = 1 + np.float32(0.0012) * np.maximum(y, 0)
    side = np.abs(u) / (np.where(u < 0, ahead, behind) * widen)
    q = (side**_POWER + (up / height) ** _POWER) ** np.float32(1 / _POWER)
    radius = np.hypot(u, up)
    out = (q - 1) * radius / np.maximum(q, np.float32(0.05))
    return q.astype(np.float32), out.astype(np.float32), np.arctan2(up, u)


def diaphragm(body: Torso, length: float, x: Floats, z: float) -> Floats:
    """Height y of the diaphragm below each x [mm]."""
    lowest = np.polyval(body.floor, np.clip(z, -5, 0.92 * length)) - 0.12 * max(0.0, z - 0.92 * length)
    rise = body.dome * np.exp(-(((x - 52) / 30) ** 2))
    fall = np.clip((x - 66) / 40, 0, 1) ** 2 * body.recess
    ahead = np.clip((-x - 35) / 60, 0, 1) * 6
    curve: Floats = (max(float(lowest), 12.0) + 2.5 - rise + fall + ahead).astype(np.float32)
    return curve

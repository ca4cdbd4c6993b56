"""The torso around an implicit heart, in patient axes: r to the right, f to the front, s to the head [mm].

    rib cage   (|r|/W(s))^n + (|f - f_c|/F(s))^n = 1,   a rounded box that narrows towards the neck
    diaphragm  union(two domes, the plateau under the heart)

Its front, its left side and its plateau are set so that the heart at end-diastole fits in. The heart's middle is at
`heart`. Ours.
"""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from spinbridge.phantoms.heart.implicit.beat import beat
from spinbridge.phantoms.heart.implicit.left import left_places
from spinbridge.phantoms.heart.implicit.right import right_distance
from spinbridge.phantoms.heart.implicit.solids import Floats, Points
from spinbridge.phantoms.heart.orientation import heart_axes
from spinbridge.phantoms.heart.subject import Subject

Triple = tuple[float, float, float]


@dataclass(frozen=True, kw_only=True)
class Body:
    """One subject's torso [mm]."""

    heart: Triple  #: of the middle of the long axis
    half_width: float  #: W at the height of the heart
    front: float  #: f of the inner chest wall in front
    back: float  #: f of the inner chest wall at the back
    power: float  #: n
    narrowing: float  #: share of width and depth lost in 100 mm upwards
    slope: float  #: of the breastbone against the long axis of the body [mm/mm]
    floor: float  #: s of the plateau
    domes: tuple[tuple[Triple, Triple], tuple[Triple, Triple]]  #: centre and half-axes, right and left
    fat: float  #: subcutaneous
    muscle: float  #: outer chest muscles
    breast: float  #: height of the breasts, 0 for none
    ribs: Triple  #: period along s, phase, slant towards the front


@lru_cache(maxsize=16)
def body(subject: Subject) -> Body:
    """The torso of a subject."""
    draw = subject.draw("anatomy", "implicit", "body")

    def uniform(low: float, high: float) -> float:
        return float(draw.uniform(low, high))

    heart = (uniform(-34, -22), uniform(8, 20), 0.0)
    reach = _reach(subject, heart)
    half_width = max(uniform(118, 142), -reach[0] + uniform(14, 30))
    floor = reach[2] - uniform(1, 4)
    right_top, left_top = floor + uniform(8, 40), floor + uniform(2, 26)
    domes = (
        ((64.0, uniform(-15, 5), right_top - 95), (uniform(74, 90), uniform(80, 95), 95.0)),
        ((-78.0, uniform(-35, -15), left_top - 90), (uniform(58, 72), uniform(66, 80), 90.0)),
    )
    return Body(
        heart=heart,
        half_width=half_width,
        front=reach[1] + uniform(5, 16),
        back=uniform(-108, -92),
        power=uniform(2.6, 3.4),
        narrowing=uniform(0.1, 0.2),
        slope=uniform(0.12, 0.3),
        floor=floor,
        domes=domes,
        fat=float(np.clip(draw.lognormal(np.log(17), 0.4), 7, 36)),
        muscle=uniform(6, 15),
        breast=uniform(18, 40) if draw.random() < 0.5 else 0.0,  # noqa: PLR2004
        ribs=(uniform(27, 34), uniform(0, 30), uniform(0.25, 0.5)),
    )


def to_patient(subject: Subject, heart: Triple, at: Points) -> Points:
    """Patient coordinates (r, f, s) of points of the heart's frame."""
    axes = heart_axes(subject).astype(np.float32)
    middle = at.z - np.float32(subject.shape.length / 2)
    r, f, s = (at.x * axes[0, k] + at.y * axes[1, k] + (middle * axes[2, k] + np.float32(heart[k])) for k in range(3))
    return Points(r, f, s)


def _reach(subject: Subject, heart: Triple) -> Triple:
    """Least r, greatest f and least s of the walls of both ventricles at end-diastole [mm]."""
    axes = [
        np.arange(low, high, 4.0, dtype=np.float32)
        for low, high in ((-125, 80), (-95, 95), (-10, subject.shape.length + 14))
    ]
    x, y, z = (axis.ravel() for axis in np.meshgrid(*axes, indexing="ij"))
    now = beat(subject, 0.0)
    places = left_places(subject, now.left, Points(x, y, z))
    inner = right_distance(subject, now.left, now.right, places)
    inside = np.minimum(places.distance - places.wall, inner - np.float32(subject.shape.right_wall)) < 0
    inside &= places.depth > 0
    r, f, s = to_patient(subject, heart, Points(x[inside], y[inside], z[inside]))
    return float(r.min()), float(f.max()), float(s.min())


def cage(torso: Body, at: Points) -> tuple[Floats, Floats]:
    """Distance outwards from the inner chest wall [mm], angle about the body's axis, 0 right, pi/2 front [rad]."""
    low = np.clip(at.z / 100, -0.9, 1.6)
    shrink = 1 - np.float32(torso.narrowing) * np.clip(low, 0, None) ** 2 + np.float32(0.05) * np.clip(-low, 0, None)
    front = np.float32(torso.front) - np.float32(torso.slope) * np.clip(at.z, -90, 140)
    middle = (front + np.float32(torso.back)) / 2
    deep = (front - np.float32(torso.back)) / 2 * (1 - (1 - shrink) * np.float32(0.4))
    f = at.y - middle
    u, v = np.abs(at.x) / (np.float32(torso.half_width) * shrink), np.abs(f) / deep
    q = (u**torso.power + v**torso.power) ** np.float32(1 / torso.power)
    radius = np.hypot(at.x, f)
    out = (q - 1) * radius / np.maximum(q, np.float32(0.05))
    return out.astype(np.float32, copy=False), np.arctan2(f, at.x)

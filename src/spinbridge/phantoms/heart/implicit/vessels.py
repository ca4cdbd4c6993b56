"""Above the implicit heart's base: atria as ellipsoids, great vessels as tubes, in coordinates about its axis. Ours."""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from spinbridge.phantoms.heart.implicit.beat import Beat
from spinbridge.phantoms.heart.implicit.form import form
from spinbridge.phantoms.heart.implicit.left import LeftPlaces, ripple
from spinbridge.phantoms.heart.implicit.right import outflow, right_frame
from spinbridge.phantoms.heart.implicit.solids import Floats, Points, capsule, ellipsoid, join
from spinbridge.phantoms.heart.matter import Matter
from spinbridge.phantoms.heart.subject import Subject

_NARROWING = 0.9  # by how much a funnel gets narrower on every side with the distance from the base [mm/mm]
_UNEVEN = 20.0  # height of the chambers' waves per unit of the ripple [mm]


@dataclass(frozen=True, kw_only=True)
class Upper:
    """One subject's atria and vessels: sizes and shifts as shares of usual ones."""

    left_atrium: tuple[float, float, float]
    right_atrium: tuple[float, float, float]
    aorta: float
    trunk: float
    shift: tuple[float, ...]  #: [mm]


@lru_cache(maxsize=16)
def upper(subject: Subject) -> Upper:
    """What is drawn for a subject."""
    draw = subject.draw("anatomy", "implicit", "upper")
    sizes = draw.uniform(0.85, 1.2, 8)
    return Upper(
        left_atrium=(float(sizes[0]), float(sizes[1]), float(sizes[2])),
        right_atrium=(float(sizes[3]), float(sizes[4]), float(sizes[5])),
        aorta=float(sizes[6]),
        trunk=float(sizes[7]),
        shift=tuple(float(move) for move in draw.normal(0, 2.5, 8)),
    )


def chambers(subject: Subject, now: Beat, places: LeftPlaces, inner: Floats) -> list[tuple[Matter, Floats]]:
    """Distance of every chamber and vessel above the base [mm]; later ones lie over earlier ones.

    The atria reach their ventricles through funnels; `inner` is the distance from the right ventricle's surface [mm].
    """
    drawn, left = upper(subject), now.left
    unit = left.radius
    septum = subject.shape.septum
    cos, sin = np.float32(np.cos(septum)), np.float32(np.sin(septum))
    # towards the septum, towards its front (up the image), and below the base
    at = Points(cos * places.x + sin * places.y, cos * places.y - sin * places.x, places.depth)
    s = drawn.shift
    deep = -22.0 - 4.0 * left.share
    atrium = ellipsoid(
        at,
        (-0.12 * unit + s[0], -0.2 * unit + s[1], deep),
        tuple(
            size * (axis + 3.0 * left.share) for size, axis in zip(drawn.left_atrium, (28.0, 21.0, 22.0), strict=True)
        ),  # type: ignore[arg-type]
    )
    appendage = capsule(at, (-18.0, 2.0, deep), (-14.0 + s[7], 30.0, deep + 8), (10.0, 5.0))
    auricle = capsule(at, (1.8 * unit, 0.0, deep + 2), (1.35 * unit, 1.0 * unit, deep + 4), (12.0, 6.0))
    veins = capsule(at, (-10.0, -8.0, deep - 6), (-48.0, -2.0 + s[2], deep - 24), (9.0, 6.0))
    rightwards = ellipsoid(
        at,
        (1.95 * unit + s[3], -0.62 * unit + s[4], deep + 4),
        tuple(size * axis for size, axis in zip(drawn.right_atrium, (19.0, 27.0, 23.0), strict=True)),  # type: ignore[arg-type]
    )
    cava = capsule(at, (2.0 * unit, 0.2 * unit, deep - 10), (1.7 * unit, 2.3 * unit, deep - 50), (9.5, 9.0))
    root = 12.5 * drawn.aorta
    aorta = capsule(at, (0.42 * unit, 0.35 * unit, 4.0), (1.05 * unit, 1.15 * unit + s[5], -62.0), (root, root * 1.05))
    frame = right_frame(subject, left, now.right)
    _, top, width = outflow(frame, left)
    turned = Points(*_to_right(frame.cos, frame.sin, frame.centre, places), places.depth)
    trunk = capsule(turned, top, (top[0] - 30.0, top[1] - 2.0 + s[6], -62.0), (width * 0.95, 11.0 * drawn.trunk))
    conus = capsule(turned, (top[0], top[1], 8.0), top, (width, width))
    above = np.maximum(-places.depth, 0) * np.float32(_NARROWING)
    atrium, rightwards = join(atrium, places.distance + above, 6.0), join(rightwards, inner + above, 6.0)
    wave = np.float32(_UNEVEN) * ripple(form(subject), at, 1.6)
    return [
        (Matter.ATRIAL_BLOOD, join(join(atrium, appendage, 5.0), veins, 8.0) + wave),
        (Matter.VENOUS_BLOOD, join(join(rightwards, auricle, 5.0), cava, 6.0) + wave),
        (Matter.VENOUS_BLOOD, join(trunk, conus, 6.0) + 0.4 * wave),
        (Matter.ATRIAL_BLOOD, aorta + 0.2 * wave),
    ]


def _to_right(cos: float, sin: float, centre: float, places: LeftPlaces) -> tuple[Floats, Floats]:
    """Coordinates of the right ventricle's frame."""
    across: Floats = np.float32(cos) * places.x + np.float32(sin) * places.y - np.float32(centre)
    along: Floats = np.float32(cos) * places.y - np.float32(sin) * places.x
    return across, along

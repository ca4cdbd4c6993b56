"""Muscle inside the implicit cavities: a weave of trabeculae, oblique papillary muscles, a moderator band.

    trabeculae   where sin(p x) cos(p y) + sin(p y) cos(q z) + sin(q z) cos(p x) is above a threshold, close to the wall

The weave is Schoen's gyroid (NASA TN D-5541, 1970), bent, in coordinates that shrink and twist with the heart; the rest
is ours.
"""

import numpy as np
import numpy.typing as npt

from spinbridge.phantoms.heart.fields import smoothstep
from spinbridge.phantoms.heart.implicit.beat import Beat
from spinbridge.phantoms.heart.implicit.form import Column, form
from spinbridge.phantoms.heart.implicit.left import LeftPlaces, ripple
from spinbridge.phantoms.heart.implicit.right import right_frame
from spinbridge.phantoms.heart.implicit.solids import Floats, Points, capsule
from spinbridge.phantoms.heart.subject import Subject

Mask = npt.NDArray[np.bool_]


def left_muscle(subject: Subject, now: Beat, places: LeftPlaces) -> Mask:
    """Points of the left cavity that are muscle."""
    septum = subject.shape.septum
    towards = np.cos(septum) * places.x + np.sin(septum) * places.y
    free = np.clip(1 - np.float32(1.2) * towards / np.float32(now.left.radius), 0.25, 1)
    rough = np.float32(subject.shape.trabeculae) * free
    thick = rough * (np.float32(0.8) + np.float32(6.5) * smoothstep(places.level, 0.25, 0.95))
    muscle: Mask = (places.distance > -thick) & (_weave(subject, now, places) > 0.1)  # noqa: PLR2004
    for column in form(subject).columns:
        muscle |= _column(subject, now, places, column) < 0
    return muscle


def right_muscle(subject: Subject, now: Beat, places: LeftPlaces, distance: Floats) -> Mask:
    """Points of the right cavity that are muscle; `distance` is that from its inner surface [mm]."""
    rough = np.float32(subject.shape.trabeculae)
    lump = 1 + np.float32(5) * ripple(form(subject), Points(places.x, places.y, places.depth), 1.8)
    thick = rough * lump * (np.float32(1.0) + np.float32(9.0) * smoothstep(places.level, 0.15, 0.9))
    muscle: Mask = (distance > -thick) & (_weave(subject, now, places, 0.8) > 0.55)  # noqa: PLR2004
    frame = right_frame(subject, now.left, now.right)
    own = Points(
        np.float32(frame.cos) * places.x + np.float32(frame.sin) * places.y - np.float32(frame.centre),
        np.float32(frame.cos) * places.y - np.float32(frame.sin) * places.x,
        places.depth,
    )
    length = now.left.length
    foot, head = (0.1 * frame.axes[0], -0.12 * frame.axes[1]), (0.82 * frame.axes[0], 0.2 * frame.axes[1])
    band = capsule(own, (*foot, 0.5 * length), (*head, 0.72 * length), (2.2, 3.6))
    return muscle | (band < 0)


def _weave(subject: Subject, now: Beat, places: LeftPlaces, scale: float = 1.0) -> Floats:
    made, left = form(subject), now.left
    shrunk = 1 / (1 - left.squeeze)
    turn = np.float32(made.twist * left.share) * (places.level - np.float32(0.3))
    cos, sin = np.cos(turn) * np.float32(shrunk), np.sin(turn) * np.float32(shrunk)
    p, q = np.float32(made.weave[0] * scale), np.float32(made.weave[1] * scale * subject.shape.length / left.length)
    across, along = cos * places.x + sin * places.y, cos * places.y - sin * places.x
    bent = ripple(made, Points(across, along, places.depth), 2.5)
    x, y = p * across + np.float32(9) * bent, p * along - np.float32(7) * bent
    z = q * places.depth + np.float32(2) * np.sin(np.float32(0.11) * across + np.float32(0.07) * along)
    weave: Floats = np.sin(x) * np.cos(y) + np.sin(y) * np.cos(z) + np.sin(z) * np.cos(x)
    return weave


def _column(subject: Subject, now: Beat, places: LeftPlaces, column: Column) -> Floats:
    """Distance from a papillary muscle, which thickens as it shortens."""
    left, made = now.left, form(subject)
    radius = left.radius * (1 - left.squeeze)
    thick = left.radius * (1 + 0.2 * left.share)

    def at(place: tuple[float, float, float]) -> tuple[float, float, float]:
        turn, away, level = place
        angle = subject.shape.septum + turn - made.twist * left.share * (level - 0.3)
        reach = away * radius * float(np.sqrt(max(1 - (level / 0.97) ** 2.2, 0.05)))
        return reach * float(np.cos(angle)), reach * float(np.sin(angle)), level * left.length

    own = Points(places.x, places.y, places.depth)
    radii = (column.radii[0] * thick, column.radii[1] * thick)
    uneven = np.float32(0.6 * thick) * ripple(made, own, 3.5)
    return capsule(own, at(column.foot), at(column.tip), radii) + uneven

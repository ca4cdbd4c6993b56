"""The two ways to make an anatomy, `polar` and `implicit`, behind the same three functions.

| | polar | implicit |
|---|---|---|
| heart | radii over angle and level | signed distances of solids |
| torso | an arch around the heart, drawn as the image shows it | a body in patient axes, cut by the planes |

Everything after the class map (tissue, acquisition, labels) is shared. Ours.
"""

import numpy as np
import numpy.typing as npt

from spinbridge.phantoms.heart import heart_painter, ventricles
from spinbridge.phantoms.heart import surroundings as polar_torso
from spinbridge.phantoms.heart.grid import Plane
from spinbridge.phantoms.heart.implicit import beat, paint
from spinbridge.phantoms.heart.implicit import surroundings as implicit_torso
from spinbridge.phantoms.heart.subject import Subject

Classes = npt.NDArray[np.uint8]


def surroundings(subject: Subject) -> Classes:
    """Classes (slices, samples, y, x) of the torso without the heart; read it, do not write to it."""
    if _polar(subject):
        return polar_torso.surroundings(subject)
    return implicit_torso.surroundings(subject)


def paint_heart(subject: Subject, phase: float, plane: Plane, classes: Classes) -> None:
    """Write the heart at a phase over `classes` (y, x), in place."""
    if _polar(subject):
        heart_painter.paint_heart(subject, phase, plane, classes)
    else:
        paint.paint_heart(subject, phase, plane, classes)


def volumes(subject: Subject, phase: float) -> dict[str, float]:
    """What the shape holds at a phase [ml]: `left` and `right` cavity, left `wall`, `scar`."""
    if _polar(subject):
        return ventricles.volumes(subject, phase)
    return beat.volumes(subject, phase)


def _polar(subject: Subject) -> bool:
    return subject.settings.generator == "polar"

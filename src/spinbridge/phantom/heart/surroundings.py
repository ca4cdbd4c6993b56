"""Everything of the class map that does not beat: chest wall, lung with vessels, abdomen, on the planes of a subject."""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from spinbridge.phantom.heart.abdomen import AbdomenPlane, paint_abdomen
from spinbridge.phantom.heart.chest_wall import WallPlane, paint_chest_wall
from spinbridge.phantom.heart.fields import smooth_field
from spinbridge.phantom.heart.grid import Plane, depths, plane, voxel_axes
from spinbridge.phantom.heart.matter import Matter
from spinbridge.phantom.heart.subject import Subject
from spinbridge.phantom.heart.torso import chest_norm, diaphragm, torso

Floats = npt.NDArray[np.float32]
Classes = npt.NDArray[np.uint8]


@dataclass(frozen=True, eq=False)
class Waves:
    """Random fields on all planes (planes, y, x), variance 1."""

    bend_x: Floats
    bend_y: Floats
    coarse: Floats
    fine: Floats
    vessels: Floats


@lru_cache(maxsize=1)
def surroundings(subject: Subject) -> Classes:
    """Classes (slices, samples, y, x) of the torso without the heart; read it, do not write to it."""
    places = depths(subject)
    waves = _waves(subject, places.ravel())
    classes = np.zeros((*places.shape, *subject.protocol.shape), np.uint8)
    for number, (k, j) in enumerate(np.ndindex(places.shape)):
        _paint(
            subject,
            plane(subject, k, j),
            [getattr(waves, name)[number] for name in Waves.__annotations__],
            classes[k, j],
        )
    classes.flags.writeable = False
    return classes


def _waves(subject: Subject, z: Floats) -> Waves:
    rows, columns = voxel_axes(subject)
    axes = (z, rows, columns)
    draw = subject.draw("surroundings")
    scales = ((50.0, 48.0, 48.0), (50.0, 48.0, 48.0), (24.0, 19.0, 19.0), (11.0, 7.5, 7.5), (9.0, 4.6, 4.6))
    return Waves(*(smooth_field(axes, scale, draw) for scale in scales))


def _paint(subject: Subject, place: Plane, waves: list[Floats], classes: Classes) -> None:
    bend_x, bend_y, coarse, fine, vessels = waves
    body, length = torso(subject), subject.shape.length
    x = place.x + 3.2 * bend_x + 0.9 * coarse
    y = place.y + 3.2 * bend_y + 0.7 * coarse
    q, out, angle = chest_norm(body, length, x, y, place.z)
    below = y - diaphragm(body, length, x, place.z)
    classes[...] = Matter.LUNG
    near_heart = np.exp(-np.hypot(place.x - 25, place.y + 5) / 90)
    classes[vessels > 3.1 - 1.7 * near_heart] = Matter.LUNG_VESSEL
    classes[(q > 0.8) & (place.x < 0) & (y > -30)] = Matter.EPICARDIAL_FAT  # noqa: PLR2004
    paint_abdomen(
        subject,
        body,
        AbdomenPlane(x=x, y=y, z=place.z, below=below, coarse=coarse, fine=fine, vessels=vessels),
        classes,
    )
    along = angle * 85 - np.maximum(y, 0) * np.where(angle > 1.5, -1, 1)  # noqa: PLR2004
    paint_chest_wall(body, WallPlane(out=out, along=along, angle=angle, coarse=coarse, fine=fine, z=place.z), classes)

"""Everything of the class map that does not beat: chest wall, lung with vessels, abdomen, plane by plane. Ours."""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from spinbridge.phantoms.heart.abdomen import AbdomenPlane, paint_abdomen
from spinbridge.phantoms.heart.chest_wall import WallPlane, paint_chest_wall
from spinbridge.phantoms.heart.fields import smooth_field, smoothstep
from spinbridge.phantoms.heart.grid import Plane, depths, plane, voxel_axes
from spinbridge.phantoms.heart.matter import Matter
from spinbridge.phantoms.heart.subject import Subject
from spinbridge.phantoms.heart.torso import chest_norm, diaphragm, torso

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
        here = [getattr(waves, name)[number] for name in Waves.__annotations__]
        _paint(subject, plane(subject, k, j), here, classes[k, j])
    classes.flags.writeable = False
    return classes


def _waves(subject: Subject, z: Floats) -> Waves:
    rows, columns = voxel_axes(subject)
    axes = (z, rows, columns)
    draw = subject.draw("anatomy", "surroundings")
    scales = ((50.0, 48.0, 48.0), (50.0, 48.0, 48.0), (24.0, 19.0, 19.0), (11.0, 7.5, 7.5), (7.0, 3.6, 3.6))
    return Waves(*(smooth_field(axes, scale, draw) for scale in scales))


def _paint(subject: Subject, place: Plane, waves: list[Floats], classes: Classes) -> None:
    bend_x, bend_y, coarse, fine, vessels = waves
    body, length = torso(subject), subject.shape.length
    x = place.x + 3.2 * bend_x + 1.3 * coarse
    y = place.y + 3.2 * bend_y + 1.1 * coarse
    q, out, angle = chest_norm(body, length, x, y, place.z)
    below = y - diaphragm(body, length, x, place.z)
    classes[...] = Matter.LUNG
    near_heart = np.exp(-np.hypot(place.x - 30, place.y + 5) / 75)
    classes[vessels > 2.7 - 1.2 * near_heart] = Matter.LUNG_VESSEL
    share = float(np.clip(place.z / length, 0, 1)) ** 2
    edge = 0.5 * smoothstep(place.x, 0, 60) + 0.5 * smoothstep(-y, 25 + 15 * share, 75)
    pad = q + 0.1 * bend_y + 0.05 * coarse > 1.02 - 0.005 * (y + 25) - 0.8 * body.pad * share + edge
    cushion = below > -(9 + 3 * bend_x) * (1 - smoothstep(place.x, -15, 40)) - 0.3
    classes[pad | cushion] = Matter.EPICARDIAL_FAT
    organs = AbdomenPlane(x=x, y=y, z=place.z, below=below, coarse=coarse, fine=fine, vessels=vessels)
    paint_abdomen(subject, organs, classes)
    along = angle * 85 - np.maximum(y, 0) * np.where(angle > 1.5, -1, 1)  # noqa: PLR2004
    wall = WallPlane(out=out, along=along, angle=angle, broad=bend_x, coarse=coarse, fine=fine, z=place.z)
    paint_chest_wall(body, wall, classes)

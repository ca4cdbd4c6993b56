"""What lies inside an implicit torso besides the heart: lungs, mediastinum, spine, aorta, organs of the abdomen.

Tubes along the body and ellipsoids, in patient coordinates that random waves bend. Vessels of lung and liver are where
two independent waves are both near 0, which are curves in space. Ours; lengths in millimetres.
"""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from spinbridge.phantoms.heart.implicit.body import Body
from spinbridge.phantoms.heart.implicit.chest import Waves
from spinbridge.phantoms.heart.implicit.solids import Floats, Points, ellipsoid, join
from spinbridge.phantoms.heart.matter import Matter
from spinbridge.phantoms.heart.subject import Subject

Classes = npt.NDArray[np.uint8]
Mask = npt.NDArray[np.bool_]

_FILM = 2.4  # muscle of the diaphragm [mm]


@dataclass(frozen=True, kw_only=True)
class Organs:
    """Shifts and sizes of one subject."""

    shift: tuple[tuple[float, float, float], ...]
    size: tuple[float, ...]
    gas: float  #: how far below the front of the stomach its gas reaches [mm]
    left_lobe: float  #: r to which the liver reaches [mm]
    aorta: tuple[float, float]  #: r and radius [mm]
    disc: tuple[float, float]  #: period and phase of the spine [mm]
    loops: tuple[tuple[Matter, tuple[float, float, float], tuple[float, float, float]], ...]  #: of the bowel


@lru_cache(maxsize=16)
def organs(subject: Subject) -> Organs:
    """The organs of a subject."""
    draw = subject.draw("anatomy", "implicit", "organs")
    kinds = (Matter.STOMACH_WALL, Matter.STOMACH_FLUID, Matter.GAS)
    loops = []
    for _ in range(int(draw.integers(14, 22))):
        kind = Matter(draw.choice(kinds, p=[0.4, 0.35, 0.25]))
        centre = (float(draw.uniform(-95, 60)), float(draw.uniform(-20, 75)), float(draw.uniform(-210, -95)))
        axes = (float(draw.uniform(12, 34)), float(draw.uniform(9, 18)), float(draw.uniform(9, 18)))
        loops.append((kind, centre, axes))
    return Organs(
        shift=tuple((float(r), float(f), float(s)) for r, f, s in draw.normal(0, 6, (4, 3))),
        size=tuple(float(size) for size in draw.uniform(0.85, 1.15, 4)),
        gas=float(draw.uniform(4, 34)),
        left_lobe=float(draw.uniform(-60, -5)),
        aorta=(float(draw.uniform(-30, -18)), float(draw.uniform(10.5, 14))),
        disc=(float(draw.uniform(29, 34)), float(draw.uniform(0, 30))),
        loops=tuple(loops),
    )


def paint_inside(subject: Subject, torso: Body, at: Points, waves: Waves, classes: Classes) -> None:
    """Write lungs, mediastinum and abdomen over `classes`, in place."""
    drawn = organs(subject)
    below = diaphragm(torso, at) + 1.5 * waves.coarse
    hilum = np.exp(-((np.abs(at.x) - 45) ** 2 + (at.y - torso.heart[1] + 30) ** 2) / 60**2)
    classes[...] = Matter.LUNG
    thick = np.float32(0.09) + np.float32(0.16) * hilum
    classes[(np.abs(waves.thread) < thick) & (np.abs(waves.fine) < 2.4 * thick)] = Matter.LUNG_VESSEL
    _paint_mediastinum(torso, at, waves, classes)
    _paint_abdomen(drawn, torso, at, (below, waves), classes)
    _paint_spine(drawn, torso, at, waves, classes)


def diaphragm(torso: Body, at: Points) -> Floats:
    """Distance from what lies below the diaphragm, negative inside [mm]."""
    right, left = (ellipsoid(at, centre, axes) for centre, axes in torso.domes)
    domes = join(
        np.where(at.z < torso.domes[0][0][2], -20, right), np.where(at.z < torso.domes[1][0][2], -20, left), 18.0
    )
    plateau = at.z - np.float32(torso.floor) + np.float32(0.18) * np.clip(at.y - 20, -60, None)
    return join(domes.astype(np.float32), plateau, 14.0)


def _paint_mediastinum(torso: Body, at: Points, waves: Waves, classes: Classes) -> None:
    """Fat behind the breastbone and around the great vessels; fat between heart and diaphragm."""
    front = np.float32(torso.front) - np.float32(torso.slope) * np.clip(at.z, -90, 140)
    behind = np.float32(front) - at.y
    wedge = np.abs(at.x + 8) < 16 + 6 * waves.coarse + np.clip(30 - behind, 0, None) * 0.5
    classes[wedge & (behind < 75)] = Matter.EPICARDIAL_FAT  # noqa: PLR2004
    corner = ellipsoid(at, (torso.heart[0] - 28, torso.front - 28, torso.floor + 4), (44.0, 30.0, 17.0))
    classes[corner + 5 * waves.coarse < 0] = Matter.EPICARDIAL_FAT
    classes[(np.abs(at.x) < 24 + 5 * waves.coarse) & (at.y < torso.back + 62)] = Matter.EPICARDIAL_FAT


def _paint_abdomen(drawn: Organs, torso: Body, at: Points, place: tuple[Floats, Waves], classes: Classes) -> None:
    below, waves = place
    room = below < 0
    classes[room] = Matter.VISCERAL_FAT
    classes[room & (np.abs(waves.thread) < 0.07) & (np.abs(waves.coarse) < 0.3)] = Matter.LIVER_VESSEL  # noqa: PLR2004
    deep = room & (below < -_FILM - 1.2)
    for kind, centre, axes in drawn.loops:
        _paint_hollow(kind, ellipsoid(at, centre, axes) + 2.5 * waves.coarse, deep, classes)
    kidney = _organ(drawn, 0, at, (-58, -48, -150), (27, 24, 52)) + 2 * waves.coarse
    classes[deep & (kidney < 0)] = Matter.KIDNEY
    classes[deep & (kidney < -14 + 4 * waves.fine)] = Matter.VISCERAL_FAT
    spleen = _organ(drawn, 1, at, (-98, -48, torso.floor - 32), (23, 44, 48)) + 3 * waves.coarse
    classes[deep & (spleen < 0)] = Matter.SPLEEN
    stomach = _organ(drawn, 2, at, (-62, 12, torso.floor - 42), (44, 42, 40)) + 3 * waves.coarse
    _paint_hollow(Matter.STOMACH_FLUID, stomach, deep, classes)
    level = at.y > 12 + drawn.shift[2][1] + 42 * drawn.size[2] - drawn.gas
    classes[deep & (stomach < -3.5) & level] = Matter.GAS  # noqa: PLR2004
    liver = join(
        _organ(drawn, 3, at, (82, -10, torso.floor - 62), (98, 96, 92)),
        ellipsoid(at, (10, 42, torso.floor - 34), (40.0 - drawn.left_lobe, 42.0, 36.0)),
        20.0,
    )
    liver = liver + 3 * waves.broad + 1.5 * waves.coarse
    classes[deep & (liver < 1.5) & (liver >= 0)] = Matter.VISCERAL_FAT  # noqa: PLR2004
    classes[deep & (liver < 0)] = Matter.LIVER
    veins = (np.abs(waves.thread) < 0.16) & (np.abs(waves.coarse - 0.3) < 0.28)  # noqa: PLR2004
    classes[deep & (liver < -6) & veins] = Matter.LIVER_VESSEL  # noqa: PLR2004
    classes[room & (below > -_FILM)] = Matter.MUSCLE


def _organ(
    drawn: Organs, row: int, at: Points, centre: tuple[float, float, float], axes: tuple[float, float, float]
) -> Floats:
    place = tuple(middle + move for middle, move in zip(centre, drawn.shift[row], strict=True))
    size = tuple(axis * drawn.size[row] for axis in axes)
    return ellipsoid(at, place, size)  # type: ignore[arg-type]


def _paint_hollow(kind: Matter, distance: Floats, room: Mask, classes: Classes) -> None:
    classes[room & (distance < 2) & (distance >= 0)] = Matter.VISCERAL_FAT  # noqa: PLR2004
    classes[room & (distance < 0)] = Matter.STOMACH_WALL
    classes[room & (distance < -3)] = kind  # noqa: PLR2004


def _paint_spine(drawn: Organs, torso: Body, at: Points, waves: Waves, classes: Classes) -> None:
    """Vertebrae with discs, canal and arches, the aorta and the gullet in front of them."""
    back = np.float32(torso.back)
    body = np.hypot(at.x / 21, (at.y - back - 6) / 16) + 0.04 * waves.coarse
    period, start = drawn.disc
    near = (at.z + start) / period
    near = (near - np.round(near)) * period
    body = body + 0.1 * np.exp(-(((np.abs(near) - 9) / 5.0) ** 2))
    classes[body < 1] = Matter.RIB
    classes[body < 0.92] = Matter.MARROW  # noqa: PLR2004
    classes[(body < 0.97) & (np.abs(near) < 4)] = Matter.DISC  # noqa: PLR2004
    arch = np.hypot(at.x / 20, (at.y - back + 20) / 15)
    classes[(arch < 1) & (body >= 1)] = Matter.MUSCLE
    classes[(np.abs(at.x) < 5) & (at.y < back - 22) & (at.y > back - 42) & (np.abs(near) > 7)] = Matter.MARROW  # noqa: PLR2004
    canal = np.hypot(at.x, at.y - back + 17)
    classes[canal < 9] = Matter.CSF  # noqa: PLR2004
    classes[canal < 4.5] = Matter.MUSCLE  # noqa: PLR2004
    r, radius = drawn.aorta
    tube = np.hypot(at.x - r + 0.06 * at.z, at.y - back - 27)
    classes[tube < radius + 5] = Matter.EPICARDIAL_FAT
    classes[tube < radius + 1.8] = Matter.VESSEL_WALL
    classes[tube < radius] = Matter.AORTA
    gullet = np.hypot((at.x + 4) / 9, (at.y - back - 40) / 5.5)
    classes[(gullet < 1) & (at.z > torso.floor - 20)] = Matter.STOMACH_WALL

"""Below the diaphragm: liver with its vessels, stomach, spleen, kidney, bowel, spine with canal, aorta, all in fat.

Organs are ellipsoids in coordinates that a smooth random field has bent; the liver is cut by the diaphragm. Ours.
"""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from spinbridge.phantoms.heart.matter import Matter
from spinbridge.phantoms.heart.subject import Subject

Floats = npt.NDArray[np.float32]
Classes = npt.NDArray[np.uint8]

_FILM = 2.6  # muscle of the diaphragm [mm]


@dataclass(frozen=True, kw_only=True)
class Organ:
    """An ellipsoid with a wall: centre and half-axes (x, y, z) [mm], turned in the plane."""

    matter: Matter
    centre: tuple[float, float, float]
    size: tuple[float, float, float]
    turn: float = 0.0  #: [rad]
    wall: float = 0.0  #: thickness [mm]; the wall is stomach wall
    rough: float = 0.08  #: waviness of the outline


@dataclass(frozen=True, eq=False, kw_only=True)
class AbdomenPlane:
    """Pixels of a plane: bent coordinates, depth below the diaphragm, and waves of variance 1."""

    x: Floats
    y: Floats
    z: float
    below: Floats  #: [mm]
    coarse: Floats
    fine: Floats
    vessels: Floats


@lru_cache(maxsize=16)
def organs(subject: Subject) -> tuple[Organ, ...]:
    """The organs of one subject, in the order they are written; the floor of the heart is y of about 40 mm."""
    draw = subject.draw("anatomy", "abdomen")
    move = draw.normal(0, 5, (5, 3))
    big = draw.uniform(0.85, 1.15, 5)

    def at(row: int, x: float, y: float, z: float) -> tuple[float, float, float]:
        return (x + float(move[row, 0]), y + float(move[row, 1]), z + float(move[row, 2]))

    def sized(row: int, *axes: float) -> tuple[float, float, float]:
        return tuple(float(axis * big[row]) for axis in axes)  # type: ignore[return-value]

    stomach = Matter.STOMACH_FLUID if draw.random() < 0.6 else Matter.STOMACH_WALL  # noqa: PLR2004
    return (
        *_bowel(draw),
        Organ(matter=Matter.KIDNEY, centre=at(0, 48, 118, 25), size=sized(0, 24, 40, 30), turn=0.25, rough=0.05),
        Organ(matter=Matter.SPLEEN, centre=at(1, 76, 62, 28), size=sized(1, 19, 38, 45), turn=0.3, rough=0.06),
        Organ(matter=stomach, centre=at(2, 28, 66, 45), size=sized(2, 26, 18, 50), turn=-0.25, wall=4.0, rough=0.12),
        Organ(matter=Matter.LIVER, centre=at(3, -62, 74, 15), size=sized(3, 92, 50, 95), turn=-0.3, rough=0.05),
    )


def _bowel(draw: np.random.Generator) -> list[Organ]:
    loops = []
    for _ in range(int(draw.integers(26, 40))):
        kind = Matter(
            draw.choice(
                [Matter.STOMACH_WALL, Matter.STOMACH_FLUID, Matter.GAS, Matter.MUSCLE], p=[0.5, 0.2, 0.15, 0.15]
            )
        )
        loops.append(
            Organ(
                matter=kind,
                centre=(float(draw.uniform(-60, 85)), float(draw.uniform(75, 230)), float(draw.uniform(-10, 120))),
                size=(float(draw.uniform(7, 26)), float(draw.uniform(7, 15)), float(draw.uniform(12, 34))),
                turn=float(draw.uniform(-1.5, 1.5)),
                wall=float(draw.uniform(1.6, 3.0)),
                rough=0.2,
            )
        )
    return loops


def paint_abdomen(subject: Subject, place: AbdomenPlane, classes: Classes) -> None:
    """Write everything below the diaphragm over `classes`, in place."""
    below = place.below > 0
    classes[below] = Matter.VISCERAL_FAT
    classes[below & (np.abs(place.fine) < 0.06 * (place.coarse - 0.7))] = Matter.LIVER_VESSEL
    _paint_spine(subject, place, below, classes)
    for organ in organs(subject):
        _paint_organ(organ, place, below, classes)
    classes[below & (place.below < _FILM)] = Matter.MUSCLE


def _paint_organ(organ: Organ, place: AbdomenPlane, below: npt.NDArray[np.bool_], classes: Classes) -> None:
    across, down, away = (
        place.x - organ.centre[0],
        place.y - organ.centre[1],
        (place.z - organ.centre[2]) / organ.size[2],
    )
    if abs(away) >= 1:
        return
    cos, sin = np.cos(organ.turn), np.sin(organ.turn)
    along, aside = (cos * across + sin * down) / organ.size[0], (cos * down - sin * across) / organ.size[1]
    norm = np.sqrt(along**2 + aside**2 + away**2) + organ.rough * place.coarse
    room = below & (place.below > _FILM + 1.0)
    distance = (norm - 1) * min(organ.size[:2])
    inside = room & (distance < 0)
    classes[room & (distance >= 0) & (distance < 1.4 + 1.2 * place.coarse)] = Matter.VISCERAL_FAT
    classes[inside] = organ.matter
    if organ.matter == Matter.LIVER:
        classes[inside & (place.vessels + 0.5 * place.fine > 2.15)] = Matter.LIVER_VESSEL  # noqa: PLR2004
    if organ.matter == Matter.KIDNEY:
        sinus = distance + 0.62 * min(organ.size[:2]) + 5 * place.fine < 0
        classes[inside & sinus] = Matter.VISCERAL_FAT
    if organ.wall:
        classes[inside & (distance > -organ.wall)] = Matter.STOMACH_WALL
        if organ.matter == Matter.STOMACH_FLUID and organ.size[2] > 40:  # noqa: PLR2004
            classes[inside & (distance < -organ.wall) & (across < -0.35 * organ.size[0])] = Matter.GAS


def _paint_spine(subject: Subject, place: AbdomenPlane, below: npt.NDArray[np.bool_], classes: Classes) -> None:
    """Vertebrae and discs down the image at the back of the basal planes, the canal behind, the aorta before them."""
    draw = subject.draw("anatomy", "spine")
    start, period = draw.uniform(0, 30), draw.uniform(29, 34)
    centre, lean = 42 + draw.normal(0, 6), 0.06 + draw.normal(0, 0.05)
    away = (place.z + 8 + draw.normal(0, 4)) / 30
    if abs(away) >= 1:
        return
    shrink = float(np.sqrt(1 - away**2))
    across = place.x - centre - lean * place.y
    half = 17 * shrink
    level = (place.y + start + 0.1 * across) / period
    near = (level - np.round(level)) * period
    column = below & (place.below > 8) & (np.abs(across) < half)  # noqa: PLR2004
    classes[column] = Matter.MARROW
    classes[column & (np.abs(near) < 3.4)] = Matter.DISC  # noqa: PLR2004
    classes[column & (np.abs(np.abs(near) - 3.9) < 0.6)] = Matter.RIB  # noqa: PLR2004
    classes[column & (np.abs(np.abs(across) - half) < 1.0)] = Matter.RIB
    behind = across - half - 9
    classes[below & (np.abs(behind) < 6 * shrink)] = Matter.CSF
    classes[below & (np.abs(behind - 14) < 9 * shrink)] = Matter.MUSCLE
    vessel = np.hypot(across + half + 13, 0.35 * (place.y - 95)) + 1.2 * place.coarse
    classes[below & (vessel < 12)] = Matter.VESSEL_WALL  # noqa: PLR2004
    classes[below & (vessel < 10.8)] = Matter.AORTA  # noqa: PLR2004

"""The chest wall from inside out: intercostal muscle with ribs, a plane of fat, outer muscles, subcutaneous fat, skin.

Every layer is a range of the distance outwards from the inner wall; ribs are ellipses of cortical bone around
marrow, spaced along the arch. Ours.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from spinbridge.phantoms.heart.fields import smoothstep
from spinbridge.phantoms.heart.matter import Matter
from spinbridge.phantoms.heart.torso import Torso

Floats = npt.NDArray[np.float32]
Classes = npt.NDArray[np.uint8]

_RIBS, _PLANE, _SKIN = 11.0, 1.8, 1.4  # thicknesses [mm]
_RIB = (8.5, 4.2)  # half-axes of a rib along and across the wall [mm]
_CORTEX = 0.72  # share of a rib's half-axes that is marrow


@dataclass(frozen=True, eq=False, kw_only=True)
class WallPlane:
    """Where a plane's pixels are relative to the chest wall, and waves of variance 1."""

    out: Floats  #: distance outwards from the inner wall [mm]
    along: Floats  #: distance along the wall [mm]
    angle: Floats  #: of the ray from the arch's middle, 0 at the back, pi at the front [rad]
    broad: Floats  #: over some 50 mm
    coarse: Floats
    fine: Floats
    z: float


def paint_chest_wall(body: Torso, place: WallPlane, classes: Classes) -> None:
    """Write the wall and the air around it over `classes`, in place; leaves the inside alone."""
    upper = smoothstep(np.sin(np.clip(place.angle, 0, np.pi)), 0.1, 0.8)
    front = smoothstep(-np.cos(place.angle), -0.4, 0.9)
    muscle = body.muscle * (0.35 + 1.1 * upper) * (1 + 0.35 * place.broad)
    fat = body.fat * (0.75 + 0.5 * (1 - front) + 0.35 * upper * (1 - front)) * (1 + 0.22 * place.broad)
    inner = _RIBS + _PLANE + np.clip(muscle, 1.5, None)
    skin = inner + np.clip(fat, 4.0, None)
    out = place.out
    classes[out > 0] = Matter.MUSCLE
    streak = (np.abs(place.fine) < 0.1) & (out > 2)  # noqa: PLR2004
    classes[streak] = Matter.SUBCUTANEOUS_FAT
    plane = _RIBS - 1 + np.clip(1.6 * place.coarse + 0.6 * place.fine, 0, 3.0)
    classes[(out > _RIBS - 1) & (out < plane)] = Matter.SUBCUTANEOUS_FAT
    _paint_ribs(body, place, classes)
    classes[out > inner] = Matter.SUBCUTANEOUS_FAT
    septa = (np.abs(place.fine) < 0.02) & (place.coarse > 0.6) & (out > inner + 3)  # noqa: PLR2004
    classes[septa] = Matter.SKIN
    classes[out > skin] = Matter.SKIN
    classes[out > skin + _SKIN] = Matter.AIR


def _paint_ribs(body: Torso, place: WallPlane, classes: Classes) -> None:
    """Ribs where the plane meets them; their gristle at the front and their slant make them uneven."""
    phase = (place.along + body.rib_start + 0.55 * place.z + 4.0 * place.broad) / body.rib_period
    near = (phase - np.round(phase)) * body.rib_period
    size = 1 + 0.25 * place.broad + 0.1 * place.coarse
    norm = np.hypot(near / _RIB[0], (place.out - 5.0 + 0.8 * place.coarse) / _RIB[1]) / np.maximum(size, 0.3)
    classes[norm < 1] = Matter.RIB
    classes[norm < _CORTEX + 0.1 * place.fine] = Matter.MARROW

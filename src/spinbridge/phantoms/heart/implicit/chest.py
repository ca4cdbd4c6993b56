"""The chest wall of an implicit torso: ribs in muscle, pectoral and back muscles, fat, breasts, skin, the air outside.

Every layer is a range of the distance outwards from the rib cage. Ours; lengths in millimetres.
"""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from spinbridge.phantoms.heart.fields import smoothstep
from spinbridge.phantoms.heart.implicit.body import Body
from spinbridge.phantoms.heart.implicit.solids import Floats, Points
from spinbridge.phantoms.heart.matter import Matter

Classes = npt.NDArray[np.uint8]

_CAGE, _SKIN = 12.0, 1.6  # thickness of ribs with their muscles, and of the skin [mm]
_RIB = (7.0, 4.6)  # half-axes of a rib along and across the wall [mm]
_MARROW = 0.68  # share of a rib's half-axes inside its cortex


class Waves(NamedTuple):
    """Random fields of variance 1 at the points of a plane, from broad to fine."""

    broad: Floats
    coarse: Floats
    fine: Floats
    thread: Floats


def paint_chest(torso: Body, at: Points, place: tuple[Floats, Floats], waves: Waves, classes: Classes) -> None:
    """Write wall and air over `classes`, in place; `place` is the distance outwards and the angle of `body.cage`."""
    out, angle = place
    front = smoothstep(np.sin(angle), -0.1, 0.9)
    high = smoothstep(at.z, -10, 70)
    pectoral = front * high * smoothstep(np.abs(at.x), 12, 45)
    back = smoothstep(-np.sin(angle), 0.55, 0.95) * (1 - smoothstep(np.abs(at.x), 45, 75))
    muscle = 1.5 + torso.muscle * (0.35 + 1.3 * pectoral + 1.6 * back) * (1 + 0.2 * waves.broad)
    side = 1 - np.abs(np.sin(angle))
    fat = torso.fat * (0.7 + 0.5 * side + 0.35 * smoothstep(-at.z, -20, 90)) * (1 + 0.2 * waves.broad)
    fat = fat + torso.breast * front * _bump(at)
    inner = np.float32(_CAGE) + np.clip(muscle, 1.5, None)
    skin = inner + np.clip(fat, 4.0, None)
    classes[out > 0] = Matter.MUSCLE
    seam = np.abs(out - np.float32(_CAGE) - np.float32(1.2) * waves.coarse) < 0.5 + 0.6 * np.clip(
        waves.broad + 0.6, 0, 2
    )
    classes[seam & (out > 4)] = Matter.SUBCUTANEOUS_FAT  # noqa: PLR2004
    classes[(out > 2) & (np.abs(waves.fine - 0.6) < 0.09)] = Matter.SUBCUTANEOUS_FAT  # noqa: PLR2004
    _paint_ribs(torso, at, out, waves, classes)
    classes[out > inner] = Matter.SUBCUTANEOUS_FAT
    gland = (torso.breast > 0) & (_bump(at) * front > 0.35) & (waves.coarse + 0.7 * waves.fine > 0.3)  # noqa: PLR2004
    classes[gland & (out > inner + 5) & (out < skin - 6)] = Matter.SKIN
    classes[(out > inner + 3) & (np.abs(waves.coarse) < 0.03)] = Matter.SKIN  # noqa: PLR2004
    classes[out > skin] = Matter.SKIN
    classes[out > skin + _SKIN] = Matter.AIR


def _bump(at: Points) -> Floats:
    """1 in the middle of a breast, 0 away from both."""
    far = ((np.abs(at.x) - 75) / 48) ** 2 + ((at.z - 8) / 55) ** 2
    return np.sqrt(np.clip(1 - far, 0, 1)).astype(np.float32, copy=False)


def _paint_ribs(torso: Body, at: Points, out: Floats, waves: Waves, classes: Classes) -> None:
    """Slanted ribs, gristle at the breastbone, the breastbone itself."""
    period, start, slant = torso.ribs
    phase = (at.z + np.float32(slant) * at.y + np.float32(start) + 2 * waves.broad) / np.float32(period)
    near = (phase - np.round(phase)) * np.float32(period)
    size = np.clip(1 + 0.12 * waves.coarse, 0.6, None)
    norm = np.hypot(near / _RIB[0], (out - np.float32(6.0) + 0.7 * waves.coarse) / _RIB[1]) / size
    classes[norm < 1] = Matter.RIB
    classes[norm < _MARROW] = Matter.MARROW
    middle = (np.abs(at.x) < 17) & (at.y > 0) & (out > 1.5) & (out < 11) & (at.z > -25)  # noqa: PLR2004
    classes[middle] = Matter.RIB
    classes[middle & (np.abs(at.x) < 15) & (out > 3) & (out < 9.5)] = Matter.MARROW  # noqa: PLR2004

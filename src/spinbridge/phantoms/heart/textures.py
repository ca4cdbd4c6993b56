"""What makes tissue uneven: log-normal variation at three scales, and blood that swirls.

    value = mean exp(s n),   n = sum of fields of 3, 8 and 25 mm, variance 1

s is 2 to 3 % in parenchyma and more where tissue is a mixture (fat, bowel, lung). Fields are of the voxel grid (z,
y, x). Ours.
"""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from spinbridge.phantoms.heart.fields import smooth_field
from spinbridge.phantoms.heart.grid import depths, voxel_axes
from spinbridge.phantoms.heart.matter import Matter
from spinbridge.phantoms.heart.subject import Subject

Floats = npt.NDArray[np.float32]

_SCALES = ((3.2, 0.55), (8.0, 0.6), (25.0, 0.58))  # scale [mm] and weight; the squares add up to one
_SPREAD = {
    Matter.LIVER: 0.04, Matter.SPLEEN: 0.035, Matter.MUSCLE: 0.12, Matter.EPICARDIAL_FAT: 0.07,
    Matter.VISCERAL_FAT: 0.09,
    Matter.SUBCUTANEOUS_FAT: 0.07, Matter.LUNG: 0.2, Matter.STOMACH_FLUID: 0.14, Matter.STOMACH_WALL: 0.2,
    Matter.MARROW: 0.12, Matter.KIDNEY: 0.06, Matter.VESSEL_WALL: 0.1, Matter.LV_BLOOD: 0.012, Matter.RV_BLOOD: 0.015,
    Matter.LUNG_VESSEL: 0.3, Matter.LIVER_VESSEL: 0.15, Matter.RIB: 0.3,
}  # fmt: skip
_DEFAULT_SPREAD = 0.03
BLOOD = (Matter.LV_BLOOD, Matter.RV_BLOOD, Matter.ATRIAL_BLOOD, Matter.VENOUS_BLOOD, Matter.AORTA)


@dataclass(frozen=True, eq=False)
class Textures:
    """Waves of variance 1 (z, y, x) for pd, T1 and T2."""

    pd: Floats
    t1: Floats
    t2: Floats


def spreads() -> Floats:
    """S of every class, indexed by `Matter`."""
    table = np.full(256, _DEFAULT_SPREAD, np.float32)
    for kind, value in _SPREAD.items():
        table[kind] = value
    return table


@lru_cache(maxsize=2)
def textures(subject: Subject) -> Textures:
    """The waves of a subject, the same for every sequence and phase."""
    draw = subject.draw("physiology", "texture")
    axes = _axes(subject)

    def wave() -> Floats:
        fields = [np.float32(weight) * smooth_field(axes, (max(s, 6.0), s, s), draw) for s, weight in _SCALES]
        total: Floats = np.sum(fields, axis=0, dtype=np.float32)
        return total

    return Textures(wave(), wave(), wave())


def flow(subject: Subject, phase: float) -> Floats:
    """Gain of moving blood (z, y, x) about 1: swirls that change with the phase, darker where the flow is dephased."""
    draw = subject.draw("physiology", "flow", f"{phase:.4f}")
    axes = _axes(subject)
    if subject.settings.generator == "implicit":
        return _streams(axes, draw)
    swirl = 0.8 * smooth_field(axes, (9.0, 11.0, 11.0), draw) + 0.6 * smooth_field(axes, (7.0, 5.0, 5.0), draw)
    strength = draw.uniform(0.05, 0.11)
    gain: Floats = np.exp(np.float32(strength) * swirl - np.float32(0.05) * np.clip(swirl - 1.4, 0, None) ** 2)
    return gain


def _streams(axes: tuple[Floats, Floats, Floats], draw: np.random.Generator) -> Floats:
    """The blood of the implicit hearts: broad slow regions, and bright streams along the level lines of a wave."""
    broad = smooth_field(axes, (16.0, 19.0, 19.0), draw)
    line = smooth_field(axes, (12.0, 14.0, 14.0), draw)
    fine = smooth_field(axes, (6.0, 3.6, 3.6), draw)
    stream = np.exp(-((line / np.float32(0.35)) ** 2))
    strength = np.float32(draw.uniform(0.5, 1.0))
    gain: Floats = np.exp(strength * (np.float32(0.05) * broad + np.float32(0.07) * stream + np.float32(0.025) * fine))
    return gain


def _axes(subject: Subject) -> tuple[Floats, Floats, Floats]:
    rows, columns = voxel_axes(subject)
    return depths(subject).mean(axis=1), rows, columns

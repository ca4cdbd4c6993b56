"""Tissue values of the classes for one subject, before and after contrast agent, and their texture.

    value of a subject   mean + SD n,  |n| <= 2, one n a tissue and quantity from the stream `physiology`
    mixture              rate = (1 - w) rate of grey + w rate of white matter,  pd likewise
    contrast agent       1/T1 = 1/T1_0 + r1 C,  C = v C_blood (1 - Hct), v the share the agent reaches in minutes
    texture              value exp(s n(r)),  n of 3, 8 and 25 mm, variance 1

Nuclei are mixtures of grey and white matter; iron shortens the T2 of pallidum and putamen. Brain keeps the agent out,
except in its vessels; the enhancing rim takes the table's values after contrast. Times in seconds, C in mmol/l.

Reference: table values by `physics.tissue_table`. Ours: the shares of white matter in the nuclei, set to the order of
T1 that usual atlases give (cortex > caudate > putamen > thalamus > pallidum > white matter), the shares v, and that
solid tumour without enhancement is wet tissue, near to oedema.
"""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from spinbridge.phantoms.brain.lattice import Lattice, random_wave
from spinbridge.phantoms.brain.matter import FLUID, TUMOUR, Matter
from spinbridge.phantoms.brain.subject import Subject
from spinbridge.physics.tissue_table import TissueEntry, load_tissues

Floats = npt.NDArray[np.float32]

_FAR = 2.0  # standard deviations that a draw may be away
_FAR_TUMOUR = 1.2  # the same of tumours, whose spread is wide
_ENTRIES = {
    Matter.FAT: "subcutaneous_fat", Matter.MUSCLE: "skeletal_muscle", Matter.MARROW: "bone_marrow", Matter.CSF: "csf",
    Matter.VENTRICLE: "csf", Matter.CORTEX: "grey_matter", Matter.WHITE: "white_matter", Matter.ARTERY: "lv_blood",
    Matter.VEIN: "rv_blood", Matter.OEDEMA: "peritumoral_oedema", Matter.NECROSIS: "glioma_necrosis",
    Matter.ENHANCING: "glioma_core", Matter.CORE: "glioma_core",
}  # fmt: skip
# share of white matter's rates, and the factor of T2
_MIXED = {
    Matter.DEEP_CORTEX: (0.25, 1.0),
    Matter.CAUDATE: (0.22, 0.93), Matter.PUTAMEN: (0.35, 0.88), Matter.THALAMUS: (0.52, 0.95),
    Matter.PALLIDUM: (0.80, 0.82), Matter.HIPPOCAMPUS: (0.05, 1.08), Matter.CEREBELLAR_CORTEX: (0.12, 0.97),
    Matter.CEREBELLAR_WHITE: (0.93, 1.0), Matter.BRAINSTEM: (0.72, 1.0),
}  # fmt: skip
# pd [1] and T1, T2, T2* [s] of classes that the table lacks: little signal, so plain values do
_PLAIN = {
    Matter.AIR: (0, 1, 0.04, 0.04), Matter.SKIN: (0.55, 0.9, 0.03, 0.015), Matter.BONE: (0.06, 0.4, 0.004, 0.002),
    Matter.DURA: (0.35, 0.9, 0.02, 0.01), Matter.PLEXUS: (0.92, 2.0, 0.15, 0.08), Matter.LENS: (0.6, 1.2, 0.035, 0.02),
    Matter.VITREOUS: (0.99, 4.0, 1.2, 0.5), Matter.MUCOSA: (0.88, 1.4, 0.090, 0.030),
}  # fmt: skip
# share of the voxel that the agent reaches; tumour rim by its own entry
_REACHED = {
    Matter.ARTERY: 1.75, Matter.VEIN: 1.75, Matter.PLEXUS: 0.3, Matter.MUCOSA: 0.55, Matter.DURA: 0.5, Matter.SKIN: 0.3,
    Matter.MUSCLE: 0.14, Matter.MARROW: 0.15, Matter.CORTEX: 0.05, Matter.WHITE: 0.025, Matter.NECROSIS: 0.04,
    Matter.CORE: 0.02, Matter.OEDEMA: 0.015,
}  # fmt: skip
_WETTER = (1.1, 1.2)  # T1 and T2 of tumour and oedema before contrast agent are at least these times those of cortex
_WET = 0.75  # share of oedema in the rates of solid tumour that does not enhance
_PLASMA = (0.4, 0.75)  # concentration in plasma some minutes after 0.1 mmol/kg, drawn [mmol/l]
_RELAXIVITY = (4.5, 5.5)  # r1, r2 [l/mmol/s]
_HAEMATOCRIT = 0.43
_SMOOTH_SCALES = ((3.0, 0.6), (8.0, 0.55), (25.0, 0.58))  # scale [mm] and weight


@dataclass(frozen=True, eq=False, kw_only=True)
class TissueValues:
    """One value per class, indexed by `Matter`."""

    pd: Floats
    t1: Floats  #: [s]
    t2: Floats  #: [s]
    t2star: Floats  #: [s]
    shift: Floats  #: of the resonance [Hz]


@lru_cache(maxsize=16)
def tissue_values(subject: Subject, *, enhanced: bool = False) -> TissueValues:
    """The subject's values, after contrast agent where `enhanced`; the draws are the same before and after."""
    table = load_tissues(subject.settings.field_strength)
    rows = np.zeros((5, 256))
    rows[1:4] = 1.0
    for kind, name in _ENTRIES.items():
        rows[:, kind] = _drawn(table[name], subject)
    for kind, (share, iron) in _MIXED.items():
        rows[:, kind] = _mixture(rows[:, Matter.CORTEX], rows[:, Matter.WHITE], share, iron)
    for kind in (Matter.OEDEMA, Matter.CORE, Matter.ENHANCING, Matter.NECROSIS):
        rows[1:3, kind] = np.maximum(rows[1:3, kind], np.multiply(_WETTER, rows[1:3, Matter.CORTEX]))
    rows[:, Matter.CORE] = _mixture(rows[:, Matter.CORE], rows[:, Matter.OEDEMA], _WET, 1.0)
    rows[:, Matter.INFILTRATION] = _mixture(rows[:, Matter.CORTEX], rows[:, Matter.OEDEMA], 0.45, 1.0)
    for kind, plain in _PLAIN.items():
        rows[:4, kind] = plain
    if enhanced:
        _with_agent(rows, float(subject.draw("physiology", "agent").uniform(*_PLASMA)))
        rows[:, Matter.ENHANCING] = _drawn(table["glioma_core_post_gd"], subject)
    pd, t1, t2, t2star, shift = rows.astype(np.float32)
    return TissueValues(pd=pd, t1=t1, t2=t2, t2star=t2star, shift=shift)


def _drawn(entry: TissueEntry, subject: Subject) -> tuple[float, ...]:
    """Values within two standard deviations; one tissue, one draw, before and after contrast."""
    place = entry.name.removesuffix("_post_gd")
    far = _FAR_TUMOUR if place.startswith("glioma") else _FAR
    away = np.clip(subject.draw("physiology", "tissue", place).standard_normal(4), -far, far)
    t2 = max(entry.t2 + entry.t2_sd * away[2], 0.3 * entry.t2)
    return (
        max(entry.pd + entry.pd_sd * away[0], 0.0),
        max(entry.t1 + entry.t1_sd * away[1], 0.3 * entry.t1),
        t2,
        min(max(entry.t2star + entry.t2star_sd * away[3], 0.3 * entry.t2star), t2),
        entry.off_resonance,
    )


def _mixture(one: npt.NDArray[np.float64], other: npt.NDArray[np.float64], share: float, iron: float) -> list[float]:
    rates = 1 / ((1 - share) / one[1:4] + share / other[1:4])
    return [(1 - share) * one[0] + share * other[0], rates[0], rates[1] * iron, min(rates[2], rates[1] * iron), 0.0]


def _with_agent(rows: npt.NDArray[np.float64], plasma: float) -> None:
    for kind in Matter:
        like = kind
        if kind in _MIXED or kind is Matter.INFILTRATION:
            like = Matter.CORTEX
        added = _REACHED.get(like, 0.0) * plasma * ((1 - _HAEMATOCRIT) if like in (Matter.ARTERY, Matter.VEIN) else 1)
        rows[1, kind] = 1 / (1 / rows[1, kind] + _RELAXIVITY[0] * added)
        rows[2:4, kind] = 1 / (1 / rows[2:4, kind] + _RELAXIVITY[1] * added)


def spreads() -> Floats:
    """Texture of every class: standard deviation of the logarithm of its values."""
    table = np.full(256, 0.03, np.float32)
    table[list(TUMOUR)] = 0.09
    table[[Matter.OEDEMA, Matter.INFILTRATION]] = 0.07
    table[list(FLUID)] = 0.01
    table[[Matter.FAT, Matter.MUSCLE, Matter.MARROW, Matter.MUCOSA, Matter.PLEXUS]] = 0.10
    return table


@lru_cache(maxsize=2)
def textures(subject: Subject) -> tuple[Floats, Floats, Floats]:
    """Waves (z, y, x) of the voxels for pd, T1 and T2."""
    lattice = Lattice(subject.settings)
    waves = []
    for name in ("pd", "t1", "t2"):
        parts = [
            np.float32(weight)
            * random_wave(lattice, scale, subject.draw("physiology", "texture", name, scale), fine=True)
            for scale, weight in _SMOOTH_SCALES
        ]
        waves.append(np.add.reduce(parts))
    return waves[0], waves[1], waves[2]

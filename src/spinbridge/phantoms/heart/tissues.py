"""The tissue values of one subject: every class drawn about its entry of the table, before or after gadolinium.

After gadolinium, muscle of the heart, scar and blood take their own entries; the rest takes up the agent of the
extracellular space,

    C = C_blood ECV / (1 - haematocrit),     C_blood = (1/T1_post - 1/T1_native) / r1

with ECV the extracellular share of the organ (rounded textbook shares). Times [s], shifts [Hz], speeds [mm/s]. Ours.
"""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from spinbridge.core.tissue import Tissue
from spinbridge.phantoms.heart.matter import Matter
from spinbridge.phantoms.heart.subject import Subject
from spinbridge.physics.contrast_agent import with_gadolinium
from spinbridge.physics.tissue_table import TissueEntry, load_tissues

Floats = npt.NDArray[np.float32]

_FAR = 2.0  # standard deviations a subject may lie from the table
_SHARED = {"scar": "myocardium", "lv_blood": "blood", "rv_blood": "blood"}  # whose draw is also whose
_RELAXIVITY, _HAEMATOCRIT = 5.0, 0.42  # r1 [l/mmol/s]
_MYOCARDIUM = {"DCM": "myocardium_dcm", "HCM": "myocardium_hcm"}
_ENTRIES = {
    Matter.LV_BLOOD: "lv_blood", Matter.ATRIAL_BLOOD: "lv_blood", Matter.AORTA: "lv_blood",
    Matter.RV_BLOOD: "rv_blood", Matter.VENOUS_BLOOD: "rv_blood", Matter.LUNG_VESSEL: "rv_blood",
    Matter.LIVER_VESSEL: "rv_blood", Matter.SCAR: "scar",
    Matter.EPICARDIAL_FAT: "epicardial_fat", Matter.SUBCUTANEOUS_FAT: "subcutaneous_fat",
    Matter.VISCERAL_FAT: "epicardial_fat",
    Matter.LUNG: "lung", Matter.MUSCLE: "skeletal_muscle", Matter.MARROW: "bone_marrow", Matter.LIVER: "liver",
    Matter.SPLEEN: "spleen", Matter.STOMACH_WALL: "stomach_wall", Matter.STOMACH_FLUID: "stomach_fluid",
    Matter.CSF: "csf",
    Matter.KIDNEY: "kidney_cortex",
}  # fmt: skip
_HEART_MUSCLE = (Matter.MYOCARDIUM, Matter.LV_MUSCLE, Matter.RV_MUSCLE, Matter.RV_WALL, Matter.VESSEL_WALL)
# pd [1] and T1, T2, T2* [s] of classes that the table lacks: little signal, so plain values do
_PLAIN = {
    Matter.PERICARDIUM: (0.30, 0.9, 0.020, 0.010),
    Matter.RIB: (0.08, 0.4, 0.004, 0.002),
    Matter.DISC: (0.70, 1.0, 0.080, 0.050),
    Matter.SKIN: (0.55, 0.9, 0.030, 0.015),
    Matter.AIR: (0.0, 1.0, 0.040, 0.040),
    Matter.GAS: (0.0, 1.0, 0.040, 0.040),
}
# extracellular share of the organ
_EXTRACELLULAR = {
    Matter.MUSCLE: 0.13, Matter.LIVER: 0.25, Matter.SPLEEN: 0.30, Matter.KIDNEY: 0.55, Matter.MARROW: 0.12,
    Matter.STOMACH_WALL: 0.25, Matter.SUBCUTANEOUS_FAT: 0.02, Matter.EPICARDIAL_FAT: 0.02, Matter.VISCERAL_FAT: 0.02,
    Matter.LUNG: 0.30, Matter.SKIN: 0.30, Matter.PERICARDIUM: 0.2,
}  # fmt: skip


@dataclass(frozen=True, eq=False, kw_only=True)
class TissueValues:
    """One value per class, indexed by `Matter`."""

    pd: Floats
    t1: Floats
    t2: Floats
    t2star: Floats
    shift: Floats


@lru_cache(maxsize=32)
def tissue_values(subject: Subject) -> TissueValues:
    """The subject's values in the contrast state of its settings; the draws are the same before and after contrast."""
    post = subject.settings.contrast == "post"
    table = load_tissues(subject.settings.field_strength)
    rows = np.zeros((5, 256), np.float32)
    rows[1:4] = 1.0
    for kind in Matter:
        name = _entry_name(kind, subject.group)
        if name is None:
            pd, t1, t2, t2star = _PLAIN[kind]
            rows[:, kind] = pd, t1, t2, t2star, 0.0
            continue
        after = f"{name.split('_dcm')[0].split('_hcm')[0]}_post_gd"
        entry = table[after] if post and after in table else table[name]
        rows[:, kind] = _drawn(entry, subject)
    if post:
        blood = 1 / rows[1, Matter.LV_BLOOD] - 1 / table["lv_blood"].t1
        concentration = max(0.0, float(blood)) / _RELAXIVITY / (1 - _HAEMATOCRIT)
        for kind, share in _EXTRACELLULAR.items():
            rows[1:4, kind] = _with_agent(rows[:, kind], concentration * share)
    return TissueValues(pd=rows[0], t1=rows[1], t2=rows[2], t2star=rows[3], shift=rows[4])


def _entry_name(kind: Matter, group: str) -> str | None:
    if kind in _HEART_MUSCLE:
        return _MYOCARDIUM.get(group, "myocardium")
    return _ENTRIES.get(kind)


def _drawn(entry: TissueEntry, subject: Subject) -> tuple[float, ...]:
    """Values within two standard deviations; one name, one draw, whatever the contrast; scar goes with its muscle."""
    name = entry.name.removesuffix("_post_gd")
    name = _SHARED.get(name, name)
    away = np.clip(subject.draw("physiology", "tissue", name).standard_normal(4), -_FAR, _FAR)
    t2 = entry.t2 + entry.t2_sd * away[2]
    t2star = min(entry.t2star + entry.t2star_sd * away[3], t2)
    return (
        max(entry.pd + entry.pd_sd * away[0], 0.0),
        max(entry.t1 + entry.t1_sd * away[1], 0.02),
        max(t2, 0.3 * entry.t2),
        max(t2star, 0.3 * entry.t2star),
        entry.off_resonance,
    )


def _with_agent(row: Floats, concentration: float) -> tuple[float, float, float]:
    native = Tissue.voxel(pd=float(row[0]), t1=float(row[1]), t2=float(row[2]), t2star=float(row[3]))
    after = with_gadolinium(native, concentration)
    return float(after.t1), float(after.t2), float(after.t2star_or_t2)

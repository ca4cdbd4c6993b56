"""The true values of a subject: from the continuous shape, and from the labels as a reader would measure them.

    continuous   integrals of the shape: ventricles.py, or implicit/beat.py
    voxels       V = sum of voxels x spacing^2 x slice step,   EF = 1 - ESV/EDV,   mass = 1.05 g/ml V_wall(ED)

The two differ by what slices do to a curved body with a moving base: some per cent, as in the clinic. Ours.
"""

from typing import Any

import numpy as np

from spinbridge.core.settings import to_plain
from spinbridge.core.structures import Heart
from spinbridge.phantoms.heart.anatomy import anatomy, majority_label
from spinbridge.phantoms.heart.generators import volumes
from spinbridge.phantoms.heart.matter import Matter
from spinbridge.phantoms.heart.motion import END_SYSTOLE
from spinbridge.phantoms.heart.subject import Subject
from spinbridge.phantoms.heart.tissues import tissue_values
from spinbridge.phantoms.heart.ventricles import DENSITY


def truth(subject: Subject) -> dict[str, Any]:
    """Volumes [ml], masses [g], ejection fractions, tissue values [s] and the drawn numbers, as plain data."""
    return {
        "subject": to_plain(subject),
        "continuous": continuous_truth(subject),
        "voxels": voxel_truth(subject),
        "tissue": _tissue(subject),
    }


def continuous_truth(subject: Subject) -> dict[str, float]:
    """From the shape itself."""
    rest, squeezed = volumes(subject, 0.0), volumes(subject, END_SYSTOLE)
    return _with_fractions(
        {
            "lv_edv": rest["left"],
            "lv_esv": squeezed["left"],
            "rv_edv": rest["right"],
            "rv_esv": squeezed["right"],
            "lv_mass": DENSITY * rest["wall"],
            "scar_mass": DENSITY * rest["scar"],
        }
    )


def voxel_truth(subject: Subject) -> dict[str, float]:
    """From the voxels' majority labels; the scar from its share of the samples."""
    protocol = subject.protocol
    voxel = protocol.spacing**2 * protocol.step / 1000
    frames = {frame: anatomy(subject, frame) for frame in ("ED", "ES")}
    values: dict[str, float] = {}
    for frame, classes in frames.items():
        label = majority_label(classes)
        values |= {
            f"{name}_{frame.lower()}v": voxel * float(np.count_nonzero(label == structure))
            for name, structure in (("lv", Heart.LV), ("rv", Heart.RV))
        }
        if frame == "ED":
            values["lv_mass"] = DENSITY * voxel * float(np.count_nonzero(label == Heart.MYO))
            values["scar_mass"] = DENSITY * voxel * float((classes == Matter.SCAR).mean(axis=1).sum())
    return _with_fractions(values)


def _with_fractions(values: dict[str, float]) -> dict[str, float]:
    fractions = {f"{side}_ef": 1 - values[f"{side}_esv"] / values[f"{side}_edv"] for side in ("lv", "rv")}
    return {**values, **fractions}


def _tissue(subject: Subject) -> dict[str, dict[str, float]]:
    values = tissue_values(subject)
    quantities = ("pd", "t1", "t2", "t2star")
    return {
        kind.name.lower(): {name: float(getattr(values, name)[kind]) for name in quantities}
        for kind in Matter
        if kind not in (Matter.AIR, Matter.GAS)
    }

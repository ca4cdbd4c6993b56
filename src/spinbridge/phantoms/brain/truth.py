"""The true values of a subject: volumes of every tissue and every part of the tumour, tissue values, all drawn numbers.

    V = sum of samples in the outline x voxel / samples
    shift = largest displacement of the midline near the ventricles

Volumes in millilitres from the samples of the anatomy, not from the label, whose voxels hold what most samples are.
Ours.
"""

from typing import Any

import numpy as np

from spinbridge.core.settings import to_plain
from spinbridge.core.structures import Glioma
from spinbridge.phantoms.brain.acquire import BrainCase
from spinbridge.phantoms.brain.lattice import Lattice
from spinbridge.phantoms.brain.matter import FLUID, GREY, WHITE, Matter
from spinbridge.phantoms.brain.protocol import series
from spinbridge.phantoms.brain.subject import Subject
from spinbridge.phantoms.brain.tissues import tissue_values
from spinbridge.phantoms.brain.warp import midline_shift

_TUMOUR = {
    "necrotic_core": (Matter.NECROSIS, Matter.CORE),
    "enhancing": (Matter.ENHANCING,),
    "oedema": (Matter.OEDEMA, Matter.INFILTRATION),
}


def truth(subject: Subject, made: BrainCase) -> dict[str, Any]:
    """Volumes [ml], tissue values before and after contrast agent [s], protocol and drawn numbers, as plain data."""
    volumes = made.voxels
    groups = {"grey": GREY, "white": WHITE, "fluid": FLUID, "ventricles": (Matter.VENTRICLE,), **_TUMOUR}
    return {
        "subject": to_plain(subject),
        "group": subject.group,
        "volumes": {name: _sum(volumes, kinds) for name, kinds in groups.items()},
        "classes": {kind.name.lower(): value for kind, value in volumes.items()},
        "label": _label(made),
        "midline_shift_mm": midline_shift(subject, Lattice(subject.settings)),
        "tissue": {"native": _tissue(subject, enhanced=False), "enhanced": _tissue(subject, enhanced=True)},
        "series": to_plain(series(subject)),
    }


def _sum(volumes: dict[Matter, float], kinds: tuple[Matter, ...]) -> float:
    return sum(volumes[kind] for kind in kinds)


def _label(made: BrainCase) -> dict[str, float]:
    """Volumes as the label's voxels have them [ml]."""
    label = made.case.label
    if label is None:
        return {}
    voxel = float(np.prod(label.spacing)) / 1000
    return {part.name.lower(): voxel * float((label.data == part).sum()) for part in Glioma.foreground()}


def _tissue(subject: Subject, *, enhanced: bool) -> dict[str, dict[str, float]]:
    values = tissue_values(subject, enhanced=enhanced)
    quantities = ("pd", "t1", "t2", "t2star")
    return {
        kind.name.lower(): {name: float(getattr(values, name)[kind]) for name in quantities}
        for kind in Matter
        if kind is not Matter.AIR
    }

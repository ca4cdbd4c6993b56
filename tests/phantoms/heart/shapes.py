"""Numbers that describe how a heart and its torso are built, for comparing generators."""

import numpy as np
from scipy.ndimage import label

from spinbridge.core.structures import Heart
from spinbridge.phantoms.heart.anatomy import anatomy, majority_label
from spinbridge.phantoms.heart.matter import Matter
from spinbridge.phantoms.heart.subject import Subject


def describe(subject: Subject) -> dict[str, float]:
    """Shape of the left cavity, place of the right one, muscle inside, and what the torso holds, at end-diastole."""
    classes = anatomy(subject, "ED")
    heart, classes = majority_label(classes), classes[:, 0]
    found = np.flatnonzero((heart == Heart.LV).sum(axis=(1, 2)) > 10)
    base, apex = found[0], found[-1]
    quarter, middle, late = (base + (apex - base) * share // 4 for share in (1, 2, 3))
    areas = (heart == Heart.LV).sum(axis=(1, 2))
    body = np.count_nonzero(classes != Matter.AIR)
    lung = np.isin(classes, (Matter.LUNG, Matter.LUNG_VESSEL)).sum()
    aorta = (classes == Matter.AORTA).any(axis=(1, 2))
    return {
        "taper of the left cavity": areas[late] / areas[quarter],
        "direction of the right ventricle": _turn(heart[middle]),
        "pieces of muscle in the left cavity": float(label(classes[middle] == Matter.LV_MUSCLE)[1]),
        "liver": np.count_nonzero(classes == Matter.LIVER) / body,
        "fat of the abdomen": np.count_nonzero(classes == Matter.VISCERAL_FAT) / body,
        "vessels of the lung": np.count_nonzero(classes == Matter.LUNG_VESSEL) / lung,
        "slices with the aorta": float(aorta.mean()),
    }


def _turn(heart: np.ndarray) -> float:
    """Mean angle of the right cavity about the middle of the left, from the left of the image [rad]."""
    y, x = (np.nonzero(heart == Heart.RV)[k] - np.nonzero(heart == Heart.LV)[k].mean() for k in (0, 1))
    return float(np.angle(np.exp(1j * (np.arctan2(y, x) - np.pi))).mean())

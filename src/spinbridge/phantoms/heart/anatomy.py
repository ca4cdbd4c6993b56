"""The whole class map of a subject at a phase: the torso, with the beating heart written over it. Ours."""

import numpy as np
import numpy.typing as npt

from spinbridge.phantoms.heart.generators import paint_heart, surroundings
from spinbridge.phantoms.heart.grid import plane
from spinbridge.phantoms.heart.matter import heart_labels
from spinbridge.phantoms.heart.motion import phase_of
from spinbridge.phantoms.heart.subject import Subject

Classes = npt.NDArray[np.uint8]


def anatomy(subject: Subject, phase: str | float) -> Classes:
    """`Matter` codes (slices, samples, y, x) at `ED`, `ES` or a phase from 0 to 1."""
    when = phase_of(phase)
    classes = surroundings(subject).copy()
    for k, j in np.ndindex(classes.shape[:2]):
        paint_heart(subject, when, plane(subject, k, j), classes[k, j])
    return classes


def majority_label(classes: Classes) -> Classes:
    """`Heart` values (z, y, x) of most of a voxel's samples (z, samples, y, x), ties to the middle one."""
    structures = heart_labels(classes)
    middle = structures[:, structures.shape[1] // 2]
    counts = np.stack([2 * (structures == value).sum(axis=1, dtype=np.uint8) + (middle == value) for value in range(4)])
    label: Classes = counts.argmax(axis=0).astype(np.uint8)
    return label

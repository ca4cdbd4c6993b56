"""A guard against swapped labels: the myocardium rings the left cavity, and nothing else rings anything so closely.

For structures a and b, with E(a) the in-plane pairs of neighbouring voxels of which one is in a and the other is not,

    contact(a, b) = share of E(a) whose other voxel is in b.

In a right label contact(LV, MYO) is the largest of all, near 1 where the wall is closed, while the right ventricle
leans on the myocardium with a third to a half of its border. Slices are pooled, so that open walls at the base or a
missing wall at the apex do not decide. Assumes short-axis slices along z. Our own measure; no source.
"""

from dataclasses import dataclass
from itertools import permutations

import numpy as np
import numpy.typing as npt

from spinbridge.core.errors import LabelError
from spinbridge.core.image import Array
from spinbridge.core.structures import Heart

MINIMUM_VOXELS = 20  #: a structure with fewer says nothing about its neighbours
MARGIN = 0.05  #: by how much another pair must be in closer contact before a label is refused


@dataclass(frozen=True)
class Ring:
    """How closely structures are enclosed by each other; empty where a label is too small to tell."""

    contact: dict[tuple[Heart, Heart], float]  #: (inner, outer) -> share of the inner one's border, 0 to 1

    @property
    def tightest(self) -> tuple[Heart, Heart] | None:
        """The pair in closest contact."""
        return max(self.contact, key=lambda pair: self.contact[pair]) if self.contact else None

    @property
    def swapped(self) -> bool:
        """Whether another pair than the left cavity in the myocardium is clearly the closest."""
        right = self.contact.get((Heart.LV, Heart.MYO))
        return right is not None and max(self.contact.values()) > right + MARGIN


def ring(label: Array) -> Ring:
    """Measure the contacts of a label `(z, y, x)` of `Heart` values; empty unless LV and MYO are both there."""
    present = [s for s in Heart.foreground() if np.count_nonzero(label == s) >= MINIMUM_VOXELS]
    if Heart.LV not in present or Heart.MYO not in present:
        return Ring({})
    borders = _borders(label)
    contact = {}
    for inner, outer in permutations(present, 2):
        around = borders[inner].sum() - borders[inner, inner]
        contact[inner, outer] = float(borders[inner, outer] / around) if around else 0.0
    return Ring(contact)


def refuse_swapped(label: Array, *, where: object = None) -> None:
    """Raise `LabelError` where the label `(z, y, x)` of `Heart` values has its structures mixed up."""
    found = ring(label)
    if found.swapped and found.tightest is not None:
        inner, outer = found.tightest
        right = found.contact[Heart.LV, Heart.MYO]
        got = (
            f"{inner.name} {found.contact[inner, outer]:.0%} enclosed by {outer.name} and "
            f"LV {right:.0%} enclosed by MYO, so the label values seem to be swapped"
        )
        remedy = "Name the right label convention (acdc: RV 1 MYO 2 LV 3; mnms: LV 1 MYO 2 RV 3)."
        raise LabelError("a left cavity (LV) ringed by myocardium (MYO)", got, remedy=remedy, where=where)


def _borders(label: Array) -> npt.NDArray[np.int64]:
    """Count in-plane pairs of neighbouring voxels by their structures, `(structure, structure)`, symmetric."""
    size = max(Heart) + 1
    counts = np.zeros(size * size, dtype=np.int64)
    codes = label.astype(np.int64)
    for one, other in ((codes[..., 1:], codes[..., :-1]), (codes[..., 1:, :], codes[..., :-1, :])):
        counts += np.bincount((one * size + other).ravel(), minlength=size * size)
    table = counts.reshape(size, size)
    return table + table.T

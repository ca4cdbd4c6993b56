"""Label files by name: which whole number means which structure, as data, and conversion both ways.

The integers of files stay in this module; everything else speaks `Heart`. Cohorts disagree (ACDC calls the right
ventricle 1 and the left 3, M&Ms the reverse), so a file's numbers mean nothing without the name of a convention.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from spinbridge.core.errors import LabelError
from spinbridge.core.image import Array
from spinbridge.core.structures import Heart


@dataclass(frozen=True)
class Convention:
    """What the numbers of label files mean; several numbers may mean one structure, the first is the one written."""

    name: str
    values: Mapping[int, Heart]  #: number in the file -> structure
    unused: tuple[int, ...] = ()  #: numbers of things that `Heart` does not have; read as background

    @property
    def structures(self) -> tuple[Heart, ...]:
        """The structures that files of this convention annotate, in the order of `Heart`."""
        return tuple(s for s in Heart.foreground() if s in self.values.values())

    def describe(self) -> str:
        """In words, such as `RV 1, MYO 2, LV 3`."""
        return ", ".join(f"{s.name} {v}" for v, s in self.values.items() if s is not Heart.BACKGROUND)


CONVENTIONS = {
    convention.name: convention
    for convention in (
        Convention("acdc", {0: Heart.BACKGROUND, 1: Heart.RV, 2: Heart.MYO, 3: Heart.LV}),
        Convention("mnms", {0: Heart.BACKGROUND, 1: Heart.LV, 2: Heart.MYO, 3: Heart.RV}),
        # the wall of both ventricles in one number is not the left myocardium
        Convention("biv-me", {0: Heart.BACKGROUND, 1: Heart.RV, 3: Heart.LV}, unused=(4,)),
        Convention("lv-only", {0: Heart.BACKGROUND, 1: Heart.LV}),
        Convention("myo-only", {0: Heart.BACKGROUND, 1: Heart.MYO}),
        Convention("mscmr", {0: Heart.BACKGROUND, 200: Heart.MYO, 500: Heart.LV, 600: Heart.RV}),
    )
}

_SYNONYMS: dict[Heart, str] = {
    Heart.BACKGROUND: "background bg",
    Heart.LV: (
        "lv lvc lvbp lvcavity lvbloodpool lvblood lvendo lvendocardium leftventricle leftventricular cavitylv "
        "leftventriclecavity leftventricularcavity leftventriclebloodpool leftventricularbloodpool leftventricleblood"
    ),
    Heart.MYO: (
        "myo myocardium lvm mlv lvmyo lvmyocardium myolv myocardiumlv leftventricularmyocardium "
        "leftventriclemyocardium lvwall leftventricularwall normalmyocardium healthymyocardium myocardiumofthelv "
        "scar oedema edema infarct infarction myocardialinfarction noreflow lge"
    ),
    Heart.RV: (
        "rv rvc rvbp rvcavity rvbloodpool rvblood rvendo rvendocardium rightventricle rightventricular cavityrv "
        "rightventriclecavity rightventricularcavity rightventriclebloodpool rightventricularbloodpool"
    ),
}
#: Names that no heart has: those of a glioma's parts, of which `oedema` alone could be a heart's.
_TUMOUR = {
    "enhancing",
    "enhancingtumor",
    "enhancingtumour",
    "necroticcore",
    "necrosis",
    "nonenhancing",
    "tumor",
    "tumour",
}
_BY_NAME = {name: structure for structure, names in _SYNONYMS.items() for name in names.split()}


def structure_of(name: str) -> Heart | None:
    """The structure that a name such as `LV cavity`, `LVBP` or `myocardium` stands for, or None."""
    return _BY_NAME.get(re.sub(r"[^a-z]", "", name.lower()))


def known_convention(name: str, *, where: object = None) -> Convention:
    """A convention by name. Raises `LabelError` for one that is not known."""
    if name not in CONVENTIONS:
        known = ", ".join(f"{c.name} ({c.describe()})" for c in CONVENTIONS.values())
        raise LabelError("a known label convention", f"'{name}'", remedy=f"Use one of: {known}.", where=where)
    return CONVENTIONS[name]


def convention_from_names(names: Mapping[str, int], *, name: str, where: object = None) -> Convention:
    """A convention from structure names and their numbers, such as the `labels` of an nnU-Net data set.

    Names that `Heart` does not have are read as background. Raises `LabelError` where no name is known.
    """
    if _TUMOUR & {re.sub(r"[^a-z]", "", label.lower()) for label in names}:
        remedy = "Brains are written by `phantom`; the other commands are for short-axis hearts."
        raise LabelError("labels of a heart", f"those of a tumour: {', '.join(names)}", remedy=remedy, where=where)
    values: dict[int, Heart] = {0: Heart.BACKGROUND}
    unused = []
    for label, number in names.items():
        structure = structure_of(label)
        if label.lower() == "ignore" or isinstance(number, list):
            got = f"'{label}': {number}"
            raise LabelError("one number for each structure", got, remedy="Export plain labels.", where=where)
        if structure is None:
            unused.append(int(number))
        else:
            values[int(number)] = structure
    if set(values.values()) == {Heart.BACKGROUND}:
        known = "LV, MYO, RV or usual names for them"
        raise LabelError(f"label names among {known}", ", ".join(names), remedy=_NAME_THEM, where=where)
    return Convention(name, dict(sorted(values.items())), tuple(sorted(unused)))


_NAME_THEM = "Rename the labels, or give a convention: acdc, mnms, or 'labels' in spinbridge.json."


def to_heart(voxels: Array, convention: Convention, *, where: object = None) -> npt.NDArray[np.uint8]:
    """Label voxels of a file, any shape, to values of `Heart`. Raises `LabelError` for a number without a meaning."""
    numbers = whole_numbers(voxels, where=where)
    known = (*convention.values, *convention.unused)
    unknown = sorted({int(n) for n in np.unique(numbers)} - set(known))
    if unknown:
        needed = f"label values of '{convention.name}' ({_listed(sorted(known))}: {convention.describe()})"
        remedy = "Name the right convention, or add these values to 'labels' in spinbridge.json."
        raise LabelError(needed, f"also {_listed(unknown)}", remedy=remedy, where=where)
    table = np.zeros(max(known) + 1, dtype=np.uint8)
    for number, structure in convention.values.items():
        table[number] = structure
    return table[numbers]


def from_heart(label: Array, convention: Convention, *, where: object = None) -> npt.NDArray[np.uint16]:
    """Values of `Heart`, any shape, to the numbers of a convention. Raises `LabelError` for a structure it has not."""
    numbers = {structure: number for number, structure in reversed(list(convention.values.items()))}
    missing = sorted({int(n) for n in np.unique(label)} - {int(s) for s in numbers})
    if missing:
        needed = f"structures of '{convention.name}' ({convention.describe()})"
        raise LabelError(needed, f"{_listed(missing)} in the coding of Heart as well", where=where)
    table = np.zeros(max(Heart) + 1, dtype=np.uint16)
    for structure, number in numbers.items():
        table[structure] = number
    return table[label]


def consecutive(structures: Iterable[Heart], *, name: str = "nnunet") -> Convention:
    """The convention 1, 2, ... of some structures in the order of `Heart`, as nnU-Net needs it."""
    chosen = sorted(set(structures) - {Heart.BACKGROUND})
    return Convention(name, {0: Heart.BACKGROUND, **dict(enumerate(chosen, start=1))})


def whole_numbers(voxels: Array, *, where: object = None) -> npt.NDArray[np.int64]:
    """Label voxels as whole numbers not below zero, whatever type the file stores. Raises `LabelError` for others."""
    numbers = np.zeros(voxels.shape, dtype=np.int64)
    finite = np.isfinite(voxels).all()
    if finite:
        numbers = np.rint(voxels).astype(np.int64)
    if not finite or (numbers != voxels).any() or (numbers < 0).any():
        got = "NaN or infinite ones" if not finite else f"values from {voxels.min():g} to {voxels.max():g}"
        remedy = "Export the label without interpolation."
        raise LabelError("whole label numbers, 0 or more", got, remedy=remedy, where=where)
    return numbers


def _listed(numbers: Iterable[int]) -> str:
    return ", ".join(map(str, numbers))

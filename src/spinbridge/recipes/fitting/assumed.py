"""What a fit takes from elsewhere: the relaxation time that its images do not tell, and what flows.

By the label: LV and RV blood, myocardium; myocardium where nothing is labelled, because a wrong T2 of a few per cent
costs T1 little there (docs/fits.md). Times in seconds.
"""

from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor

from spinbridge.core.case import Case
from spinbridge.core.errors import GeometryError
from spinbridge.core.provenance import file_digest
from spinbridge.core.structures import Heart
from spinbridge.core.units import Kind, parse_quantity
from spinbridge.data.nifti import read_image
from spinbridge.physics.tissue_table import TissueEntry, load_tissues

NAMES = ("unlabelled", "rv_blood", "myocardium", "lv_blood")  #: of the classes, by the values of `Heart`


@dataclass(frozen=True, eq=False, kw_only=True)
class Assumed:
    """Maps (z, y, x) of what usual tissue the labels mean; a time that was given replaces the usual one."""

    classes: Tensor  #: places in `NAMES`
    pd: Tensor  #: water = 1
    t1: Tensor  #: [s]
    t1_sd: Tensor  #: between subjects; NaN for a time that was given [s]
    t2: Tensor  #: [s]
    t2_sd: Tensor  #: [s]
    t2_prime: Tensor  #: 1/T2* less 1/T2 [1/s]

    @property
    def blood(self) -> Tensor:
        """Where flowing blood is, 0 or 1."""
        return ((self.classes == Heart.LV) | (self.classes == Heart.RV)).float()


def assumed_of(case: Case, field: float, contrast: str) -> Assumed:
    """The usual tissue of a case by its label, `native` or `post` contrast agent; `field` in tesla.

    Raises `SettingsError` where no table has that field.
    """
    table = load_tissues(field)
    ending = "_post_gd" if contrast == "post" else ""
    usual = [f"{name.replace('unlabelled', 'myocardium')}{ending}" for name in NAMES]
    entries = [table[name] for name in usual]
    shape = case.image.data.shape[-3:]
    label = torch.zeros(shape) if case.label is None else torch.from_numpy(case.label.data.astype("int64"))
    classes = label.long()

    def by_class(values: list[float]) -> Tensor:
        return torch.tensor(values)[classes]

    return Assumed(
        classes=classes,
        pd=by_class([entry.pd for entry in entries]),
        t1=by_class([entry.t1 for entry in entries]),
        t1_sd=by_class([entry.t1_sd for entry in entries]),
        t2=by_class([entry.t2 for entry in entries]),
        t2_sd=by_class([entry.t2_sd for entry in entries]),
        t2_prime=by_class([_t2_prime(entry) for entry in entries]),
    )


def told(text: str, folder: Path | None, case: Case, name: str) -> tuple[Tensor, Tensor] | None:
    """The map of `t1` or `t2` that the user gives, with its deviation (NaN where unknown); None where none is given.

    `text` is one time with its unit, `folder` holds maps of the same cases. Raises `UnitError` for a time without
    unit, `InputError` where the case has no map, `GeometryError` where its map lies elsewhere.
    """
    shape = case.image.data.shape[-3:]
    if text:
        value = torch.full(shape, parse_quantity(text, Kind.TIME, where=f"--{name}"))
        return value, torch.full(shape, torch.nan)
    if folder is None:
        return None
    found = []
    for kind in (name.upper(), f"{name.upper()}-sd"):
        path = folder / f"{case.name}_{kind}.nii.gz"
        image = read_image(path)
        if not image.same_place(case.image):
            needed, got = f"a map in the place of the images, {shape}", f"another one, {image.data.shape}"
            raise GeometryError(needed, got, remedy="Resample the map onto the images.", where=path)
        found.append(torch.from_numpy(image.data.astype("float32")))
    return found[0], found[1]


def known_digests(folder: Path | None, case: Case) -> dict[str, str]:
    """SHA-256 of the maps in `folder` that the case's times may come from."""
    names = [f"{case.name}_{kind}.nii.gz" for kind in ("T1", "T2")]
    return {} if folder is None else {name: file_digest(folder / name) for name in names if (folder / name).is_file()}


def _t2_prime(entry: TissueEntry) -> float:
    return max(0.0, 1 / entry.t2star - 1 / entry.t2)

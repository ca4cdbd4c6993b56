"""Tissue values at 1.5 T and 3 T: mean, spread between subjects and source of pd, T1, T2 and T2*.

    off-resonance of a chemical shift c [ppm]:  df = c 1e-6 gamma B0,  gamma = 42.577 MHz/T

pd relative to water, times in seconds, shift in ppm of the water frequency. The values stand in `tables/*.toml`, one
file a field strength, and every one carries a source that begins with `read:` (as the named work gives it), `verify:`
(usual in the literature, to be checked before it is quoted) or `derived:` (from values of this table, by the rule
given). T1 is that of saturation recovery (SASHA) where it was measured so: MOLLI's lower value must come out of the
simulated sequence, not go into it.

Reference: the sources are named value by value in the tables; gamma is the proton's, CODATA 2018.
"""

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import torch

from spinbridge.core.errors import SettingsError
from spinbridge.core.tissue import Tissue

GAMMA = 42.577478518e6  #: gyromagnetic ratio of the proton over 2 pi [Hz/T]
FIELD_STRENGTHS = (1.5, 3.0)  #: of the tables [T]


@dataclass(frozen=True, kw_only=True)
class TissueEntry:
    """One tissue at one field strength; each spread is a standard deviation between subjects."""

    name: str
    field_strength: float  #: [T]
    pd: float  #: proton density, water = 1
    pd_sd: float
    pd_source: str
    t1: float  #: [s]
    t1_sd: float  #: [s]
    t1_source: str
    t2: float  #: [s]
    t2_sd: float  #: [s]
    t2_source: str
    t2star: float  #: [s]
    t2star_sd: float  #: [s]
    t2star_source: str
    chemical_shift: float = 0.0  #: [ppm], negative for fat

    @property
    def off_resonance(self) -> float:
        """Of the chemical shift at this field [Hz]."""
        return self.chemical_shift * 1e-6 * GAMMA * self.field_strength

    def voxel(self, *, dtype: torch.dtype = torch.float64) -> Tissue:
        """One voxel with the mean values."""
        return Tissue.voxel(
            pd=self.pd, t1=self.t1, t2=self.t2, t2star=self.t2star, off_resonance=self.off_resonance, dtype=dtype
        )


@cache
def _read(field_strength: float) -> tuple[TissueEntry, ...]:
    text = (files("spinbridge.physics") / "tables" / f"{field_strength:.1f}T.toml").read_text(encoding="utf-8")
    return tuple(_entry(name, field_strength, values) for name, values in tomllib.loads(text).items())


def load_tissues(field_strength: float) -> dict[str, TissueEntry]:
    """Every tissue of the table by name. Raises `SettingsError` for a field strength [T] without a table."""
    if field_strength not in FIELD_STRENGTHS:
        known = " and ".join(f"{known:g} T" for known in FIELD_STRENGTHS)
        remedy = "Take the nearer one; relaxation times are not interpolated between fields."
        raise SettingsError(f"a field strength with a tissue table, {known}", f"{field_strength:g} T", remedy=remedy)
    return {entry.name: entry for entry in _read(float(field_strength))}


def _entry(name: str, field_strength: float, values: dict[str, Any]) -> TissueEntry:
    numbers: dict[str, Any] = {"chemical_shift": values.get("chemical_shift", 0.0)}
    for quantity, scale in (("pd", 1), ("t1", 1000), ("t2", 1000), ("t2star", 1000)):
        mean, spread, source = values[quantity]
        numbers |= {quantity: mean / scale, f"{quantity}_sd": spread / scale, f"{quantity}_source": source}
    return TissueEntry(name=name, field_strength=field_strength, **numbers)

"""How far each closed form is from the Bloch equations, over the tissue table and the clinic's protocols.

    error = max over images |closed - bloch| / max over images |bloch|,  the worst over tissues and protocols

A share, not per cent. For one image this is its relative error. A train is measured against its largest signal, voxel
by voxel: its images near the null are close to zero, and a relative error there says nothing. Times in seconds,
angles in radians.

Ours. The protocol ranges are those of docs/physics.md; the judge is `bloch.py`.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from itertools import product
from math import radians

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from spinbridge.core.protocols import SignalModel
from spinbridge.core.tissue import Tissue
from spinbridge.physics.proof import bloch
from spinbridge.physics.sequences.bssfp import BSSFP, ShortTRBSSFP
from spinbridge.physics.sequences.ir_bssfp import ContinuousMOLLI
from spinbridge.physics.sequences.molli import GatedMOLLI
from spinbridge.physics.sequences.molli_timing import Readout
from spinbridge.physics.sequences.spoiled_gre import SpoiledGRE
from spinbridge.physics.tissue_table import FIELD_STRENGTHS, TissueEntry, load_tissues

SCHEMES = ("3(3)3(3)5", "5(3)3", "3(3)5", "4(1)3(1)2", "5(1)1(1)1")
OFFSETS = (-60.0, 0.0, 90.0)  # of the field, on top of the chemical shift [Hz]


@dataclass(frozen=True)
class Comparison:
    """The largest error of one closed form."""

    model: str
    ranges: str  #: the protocols compared
    error: float  #: share of the signal
    tissue: str  #: where it was found


def compare_all(*, thorough: bool) -> list[Comparison]:
    """Every closed form; a minute if `thorough`, a few seconds with the corners of the ranges only."""
    return [
        compare_bssfp(),
        compare_short_bssfp(),
        compare_gre(),
        compare_inflow(),
        compare_continuous(),
        *(compare_gated(case, thorough=thorough) for case in GATED_CASES),
    ]


def compare_bssfp() -> Comparison:
    """Full bSSFP with off-resonance."""
    entries = tissues()
    offsets = torch.tensor([[entry.off_resonance for entry in entries]]) + torch.tensor(OFFSETS)[:, None]
    tr = _axis((2.6e-3, 3.4e-3, 4.2e-3), 2)
    model = BSSFP(flip_angle=_angles((45, 60, 80), 3), repetition_time=tr, echo_time=0.45 * tr)
    ranges = "FA 45-80 deg, TR 2.6-4.2 ms, -60 to 90 Hz beside the chemical shift"
    return _worst("bssfp", ranges, [model], entries, bloch.bssfp, off_resonance=offsets.double())


def compare_short_bssfp() -> Comparison:
    """The short-TR limit against the echo at TR/2."""
    tr = _axis((2.6e-3, 3.4e-3, 4.2e-3), 1)
    model = ShortTRBSSFP(flip_angle=_angles((45, 60, 80), 2), repetition_time=tr, echo_time=tr / 2)
    return _worst("bssfp-short", "FA 45-80 deg, TR 2.6-4.2 ms, on resonance", [model], tissues(), bloch.bssfp)


def compare_gre() -> Comparison:
    """Spoiled gradient echo at rest."""
    tr = _axis((4e-3, 5e-3, 8e-3), 1)
    model = SpoiledGRE(flip_angle=_angles((10, 15, 20, 30), 2), repetition_time=tr, echo_time=tr / 2)
    return _worst("gre", "FA 10-30 deg, TR 4-8 ms, at rest", [model], tissues(), bloch.spoiled_gre)


def compare_inflow() -> Comparison:
    """Spoiled gradient echo of flowing blood, spin by spin."""
    blood = [entry for entry in tissues() if "blood" in entry.name]
    found = []
    for entry, angle, velocity in product(blood, (10, 20), (3.0, 10.0, 33.0, 50.0, 200.0)):
        model = SpoiledGRE(flip_angle=radians(angle), inflow_velocity=velocity)
        found.append((_errors(model, entry.voxel(), bloch.inflowing_gre).item(), entry))
    error, entry = max(found, key=lambda pair: pair[0])
    return Comparison("gre, inflow", "FA 10-20 deg, TR 5 ms, 3-200 mm/s", error, _label(entry))


def compare_continuous() -> Comparison:
    """Inversion recovery under a continuous train."""
    efficiency = _axis((0.9, 1.0), 1)
    model = ContinuousMOLLI(flip_angle=_angles((20, 35, 50), 2), inversion_efficiency=efficiency)
    ranges = "FA 20-50 deg, TR 2.5 ms, inversion 90-100 %"
    return _worst("ir-bssfp", ranges, [model], tissues(), bloch.continuous_molli)


def compare_gated(case: "GatedCase", *, thorough: bool) -> Comparison:
    """Gated MOLLI over schemes, flip angles, heart rates and readouts."""
    rates, times = ((50, 75, 110), (2.6e-3, 2.8e-3)) if thorough else ((60, 110), (2.8e-3,))
    angles, shares = _angles((20, 35, 50), 2), _axis(case.fresh, 1)
    readouts = [
        Readout(repetition_time=tr, lines=lines, centre_line=centre, ramp=case.ramp)
        for (lines, centre), tr in product(case.lines, times)
    ]
    models = [
        replace(GatedMOLLI.scheme(scheme, heart_rate=rate / 60, readout=readout, flip_angle=angles), fresh=shares)
        for scheme, rate, readout in product(SCHEMES, rates, readouts)
    ]
    entries = [entry for entry in tissues() if not any(case.fresh) or "blood" in entry.name]
    ranges = f"five schemes, FA 20-50 deg, {rates[0]}-{rates[-1]} bpm, TR 2.6-2.8 ms, {case.what}"
    return _worst("molli", ranges, models, entries, bloch.gated_molli)


@dataclass(frozen=True)
class GatedCase:
    """A kind of readout and of spins."""

    what: str
    lines: tuple[tuple[int, int], ...]  #: lines and centre line
    ramp: int = 5
    fresh: tuple[float, ...] = (0.0,)


_LINES = ((60, 0), (60, 25), (66, 28))
GATED_CASES = (
    GatedCase("ramp of 5, any centre line", _LINES),
    GatedCase("ramp of 10, any centre line", _LINES, ramp=10),
    GatedCase("half a pulse, any centre line", _LINES, ramp=0),
    GatedCase("fresh blood 50-100 %, ramp of 5", _LINES, fresh=(0.5, 1.0)),
    GatedCase("fresh blood 50-100 %, half a pulse", _LINES, ramp=0, fresh=(0.5, 1.0)),
)


def tissues() -> list[TissueEntry]:
    """Everything in both tables that gives a signal."""
    return [entry for field in FIELD_STRENGTHS for entry in load_tissues(field).values() if entry.pd > 0]


def _worst(
    name: str,
    ranges: str,
    models: Iterable[SignalModel],
    entries: list[TissueEntry],
    judge: Callable[..., npt.NDArray[np.generic]],
    *,
    off_resonance: Tensor | None = None,
) -> Comparison:
    columns = torch.tensor([[entry.pd, entry.t1, entry.t2, entry.t2star] for entry in entries], dtype=torch.float64)
    pd, t1, t2, t2star = columns.unbind(1)
    tissue = Tissue(pd=pd, t1=t1, t2=t2, t2star=t2star, off_resonance=off_resonance)
    errors = np.max([_errors(model, tissue, judge).reshape(-1, len(entries)).max(0) for model in models], axis=0)
    return Comparison(name, ranges, float(errors.max()), _label(entries[int(errors.argmax())]))


def _errors(
    model: SignalModel, tissue: Tissue, judge: Callable[..., npt.NDArray[np.generic]]
) -> npt.NDArray[np.float64]:
    """The error of each voxel; protocols broadcast in front."""
    truth, closed = judge(model, tissue), model(tissue).numpy()
    return np.asarray(np.abs(closed - truth).max(0) / np.abs(truth).max(0), dtype=np.float64)


def _axis(values: Iterable[float], trailing: int) -> Tensor:
    """Values along a new axis with `trailing` axes behind it."""
    return torch.tensor(list(values), dtype=torch.float64).reshape(-1, *[1] * trailing)


def _angles(degrees: Iterable[float], trailing: int) -> Tensor:
    return torch.deg2rad(_axis(degrees, trailing))


def _label(entry: TissueEntry) -> str:
    return f"{entry.name}, {entry.field_strength:g} T"

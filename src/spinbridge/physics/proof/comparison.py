"""How far each closed form is from the Bloch equations, over the tissue table and the clinic's protocols.

    error = max over images |closed - bloch| / max over images |bloch|,  the worst over tissues and protocols

A share, not per cent. For one image this is its relative error; one that a preparation may bring to its null is
measured against the same readout without the preparation. A train is measured against its largest signal, voxel by
voxel: its images near the null are close to zero, and a relative error there says nothing. Times in seconds, angles in
radians.

Ours. The protocols are the corners of the ranges that each word gives; the judge is `bloch.py`.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from itertools import product
from math import radians
from typing import cast

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from spinbridge.core.protocols import SignalModel
from spinbridge.core.tissue import Tissue
from spinbridge.physics.proof import bloch
from spinbridge.physics.sequences.balanced_readout import Readout
from spinbridge.physics.sequences.molli import GatedMOLLI
from spinbridge.physics.sequences.program import Played
from spinbridge.physics.sequences.registry import WORDS
from spinbridge.physics.sequences.spoiled_gre import SpoiledGRE
from spinbridge.physics.sequences.word import Word
from spinbridge.physics.tissue_table import FIELD_STRENGTHS, TissueEntry, load_tissues

SCHEMES = ("3(3)3(3)5", "5(3)3", "3(3)5", "4(1)3(1)2", "5(1)1(1)1")
OFFSETS = (-60.0, 0.0, 90.0)  # of the field, on top of the chemical shift [Hz]
Judge = Callable[[SignalModel, Tissue], npt.NDArray[np.generic]]


@dataclass(frozen=True)
class Comparison:
    """The largest error of one closed form."""

    model: str
    ranges: str  #: the protocols compared
    error: float  #: share of the signal
    tissue: str  #: where it was found


def compare_all(*, thorough: bool) -> list[Comparison]:
    """Every closed form; minutes if `thorough`, a few seconds with the corners of the ranges only."""
    return [
        *(compare(word, thorough=thorough) for word in WORDS.values()),
        compare_inflow(),
        *(compare_gated(case, thorough=thorough) for case in GATED_CASES),
    ]


def compare(word: Word, *, thorough: bool) -> Comparison:
    """One word of the language at the corners of its ranges; with off-resonance where the signal is complex."""
    entries = tissues()
    models = list(word.corners(thorough=thorough))
    offsets = torch.tensor([[entry.off_resonance for entry in entries]]) + torch.tensor(OFFSETS)[:, None]
    complex_ = models[0](entries[0].voxel()).is_complex()
    ranges = ", ".join(f"{key} {low} to {high}" for key, (low, high) in word.ranges.items())
    return _worst(word.name, ranges, models, entries, played, off_resonance=offsets.double() if complex_ else None)


def played(model: SignalModel, tissue: Tissue) -> npt.NDArray[np.generic]:
    """What the judge makes of a model's program; real where the model is."""
    images = bloch.play(cast(Played, model).program(), tissue)
    return images if tissue.off_resonance is not None else images.real


def compare_inflow() -> Comparison:
    """Spoiled gradient echo of flowing blood, spin by spin."""
    blood = [entry for entry in tissues() if "blood" in entry.name]
    found = []
    for entry, angle, velocity in product(blood, (10, 20), (3.0, 10.0, 33.0, 50.0, 200.0)):
        model = SpoiledGRE(flip_angle=radians(angle), inflow_velocity=velocity)
        found.append((_errors(model, entry.voxel(), _inflowing).item(), entry))
    error, entry = max(found, key=lambda pair: pair[0])
    return Comparison("gre, inflow", "fa 10-20 deg, tr 5 ms, 3-200 mm/s", error, _label(entry))


def _inflowing(model: SignalModel, tissue: Tissue) -> npt.NDArray[np.generic]:
    return bloch.inflowing_gre(cast(SpoiledGRE, model), tissue)


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
    ranges = f"five schemes, fa 20-50 deg, {rates[0]}-{rates[-1]} bpm, tr 2.6-2.8 ms, {case.what}"
    return _worst("molli", ranges, models, entries, played)


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
    judge: Judge,
    *,
    off_resonance: Tensor | None = None,
) -> Comparison:
    columns = torch.tensor([[entry.pd, entry.t1, entry.t2, entry.t2star] for entry in entries], dtype=torch.float64)
    pd, t1, t2, t2star = columns.unbind(1)
    tissue = Tissue(pd=pd, t1=t1, t2=t2, t2star=t2star, off_resonance=off_resonance)
    errors = np.max([_errors(model, tissue, judge).reshape(-1, len(entries)).max(0) for model in models], axis=0)
    return Comparison(name, ranges, float(errors.max()), _label(entries[int(errors.argmax())]))


def _errors(model: SignalModel, tissue: Tissue, judge: Judge) -> npt.NDArray[np.float64]:
    """The error of each voxel; protocols broadcast in front."""
    truth, closed = judge(model, tissue), model(tissue).numpy()
    largest = np.maximum(np.abs(truth).max(0), _floor(model, tissue))
    return np.asarray(np.abs(closed - truth).max(0) / largest, dtype=np.float64)


def _floor(model: SignalModel, tissue: Tissue) -> npt.NDArray[np.float64] | float:
    """The signal that a prepared image is measured against: that of the same readout at equilibrium, where known."""
    unprepared = getattr(model, "unprepared", None)
    return 0.0 if unprepared is None else np.asarray(unprepared(tissue).abs().numpy(), dtype=np.float64)


def _axis(values: Iterable[float], trailing: int) -> Tensor:
    """Values along a new axis with `trailing` axes behind it."""
    return torch.tensor(list(values), dtype=torch.float64).reshape(-1, *[1] * trailing)


def _angles(degrees: Iterable[float], trailing: int) -> Tensor:
    return torch.deg2rad(_axis(degrees, trailing))


def _label(entry: TissueEntry) -> str:
    return f"{entry.name}, {entry.field_strength:g} T"

"""What ideal pulses, spoilers and fields leave out of the closed forms, measured by the two judges.

    change = (|real| - |ideal|) / largest |ideal| of the train,   the largest of the images, with its sign

    spoiling      `gre` with a wound gradient and a quadratic RF phase of 50 or 117 degrees      `epg.py`
    refocusing    `tse` with pulses of 150 or 120 degrees and crushers, in its steady state      `epg.py`
    field         balanced readouts beside the resonance, which their closed forms do not know   `bloch.py`

A share, not per cent. Tissues of the 1.5 T table at rest. Of a readout only the echo at the centre of k-space is seen;
off resonance its neighbours oscillate about another mean.

Ours. What others found for spoiling and refocusing stands in the references of `epg.py`.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from math import radians
from typing import cast

import numpy as np
import torch

from spinbridge.core.tissue import Tissue
from spinbridge.physics.proof import bloch, epg
from spinbridge.physics.proof.bloch import Array
from spinbridge.physics.sequences.language import parse_sequence
from spinbridge.physics.sequences.program import Played, Program, Wait
from spinbridge.physics.sequences.refocused_train import RefocusedTrain
from spinbridge.physics.sequences.spoiled_gre import SpoiledGRE
from spinbridge.physics.sequences.tse import TSE
from spinbridge.physics.tissue_table import load_tissues

TISSUES = ("myocardium", "lv_blood", "epicardial_fat", "skeletal_muscle")
SPOILED = (
    "gre(fa=12deg,tr=5ms)",
    "gre(fa=15deg,tr=5ms)",
    "gre(fa=20deg,tr=5ms)",
    "gre(fa=25deg,tr=8ms)",
    "gre(fa=30deg,tr=8ms)",
)
REFOCUSED = ("tse(tr=2000ms,te=60ms,esp=6ms,etl=20)", "tse(tr=4000ms,te=100ms,esp=10ms,etl=16)")
BALANCED = ("molli(scheme=5(3)3)", "sasha", "msasha", "t2prep", "perfusion-bssfp")
INCREMENTS, ANGLES, OFFSETS = (50.0, 117.0), (150.0, 120.0), (30.0, 60.0)  # [deg], [deg], [Hz]
_PERIODS = 6  # of a train until it repeats itself


@dataclass(frozen=True)
class Change:
    """What one departure from the ideal changes in one sequence."""

    sequence: str
    departure: str
    by_tissue: dict[str, float]  #: share of the largest ideal signal


def spoiling(sequences: Iterable[str] = SPOILED, *, increments: Iterable[float] = INCREMENTS) -> Iterator[Change]:
    """Gradient echoes as scanners spoil them; `increments` of the phase in degrees."""
    tissue = _tissue()
    for text in sequences:
        model = cast(SpoiledGRE, parse_sequence(text))
        for step in increments:
            real = epg.rf_spoiled(model, tissue, increment=radians(step))
            yield _change(text, f"RF spoiling, {step:g}°", real, model(tissue).numpy())


def refocusing(sequences: Iterable[str] = REFOCUSED, *, angles: Iterable[float] = ANGLES) -> Iterator[Change]:
    """Turbo spin echoes whose refocusing pulses are all of one of the `angles` [deg]."""
    tissue = _tissue()
    for text in sequences:
        model = cast(TSE, parse_sequence(text))
        train = RefocusedTrain(
            echo_time=model.echo_time, echo_spacing=model.echo_spacing, echo_train_length=model.echo_train_length
        )
        rest = Wait(model.repetition_time - train.length)
        for angle in angles:
            program = Program((*train.events(refocusing=radians(angle)), rest), periodic=True)
            real = epg.play(program, tissue, orders=2 * model.echo_train_length, periods=_PERIODS)
            yield _change(text, f"refocusing, {angle:g}°", real, model(tissue).numpy())


def off_resonance(sequences: Iterable[str] = BALANCED, *, offsets: Iterable[float] = OFFSETS) -> Iterator[Change]:
    """Balanced readouts in a field that is `offsets` [Hz] beside that of the receiver."""
    for text in sequences:
        model = parse_sequence(text)
        ideal = model(_tissue()).numpy()
        for offset in offsets:
            real = bloch.play(cast(Played, model).program(), _tissue(off_resonance=offset))
            yield _change(text, f"field, {offset:g} Hz", real, ideal)


def _tissue(*, off_resonance: float | None = None) -> Tissue:
    """One voxel of each tissue."""
    table = load_tissues(1.5)
    columns = [[getattr(table[name], value) for name in TISSUES] for value in ("pd", "t1", "t2", "t2star")]
    pd, t1, t2, t2star = torch.tensor(columns, dtype=torch.float64)
    offset = None if off_resonance is None else torch.full_like(t1, off_resonance)
    return Tissue(pd=pd, t1=t1, t2=t2, t2star=t2star, off_resonance=offset)


def _change(sequence: str, departure: str, real: Array, ideal: Array) -> Change:
    gap = (np.abs(real) - np.abs(ideal)) / np.abs(ideal).max(0)
    largest = np.take_along_axis(gap, np.abs(gap).argmax(0)[np.newaxis], axis=0)[0]
    return Change(sequence, departure, dict(zip(TISSUES, largest.tolist(), strict=True)))

"""SASHA: saturation recovery, each image after its own saturation, read out by single-shot bSSFP.

    unprepared   mz = 1
    others       mz = 1 - exp(-(TS - tc)/T1)
    signal       echo.gain mz + echo.offset                           (`balanced_readout.py`)

Times in seconds, flip angle in radians, signal in units of pd. TS runs from the saturation to the centre of k-space,
tc of it under the readout. A saturation erases what came before, so the heart rate does not matter; the first image is
taken at equilibrium. Complete saturation, on resonance, no magnetisation transfer; the solution of the Bloch equations
under a ramp, constant or variable flip angle (`shape=sine`).

Reference: K. Chow et al., Magn Reson Med 2014;71:2082, doi:10.1002/mrm.24878.
"""

from dataclasses import dataclass, field
from math import pi, radians

import torch
from torch import Tensor

from spinbridge.core.random import uniform
from spinbridge.core.tissue import Tissue
from spinbridge.physics.parameter import Parameter, require_between
from spinbridge.physics.sequences.balanced_readout import READOUT_KEYS, Readout, centred, effect_of
from spinbridge.physics.sequences.bssfp import pass_band
from spinbridge.physics.sequences.image_names import train_names
from spinbridge.physics.sequences.program import Event, Program, Saturate, Wait
from spinbridge.physics.sequences.word import Along, Word, angle, time

_SEVENTY_DEGREES = radians(70)
_TIMES = (0.11, 0.185, 0.26, 0.335, 0.41, 0.485, 0.56, 0.635, 0.71)  # nine, as far as a heartbeat at 60 bpm goes


@dataclass(frozen=True, eq=False, kw_only=True)
class SASHA:
    """An image without preparation, then one for each saturation time; a `SignalModel`."""

    saturation_times: tuple[float, ...] = _TIMES  #: from the saturation to the centre of k-space [s]
    flip_angle: Parameter = _SEVENTY_DEGREES  #: [rad]
    readout: Readout = field(default_factory=Readout)

    def __post_init__(self) -> None:
        """Refuse what no scanner plays. Raises `SequenceError`."""
        require_between("a flip angle", self.flip_angle, 1e-6, pi - 1e-6, unit="deg")
        for ts in self.saturation_times:
            remedy = "The readout up to the centre of k-space must fit in."
            require_between("a saturation time", ts, self.readout.to_centre, 10.0, unit="ms", remedy=remedy)

    @property
    def images(self) -> tuple[str, ...]:
        """`unprepared`, then `ts110ms` and so on."""
        return ("unprepared", *train_names("ts", self.saturation_times))

    def __call__(self, tissue: Tissue) -> Tensor:
        """Real signal, shape `(len(images), *tissue.shape)`."""
        read = effect_of(self.readout, self.flip_angle, tissue)
        recovered = [-torch.expm1((self.readout.to_centre - ts) / tissue.t1) for ts in self.saturation_times]
        return torch.stack([read.echo(mz) for mz in (torch.ones_like(tissue.t1), *recovered)])

    def off_resonance_phase(self, off_resonance: Tensor) -> Tensor:
        """Sign of the pass band at an `off_resonance` [Hz]: the phase that this real signal lacks."""
        return pass_band(off_resonance, self.readout.repetition_time)

    def program(self) -> Program:
        """The first readout, then saturation, wait and readout for each image."""
        events: list[Event] = self.readout.events(self.flip_angle)
        for ts in self.saturation_times:
            events += [Saturate(), Wait(ts - self.readout.to_centre), *self.readout.events(self.flip_angle)]
        return Program(tuple(events))


def _draw(draw: torch.Generator) -> SASHA:
    """One saturation time of any length; its image is the last."""
    times = (0.09 + 0.66 * uniform(0.0, 1.0, draw) ** 1.5,)
    return SASHA(saturation_times=times, flip_angle=radians(uniform(40, 90, draw)), readout=Readout(ramp=0))


WORD = Word(
    name="sasha",
    model=SASHA,
    keys={"ts": time("saturation_times", several=True), "fa": angle(), **READOUT_KEYS},
    example="sasha(ts=110ms/300ms/500ms/700ms,fa=70deg)",
    ranges={
        "fa": ("40deg", "90deg"),
        "tr": ("2.6ms", "3.0ms"),
        "ramp": ("1", "9"),
        "ts": ("120ms/400ms", "150ms/900ms"),
    },
    along=Along("ts", "110ms", "1000ms"),
    complete=centred,
    draws=_draw,
    variety=2.0,
)

"""T2-prepared bSSFP: T2 preparations of different length, beats of recovery in between, single-shot readouts.

    preparation  mz <- mz exp(-TE/T2)
    signal       echo.gain mz + echo.offset                           (`balanced_readout.py`)
    readout      mz <- end.gain mz + end.offset
    recovery     mz <- 1 + (mz - 1) exp(-[(n + 1) RR - D - TE]/T1)

Times in seconds, flip angle in radians, signal in units of pd. After a readout of length D, n heartbeats pass without
one; each preparation ends where its readout starts. The first image begins at equilibrium. The recovery is incomplete,
so a mono-exponential fit of T2 is biased, more so at high heart rates (`fits/`). On resonance, spins at rest.

Reference: S. Giri et al., J Cardiovasc Magn Reson 2009;11:56, doi:10.1186/1532-429X-11-56 (T2 maps by bSSFP).
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
from spinbridge.physics.sequences.molli_timing import HEART_RATES
from spinbridge.physics.sequences.program import Event, Program, Wait
from spinbridge.physics.sequences.t2_preparation import prepared, t2_preparation
from spinbridge.physics.sequences.word import Along, Word, angle, count, rate, time

_SEVENTY_DEGREES = radians(70)


@dataclass(frozen=True, eq=False, kw_only=True)
class T2PreparedBSSFP:
    """One image for each preparation; a `SignalModel`."""

    preparation_times: tuple[float, ...] = (0.0, 0.025, 0.055)  #: length TE of each T2 preparation [s]
    recovery_beats: int = 3  #: without a readout, between two images
    heart_rate: float = 1.0  #: [Hz]
    flip_angle: Parameter = _SEVENTY_DEGREES  #: [rad]
    readout: Readout = field(default_factory=Readout)

    def __post_init__(self) -> None:
        """Refuse what no scanner plays. Raises `SequenceError`."""
        require_between("a flip angle", self.flip_angle, 1e-6, pi - 1e-6, unit="deg")
        require_between("a heart rate", self.heart_rate, *HEART_RATES, unit="bpm")
        require_between("a number of beats", self.recovery_beats, 0, 20, unit="")
        longest = self._recovery(0.0)
        for te in self.preparation_times:
            require_between("a T2 preparation", te, 0.0, min(longest, 1.0), unit="ms")

    @property
    def images(self) -> tuple[str, ...]:
        """`te0ms` and so on."""
        return train_names("te", self.preparation_times)

    def __call__(self, tissue: Tissue) -> Tensor:
        """Real signal, shape `(len(images), *tissue.shape)`."""
        read = effect_of(self.readout, self.flip_angle, tissue)
        mz, signals = torch.ones_like(tissue.t1), []
        for number, te in enumerate(self.preparation_times):
            if number:
                mz = read.end(mz)
                mz = 1 + (mz - 1) * torch.exp(-self._recovery(te) / tissue.t1)
            mz = prepared(mz, te, tissue.t2)
            signals.append(read.echo(mz))
        return torch.stack(signals)

    def off_resonance_phase(self, off_resonance: Tensor) -> Tensor:
        """Sign of the pass band at an `off_resonance` [Hz]: the phase that this real signal lacks."""
        return pass_band(off_resonance, self.readout.repetition_time)

    def program(self) -> Program:
        """Preparation, readout, recovery, image after image."""
        events: list[Event] = []
        for number, te in enumerate(self.preparation_times):
            events += [Wait(self._recovery(te))] if number else []
            events += [*t2_preparation(te), *self.readout.events(self.flip_angle)]
        return Program(tuple(events))

    def _recovery(self, echo_time: float) -> float:
        """From the end of a readout to the preparation of the next [s]."""
        return (self.recovery_beats + 1) / self.heart_rate - self.readout.length - echo_time


def _draw(draw: torch.Generator) -> T2PreparedBSSFP:
    """One preparation of any usual length."""
    times = (uniform(0.0, 0.08, draw),)
    return T2PreparedBSSFP(preparation_times=times, flip_angle=radians(uniform(40, 90, draw)), readout=Readout(ramp=0))


WORD = Word(
    name="t2prep",
    model=T2PreparedBSSFP,
    keys={
        "te": time("preparation_times", several=True),
        "beats": count("recovery_beats"),
        "hr": rate(),
        "fa": angle(),
        **READOUT_KEYS,
    },
    example="t2prep(te=0ms/25ms/55ms,hr=60bpm,fa=70deg)",
    ranges={"fa": ("40deg", "90deg"), "hr": ("50bpm", "110bpm"), "tr": ("2.6ms", "3.0ms"), "beats": ("1", "3")},
    along=Along("te", "0ms", "100ms"),
    complete=centred,
    draws=_draw,
)

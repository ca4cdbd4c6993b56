"""mSASHA: saturation recovery with and without T2 preparation, for T1 and T2 at once, read out by single-shot bSSFP.

    unprepared                mz = 1
    saturation recovery       mz = 1 - exp(-TS/T1)
    and T2 preparation        mz = [1 - exp(-TS/T1)] exp(-TE/T2)
    signal                    echo.gain mz + echo.offset              (`balanced_readout.py`)

Times in seconds, flip angle in radians, signal in units of pd. TS runs from the saturation to the readout, or to the T2
preparation of length TE right before it. The delay tc from the start of the readout to the centre of k-space is part of
echo.gain and echo.offset. A fit must not drop it: with S = A {1 - [1 - (1 - exp(-TS/T1)) exp(-TE/T2)] exp(-tc/T1)} and
tc left out, T2 comes out 18-62 % too long (`fits/`). Complete saturation and perfect T2 preparation, on resonance.

Reference: K. Chow et al., Magn Reson Med 2022;87:2775; the signal follows the equation of the
authors' published reconstruction. Times between images are ours.
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
from spinbridge.physics.sequences.t2_preparation import prepared, t2_preparation
from spinbridge.physics.sequences.word import Along, Word, angle, time

_SEVENTY_DEGREES = radians(70)


@dataclass(frozen=True, eq=False, kw_only=True)
class MSASHA:
    """Nine images: one unprepared, six after saturation, two after saturation and T2 preparation; a `SignalModel`."""

    saturation_times: tuple[float, ...] = (0.03, 0.15, 0.27, 0.39, 0.51, 0.62)  #: saturation to readout [s]
    preparation_saturation_time: float = 0.565  #: saturation to T2 preparation [s]
    preparation_times: tuple[float, ...] = (0.035, 0.055)  #: length TE of each T2 preparation [s]
    flip_angle: Parameter = _SEVENTY_DEGREES  #: [rad]
    readout: Readout = field(default_factory=Readout.variable)

    def __post_init__(self) -> None:
        """Refuse what no scanner plays. Raises `SequenceError`."""
        require_between("a flip angle", self.flip_angle, 1e-6, pi - 1e-6, unit="deg")
        for ts in (*self.saturation_times, self.preparation_saturation_time):
            require_between("a saturation time", ts, 0.0, 10.0, unit="ms")
        for te in self.preparation_times:
            require_between("a T2 preparation", te, 0.0, 1.0, unit="ms")

    @property
    def images(self) -> tuple[str, ...]:
        """`unprepared`, `ts30ms` and so on, then `te35ms` and so on."""
        return (
            "unprepared",
            *train_names("ts", self.saturation_times),
            *train_names("te", self.preparation_times),
        )

    def __call__(self, tissue: Tissue) -> Tensor:
        """Real signal, shape `(len(images), *tissue.shape)`."""
        read = effect_of(self.readout, self.flip_angle, tissue)
        recovered = [-torch.expm1(-ts / tissue.t1) for ts in self.saturation_times]
        before = -torch.expm1(-self.preparation_saturation_time / tissue.t1)
        after = [prepared(before, te, tissue.t2) for te in self.preparation_times]
        return torch.stack([read.echo(mz) for mz in (torch.ones_like(before), *recovered, *after)])

    def off_resonance_phase(self, off_resonance: Tensor) -> Tensor:
        """Sign of the pass band at an `off_resonance` [Hz]: the phase that this real signal lacks."""
        return pass_band(off_resonance, self.readout.repetition_time)

    def program(self) -> Program:
        """Readout after readout, each with its preparation."""
        read = self.readout.events(self.flip_angle)
        events: list[Event] = [*read]
        for ts in self.saturation_times:
            events += [Saturate(), Wait(ts), *read]
        for te in self.preparation_times:
            events += [Saturate(), Wait(self.preparation_saturation_time), *t2_preparation(te), *read]
        return Program(tuple(events))


def _draw(draw: torch.Generator) -> MSASHA:
    """One image that matters, the last: saturation recovery and a T2 preparation of any usual length."""
    return MSASHA(
        saturation_times=(uniform(0.02, 0.7, draw),),
        preparation_saturation_time=uniform(0.1, 0.7, draw),
        preparation_times=(uniform(0.0, 0.08, draw),),
        flip_angle=radians(uniform(40, 90, draw)),
        readout=Readout(ramp=0),
    )


WORD = Word(
    name="msasha",
    model=MSASHA,
    keys={
        "ts": time("saturation_times", several=True),
        "tsp": time("preparation_saturation_time"),
        "te": time("preparation_times", several=True),
        "fa": angle(),
        **READOUT_KEYS,
    },
    example="msasha(ts=30ms/300ms/600ms,tsp=560ms,te=35ms/55ms,fa=70deg)",
    ranges={"fa": ("40deg", "90deg"), "tr": ("2.6ms", "3.0ms"), "tsp": ("300ms", "700ms"), "ts": ("20ms", "700ms")},
    along=Along("tsp", "50ms", "1000ms"),
    complete=centred,
    draws=_draw,
    variety=2.0,
)

"""MOLLI as it is acquired: inversions, single-shot bSSFP readouts gated to the heart, recovery in between.

The longitudinal magnetisation mz (in units of pd) is followed from event to event; every event is an affine map:

    inversion    mz <- -delta mz
    wait t       mz <- 1 + (mz - 1) exp(-t/T1)
    signal       echo.gain mz + echo.offset
    readout      mz <- end.gain mz + end.offset                       (both maps: `balanced_readout.py`)
    fresh spins  mz <- (1 - f) mz + f free,  free: the same without readouts

Times in seconds, flip angle in radians, signal signed and in units of pd. The wait before a readout is TI - tc, after
it RR - D, with tc from the start of the readout to the centre of k-space and D its length; a pause adds its beats.
`fresh` is the share f of a voxel's spins replaced between two readouts by spins that felt the inversions, which are not
selective, and no readout: flowing blood. On resonance, no transverse magnetisation left from one readout to the next,
no magnetisation transfer. After a ramp this is the solution of the Bloch equations, whatever the centre line; after
half a pulse it is within 0.2 % of them (docs/physics.md).

References: D. Messroghli et al., Magn Reson Med 2004;52:141, doi:10.1002/mrm.20110 (MOLLI); P. Kellman, M. Hansen,
J Cardiovasc Magn Reson 2014;16:2, doi:10.1186/1532-429X-16-2 (inversion efficiency, timing). The recursion over gated
readouts is derived here; `bloch.py` judges it.
"""

from dataclasses import dataclass, field
from functools import cached_property
from math import pi, radians
from typing import Self

import numpy as np
import torch
from torch import Tensor

from spinbridge.core.tissue import Tissue
from spinbridge.physics.parameter import Parameter, is_zero, like, require_between
from spinbridge.physics.sequences.balanced_readout import Readout, effect_of
from spinbridge.physics.sequences.bssfp import pass_band
from spinbridge.physics.sequences.image_names import inversion_names
from spinbridge.physics.sequences.molli_program import molli_events
from spinbridge.physics.sequences.molli_scheme import Intervals, parse_scheme
from spinbridge.physics.sequences.molli_timing import HEART_RATES, Timing, first_inversion_times
from spinbridge.physics.sequences.program import Program

_THIRTY_FIVE_DEGREES = radians(35)


@dataclass(frozen=True, eq=False, kw_only=True)
class GatedMOLLI:
    """All images of one MOLLI train in the order of acquisition; a `SignalModel`."""

    trains: tuple[int, ...] = (5, 3)  #: images after each inversion
    pauses: tuple[int, ...] = (3,)  #: beats of rest between trains
    rr_intervals: Intervals = 1.0  #: one for all beats, or measured ones, beat after beat [s]
    inversion_times: tuple[float, ...] = (0.12, 0.20)  #: of the first image after each inversion [s]
    flip_angle: Parameter = _THIRTY_FIVE_DEGREES  #: [rad]
    readout: Readout = field(default_factory=Readout)
    inversion_efficiency: Parameter = 0.96  #: share of the magnetisation that an inversion turns over
    fresh: Parameter = 0.0  #: share of spins replaced between two readouts

    @classmethod
    def scheme(
        cls,
        text: str = "5(3)3",
        *,
        heart_rate: float = 1.0,
        rr_intervals: Intervals | None = None,
        flip_angle: Parameter = _THIRTY_FIVE_DEGREES,
        inversion_times: tuple[float, ...] | None = None,
        readout: Readout | None = None,
        inversion_efficiency: Parameter = 0.96,
    ) -> Self:
        """From a scheme's text at a `heart_rate` [Hz] or, given instead, RR intervals [s].

        Inversion times default to 120 ms and 80 ms more for each further inversion. Raises `SequenceError` for what
        cannot be played; `fresh` is set with `dataclasses.replace`.
        """
        require_between("a heart rate", heart_rate, *HEART_RATES, unit="bpm")
        intervals = 1 / heart_rate if rr_intervals is None else rr_intervals
        trains, pauses = parse_scheme(text, intervals)
        return cls(
            trains=trains,
            pauses=pauses,
            rr_intervals=intervals,
            inversion_times=first_inversion_times(len(trains)) if inversion_times is None else inversion_times,
            flip_angle=flip_angle,
            readout=Readout() if readout is None else readout,
            inversion_efficiency=inversion_efficiency,
        )

    def __post_init__(self) -> None:
        """Refuse what no scanner plays. Raises `SequenceError`."""
        require_between("a flip angle", self.flip_angle, 1e-6, pi - 1e-6, unit="deg")
        require_between("an inversion efficiency", self.inversion_efficiency, 0.0, 1.0, unit="")
        require_between("a fresh share", self.fresh, 0.0, 1.0, unit="")
        self._plan()

    @cached_property
    def timing(self) -> Timing:
        """When everything happens."""
        return self._plan()

    @property
    def images(self) -> tuple[str, ...]:
        """`ti120ms` and so on, in the order of acquisition."""
        return inversion_names(self.timing.image_times)

    def __call__(self, tissue: Tissue) -> Tensor:
        """Signed signal, shape `(len(images), *tissue.shape)`."""
        read, wait = effect_of(self.readout, self.flip_angle, tissue), _Recovery(tissue.t1)
        delta, fresh = like(self.inversion_efficiency, tissue.t1), like(self.fresh, tissue.t1)
        flowing = not is_zero(self.fresh)
        mz = free = tissue.t1.new_ones(())
        signals: list[Tensor] = []
        for train in self.timing.trains:
            mz, free = -delta * wait(mz, train.rest), -delta * wait(free, train.rest)
            for time in train.waits:
                mz = wait(mz, time)
                signals.append(read.echo(mz))
                if len(signals) == sum(self.trains):
                    break
                mz = read.end(mz)
                if flowing:
                    free = wait(wait(free, time), self.readout.length)
                    mz = torch.lerp(mz, free, fresh)
        shape = np.broadcast_shapes(tissue.shape, *(x.shape for x in (signals[-1], fresh)))
        return torch.stack([signal.expand(shape) for signal in signals])

    def off_resonance_phase(self, off_resonance: Tensor) -> Tensor:
        """Sign of the pass band at an `off_resonance` [Hz]: the phase that this real signal lacks."""
        return pass_band(off_resonance, self.readout.repetition_time)

    def program(self) -> Program:
        """Every pulse of every readout."""
        return molli_events(
            self.trains,
            self.pauses,
            self.rr_intervals,
            self.inversion_times,
            readout=self.readout,
            flip_angle=self.flip_angle,
            inversion_efficiency=self.inversion_efficiency,
            fresh=self.fresh,
        )

    def _plan(self) -> Timing:
        return Timing.plan(self.trains, self.pauses, self.rr_intervals, self.inversion_times, self.readout)


class _Recovery:
    """Free recovery, mz <- 1 + (mz - 1) exp(-t/T1); equal waits share their exponential."""

    def __init__(self, t1: Tensor) -> None:
        self._rate, self._one = -1 / t1, t1.new_ones(())
        self._decays: dict[float, Tensor] = {}

    def __call__(self, mz: Tensor, time: float) -> Tensor:
        time = round(time, 9)
        if time == 0:
            return mz
        if time not in self._decays:
            self._decays[time] = torch.exp(self._rate * time)
        return _pull(mz, self._one, self._decays[time])


def _pull(m: Tensor, target: Tensor, decay: Tensor) -> Tensor:
    """`target + (m - target) decay`, without temporaries."""
    return torch.lerp(target, m, decay)

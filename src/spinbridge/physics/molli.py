"""MOLLI as it is acquired: inversions, single-shot bSSFP readouts gated to the heart, recovery in between.

The longitudinal magnetisation mz (in units of pd) is followed from event to event; every event pulls it to a target:

    inversion    mz <- -delta mz
    wait t       mz <- 1    + (mz - 1)    exp(-t / T1)
    ramp P       mz <- m_r  + (mz - m_r)  exp(-P R),          R = mean(cos^2 a_j/2)/T1 + mean(sin^2 a_j/2)/T2
                                                              m_r = mean(cos a_j/2)/(T1 R),  a_j = a j/(n + 1)
    to k-centre  m  <- m_ss + (mz - m_ss) exp(-(tc - P)/T1*), 1/T1* = cos^2(a/2)/T1 + sin^2(a/2)/T2
                                                              m_ss = cos(a/2) T1*/T1
    signal       pd m sin(a/2)
    train end    mz <- [m_ss + (m - m_ss) exp(-(D - tc)/T1*)] cos(a/2)

Times in seconds, flip angle in radians, signal signed and in units of pd. The wait before a readout is TI - tc, after
it RR - D, with tc from the start of the readout to the centre of k-space and D its length; a pause adds its beats. A
ramp of n = 0 is half a pulse, TR/2 before the first line: one a_j = a. `fresh` is the share of a voxel's spins
replaced between two readouts by spins that felt the inversions, which are not selective, and no readout: flowing
blood. On resonance, no transverse magnetisation left from one readout to the next, no magnetisation transfer. A ramp
leaves a ripple that changes sign from line to line, and this recursion has none: with an even `centre_line` it is
within 0.6 % of Bloch, with an odd one within 2 %, after half a pulse within 0.25 % (docs/physics.md).

References: D. Messroghli et al., Magn Reson Med 2004;52:141, doi:10.1002/mrm.20110 (MOLLI); P. Schmitt et al., Magn
Reson Med 2004;51:661, doi:10.1002/mrm.20058 (decay under bSSFP); P. Kellman, M. Hansen, J Cardiovasc Magn Reson
2014;16:2, doi:10.1186/1532-429X-16-2 (inversion efficiency, timing). The recursion over gated readouts is derived
here; `bloch.py` judges it.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from math import pi, radians
from typing import Self

import numpy as np
import torch
from torch import Tensor

from spinbridge.core.tissue import Tissue
from spinbridge.physics.image_names import inversion_names
from spinbridge.physics.molli_scheme import Intervals, parse_scheme
from spinbridge.physics.molli_timing import HEART_RATES, Readout, Timing, first_inversion_times
from spinbridge.physics.parameter import Parameter, is_zero, like, require_between

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
        read, wait = _Readout.of(self, tissue), _Recovery(tissue.t1)
        delta, fresh = like(self.inversion_efficiency, tissue.t1), like(self.fresh, tissue.t1)
        flowing = not is_zero(self.fresh)
        shape = np.broadcast_shapes(tissue.shape, read.cos_half.shape, delta.shape, fresh.shape)
        mz = free = tissue.t1.new_ones(()).expand(shape)
        signals = []
        for train in self.timing.trains:
            mz, free = -delta * wait(mz, train.rest), -delta * wait(free, train.rest)
            for time in train.waits:
                m = read.to_centre(wait(mz, time))
                signals.append(read.amplitude * m)
                mz = read.to_end(m)
                if flowing:
                    free = wait(wait(free, time), self.readout.length)
                    mz = torch.lerp(mz, free, fresh)
        return torch.stack(signals)

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


@dataclass(frozen=True, eq=False)
class _Readout:
    """What a readout does to mz, voxel by voxel: targets, decays, and the flip back."""

    m_r: Tensor
    e_r: Tensor
    m_ss: Tensor
    e_centre: Tensor
    e_end: Tensor
    cos_half: Tensor
    amplitude: Tensor  #: pd sin(a/2)

    @classmethod
    def of(cls, sequence: GatedMOLLI, tissue: Tissue) -> Self:
        """The readout of a sequence on a tissue."""
        readout, r1, r2 = sequence.readout, 1 / tissue.t1, 1 / tissue.t2
        a = like(sequence.flip_angle, tissue.t1)
        n = readout.ramp
        ramp = [a * (j / (n + 1)) for j in range(1, n + 1)] or [a]
        rate_r = _mean(torch.cos(x / 2) ** 2 for x in ramp) * r1 + _mean(torch.sin(x / 2) ** 2 for x in ramp) * r2
        rate_ss = torch.cos(a / 2) ** 2 * r1 + torch.sin(a / 2) ** 2 * r2
        return cls(
            m_r=_mean(torch.cos(x / 2) for x in ramp) * r1 / rate_r,
            e_r=torch.exp(-readout.preparation * rate_r),
            m_ss=torch.cos(a / 2) * r1 / rate_ss,
            e_centre=torch.exp(-(readout.to_centre - readout.preparation) * rate_ss),
            e_end=torch.exp(-(readout.length - readout.to_centre) * rate_ss),
            cos_half=torch.cos(a / 2),
            amplitude=tissue.pd * torch.sin(a / 2),
        )

    def to_centre(self, mz: Tensor) -> Tensor:
        """From the start of the readout to the magnetisation at the centre of k-space."""
        return _pull(_pull(mz, self.m_r, self.e_r), self.m_ss, self.e_centre)

    def to_end(self, m: Tensor) -> Tensor:
        """From the centre of k-space to the longitudinal magnetisation left after the readout."""
        return _pull(m, self.m_ss, self.e_end) * self.cos_half


def _pull(m: Tensor, target: Tensor, decay: Tensor) -> Tensor:
    """`target + (m - target) decay`, without temporaries."""
    return torch.lerp(target, m, decay)


def _mean(terms: Iterable[Tensor]) -> Tensor:
    return torch.stack(tuple(terms)).mean(0)

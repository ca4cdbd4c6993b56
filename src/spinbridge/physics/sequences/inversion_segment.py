"""The steady state of a segmented gradient echo after an inversion, for ever repeated: LGE and MPRAGE.

    E = exp(-TR/T1),  q = E cos a,  m_s = (1 - E)/(1 - q)
    A = exp(-(TI - nc TR)/T1),      R = exp(-(P - (TI - nc TR) - N TR)/T1)
    m = [1 - R + R(m_s (1 - q^N) + q^N (1 - A))] / [1 + R q^N delta A]          before the inversion
    x = 1 - A - delta A m                                                      before the first pulse
    S = pd sin a [m_s + (x - m_s) q^nc] exp(-TE/T2*)                           at the centre of k-space

Times in seconds, angles in radians, signal signed and in units of pd. N pulses every TR, the centre of k-space after nc
of them and TI after the inversion, the whole repeated every P. Ideal spoiling, spins at rest. This is the solution of
the Bloch equations; the short form pd (1 - 2 exp(-TI/T1) + exp(-P/T1)) leaves the pulses out and misplaces the null by
some 50 ms.

Source: the recursion of an inversion-prepared FLASH train, R. Deichmann, A. Haase, J Magn Reson 1992;96:608,
doi:10.1016/0022-2364(92)90347-A, closed over one period here.
"""

from dataclasses import dataclass
from math import pi

import torch
from torch import Tensor

from spinbridge.core.tissue import Tissue
from spinbridge.physics.parameter import Parameter, like, require_between, require_echo_inside
from spinbridge.physics.sequences.program import Echo, Event, Invert, Program, Pulse, Spoil, Wait


@dataclass(frozen=True, eq=False, kw_only=True)
class InversionSegment:
    """One inversion and its segment of pulses, for ever."""

    flip_angle: Parameter  #: [rad]
    repetition_time: Parameter  #: between pulses, TR [s]
    echo_time: Parameter  #: [s]
    inversion_time: Parameter  #: from the inversion to the centre of k-space [s]
    period: Parameter  #: from inversion to inversion [s]
    lines: int  #: pulses of a segment, N
    centre_line: int  #: of them before the centre of k-space, nc
    inversion_efficiency: Parameter  #: delta

    def __post_init__(self) -> None:
        """Refuse what no scanner plays. Raises `SequenceError`."""
        require_between("a flip angle", self.flip_angle, 0.0, pi / 2, unit="deg")
        require_between("a time between pulses", self.repetition_time, 1e-4, 0.1, unit="ms")
        require_between("an inversion efficiency", self.inversion_efficiency, 0.0, 1.0, unit="")
        require_between("a number of lines", self.lines, 1, 1000, unit="")
        require_between("a centre line", self.centre_line, 0, self.lines - 1, unit="")
        require_echo_inside(self.echo_time, self.repetition_time)
        remedy = "Invert earlier before the centre, read fewer lines, or leave more time from inversion to inversion."
        require_between("a wait before the segment", self.wait, 0.0, 10.0, unit="ms", remedy=remedy)
        require_between("a recovery after the segment", self.recovery, 0.0, 60.0, unit="ms", remedy=remedy)

    def signal(self, tissue: Tissue) -> Tensor:
        """Signed signal, shaped as the tissue."""
        return self.unprepared(tissue) * self.at_centre(tissue.t1)

    def unprepared(self, tissue: Tissue) -> Tensor:
        """The signal of the same pulse at equilibrium, shaped as the tissue."""
        a, te = like(self.flip_angle, tissue.t1), like(self.echo_time, tissue.t1)
        return tissue.pd * torch.sin(a) * torch.exp(-te / tissue.t2star_or_t2)

    def at_centre(self, t1: Tensor) -> Tensor:
        """The mz that the pulse at the centre of k-space meets; `t1` [s] of any shape."""
        e = torch.exp(-like(self.repetition_time, t1) / t1)
        q = e * torch.cos(like(self.flip_angle, t1))
        m_s, x = (1 - e) / (1 - q), self._before_first(t1, q, (1 - e) / (1 - q))
        return m_s + (x - m_s) * q**self.centre_line

    def after(self, t1: Tensor, time: Parameter) -> Tensor:
        """The mz after the segment and `time` [s] of recovery; `t1` [s] of any shape."""
        e = torch.exp(-like(self.repetition_time, t1) / t1)
        q = e * torch.cos(like(self.flip_angle, t1))
        m_s = (1 - e) / (1 - q)
        left = m_s + (self._before_first(t1, q, m_s) - m_s) * q**self.lines
        return 1 + (left - 1) * torch.exp(-like(time, t1) / t1)

    def _before_first(self, t1: Tensor, q: Tensor, m_s: Tensor) -> Tensor:
        """X, the mz before the first pulse."""
        delta = like(self.inversion_efficiency, t1)
        a = torch.exp(-like(self.wait, t1) / t1)
        r = torch.exp(-like(self.recovery, t1) / t1)
        q_n = q**self.lines
        m = (1 - r + r * (m_s * (1 - q_n) + q_n * (1 - a))) / (1 + r * q_n * delta * a)
        return 1 - a - delta * a * m

    @property
    def wait(self) -> Parameter:
        """From the inversion to the first pulse [s]."""
        return self.inversion_time - self.centre_line * self.repetition_time

    @property
    def recovery(self) -> Parameter:
        """From the end of the segment to the next inversion [s]."""
        return self.period - self.wait - self.lines * self.repetition_time

    def program(self) -> Program:
        """The events of one period."""
        events: list[Event] = [Invert(self.inversion_efficiency), Wait(self.wait)]
        for k in range(self.lines):
            events.append(Pulse(self.flip_angle))
            if k == self.centre_line:
                events.append(Echo(self.echo_time, refocused=False))
            events += [Wait(self.repetition_time), Spoil()]
        return Program((*events, Wait(self.recovery)), periodic=True)

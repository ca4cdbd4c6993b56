"""The train of spin echoes of SE, TSE and all that prepares one: what it reads, and what it leaves along z.

    signal       pd m exp(-TE/T2),  m: the mz that the excitation meets
    after it     z* = -(1 - e)/(1 + e),  e = exp(-ESP/T1)
                 z_N = z* + (z_1 - z*) (-e)^(N-1),   z_1 = -(1 - exp(-ESP/2T1))
    recovery t   mz = 1 + (z_N - 1) exp(-t/T1),   t from the last refocusing pulse

Times in seconds, signal in units of pd. An excitation of 90 degrees, N refocusing pulses of 180 degrees every ESP, the
first ESP/2 after it: each turns over what has regrown. With perfect pulses this solves the Bloch equations. Refocusing
below 180 degrees, as most scanners play it, mixes stimulated echoes in; `proof/epg.py` measures the difference.

References: E. Hahn, Phys Rev 1950;80:580, doi:10.1103/PhysRev.80.580; S. Meiboom, D. Gill, Rev Sci Instrum 1958;29:688,
doi:10.1063/1.1716296; the alternating sum is derived here.
"""

from dataclasses import dataclass
from math import pi

import torch
from torch import Tensor

from spinbridge.core.errors import SequenceError
from spinbridge.core.tissue import Tissue
from spinbridge.core.units import format_quantity
from spinbridge.physics.parameter import require_between
from spinbridge.physics.sequences.program import Dephase, Echo, Event, Pulse, Spoil, Wait

_WHOLE = 1e-3  # of an echo spacing by which an echo time may miss a multiple of it


@dataclass(frozen=True, kw_only=True)
class RefocusedTrain:
    """An excitation, its refocusing pulses, and the echo at the centre of k-space."""

    echo_time: float  #: of the echo at the centre of k-space [s]
    echo_spacing: float  #: [s]
    echo_train_length: int  #: refocusing pulses, N

    def __post_init__(self) -> None:
        """Refuse an echo that is not among the train's. Raises `SequenceError`."""
        require_between("an echo spacing", self.echo_spacing, 1e-4, 1.0, unit="ms")
        require_between("an echo train length", self.echo_train_length, 1, 1000, unit="")
        number = self.echo_time / self.echo_spacing
        if abs(number - self.echo_number) <= _WHOLE and 1 <= self.echo_number <= self.echo_train_length:
            return
        spacing = format_quantity(self.echo_spacing, "ms")
        needed = f"an echo time that is 1 to {self.echo_train_length} times the echo spacing of {spacing}"
        remedy = "Leave esp out: it is then chosen to fit."
        raise SequenceError(needed, format_quantity(self.echo_time, "ms"), remedy=remedy)

    @property
    def echo_number(self) -> int:
        """Which echo lies at the centre of k-space, from 1."""
        return round(self.echo_time / self.echo_spacing)

    @property
    def length(self) -> float:
        """From the excitation to the end, half a spacing after the last echo [s]."""
        return (self.echo_train_length + 0.5) * self.echo_spacing

    def signal(self, tissue: Tissue, mz: Tensor) -> Tensor:
        """The signal where the excitation meets `mz`, shaped as the tissue."""
        return tissue.pd * mz * torch.exp(-self.echo_time / tissue.t2)

    def recovered(self, t1: Tensor, time: float) -> Tensor:
        """The mz `time` [s] after the excitation, beyond the last refocusing pulse; `t1` [s] of any shape."""
        n, e = self.echo_train_length, torch.exp(-self.echo_spacing / t1)
        first = torch.expm1(-self.echo_spacing / (2 * t1))
        settled = -(1 - e) / (1 + e)
        last = settled + (first - settled) * (-e) ** (n - 1)
        return 1 + (last - 1) * torch.exp(-(time - (n - 0.5) * self.echo_spacing) / t1)

    def events(self, *, refocusing: float = pi) -> list[Event]:
        """What is played: excitation, pulses with their crushers, the image, the final spoiler."""
        half = Wait(self.echo_spacing / 2)
        events: list[Event] = [Pulse(pi / 2)]
        for number in range(1, self.echo_train_length + 1):
            events += [half, Dephase(), Pulse(refocusing, pi / 2), Dephase(), half]
            if number == self.echo_number:
                events.append(Echo())
        return [*events, half, Spoil()]


def echo_spacing_for(echo_time: float, usual: float) -> float:
    """The echo spacing near the `usual` one that has an echo at `echo_time` [s]."""
    return echo_time / max(1, round(echo_time / usual))

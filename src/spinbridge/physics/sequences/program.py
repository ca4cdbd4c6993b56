"""What a scanner plays, event by event: a sequence as its judges read it.

    Pulse      turns the magnetisation by `angle` about the transverse axis at `phase`
    Wait       free precession and relaxation
    Dephase    a gradient that winds the transverse magnetisation of a voxel by whole turns
    Spoil      no transverse magnetisation is left
    Invert     mz <- -efficiency mz, spoiled;       Saturate   mz <- 0, spoiled
    Exchange   mz <- (1 - share) mz + share free,   free: spins that felt the events marked `everywhere` alone
    Echo       one image: what the receiver sees, `after` the last event, demodulated with `phase`

Times in seconds, angles and phases in radians, shares without unit. Parameters may be tensors that broadcast against
the tissue. A periodic program is played for ever and its images are those of the steady state; the others begin at
equilibrium. A closed form and its program are written apart: the program knows no exponential, the closed form no
pulse.

Ours; the same idea as an event table of Pulseq, K. Layton et al., Magn Reson Med 2017;77:1544, doi:10.1002/mrm.26235.
"""

from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from spinbridge.physics.parameter import Parameter


@dataclass(frozen=True)
class Pulse:
    """An instantaneous pulse of the slice."""

    angle: Parameter  #: [rad]
    phase: Parameter = 0.0  #: [rad]


@dataclass(frozen=True)
class Wait:
    """Time in which nothing is played."""

    time: Parameter  #: [s]


@dataclass(frozen=True)
class Dephase:
    """A gradient moment that winds the transverse magnetisation across a voxel."""

    turns: int = 1


@dataclass(frozen=True)
class Spoil:
    """An ideal spoiler."""


@dataclass(frozen=True)
class Invert:
    """An adiabatic inversion with its spoiler."""

    efficiency: Parameter = 1.0
    everywhere: bool = True  #: not selective: blood outside the slice feels it too


@dataclass(frozen=True)
class Saturate:
    """A saturation with its spoiler, not selective."""


@dataclass(frozen=True)
class Exchange:
    """Blood leaves the voxel and other blood takes its place."""

    share: Parameter


@dataclass(frozen=True)
class Echo:
    """One image."""

    after: Parameter = 0.0  #: time since the last event, which goes on from there unchanged [s]
    phase: Parameter = 0.0  #: of the pulse it belongs to [rad]
    refocused: bool = True  #: a spin echo or a balanced one; otherwise T2* decays it
    image: int = -1  #: its place among the images; negative: in the order of play


Event = Pulse | Wait | Dephase | Spoil | Invert | Saturate | Exchange | Echo


@dataclass(frozen=True)
class Program:
    """Events in their order, played once from equilibrium or for ever."""

    events: tuple[Event, ...]
    periodic: bool = False


@runtime_checkable
class Played(Protocol):
    """A signal model that says what its scanner plays."""

    def program(self) -> Program:
        """The events that its closed form solves."""
        ...

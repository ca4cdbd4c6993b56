"""The judge of every closed form: the Bloch equations, event by event, in plain NumPy.

    pulse (angle a, phase p)   m+ <- m+ cos^2(a/2) + conj(m+) exp(2ip) sin^2(a/2) - i exp(ip) mz sin a
                               mz <- mz cos a + Im(m+ exp(-ip)) sin a
    wait t                     m+ <- m+ exp(-t/T2 + 2 pi i df t),   mz <- 1 + (mz - 1) exp(-t/T1)
    one period                 m <- A m + b,   steady state  (1 - A) m = b,   A and b by playing it to unit vectors

Times in seconds, frequency in hertz, angles in radians, signal in units of pd; arrays of any shape, voxels side by
side. Hard pulses, one isochromat a voxel, no magnetisation transfer. It reads the events of a program and shares no
formula with the closed forms. Signals are demodulated with the phase of their pulse and turned so that bSSFP on
resonance is positive. Slow on purpose.

Reference: F. Bloch, Phys Rev 1946;70:460, doi:10.1103/PhysRev.70.460; E. T. Jaynes, Phys Rev 1955;98:1099 (rotations).
"""

from dataclasses import dataclass, replace
from math import ceil, pi
from typing import Any

import numpy as np
import numpy.typing as npt

from spinbridge.core.tissue import Tissue
from spinbridge.physics.sequences.program import (
    Dephase,
    Echo,
    Event,
    Exchange,
    Invert,
    Program,
    Pulse,
    Saturate,
    Spoil,
    Wait,
)
from spinbridge.physics.sequences.spoiled_gre import SpoiledGRE

Array = npt.NDArray[Any]


@dataclass
class Spins:
    """The magnetisation of voxels, which pulses and waits change in place."""

    t1: Array  #: [s]
    t2: Array  #: [s]
    df: Array  #: off-resonance [Hz]
    m_plus: Array  #: transverse, complex
    mz: Array  #: longitudinal, equilibrium 1

    @classmethod
    def at_equilibrium(cls, tissue: Tissue, *others: Array) -> "Spins":
        """Voxels of a tissue, shaped so that they also cover `others`."""
        df = 0.0 if tissue.off_resonance is None else tissue.off_resonance
        properties = [np.asarray(value, dtype=np.float64) for value in (tissue.t1, tissue.t2, df)]
        t1, t2, offset, *_ = np.broadcast_arrays(*properties, *others)
        return cls(t1, t2, offset, np.zeros(t1.shape, complex), np.ones(t1.shape))

    def pulse(self, angle: Array | float, phase: Array | float = 0.0) -> None:
        """Turn by `angle` around the transverse axis at `phase`."""
        turned = np.cos(angle / 2) ** 2 * self.m_plus + np.sin(angle / 2) ** 2 * np.exp(2j * phase) * self.m_plus.conj()
        tipped = -1j * np.exp(1j * phase) * np.sin(angle) * self.mz
        self.mz = np.cos(angle) * self.mz + np.sin(angle) * (self.m_plus * np.exp(-1j * phase)).imag
        self.m_plus = turned + tipped

    def wait(self, time: Array | float) -> None:
        """Precess and relax for `time`."""
        self.m_plus = self.m_plus * np.exp(-time / self.t2 + 2j * pi * self.df * time)
        self.mz = 1 + (self.mz - 1) * np.exp(-time / self.t1)

    def invert(self, efficiency: Array | float) -> None:
        """An inversion with its spoiler."""
        self.m_plus, self.mz = np.zeros_like(self.m_plus), -efficiency * self.mz

    def saturate(self) -> None:
        """A saturation with its spoiler."""
        self.m_plus, self.mz = np.zeros_like(self.m_plus), np.zeros_like(self.mz)

    def spoil(self) -> None:
        """Leave no transverse magnetisation."""
        self.m_plus = np.zeros_like(self.m_plus)

    def echo(self, time: Array | float, phase: Array | float) -> Array:
        """The signal `time` after the last pulse, which had `phase`; positive for bSSFP on resonance."""
        later = self.m_plus * np.exp(-time / self.t2 + 2j * pi * self.df * time)
        return np.asarray(1j * later * np.exp(-1j * np.asarray(phase)))


def play(program: Program, tissue: Tissue) -> Array:
    """The complex images of a program, shape `(echoes, *voxels)`, voxels of the tissue and of the program's tensors."""
    stage = _Stage.of(program, tissue)
    if program.periodic:
        stage.settle(program.events)
    images: list[tuple[int, Array]] = []
    for event in program.events:
        if isinstance(event, Echo):
            images.append((event.image, stage.echo(event)))
        else:
            stage.play(event)
    images.sort(key=lambda pair: pair[0])
    return np.asarray(np.asarray(tissue.pd) * np.stack([image for _, image in images]))


@dataclass
class _Stage:
    """Spins of the slice, and blood that has not been in it."""

    spins: Spins
    free: Spins
    t2star: Array  #: [s]

    @classmethod
    def of(cls, program: Program, tissue: Tissue) -> "_Stage":
        shapes = [np.asarray(value) for event in program.events for value in vars(event).values()]
        star = np.asarray(tissue.t2star_or_t2, dtype=np.float64)
        shapes.append(star)
        return cls(Spins.at_equilibrium(tissue, *shapes), Spins.at_equilibrium(tissue, *shapes), star)

    def play(self, event: Event) -> None:
        """Change the spins."""
        spins, free = self.spins, self.free
        match event:
            case Pulse():
                spins.pulse(np.asarray(event.angle), np.asarray(event.phase))
            case Wait():
                spins.wait(np.asarray(event.time))
                free.wait(np.asarray(event.time))
            case Spoil():
                spins.spoil()
            case Invert():
                spins.invert(np.asarray(event.efficiency))
                if event.everywhere:
                    free.invert(np.asarray(event.efficiency))
            case Saturate():
                spins.saturate()
                free.saturate()
            case Exchange():
                share = np.asarray(event.share)
                spins.mz = (1 - share) * spins.mz + share * free.mz
            case Dephase() | Echo():  # a single isochromat is not wound, and a receiver changes nothing
                pass

    def echo(self, event: Echo) -> Array:
        """What the receiver sees."""
        after, phase = np.asarray(event.after), np.asarray(event.phase)
        if event.refocused:
            return self.spins.echo(after, phase)
        return np.asarray(self.spins.echo(0.0, phase) * np.exp(-after / self.t2star))

    def settle(self, events: tuple[Event, ...]) -> None:
        """Leave the magnetisation that a period turns into itself."""
        offset = self._after(events, np.zeros(4))
        columns = [self._after(events, unit) - offset for unit in np.eye(4)]
        steady = np.linalg.solve(np.eye(4) - np.stack(columns, axis=-1), offset[..., None])[..., 0]
        self._set(steady)

    def _after(self, events: tuple[Event, ...], state: Array) -> Array:
        """The state (..., 4) after one period that began with `state`."""
        trial = _Stage(replace(self.spins), replace(self.free), self.t2star)
        trial._set(np.broadcast_to(state, (*self.spins.mz.shape, 4)))
        for event in events:
            trial.play(event)
        m_plus = trial.spins.m_plus
        return np.stack([m_plus.real, m_plus.imag, trial.spins.mz, trial.free.mz], axis=-1)

    def _set(self, state: Array) -> None:
        self.spins.m_plus = state[..., 0] + 1j * state[..., 1]
        self.spins.mz, self.free.mz = state[..., 2], state[..., 3]


def inflowing_gre(sequence: SpoiledGRE, tissue: Tissue, *, spins: int = 4000) -> Array:
    """Spoiled gradient echo of one voxel with plug flow, shape `(1,)`: each spin with the pulses it has seen."""
    a, tr, te = (float(x) for x in (sequence.flip_angle, sequence.repetition_time, sequence.echo_time))
    depth = (np.arange(spins) + 0.5) / spins * float(sequence.slice_thickness)
    entered = depth / float(sequence.inflow_velocity)  # time since each spin crossed the slice's face [s]
    flow = Spins.at_equilibrium(tissue, depth)
    for k in range(ceil(entered.max() / tr), -1, -1):
        flow.wait(tr)
        flow.spoil()
        flow.pulse(np.where(k * tr <= entered, a, 0.0))
    t2star = np.asarray(tissue.t2star_or_t2)
    return np.asarray(np.asarray(tissue.pd) * flow.echo(0.0, 0.0).real.mean() * np.exp(-te / t2star))[np.newaxis]

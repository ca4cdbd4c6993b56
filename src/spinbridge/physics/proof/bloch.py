"""The judge of every closed form: the Bloch equations, pulse by pulse, in plain NumPy.

    pulse (angle a, phase p)   m+ <- m+ cos^2(a/2) + conj(m+) exp(2ip) sin^2(a/2) - i exp(ip) mz sin a
                               mz <- mz cos a + Im(m+ exp(-ip)) sin a
    wait t                     m+ <- m+ exp(-t/T2 + 2 pi i df t),   mz <- 1 + (mz - 1) exp(-t/T1)

Times in seconds, frequency in hertz, angles in radians, signal in units of pd; arrays of any shape, voxels side by
side. Hard pulses, one isochromat a voxel, no magnetisation transfer. It reads protocols from the signal models and
shares no formula and no timing with them. Signals are demodulated with the phase of their pulse and turned so that
bSSFP on resonance is positive. Slow on purpose.

Reference: F. Bloch, Phys Rev 1946;70:460, doi:10.1103/PhysRev.70.460; E. T. Jaynes, Phys Rev 1955;98:1099 (rotations).
"""

from dataclasses import dataclass
from math import ceil, pi
from typing import Any

import numpy as np
import numpy.typing as npt

from spinbridge.core.tissue import Tissue
from spinbridge.physics.sequences.bssfp import BSSFP, ShortTRBSSFP
from spinbridge.physics.sequences.ir_bssfp import ContinuousMOLLI
from spinbridge.physics.sequences.molli import GatedMOLLI
from spinbridge.physics.sequences.molli_scheme import interval
from spinbridge.physics.sequences.spoiled_gre import SpoiledGRE

Array = npt.NDArray[Any]

_T1_TO_STEADY_STATE = 12


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

    def pulse(self, angle: Array, phase: float = 0.0) -> None:
        """Turn by `angle` around the transverse axis at `phase`."""
        turned = np.cos(angle / 2) ** 2 * self.m_plus + np.sin(angle / 2) ** 2 * np.exp(2j * phase) * self.m_plus.conj()
        tipped = -1j * np.exp(1j * phase) * np.sin(angle) * self.mz
        self.mz = np.cos(angle) * self.mz + np.sin(angle) * (self.m_plus * np.exp(-1j * phase)).imag
        self.m_plus = turned + tipped

    def wait(self, time: Array | float) -> None:
        """Precess and relax for `time`."""
        self.m_plus = self.m_plus * np.exp(-time / self.t2 + 2j * pi * self.df * time)
        self.mz = 1 + (self.mz - 1) * np.exp(-time / self.t1)

    def invert(self, efficiency: Array) -> None:
        """An inversion with its spoiler."""
        self.m_plus, self.mz = np.zeros_like(self.m_plus), -efficiency * self.mz

    def spoil(self) -> None:
        """Leave no transverse magnetisation."""
        self.m_plus = np.zeros_like(self.m_plus)

    def echo(self, time: Array | float, phase: float) -> Array:
        """The signal `time` after the last pulse, which had `phase`; positive for bSSFP on resonance."""
        later = self.m_plus * np.exp(-time / self.t2 + 2j * pi * self.df * time)
        return np.asarray(1j * later * np.exp(-1j * phase))


def bssfp(sequence: BSSFP | ShortTRBSSFP, tissue: Tissue) -> Array:
    """Complex steady state, shape `(1, *tissue.shape)`, by playing pulses until it no longer changes."""
    a, tr, te = (np.asarray(x) for x in (sequence.flip_angle, sequence.repetition_time, sequence.echo_time))
    spins = Spins.at_equilibrium(tissue, a, tr, te)
    for k in range(_pulses_to_steady_state(spins.t1, tr)):
        spins.wait(tr)
        spins.pulse(a, pi * (k % 2))
    return np.asarray(np.asarray(tissue.pd) * spins.echo(te, pi * (k % 2)))[np.newaxis]


def spoiled_gre(sequence: SpoiledGRE, tissue: Tissue) -> Array:
    """Real steady state of spins at rest, shape `(1, *tissue.shape)`; spoilers are ideal."""
    a, tr, te = (np.asarray(x) for x in (sequence.flip_angle, sequence.repetition_time, sequence.echo_time))
    spins = Spins.at_equilibrium(tissue, a, tr, te)
    for _ in range(_pulses_to_steady_state(spins.t1, tr)):
        spins.wait(tr)
        spins.spoil()
        spins.pulse(a)
    t2star = np.asarray(tissue.t2 if tissue.t2star is None else tissue.t2star)
    return np.asarray(np.asarray(tissue.pd) * spins.echo(0.0, 0.0).real * np.exp(-te / t2star))[np.newaxis]


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
    t2star = np.asarray(tissue.t2 if tissue.t2star is None else tissue.t2star)
    return np.asarray(np.asarray(tissue.pd) * flow.echo(0.0, 0.0).real.mean() * np.exp(-te / t2star))[np.newaxis]


def continuous_molli(sequence: ContinuousMOLLI, tissue: Tissue, *, repetition_time: float = 2.5e-3) -> Array:
    """Inversion, half a pulse, and a train without a pause; the echo nearest to each inversion time is its image."""
    a, delta = np.asarray(sequence.flip_angle), np.asarray(sequence.inversion_efficiency)
    spins = Spins.at_equilibrium(tissue, a, delta)
    spins.invert(delta)
    spins.pulse(a / 2, pi)
    spins.wait(repetition_time / 2)
    wanted = {max(1, round(time / repetition_time)): None for time in sequence.inversion_times}
    echoes = {}
    for k in range(1, max(wanted) + 1):
        spins.pulse(a, pi * (k % 2 == 0))
        if k in wanted:
            echoes[k] = spins.echo(repetition_time / 2, pi * (k % 2 == 0)).real
        spins.wait(repetition_time)
    images = [echoes[max(1, round(time / repetition_time))] for time in sequence.inversion_times]
    return np.asarray(np.asarray(tissue.pd) * np.stack(images))


def gated_molli(sequence: GatedMOLLI, tissue: Tissue) -> Array:
    """Every pulse of every readout on one clock, shape `(len(images), *tissue.shape)`.

    A second pool of spins feels the inversions only; its share `fresh` replaces the first pool's after each readout.
    """
    shares = [np.asarray(x, dtype=np.float64) for x in (sequence.inversion_efficiency, sequence.fresh)]
    delta, fresh = shares
    angle = np.asarray(sequence.flip_angle, dtype=np.float64)
    spins = Spins.at_equilibrium(tissue, angle, *shares)
    free = Spins.at_equilibrium(tissue, angle, *shares)
    clock, images = 0.0, []
    for time, is_inversion in _events(sequence):
        for pool in (spins, free):
            pool.wait(time - clock)
        clock = time
        if is_inversion:
            spins.invert(delta)
            free.invert(delta)
            continue
        images.append(_readout(spins, sequence, angle))
        length = _preparation(sequence) + sequence.readout.lines * sequence.readout.repetition_time
        free.wait(length)
        clock += length
        spins.mz = (1 - fresh) * spins.mz + fresh * free.mz
    return np.asarray(np.asarray(tissue.pd) * np.stack(images))


def _events(sequence: GatedMOLLI) -> list[tuple[float, bool]]:
    """Start of each inversion (True) and readout (False) on one clock; k-space is centred one RR interval apart [s]."""
    readout = sequence.readout
    to_centre = _preparation(sequence) + (readout.centre_line + 0.5) * readout.repetition_time
    events, beat, centre = [], 0, 0.0
    for images, pause, first in zip(sequence.trains, (*sequence.pauses, 0), sequence.inversion_times, strict=True):
        events.append((centre - first, True))
        for i in range(images + pause):
            if i < images:
                events.append((centre - to_centre, False))
            if len(events) < sum(sequence.trains) + len(sequence.trains):
                centre += interval(sequence.rr_intervals, beat)
                beat += 1
    start = events[0][0]
    return [(time - start, is_inversion) for time, is_inversion in events]


def _readout(spins: Spins, sequence: GatedMOLLI, angle: Array) -> Array:
    """Play ramp and lines; gives the signed echo at the centre of k-space and leaves the spins spoiled."""
    readout = sequence.readout
    if readout.ramp == 0:
        spins.pulse(angle / 2, pi)
        spins.wait(readout.repetition_time / 2)
    centre = np.zeros_like(spins.mz)
    for k in range(readout.ramp + readout.lines):
        phase = pi * (k % 2)
        spins.pulse(angle * min(1.0, (k + 1) / (readout.ramp + 1)), phase)
        if k == readout.ramp + readout.centre_line:
            centre = spins.echo(readout.repetition_time / 2, phase).real
        spins.wait(readout.repetition_time)
    spins.spoil()
    return centre


def _preparation(sequence: GatedMOLLI) -> float:
    """Pulses of the ramp, or half a pulse, before the first line [s]."""
    return (sequence.readout.ramp if sequence.readout.ramp > 0 else 0.5) * sequence.readout.repetition_time


def _pulses_to_steady_state(t1: Array, tr: Array) -> int:
    return ceil(_T1_TO_STEADY_STATE * float(t1.max()) / float(np.min(tr)))

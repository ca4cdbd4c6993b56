"""Extended phase graphs: what real spoilers and crushers leave, which a single isochromat cannot show.

    m+ = sum_k F_k exp(i k phi),  mz = sum_k Z_k exp(i k phi),   phi: place across the voxel, wound by gradients
    pulse (a, p)  F_k <- F_k cos^2(a/2) + conj(F_-k) exp(2ip) sin^2(a/2) - i exp(ip) Z_k sin a
                  Z_k <- Z_k cos a + sin a [F_k exp(-ip) - conj(F_-k) exp(ip)]/2i
    wait t        F_k <- F_k exp(-t/T2),   Z_k <- Z_k exp(-t/T1),   Z_0 <- Z_0 + 1 - exp(-t/T1)
    dephase n     F_k+n <- F_k;            the receiver sees F_0

Times in seconds, angles in radians, signal in units of pd. On resonance, no diffusion. It plays the same programs as
`bloch.py`, where a gradient is a `Dephase`; with none of them the two agree. Orders beyond the largest kept are
dropped.

References: J. Hennig, J Magn Reson 1988;78:397, doi:10.1016/0022-2364(88)90128-X; M. Weigel, J Magn Reson Imaging
2015;41:266, doi:10.1002/jmri.24619; Y. Zur, M. Wood, L. Neuringer, Magn Reson Med 1991;21:251,
doi:10.1002/mrm.1910210210 (quadratic phase).
"""

from dataclasses import dataclass
from math import ceil, pi, radians

import numpy as np

from spinbridge.core.tissue import Tissue
from spinbridge.physics.proof.bloch import Array
from spinbridge.physics.sequences.program import (
    Dephase,
    Echo,
    Event,
    Invert,
    Program,
    Pulse,
    Saturate,
    Spoil,
    Wait,
)
from spinbridge.physics.sequences.spoiled_gre import SpoiledGRE

USUAL_INCREMENT = radians(50)  #: of the phase of RF spoiling, one vendor's; another one plays 117 degrees


@dataclass
class Configurations:
    """The configuration states of voxels; orders -K ... K stand on the last axis."""

    t1: Array  #: [s]
    t2: Array  #: [s]
    transverse: Array
    longitudinal: Array

    @classmethod
    def at_equilibrium(cls, tissue: Tissue, orders: int) -> "Configurations":
        """Voxels of a tissue, states up to `orders`."""
        t1, t2 = np.broadcast_arrays(*(np.asarray(x, dtype=np.float64)[..., None] for x in (tissue.t1, tissue.t2)))
        shape = (*t1.shape[:-1], 2 * orders + 1)
        longitudinal = np.zeros(shape, complex)
        longitudinal[..., orders] = 1
        return cls(t1, t2, np.zeros(shape, complex), longitudinal)

    def play(self, event: Event) -> None:
        """Change the states. Blood that moves is not followed: an exchange raises `TypeError`."""
        match event:
            case Pulse():
                self._pulse(float(event.angle), float(event.phase))
            case Wait():
                self._wait(float(event.time))
            case Dephase():
                self._dephase(event.turns)
            case Spoil():
                self._spoil()
            case Invert():
                self._spoil()
                self.longitudinal = -float(event.efficiency) * self.longitudinal
            case Saturate():
                self._spoil()
                self.longitudinal = np.zeros_like(self.longitudinal)
            case Echo():
                pass
            case _:
                raise TypeError(f"no configuration states for {type(event).__name__}")

    def echo(self, event: Echo) -> Array:
        """What the receiver sees; positive for a spin echo."""
        centre = self.transverse[..., self.transverse.shape[-1] // 2]
        return np.asarray(1j * centre * np.exp(-float(event.after) / self.t2[..., 0] - 1j * float(event.phase)))

    def _pulse(self, angle: float, phase: float) -> None:
        f, z = self.transverse, self.longitudinal
        mirrored = f[..., ::-1].conj()
        turn, half, sine = np.exp(1j * phase), angle / 2, np.sin(angle)
        self.transverse = np.cos(half) ** 2 * f + np.sin(half) ** 2 * turn**2 * mirrored - 1j * turn * sine * z
        self.longitudinal = np.cos(angle) * z + sine * (f / turn - mirrored * turn) / 2j

    def _wait(self, time: float) -> None:
        e1 = np.exp(-time / self.t1)
        self.transverse = self.transverse * np.exp(-time / self.t2)
        self.longitudinal = self.longitudinal * e1
        self.longitudinal[..., self.longitudinal.shape[-1] // 2] += 1 - e1[..., 0]

    def _dephase(self, turns: int) -> None:
        moved = np.zeros_like(self.transverse)
        if turns >= 0:
            moved[..., turns:] = self.transverse[..., : self.transverse.shape[-1] - turns]
        else:
            moved[..., :turns] = self.transverse[..., -turns:]
        self.transverse = moved

    def _spoil(self) -> None:
        self.transverse = np.zeros_like(self.transverse)


def play(program: Program, tissue: Tissue, *, orders: int = 40, periods: int = 1) -> Array:
    """The images of a program, complex, shape `(echoes, *voxels)`; a periodic one is played `periods` times."""
    states = Configurations.at_equilibrium(tissue, orders)
    images: list[Array] = []
    for period in range(periods):
        for event in program.events:
            if not isinstance(event, Echo):
                states.play(event)
            elif period == periods - 1:
                images.append(states.echo(event))
    return np.asarray(np.asarray(tissue.pd) * np.stack(images))


def rf_spoiled(sequence: SpoiledGRE, tissue: Tissue, *, increment: float = USUAL_INCREMENT) -> Array:
    """The gradient echo as scanners spoil it, |signal| of shape `(1, *voxels)`: a wound gradient and phases that grow.

    Phase of pulse n: increment n (n + 1)/2. Played for five T1 of the slowest voxel; T2* decays the echo.
    """
    a, tr, te = (float(x) for x in (sequence.flip_angle, sequence.repetition_time, sequence.echo_time))
    slowest, longest = float(tissue.t1.max()), float(tissue.t2.max())
    orders = min(400, ceil(4 * longest / tr))
    states = Configurations.at_equilibrium(tissue, orders)
    phase = 0.0
    for number in range(ceil(5 * slowest / tr)):
        phase = increment * number * (number + 1) / 2 % (2 * pi)
        states.play(Wait(tr))
        states.play(Dephase())
        states.play(Pulse(a, phase))
    t2star = np.asarray(tissue.t2star_or_t2)
    seen = np.asarray(tissue.pd) * states.echo(Echo(phase=phase)) * np.exp(-te / t2star)
    return np.asarray(np.abs(seen))[np.newaxis]

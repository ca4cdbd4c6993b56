"""Spoiled gradient echo: the Ernst signal, with plug flow of fresh spins through the slice.

    E1 = exp(-TR/T1),  q = E1 cos a,  M_ss = (1 - E1)/(1 - q)
    n = L/(v TR) pulses are seen on the way through,  m = floor(n)
    fresh = [ (1 - q^m)/(1 - q) + (n - m) q^m ] / n           = (1 - q^n)/(n (1 - q)) for whole n
    S = pd sin a [ M_ss + (1 - M_ss) fresh ] exp(-TE/T2*)

Times in seconds, flip angle in radians, velocity v in mm/s across a slice of L mm, signal in units of pd. Ideal
spoiling, instantaneous pulses, spins that enter are at equilibrium. At rest (v = 0) `fresh` is zero: the Ernst
formula. Where v TR > L every spin is new at its pulse. Blood moves and tissue does not, so in an image the velocity
is a map; one number holds for every voxel.

References: R. Ernst, W. Anderson, Rev Sci Instrum 1966;37:93, doi:10.1063/1.1719961 (the steady state); R. Brown et
al., Magnetic Resonance Imaging, 2nd ed. 2014, chapter 24 (fresh spins in a slice); `bloch.py` measures both.
"""

from dataclasses import dataclass
from math import pi, radians

import torch
from torch import Tensor

from spinbridge.core.random import chance, uniform
from spinbridge.core.tissue import Tissue
from spinbridge.core.units import Kind
from spinbridge.physics.parameter import Parameter, as_image, is_zero, like, require_between, require_echo_inside
from spinbridge.physics.sequences.program import Echo, Program, Pulse, Spoil, Wait
from spinbridge.physics.sequences.word import Along, Key, Word, angle, echo_in_the_middle, time

_SLOWEST = 1e-6  # passages per repetition below which a moving spin is as good as at rest
_FIFTEEN_DEGREES = radians(15)


@dataclass(frozen=True, eq=False, kw_only=True)
class SpoiledGRE:
    """Spoiled gradient echo with inflow, real; a `SignalModel`."""

    flip_angle: Parameter = _FIFTEEN_DEGREES  #: [rad], below 90 degrees
    repetition_time: Parameter = 5e-3  #: [s]
    echo_time: Parameter = 2.5e-3  #: [s]
    inflow_velocity: Parameter = 0.0  #: through-plane speed of the voxel's spins [mm/s]
    slice_thickness: Parameter = 8.0  #: [mm]

    def __post_init__(self) -> None:
        """Refuse what no scanner plays. Raises `SequenceError`."""
        require_between("a flip angle", self.flip_angle, 0.0, pi / 2, unit="deg")
        require_between("a repetition time", self.repetition_time, 1e-5, 60.0, unit="ms")
        require_between("an inflow velocity", self.inflow_velocity, 0.0, 1e4, unit="mm/s")
        require_between("a slice thickness", self.slice_thickness, 1e-3, 1e3, unit="mm")
        require_echo_inside(self.echo_time, self.repetition_time)

    @property
    def images(self) -> tuple[str, ...]:
        """One image."""
        return ("gre",)

    def __call__(self, tissue: Tissue) -> Tensor:
        """Real signal, shape `(1, *tissue.shape)`."""
        pd, t1 = tissue.pd, tissue.t1
        a, tr, te = (like(value, t1) for value in (self.flip_angle, self.repetition_time, self.echo_time))
        e1 = torch.exp(-tr / t1)
        q = e1 * torch.cos(a)
        m = (1 - e1) / (1 - q)
        if not is_zero(self.inflow_velocity):
            m = m + (1 - m) * self._fresh(q, tr)
        signal = pd * torch.sin(a) * m * torch.exp(-te / tissue.t2star_or_t2)
        return as_image(signal, tissue)

    def _fresh(self, q: Tensor, tr: Tensor) -> Tensor:
        """Mean of q^j over the pulses j that the spins now in the slice have seen."""
        passages = like(self.inflow_velocity, q) * tr / like(self.slice_thickness, q)
        n = 1 / passages.clamp(_SLOWEST, 1.0)
        whole = n.detach().floor()
        left = q**whole
        fresh = ((1 - left) / (1 - q) + (n - whole) * left) / n
        return torch.where(passages > 0, fresh, 0.0)

    @property
    def rf_power(self) -> Parameter:
        """Mean square of the flip angle over time, a^2/TR [rad^2/s]."""
        return self.flip_angle**2 / self.repetition_time

    def off_resonance_phase(self, off_resonance: Tensor) -> Tensor:
        """exp(i 2 pi df TE) of an `off_resonance` df [Hz]: the phase that this real signal lacks."""
        return gradient_echo_phase(off_resonance, self.echo_time)

    def program(self) -> Program:
        """One pulse for ever, of spins at rest; `proof/bloch.py` plays inflow spin by spin."""
        events = (Wait(self.repetition_time), Spoil(), Pulse(self.flip_angle), Echo(self.echo_time, refocused=False))
        return Program(events, periodic=True)


def gradient_echo_phase(off_resonance: Tensor, echo_time: Parameter) -> Tensor:
    """exp(i 2 pi df TE) of an `off_resonance` [Hz] at an `echo_time` [s]."""
    return torch.exp(2j * pi * off_resonance * echo_time)


def _draw(draw: torch.Generator) -> SpoiledGRE:
    """Cine and angiographic protocols; blood from rest to 200 mm/s, slow more often."""
    repetition_time = uniform(3.5e-3, 12e-3, draw)
    speed = 200 * uniform(0.0, 1.0, draw) ** 2 if chance(0.85, draw) else 0.0
    return SpoiledGRE(
        flip_angle=radians(uniform(8, 25, draw)),
        repetition_time=repetition_time,
        echo_time=repetition_time * uniform(0.25, 0.6, draw),
        inflow_velocity=speed,
    )


WORD = Word(
    name="gre",
    model=SpoiledGRE,
    keys={
        "fa": angle(),
        "tr": time("repetition_time"),
        "te": time("echo_time"),
        "v": Key("inflow_velocity", Kind.SPEED, "mm/s"),
        "slice": Key("slice_thickness", Kind.LENGTH, "mm"),
    },
    example="gre(fa=15deg,tr=5ms,te=2.5ms,v=50mm/s)",
    ranges={"tr": ("3.5ms", "12ms"), "fa": ("8deg", "30deg")},
    along=Along("fa", "1deg", "40deg"),
    complete=lambda values: echo_in_the_middle(values, SpoiledGRE.repetition_time),
    draws=_draw,
    flow={"v": "50mm/s"},
)

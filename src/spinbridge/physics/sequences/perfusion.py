"""First-pass perfusion: a saturation, then a shot of gradient echoes.

    E = exp(-TR/T1),  q = E cos a,  TD = TS - nc TR
    S = pd sin a [ (1 - exp(-TD/T1)) q^nc + (1 - E)(1 - q^nc)/(1 - q) ] exp(-TE/T2*)

Times in seconds, flip angle in radians, signal in units of pd. TS from the saturation to the centre of k-space, which
is read after nc pulses. The saturation erases what came before: one image a call. The bolus is a change of tissue
(`first_pass.py`, `contrast_agent.py`). Complete saturation, ideal spoiling, spins at rest.

Reference: H. Larsson et al., Magn Reson Med 1996;35:716.
"""

from dataclasses import dataclass
from math import pi, radians

import torch
from torch import Tensor

from spinbridge.core.tissue import Tissue
from spinbridge.physics.parameter import Parameter, as_image, like, require_between, require_echo_inside
from spinbridge.physics.sequences.program import Echo, Event, Program, Pulse, Saturate, Spoil, Wait
from spinbridge.physics.sequences.spoiled_gre import gradient_echo_phase
from spinbridge.physics.sequences.word import Along, Values, Word, angle, count, echo_in_the_middle, time

_TWELVE_DEGREES = radians(12)


@dataclass(frozen=True, eq=False, kw_only=True)
class PerfusionGRE:
    """Saturation recovery read by gradient echoes, one real image; a `SignalModel`."""

    saturation_time: Parameter = 0.1  #: from the saturation to the centre of k-space [s]
    flip_angle: Parameter = _TWELVE_DEGREES  #: [rad]
    repetition_time: Parameter = 2.2e-3  #: [s]
    echo_time: Parameter = 1.1e-3  #: [s]
    centre_line: int = 34  #: pulses before the centre of k-space, nc

    def __post_init__(self) -> None:
        """Refuse what no scanner plays. Raises `SequenceError`."""
        require_between("a flip angle", self.flip_angle, 0.0, pi / 2, unit="deg")
        require_between("a repetition time", self.repetition_time, 1e-4, 0.1, unit="ms")
        require_between("a centre line", self.centre_line, 0, 1000, unit="")
        require_echo_inside(self.echo_time, self.repetition_time)
        remedy = "Lengthen ts or read fewer lines before the centre."
        require_between("a wait after the saturation", self._wait, 0.0, 10.0, unit="ms", remedy=remedy)

    @property
    def images(self) -> tuple[str, ...]:
        """One image."""
        return ("perfusion",)

    def __call__(self, tissue: Tissue) -> Tensor:
        """Real signal, shape `(1, *tissue.shape)`."""
        t1, t2star = tissue.t1, tissue.t2star_or_t2
        a, te = like(self.flip_angle, t1), like(self.echo_time, t1)
        e = torch.exp(-like(self.repetition_time, t1) / t1)
        q = e * torch.cos(a)
        kept = q**self.centre_line
        mz = -torch.expm1(-like(self._wait, t1) / t1) * kept + (1 - e) * (1 - kept) / (1 - q)
        return as_image(tissue.pd * torch.sin(a) * mz * torch.exp(-te / t2star), tissue)

    def off_resonance_phase(self, off_resonance: Tensor) -> Tensor:
        """exp(i 2 pi df TE) of an `off_resonance` df [Hz]: the phase that this real signal lacks."""
        return gradient_echo_phase(off_resonance, self.echo_time)

    def program(self) -> Program:
        """Saturation, wait, and the pulses up to the centre of k-space."""
        events: list[Event] = [Saturate(), Wait(self._wait)]
        for _ in range(self.centre_line):
            events += [Pulse(self.flip_angle), Wait(self.repetition_time), Spoil()]
        return Program((*events, Pulse(self.flip_angle), Echo(self.echo_time, refocused=False)))

    @property
    def _wait(self) -> Parameter:
        """TD: from the saturation to the first pulse [s]."""
        return self.saturation_time - self.centre_line * self.repetition_time


def _completed(values: Values) -> Values:
    return echo_in_the_middle(values, PerfusionGRE.repetition_time)


WORD = Word(
    name="perfusion",
    model=PerfusionGRE,
    keys={
        "ts": time("saturation_time"),
        "fa": angle(),
        "tr": time("repetition_time"),
        "te": time("echo_time"),
        "centre": count("centre_line"),
    },
    example="perfusion(ts=100ms,fa=12deg,tr=2.2ms)",
    ranges={"ts": ("100ms", "180ms"), "fa": ("8deg", "20deg"), "tr": ("2ms", "2.6ms"), "centre": ("20", "36")},
    along=Along("ts", "80ms", "400ms"),
    complete=_completed,
    after_agent=True,
)

"""Inversion recovery under a continuous bSSFP train: the MOLLI signal as Reverse Imaging writes it.

    S(TI) = S_ss [1 - INV exp(-TI/T1*)],   S_ss = pd sin a / [1 + cos a + (1 - cos a) T1/T2]
    1/T1* = cos^2(a/2)/T1 + sin^2(a/2)/T2
    INV   = 1 + delta sin(a/2)/sin a [ (T1/T2)(1 - cos a) + 1 + cos a ]

Times in seconds, flip angle in radians, signal signed and in units of pd. One inversion of efficiency delta from
equilibrium, then pulses without a pause. MOLLI is gated: its train is silent for most of every heartbeat, and this
form misses its images by 28 % in native myocardium (docs/physics.md). Use `GatedMOLLI` to render; this one is here
to reproduce the paper.

Reference: P. Schmitt et al., Magn Reson Med 2004;51:661, doi:10.1002/mrm.20058 (the transient of IR TrueFISP).
"""

from dataclasses import dataclass
from math import pi, radians

import torch
from torch import Tensor

from spinbridge.core.errors import SequenceError
from spinbridge.core.tissue import Tissue
from spinbridge.physics.parameter import Parameter, like, require_between
from spinbridge.physics.sequences.bssfp import ShortTRBSSFP
from spinbridge.physics.sequences.image_names import inversion_names
from spinbridge.physics.sequences.program import Echo, Event, Invert, Program, Pulse, Wait
from spinbridge.physics.sequences.word import Along, Word, angle, share, time

ORIGINAL_TIMES = (0.12, 1.12, 2.12, 0.2, 1.2, 2.2, 0.28, 1.28, 2.28, 3.28, 4.28)  #: 3(3)3(3)5 at 60 bpm [s]
_THIRTY_FIVE_DEGREES = radians(35)
_PLAYED_TR = 2.5e-3  # of the program; the form itself is the limit of a short one [s]


@dataclass(frozen=True, eq=False, kw_only=True)
class ContinuousMOLLI:
    """One signed image for each inversion time; a `SignalModel`."""

    inversion_times: tuple[float, ...] = ORIGINAL_TIMES  #: from the inversion to the centre of k-space [s]
    flip_angle: Parameter = _THIRTY_FIVE_DEGREES  #: [rad]
    inversion_efficiency: Parameter = 1.0  #: share of the magnetisation that the inversion turns over

    def __post_init__(self) -> None:
        """Refuse what no scanner plays. Raises `SequenceError`."""
        require_between("a flip angle", self.flip_angle, 1e-6, pi - 1e-6, unit="deg")
        require_between("an inversion efficiency", self.inversion_efficiency, 0.0, 1.0, unit="")
        if not self.inversion_times:
            raise SequenceError("at least one inversion time", "none", remedy="Write for example ti=300ms.")
        for ti in self.inversion_times:
            require_between("an inversion time", ti, 0.0, 60.0, unit="ms")

    @property
    def images(self) -> tuple[str, ...]:
        """`ti120ms` and so on, in the order given."""
        return inversion_names(self.inversion_times)

    def __call__(self, tissue: Tissue) -> Tensor:
        """Signed signal, shape `(len(images), *tissue.shape)`."""
        t1, t2 = tissue.t1, tissue.t2
        a, delta = like(self.flip_angle, t1), like(self.inversion_efficiency, t1)
        cos_a, sin_a = torch.cos(a), torch.sin(a)
        (s_ss,) = ShortTRBSSFP(flip_angle=self.flip_angle)(tissue)
        rate = torch.cos(a / 2) ** 2 / t1 + torch.sin(a / 2) ** 2 / t2
        inv = 1 + delta * torch.sin(a / 2) / sin_a * (t1 / t2 * (1 - cos_a) + 1 + cos_a)
        return torch.stack([s_ss * (1 - inv * torch.exp(-ti * rate)) for ti in self.inversion_times])

    def program(self) -> Program:
        """Inversion, half a pulse, and a train without a pause; each image is the echo nearest to its time."""
        echoes = [max(1, round(ti / _PLAYED_TR)) for ti in self.inversion_times]
        a = self.flip_angle
        events: list[Event] = [Invert(self.inversion_efficiency), Pulse(a / 2, pi), Wait(_PLAYED_TR / 2)]
        for k in range(1, max(echoes) + 1):
            phase = pi * (k % 2 == 0)
            events.append(Pulse(a, phase))
            events += [Echo(_PLAYED_TR / 2, phase, image=i) for i, echo in enumerate(echoes) if echo == k]
            events.append(Wait(_PLAYED_TR))
        return Program(tuple(events))


WORD = Word(
    name="ir-bssfp",
    model=ContinuousMOLLI,
    keys={"ti": time("inversion_times", several=True), "fa": angle(), "inv": share("inversion_efficiency")},
    example="ir-bssfp(ti=300ms,fa=35deg)",
    family="molli",
    ranges={"fa": ("20deg", "50deg"), "inv": ("90%", "100%"), "ti": ("120ms/1000ms", "300ms/4000ms")},
    along=Along("ti", "50ms", "3000ms"),
)

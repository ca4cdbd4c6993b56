"""Balanced steady-state free precession with alternating RF: with off-resonance, and its short-TR limit.

    E1 = exp(-TR/T1),  E2 = exp(-TR/T2),  theta = 2 pi df TR - pi
    d     = (1 - E1 cos a)(1 - E2 cos theta) - (E1 - cos a)(E2 - cos theta) E2
    S     = pd (1 - E1) sin a (1 - E2 exp(-i theta)) / d * exp(-TE/T2) exp(i 2 pi df TE)
    short = pd sin a / [1 + cos a + (1 - cos a) T1/T2]

Times in seconds, off-resonance in hertz, flip angle in radians, signal in units of pd. Instantaneous pulses, uniform
slice profile, no magnetisation transfer, spins at rest. The receiver phase makes the signal on resonance real and
positive, so voxels in the neighbouring pass band come out negative at TE = TR/2 and mixtures of water and fat cancel
as they do in the scanner.

References: R. Freeman, H. Hill, J Magn Reson 1971;4:366 (the steady state); B. Hargreaves et al., Magn Reson Med
2001;46:149, doi:10.1002/mrm.1170 (matrix form); K. Scheffler, S. Lehnhardt, Eur Radiol 2003;13:2409,
doi:10.1007/s00330-003-1957-x (short TR).
"""

from dataclasses import dataclass
from math import pi, radians

import torch
from torch import Tensor

from spinbridge.core.tissue import Tissue
from spinbridge.physics.parameter import Parameter, as_image, like, require_between, require_echo_inside

_FIFTY_DEGREES = radians(50)


@dataclass(frozen=True, eq=False, kw_only=True)
class BSSFP:
    """The full steady state, complex, off-resonance included; a `SignalModel`."""

    flip_angle: Parameter = _FIFTY_DEGREES  #: [rad]
    repetition_time: Parameter = 3.2e-3  #: [s]
    echo_time: Parameter = 1.6e-3  #: [s]

    def __post_init__(self) -> None:
        """Refuse what no scanner plays. Raises `SequenceError`."""
        require_between("a flip angle", self.flip_angle, 0.0, pi, unit="deg")
        require_between("a repetition time", self.repetition_time, 1e-5, 60.0, unit="ms")
        require_echo_inside(self.echo_time, self.repetition_time)

    @property
    def images(self) -> tuple[str, ...]:
        """One image."""
        return ("bssfp",)

    def __call__(self, tissue: Tissue) -> Tensor:
        """Complex signal, shape `(1, *tissue.shape)`."""
        pd, t1, t2 = tissue.pd, tissue.t1, tissue.t2
        a, tr, te = (like(value, t1) for value in (self.flip_angle, self.repetition_time, self.echo_time))
        df = like(0.0, t1) if tissue.off_resonance is None else tissue.off_resonance
        e1, e2 = torch.exp(-tr / t1), torch.exp(-tr / t2)
        cos_a, sin_a = torch.cos(a), torch.sin(a)
        theta = 2 * pi * df * tr - pi
        cos_th = torch.cos(theta)
        d = (1 - e1 * cos_a) * (1 - e2 * cos_th) - (e1 - cos_a) * (e2 - cos_th) * e2
        magnitude = pd * (1 - e1) * sin_a / d * torch.exp(-te / t2)
        precession = 2 * pi * df * te
        turned = torch.complex(torch.cos(precession), torch.sin(precession))
        returned = torch.complex(torch.cos(precession - theta), torch.sin(precession - theta))
        return as_image(magnitude * (turned - e2 * returned), tissue)


@dataclass(frozen=True, eq=False, kw_only=True)
class ShortTRBSSFP:
    """The limit TR << T2 on resonance, real; a `SignalModel`.

    It is the signal at the echo TE = TR/2 already, to 0.1 % in the heart: a factor exp(-TE/T2) would count T2 twice.
    The times are kept because they belong to the protocol; the limit does not depend on them.
    """

    flip_angle: Parameter = _FIFTY_DEGREES  #: [rad]
    repetition_time: Parameter = 0.0  #: [s], for the record
    echo_time: Parameter = 0.0  #: [s], for the record

    def __post_init__(self) -> None:
        """Refuse what no scanner plays. Raises `SequenceError`."""
        require_between("a flip angle", self.flip_angle, 0.0, pi, unit="deg")
        require_between("a repetition time", self.repetition_time, 0.0, 60.0, unit="ms")
        require_between("an echo time", self.echo_time, 0.0, 60.0, unit="ms")

    @property
    def images(self) -> tuple[str, ...]:
        """One image."""
        return ("bssfp",)

    def __call__(self, tissue: Tissue) -> Tensor:
        """Real signal, shape `(1, *tissue.shape)`."""
        pd, t1, t2 = tissue.pd, tissue.t1, tissue.t2
        a = like(self.flip_angle, t1)
        signal = pd * torch.sin(a) / (1 + torch.cos(a) + (1 - torch.cos(a)) * t1 / t2)
        return as_image(signal, tissue)

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
from spinbridge.physics.sequences.program import Echo, Program, Pulse, Wait
from spinbridge.physics.sequences.word import Along, Values, Word, angle, echo_in_the_middle, time

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

    @property
    def rf_power(self) -> Parameter:
        """Mean square of the flip angle over time, a^2/TR [rad^2/s]."""
        return self.flip_angle**2 / self.repetition_time

    def program(self) -> Program:
        """Two pulses of opposite phase, for ever."""
        return _balanced(self.flip_angle, self.repetition_time, self.echo_time)


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

    def off_resonance_phase(self, off_resonance: Tensor) -> Tensor:
        """Sign of the pass band at an `off_resonance` [Hz]: the phase that this real signal lacks."""
        return pass_band(off_resonance, self.repetition_time)

    @property
    def rf_power(self) -> Parameter:
        """Mean square of the flip angle over time, a^2/TR [rad^2/s]; zero where TR is not on record."""
        tr = torch.as_tensor(self.repetition_time)
        return torch.where(tr > 0, torch.as_tensor(self.flip_angle) ** 2 / tr.clamp_min(1e-9), 0.0)

    def program(self) -> Program:
        """Two pulses of opposite phase, for ever; the limit itself has no TR, so that of the record is played."""
        return _balanced(self.flip_angle, self.repetition_time, self.echo_time)


def pass_band(off_resonance: Tensor, repetition_time: Parameter) -> Tensor:
    """Sign, +1 or -1, of a balanced signal at TE = TR/2 and `off_resonance` [Hz]: pass bands are 1/TR wide."""
    return torch.sign(torch.cos(pi * off_resonance * repetition_time))


def _balanced(flip_angle: Parameter, repetition_time: Parameter, echo_time: Parameter) -> Program:
    tr, a = Wait(repetition_time), flip_angle
    return Program((tr, Pulse(a), tr, Pulse(a, pi), Echo(echo_time, pi)), periodic=True)


def _echo_time(values: Values) -> Values:
    return echo_in_the_middle(values, BSSFP.repetition_time)


_KEYS = {"fa": angle(), "tr": time("repetition_time"), "te": time("echo_time")}
_RANGES = {"tr": ("2.6ms", "4.2ms"), "fa": ("40deg", "80deg")}
_ALONG = Along("fa", "5deg", "110deg")
BSSFP_WORD = Word(
    name="bssfp",
    model=BSSFP,
    keys=_KEYS,
    example="bssfp(fa=50deg,tr=3.2ms,te=1.6ms)",
    ranges=_RANGES,
    along=_ALONG,
    complete=_echo_time,
)
SHORT_WORD = Word(
    name="bssfp-short",
    model=ShortTRBSSFP,
    keys=_KEYS,
    example="bssfp-short(fa=50deg)",
    family="bssfp",
    ranges=_RANGES,
    along=_ALONG,
    complete=lambda values: {"tr": BSSFP.repetition_time, **_echo_time(values)},
)

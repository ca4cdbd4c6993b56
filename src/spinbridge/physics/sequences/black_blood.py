"""Black blood: a double inversion that leaves the slice as it was and nulls the blood that flows into it, then TSE.

    tissue  m_e = 1 + (z_N - 1) exp(-(P - TI - (N - 1/2) ESP)/T1),    m = 1 - (1 - delta^2 m_e) exp(-TI/T1)
    blood   m_b = (1 - E)/(1 + delta E),   E = exp(-P/T1),            m = 1 - (1 + delta m_b) exp(-TI/T1)
    triple  a third inversion of the slice, TI_fat before the excitation:
            u = m at TI - TI_fat,                                     m = 1 - (1 + delta u) exp(-TI_fat/T1)
    S = pd [(1 - fresh) m_tissue + fresh m_blood] exp(-TE/T2)         z_N: `refocused_train.py`

Times in seconds, signal signed and in units of pd. P = n RR. The first inversion is felt everywhere, the others in the
slice alone; `fresh` is the share of a voxel's spins that flowed in between them and the excitation. Blood that leaves
the slice before its echo would be darker still. Null of blood: TI = T1 ln[2/(1 + E)] for delta = 1.

References: R. Edelman, D. Chien, D. Kim, Radiology 1991;181:655, doi:10.1148/radiology.181.3.1947077; O. Simonetti et
al., Radiology 1996;199:49, doi:10.1148/radiology.199.1.8633172 (triple inversion).
"""

from dataclasses import dataclass
from math import exp, log

import torch
from torch import Tensor

from spinbridge.core.tissue import Tissue
from spinbridge.physics.parameter import Parameter, as_image, like, require_between
from spinbridge.physics.sequences.molli_timing import HEART_RATES
from spinbridge.physics.sequences.program import Event, Exchange, Invert, Program, Wait
from spinbridge.physics.sequences.refocused_train import RefocusedTrain
from spinbridge.physics.sequences.tse import TRAIN_KEYS, TSE, fitted
from spinbridge.physics.sequences.word import Along, Key, Values, Word, count, rate, share, time

_BLOOD_T1 = 1.58  # of the null that is played unless another inversion time is given: 1.5 T, native [s]


def blood_null(period: float, *, t1: float = _BLOOD_T1) -> float:
    """The inversion time that nulls inflowing blood of `t1`, inversions `period` apart [s]."""
    return t1 * log(2 / (1 + exp(-period / t1)))


@dataclass(frozen=True, eq=False, kw_only=True)
class BlackBlood:
    """Double inversion and TSE, one signed image, taken as a magnitude; a `SignalModel`."""

    inversion_time: float = blood_null(2.0)  #: from the double inversion to the excitation [s]
    beats: int = 2  #: from double inversion to double inversion
    heart_rate: float = 1.0  #: [Hz]
    echo_time: float = 0.06  #: effective [s]
    echo_spacing: float = 0.006  #: [s]
    echo_train_length: int = 20
    inversion_efficiency: Parameter = 0.96  #: share of the magnetisation that an inversion turns over
    fresh: Parameter = 0.0  #: share of spins that flowed in between the inversion and the excitation

    def __post_init__(self) -> None:
        """Refuse what no scanner plays. Raises `SequenceError`."""
        require_between("an inversion efficiency", self.inversion_efficiency, 0.0, 1.0, unit="")
        require_between("a fresh share", self.fresh, 0.0, 1.0, unit="")
        require_between("a heart rate", self.heart_rate, *HEART_RATES, unit="bpm")
        require_between("a number of beats", self.beats, 1, 10, unit="")
        remedy = "Inversions and train must fit into the beats; take more of them."
        longest = self.period - self._train.length
        require_between("an inversion time", self.inversion_time, 0.0, longest, unit="ms", remedy=remedy)

    @property
    def period(self) -> float:
        """From double inversion to double inversion [s]."""
        return self.beats / self.heart_rate

    @property
    def images(self) -> tuple[str, ...]:
        """One image."""
        return ("black-blood",)

    def __call__(self, tissue: Tissue) -> Tensor:
        """Signed signal, shape `(1, *tissue.shape)`."""
        t1, delta, fresh = tissue.t1, like(self.inversion_efficiency, tissue.t1), like(self.fresh, tissue.t1)
        e = torch.exp(-self.period / t1)
        blood = 1 - (1 + delta * (1 - e) / (1 + delta * e)) * torch.exp(-self.inversion_time / t1)
        mz = (1 - fresh) * self._tissue(t1, delta) + fresh * blood
        return as_image(self._train.signal(tissue, mz), tissue)

    def unprepared(self, tissue: Tissue) -> Tensor:
        """The same train at equilibrium, real, shape `(1, *tissue.shape)`: the scale of the signal at any time."""
        return as_image(self._train.signal(tissue, torch.ones_like(tissue.t1)), tissue)

    def program(self) -> Program:
        """Inversions, inflow, train and recovery, for ever."""
        rest = Wait(self.period - self.inversion_time - self._train.length)
        return Program((*self._preparation(), Exchange(self.fresh), *self._train.events(), rest), periodic=True)

    def _tissue(self, t1: Tensor, delta: Tensor) -> Tensor:
        """The mz of spins at rest before the excitation."""
        return self._twice_inverted(t1, delta, self.inversion_time)

    def _twice_inverted(self, t1: Tensor, delta: Tensor, time: float) -> Tensor:
        """The mz of spins at rest, `time` after the double inversion."""
        end = self._train.recovered(t1, self.period - self.inversion_time)
        return 1 - (1 - delta**2 * end) * torch.exp(-time / t1)

    def _preparation(self) -> tuple[Event, ...]:
        delta = self.inversion_efficiency
        return (Invert(delta), Invert(delta, everywhere=False), Wait(self.inversion_time))

    @property
    def _train(self) -> RefocusedTrain:
        return RefocusedTrain(
            echo_time=self.echo_time, echo_spacing=self.echo_spacing, echo_train_length=self.echo_train_length
        )


@dataclass(frozen=True, eq=False, kw_only=True)
class TripleInversion(BlackBlood):
    """A third inversion nulls fat as well; a `SignalModel`."""

    fat_inversion_time: float = 0.17  #: from the third inversion to the excitation [s]

    def __post_init__(self) -> None:
        """Refuse what no scanner plays. Raises `SequenceError`."""
        super().__post_init__()
        require_between("a fat inversion time", self.fat_inversion_time, 0.0, self.inversion_time, unit="ms")

    @property
    def images(self) -> tuple[str, ...]:
        """One image."""
        return ("triple-ir",)

    def _tissue(self, t1: Tensor, delta: Tensor) -> Tensor:
        before = self._twice_inverted(t1, delta, self.inversion_time - self.fat_inversion_time)
        return 1 - (1 + delta * before) * torch.exp(-self.fat_inversion_time / t1)

    def _preparation(self) -> tuple[Event, ...]:
        delta, late = self.inversion_efficiency, self.fat_inversion_time
        double = (Invert(delta), Invert(delta, everywhere=False), Wait(self.inversion_time - late))
        return (*double, Invert(delta, everywhere=False), Wait(late))


_USUAL = BlackBlood()
_TRAIN = TSE(echo_time=0.06, echo_spacing=_USUAL.echo_spacing, echo_train_length=_USUAL.echo_train_length)


def _completed(values: Values) -> Values:
    """A train that fits, and the inversion time that nulls native blood at 1.5 T, unless they are given."""
    period = values.get("beats", _USUAL.beats) / values.get("hr", _USUAL.heart_rate)
    return {"ti": blood_null(period), **fitted(values, usual=_TRAIN)}


_KEYS: dict[str, Key] = {
    "ti": time("inversion_time"),
    "beats": count("beats"),
    "hr": rate(),
    **TRAIN_KEYS,
    "inv": share("inversion_efficiency"),
    "fresh": share("fresh"),
}
_RANGES = {"hr": ("50bpm", "90bpm"), "te": ("5ms", "90ms"), "fresh": ("0%", "100%"), "inv": ("92%", "100%")}
_FLOW = {"fresh": "95%"}
BLACK_BLOOD_WORD = Word(
    name="black-blood",
    model=BlackBlood,
    keys=_KEYS,
    example="black-blood(hr=60bpm,te=60ms)",
    ranges=_RANGES,
    along=Along("te", "6ms", "120ms"),
    complete=_completed,
    flow=_FLOW,
)
TRIPLE_WORD = Word(
    name="triple-ir",
    model=TripleInversion,
    keys=_KEYS | {"ti2": time("fat_inversion_time")},
    example="triple-ir(hr=60bpm,te=60ms,ti2=170ms)",
    ranges=_RANGES | {"ti2": ("140ms", "230ms")},
    along=Along("ti2", "20ms", "500ms"),
    complete=_completed,
    flow=_FLOW,
)

"""Turbo spin echo after an inversion: STIR nulls fat, FLAIR nulls cerebrospinal fluid.

    m_e = 1 + (z_N - 1) exp(-(TR - TI - (N - 1/2) ESP)/T1)        before the inversion,  z_N: `refocused_train.py`
    m   = 1 - (1 + delta m_e) exp(-TI/T1)                         before the excitation
    S   = pd m exp(-TE/T2)

Times in seconds, signal signed and in units of pd; TI from the inversion to the excitation, TE effective. Perfect
refocusing, a spoiler at the end of each train.

References: G. Bydder, I. Young, J Comput Assist Tomogr 1985;9:659 (STIR); J. Hajnal et al., J Comput Assist Tomogr
1992;16:841 (FLAIR).
"""

from dataclasses import dataclass

import torch
from torch import Tensor

from spinbridge.core.tissue import Tissue
from spinbridge.physics.parameter import Parameter, as_image, like, require_between
from spinbridge.physics.sequences.program import Invert, Program, Wait
from spinbridge.physics.sequences.refocused_train import RefocusedTrain
from spinbridge.physics.sequences.tse import TRAIN_KEYS, TSE, USUAL_SPACING, fitted
from spinbridge.physics.sequences.word import Along, Word, share, time


@dataclass(frozen=True, eq=False, kw_only=True)
class STIR:
    """One signed image, taken as a magnitude; a `SignalModel`."""

    inversion_time: float = 0.17  #: from the inversion to the excitation [s]
    repetition_time: float = 2.0  #: [s]
    echo_time: float = 0.06  #: effective [s]
    echo_spacing: float = USUAL_SPACING  #: [s]
    echo_train_length: int = 16
    inversion_efficiency: Parameter = 0.96  #: share of the magnetisation that the inversion turns over

    def __post_init__(self) -> None:
        """Refuse what no scanner plays. Raises `SequenceError`."""
        require_between("an inversion efficiency", self.inversion_efficiency, 0.0, 1.0, unit="")
        longest = self.repetition_time - self._train.length
        remedy = "Inversion and train must fit into one repetition."
        require_between("an inversion time", self.inversion_time, 0.0, longest, unit="ms", remedy=remedy)

    @property
    def images(self) -> tuple[str, ...]:
        """One image."""
        return ("stir",)

    def __call__(self, tissue: Tissue) -> Tensor:
        """Signed signal, shape `(1, *tissue.shape)`."""
        delta = like(self.inversion_efficiency, tissue.t1)
        end = self._train.recovered(tissue.t1, self.repetition_time - self.inversion_time)
        mz = 1 - (1 + delta * end) * torch.exp(-self.inversion_time / tissue.t1)
        return as_image(self._train.signal(tissue, mz), tissue)

    def unprepared(self, tissue: Tissue) -> Tensor:
        """The same train at equilibrium, real, shape `(1, *tissue.shape)`: the scale of the signal at any time."""
        return as_image(self._train.signal(tissue, torch.ones_like(tissue.t1)), tissue)

    def program(self) -> Program:
        """Inversion, train and recovery, for ever."""
        rest = Wait(self.repetition_time - self.inversion_time - self._train.length)
        inversion = (Invert(self.inversion_efficiency), Wait(self.inversion_time))
        return Program((*inversion, *self._train.events(), rest), periodic=True)

    @property
    def _train(self) -> RefocusedTrain:
        return RefocusedTrain(
            echo_time=self.echo_time, echo_spacing=self.echo_spacing, echo_train_length=self.echo_train_length
        )


@dataclass(frozen=True, eq=False, kw_only=True)
class FLAIR(STIR):
    """The same with the times of FLAIR; a `SignalModel`."""

    inversion_time: float = 2.35  #: from the inversion to the excitation [s]
    repetition_time: float = 9.0  #: [s]
    echo_time: float = 0.1  #: effective [s]

    @property
    def images(self) -> tuple[str, ...]:
        """One image."""
        return ("flair",)


def _word(model: type[STIR], ranges: dict[str, tuple[str, str]], along: Along) -> Word:
    name = model.__name__.lower()
    usual = model()
    train = TSE(echo_time=usual.echo_time, echo_spacing=usual.echo_spacing, echo_train_length=usual.echo_train_length)
    keys = {
        "ti": time("inversion_time"),
        "tr": time("repetition_time"),
        **TRAIN_KEYS,
        "inv": share("inversion_efficiency"),
    }
    ti, tr = round(1e3 * usual.inversion_time), round(1e3 * usual.repetition_time)
    return Word(
        name=name,
        model=model,
        keys=keys,
        example=f"{name}(ti={ti}ms,tr={tr}ms,te={round(1e3 * usual.echo_time)}ms)",
        ranges=ranges,
        along=along,
        complete=lambda values: fitted(values, usual=train),
    )


STIR_WORD = _word(
    STIR,
    {"ti": ("140ms", "230ms"), "tr": ("1500ms", "4000ms"), "te": ("30ms", "90ms"), "inv": ("90%", "100%")},
    Along("ti", "20ms", "800ms"),
)
FLAIR_WORD = _word(
    FLAIR,
    {"ti": ("2000ms", "2800ms"), "tr": ("7000ms", "11000ms"), "te": ("80ms", "140ms"), "inv": ("90%", "100%")},
    Along("ti", "1000ms", "4000ms"),
)

"""Turbo spin echo: many lines of k-space from one excitation; the echo at its centre sets the contrast.

    S = pd m exp(-TE/T2),   m = 1 + (z_N - 1) exp(-(TR - (N - 1/2) ESP)/T1),   z_N: `refocused_train.py`

Times in seconds, signal in units of pd; TE is the effective echo time. Perfect refocusing of 180 degrees and a spoiler
at the end of each train. What smaller angles change is measured by `proof/epg.py`.

Reference: J. Hennig, A. Nauerth, H. Friedburg, Magn Reson Med 1986;3:823, doi:10.1002/mrm.1910030602 (RARE).
"""

from dataclasses import dataclass

import torch
from torch import Tensor

from spinbridge.core.random import uniform
from spinbridge.core.tissue import Tissue
from spinbridge.physics.parameter import as_image, require_between
from spinbridge.physics.sequences.program import Program, Wait
from spinbridge.physics.sequences.refocused_train import RefocusedTrain, echo_spacing_for
from spinbridge.physics.sequences.word import Along, Values, Word, count, time

USUAL_SPACING = 0.01  #: of the echoes, where none is given [s]


@dataclass(frozen=True, eq=False, kw_only=True)
class TSE:
    """A turbo spin echo, real; a `SignalModel`."""

    repetition_time: float = 4.0  #: [s]
    echo_time: float = 0.1  #: effective [s]
    echo_spacing: float = USUAL_SPACING  #: [s]
    echo_train_length: int = 16

    def __post_init__(self) -> None:
        """Refuse what no scanner plays. Raises `SequenceError`."""
        remedy = "The train must end before the next excitation."
        require_between("a repetition time", self.repetition_time, self._train.length, 60.0, unit="ms", remedy=remedy)

    @property
    def images(self) -> tuple[str, ...]:
        """One image."""
        return ("tse",)

    def __call__(self, tissue: Tissue) -> Tensor:
        """Real signal, shape `(1, *tissue.shape)`."""
        mz = self._train.recovered(tissue.t1, self.repetition_time)
        return as_image(self._train.signal(tissue, mz), tissue)

    def program(self) -> Program:
        """One train, for ever."""
        return Program((*self._train.events(), Wait(self.repetition_time - self._train.length)), periodic=True)

    @property
    def _train(self) -> RefocusedTrain:
        return RefocusedTrain(
            echo_time=self.echo_time, echo_spacing=self.echo_spacing, echo_train_length=self.echo_train_length
        )


TRAIN_KEYS = {"te": time("echo_time"), "esp": time("echo_spacing"), "etl": count("echo_train_length")}


def fitted(values: Values, *, usual: TSE) -> Values:
    """An echo spacing that has an echo at TE, and a train that reaches it, unless they are given."""
    te = values.get("te", usual.echo_time)
    spacing = values.get("esp", echo_spacing_for(te, usual.echo_spacing))
    length = values.get("etl", max(usual.echo_train_length, round(te / spacing)))
    return {**values, "te": te, "esp": spacing, "etl": length}


def _draw(draw: torch.Generator) -> TSE:
    """From T1 weighting to T2 weighting; the echo time is long only where the repetition time is."""
    long = uniform(0.0, 1.0, draw)
    te = 0.01 + 0.11 * long * uniform(0.3, 1.0, draw)
    length = max(4, round(te / 0.01) + int(uniform(0, 8, draw)))
    return TSE(
        repetition_time=0.6 + 4.4 * long,
        echo_time=te,
        echo_spacing=echo_spacing_for(te, USUAL_SPACING),
        echo_train_length=length,
    )


WORD = Word(
    name="tse",
    model=TSE,
    keys={"tr": time("repetition_time"), **TRAIN_KEYS},
    example="tse(tr=4000ms,te=100ms,etl=16)",
    ranges={"tr": ("600ms", "5000ms"), "te": ("10ms", "120ms"), "etl": ("16", "24")},
    along=Along("te", "10ms", "200ms"),
    complete=lambda values: fitted(values, usual=TSE()),
    draws=_draw,
)

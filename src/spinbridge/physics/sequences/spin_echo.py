"""Spin echo: an excitation and one refocusing pulse, for ever.

    S = pd [1 - 2 exp(-(TR - TE/2)/T1) + exp(-TR/T1)] exp(-TE/T2)

Times in seconds, signal in units of pd. Perfect pulses, nothing transverse left at the next excitation.

Reference: E. Hahn, Phys Rev 1950;80:580, doi:10.1103/PhysRev.80.580.
"""

from dataclasses import dataclass

import torch
from torch import Tensor

from spinbridge.core.tissue import Tissue
from spinbridge.physics.parameter import Parameter, as_image, like, require_between, require_echo_inside
from spinbridge.physics.sequences.program import Program, Wait
from spinbridge.physics.sequences.refocused_train import RefocusedTrain
from spinbridge.physics.sequences.word import Along, Word, time


@dataclass(frozen=True, eq=False, kw_only=True)
class SpinEcho:
    """A spin echo, real; a `SignalModel`."""

    repetition_time: Parameter = 0.5  #: [s]
    echo_time: Parameter = 0.012  #: [s]

    def __post_init__(self) -> None:
        """Refuse what no scanner plays. Raises `SequenceError`."""
        require_between("a repetition time", self.repetition_time, 1e-3, 60.0, unit="ms")
        require_echo_inside(self.echo_time, self.repetition_time)

    @property
    def images(self) -> tuple[str, ...]:
        """One image."""
        return ("se",)

    def __call__(self, tissue: Tissue) -> Tensor:
        """Real signal, shape `(1, *tissue.shape)`."""
        t1 = tissue.t1
        tr, te = like(self.repetition_time, t1), like(self.echo_time, t1)
        mz = 1 - 2 * torch.exp((te / 2 - tr) / t1) + torch.exp(-tr / t1)
        return as_image(tissue.pd * mz * torch.exp(-te / tissue.t2), tissue)

    def program(self) -> Program:
        """One repetition, for ever."""
        te, tr = float(self.echo_time), float(self.repetition_time)
        train = RefocusedTrain(echo_time=te, echo_spacing=te, echo_train_length=1)
        return Program((*train.events(), Wait(tr - train.length)), periodic=True)


WORD = Word(
    name="se",
    model=SpinEcho,
    keys={"tr": time("repetition_time"), "te": time("echo_time")},
    example="se(tr=500ms,te=12ms)",
    ranges={"tr": ("400ms", "3000ms"), "te": ("8ms", "100ms")},
    along=Along("tr", "100ms", "4000ms"),
)

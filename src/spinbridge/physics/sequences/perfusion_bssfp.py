"""First-pass perfusion by bSSFP: a saturation, then a single-shot balanced readout.

    mz = 1 - exp(-(TS - tc)/T1),   S = echo.gain mz + echo.offset     (`balanced_readout.py`)

Times in seconds, flip angle in radians, signal in units of pd. TS from the saturation to the centre of k-space, tc of
it under the readout. One image a call; the bolus is a change of tissue (`first_pass.py`). Complete saturation, on
resonance, spins at rest.

Reference: W. Schreiber et al., J Magn Reson Imaging 2002;16:641.
"""

from dataclasses import dataclass, field
from math import pi, radians

import torch
from torch import Tensor

from spinbridge.core.tissue import Tissue
from spinbridge.physics.parameter import Parameter, as_image, like, require_between
from spinbridge.physics.sequences.balanced_readout import READOUT_KEYS, Readout, centred, effect_of
from spinbridge.physics.sequences.bssfp import pass_band
from spinbridge.physics.sequences.program import Program, Saturate, Wait
from spinbridge.physics.sequences.word import Along, Word, angle, time

_FIFTY_DEGREES = radians(50)


@dataclass(frozen=True, eq=False, kw_only=True)
class PerfusionBSSFP:
    """Saturation recovery read by bSSFP, one real image; a `SignalModel`."""

    saturation_time: Parameter = 0.11  #: from the saturation to the centre of k-space [s]
    flip_angle: Parameter = _FIFTY_DEGREES  #: [rad]
    readout: Readout = field(default_factory=lambda: Readout(repetition_time=2.6e-3))

    def __post_init__(self) -> None:
        """Refuse what no scanner plays. Raises `SequenceError`."""
        require_between("a flip angle", self.flip_angle, 1e-6, pi - 1e-6, unit="deg")
        remedy = "The readout up to the centre of k-space must fit in."
        shortest = self.readout.to_centre
        require_between("a saturation time", self.saturation_time, shortest, 10.0, unit="ms", remedy=remedy)

    @property
    def images(self) -> tuple[str, ...]:
        """One image."""
        return ("perfusion-bssfp",)

    def __call__(self, tissue: Tissue) -> Tensor:
        """Real signal, shape `(1, *tissue.shape)`."""
        wait = like(self.saturation_time, tissue.t1) - self.readout.to_centre
        read = effect_of(self.readout, self.flip_angle, tissue)
        return as_image(read.echo(-torch.expm1(-wait / tissue.t1)), tissue)

    def off_resonance_phase(self, off_resonance: Tensor) -> Tensor:
        """Sign of the pass band at an `off_resonance` [Hz]: the phase that this real signal lacks."""
        return pass_band(off_resonance, self.readout.repetition_time)

    def program(self) -> Program:
        """Saturation, wait, readout."""
        wait = Wait(self.saturation_time - self.readout.to_centre)
        return Program((Saturate(), wait, *self.readout.events(self.flip_angle)))


WORD = Word(
    name="perfusion-bssfp",
    model=PerfusionBSSFP,
    keys={"ts": time("saturation_time"), "fa": angle(), **READOUT_KEYS},
    example="perfusion-bssfp(ts=110ms,fa=50deg)",
    ranges={"ts": ("110ms", "180ms"), "fa": ("40deg", "70deg"), "tr": ("2.4ms", "2.8ms"), "ramp": ("1", "5")},
    along=Along("ts", "100ms", "400ms"),
    complete=centred,
    after_agent=True,
)

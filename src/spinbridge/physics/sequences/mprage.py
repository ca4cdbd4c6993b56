"""MPRAGE: an inversion, a long segment of gradient echoes through the volume, a pause.

    S = the steady state of `inversion_segment.py` with P the time from inversion to inversion

Times in seconds, flip angle in radians, signal signed and in units of pd. The usual short form, which leaves the pulses
out, gives CSF the wrong sign. Ideal spoiling, spins at rest.

Reference: J. Mugler, J. Brookeman, Magn Reson Med 1990;15:152, doi:10.1002/mrm.1910150117.
"""

from dataclasses import dataclass
from math import radians

from torch import Tensor

from spinbridge.core.tissue import Tissue
from spinbridge.physics.parameter import Parameter, as_image
from spinbridge.physics.sequences.inversion_segment import InversionSegment
from spinbridge.physics.sequences.program import Program
from spinbridge.physics.sequences.spoiled_gre import gradient_echo_phase
from spinbridge.physics.sequences.word import Along, Word, angle, centre_in_the_middle, count, share, time

_NINE_DEGREES = radians(9)


@dataclass(frozen=True, eq=False, kw_only=True)
class MPRAGE:
    """One signed image, taken as a magnitude; a `SignalModel`."""

    inversion_time: Parameter = 0.9  #: from the inversion to the centre of k-space [s]
    repetition_time: Parameter = 2.3  #: from inversion to inversion [s]
    flip_angle: Parameter = _NINE_DEGREES  #: [rad]
    echo_spacing: Parameter = 7.1e-3  #: between pulses [s]
    echo_time: Parameter = 3e-3  #: [s]
    lines: int = 176  #: pulses of a segment
    centre_line: int = 88  #: of them, before the centre of k-space
    inversion_efficiency: Parameter = 0.96  #: share of the magnetisation that the inversion turns over

    def __post_init__(self) -> None:
        """Refuse what no scanner plays. Raises `SequenceError`."""
        _ = self._segment

    @property
    def images(self) -> tuple[str, ...]:
        """One image."""
        return ("mprage",)

    def __call__(self, tissue: Tissue) -> Tensor:
        """Signed signal, shape `(1, *tissue.shape)`."""
        return as_image(self._segment.signal(tissue), tissue)

    def unprepared(self, tissue: Tissue) -> Tensor:
        """The same pulse at equilibrium, real, shape `(1, *tissue.shape)`: the scale of the signal at any time."""
        return as_image(self._segment.unprepared(tissue), tissue)

    def off_resonance_phase(self, off_resonance: Tensor) -> Tensor:
        """exp(i 2 pi df TE) of an `off_resonance` df [Hz]: the phase that this real signal lacks."""
        return gradient_echo_phase(off_resonance, self.echo_time)

    def program(self) -> Program:
        """One period, for ever."""
        return self._segment.program()

    @property
    def _segment(self) -> InversionSegment:
        return InversionSegment(
            flip_angle=self.flip_angle,
            repetition_time=self.echo_spacing,
            echo_time=self.echo_time,
            inversion_time=self.inversion_time,
            period=self.repetition_time,
            lines=self.lines,
            centre_line=self.centre_line,
            inversion_efficiency=self.inversion_efficiency,
        )


WORD = Word(
    name="mprage",
    model=MPRAGE,
    keys={
        "ti": time("inversion_time"),
        "tr": time("repetition_time"),
        "fa": angle(),
        "esp": time("echo_spacing"),
        "te": time("echo_time"),
        "lines": count("lines"),
        "centre": count("centre_line"),
        "inv": share("inversion_efficiency"),
    },
    example="mprage(ti=900ms,tr=2300ms,fa=9deg)",
    ranges={
        "ti": ("800ms", "1100ms"),
        "tr": ("1900ms", "2500ms"),
        "fa": ("7deg", "12deg"),
        "inv": ("90%", "100%"),
        "te": ("2ms", "4.5ms"),
    },
    along=Along("ti", "650ms", "1400ms"),
    complete=centre_in_the_middle,
)

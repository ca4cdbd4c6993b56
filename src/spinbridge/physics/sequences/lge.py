"""Late gadolinium enhancement: an inversion, then a segment of gradient echoes, every second heartbeat.

    S = the steady state of `inversion_segment.py` with P = n RR
    magnitude |S|, or phase-sensitive: Re[S exp(-i phase of the reference)],  reference: a small angle, one RR later

Times in seconds, flip angle in radians, signal signed and in units of pd. The agent is no part of the sequence: give
the tissue after contrast (`contrast_agent.py`). `lge` and `psir` are one signal; the receiver takes the magnitude of
the first and, with the phase of the reference, keeps the sign of the second. Ideal spoiling, spins at rest: blood that
flows in between the pulses would be brighter away from its null.

References: O. Simonetti et al., Radiology 2001;218:215, doi:10.1148/radiology.218.1.r01ja50215 (segmented inversion
recovery); P. Kellman et al., Magn Reson Med 2002;47:372, doi:10.1002/mrm.10051 (phase-sensitive).
"""

from dataclasses import dataclass, replace
from math import radians

from torch import Tensor

from spinbridge.core.tissue import Tissue
from spinbridge.physics.parameter import Parameter, as_image, require_between
from spinbridge.physics.sequences.inversion_segment import InversionSegment
from spinbridge.physics.sequences.molli_timing import HEART_RATES
from spinbridge.physics.sequences.program import Program
from spinbridge.physics.sequences.spoiled_gre import gradient_echo_phase
from spinbridge.physics.sequences.word import Along, Word, angle, centre_in_the_middle, count, rate, share, time

_TWENTY_TWO_DEGREES, _REFERENCE_ANGLE = radians(22), radians(5)


@dataclass(frozen=True, eq=False, kw_only=True)
class LGE:
    """One signed image, taken as a magnitude; a `SignalModel`."""

    inversion_time: Parameter = 0.26  #: from the inversion to the centre of k-space [s]
    flip_angle: Parameter = _TWENTY_TWO_DEGREES  #: [rad]
    repetition_time: Parameter = 8e-3  #: between pulses [s]
    echo_time: Parameter = 3.5e-3  #: [s]
    lines: int = 23  #: pulses of a segment
    centre_line: int = 11  #: of them, before the centre of k-space
    beats: int = 2  #: from inversion to inversion
    heart_rate: Parameter = 1.0  #: [Hz]
    inversion_efficiency: Parameter = 0.96  #: share of the magnetisation that the inversion turns over

    def __post_init__(self) -> None:
        """Refuse what no scanner plays. Raises `SequenceError`."""
        require_between("a heart rate", self.heart_rate, *HEART_RATES, unit="bpm")
        require_between("a number of beats", self.beats, 1, 10, unit="")
        _ = self._segment

    @property
    def images(self) -> tuple[str, ...]:
        """One image."""
        return ("lge",)

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
            repetition_time=self.repetition_time,
            echo_time=self.echo_time,
            inversion_time=self.inversion_time,
            period=self.beats / self.heart_rate,
            lines=self.lines,
            centre_line=self.centre_line,
            inversion_efficiency=self.inversion_efficiency,
        )


@dataclass(frozen=True, eq=False, kw_only=True)
class PSIR(LGE):
    """One signed image that keeps its sign; a `SignalModel`."""

    def __post_init__(self) -> None:
        """Refuse what no scanner plays, and a reference after the next inversion. Raises `SequenceError`."""
        super().__post_init__()
        remedy = "The reference is read one beat later, before the next inversion."
        require_between("a number of beats", self.beats, 2, 10, unit="", remedy=remedy)
        left = self._segment.recovery - 1 / self.heart_rate
        remedy = "Shorten ti, read fewer lines, or wait more beats."
        require_between("a recovery after the reference", left, 0.0, 60.0, unit="ms", remedy=remedy)

    @property
    def images(self) -> tuple[str, ...]:
        """One image."""
        return ("psir",)

    def reference(self, tissue: Tissue) -> Tensor:
        """The image whose phase is taken off, positive, shape `(1, *tissue.shape)`: 5 degrees, one RR later.

        Its own pulses are left out of the steady state.
        """
        later = 1 / self.heart_rate - self.repetition_time * self.lines
        reference = replace(self._segment, flip_angle=_REFERENCE_ANGLE)
        return as_image(reference.unprepared(tissue) * self._segment.after(tissue.t1, later), tissue)


def _word(model: type[LGE], name: str) -> Word:
    return Word(
        name=name,
        model=model,
        keys={
            "ti": time("inversion_time"),
            "fa": angle(),
            "tr": time("repetition_time"),
            "te": time("echo_time"),
            "lines": count("lines"),
            "centre": count("centre_line"),
            "beats": count("beats"),
            "hr": rate(),
            "inv": share("inversion_efficiency"),
        },
        example=f"{name}(ti=260ms,fa=22deg,hr=60bpm)",
        ranges={
            "ti": ("180ms", "400ms"),
            "fa": ("15deg", "30deg"),
            "hr": ("50bpm", "90bpm"),
            "tr": ("6ms", "9ms"),
            "te": ("1.5ms", "4.5ms"),
            "inv": ("90%", "100%"),
        },
        along=Along("ti", "110ms", "700ms"),
        complete=centre_in_the_middle,
        after_agent=True,
    )


LGE_WORD, PSIR_WORD = _word(LGE, "lge"), _word(PSIR, "psir")

"""The four series of a subject, drawn from the stream `protocol`: sequences, thickness of slices, receiver.

    T1, T1ce   MPRAGE, or a spin echo in thick slices
    T2         turbo spin echo
    FLAIR      turbo spin echo after an inversion whose TI nulls fluid:  TI = T1 ln(2 / (1 + exp(-(TR - train)/T1)))

BraTS has both volumes and thick slices, all moved to one atlas and its voxels by interpolation, which blurs a little.
Times in seconds, lengths in mm.

Source: ranges after the usual protocols of brain tumours, B. Ellingson et al., Neuro Oncol 2015;17:1188,
doi:10.1093/neuonc/nov095 (MPRAGE or three-dimensional T1 before and after contrast, axial T2 and FLAIR of 4 mm or
less), widened for older data.
"""

from dataclasses import dataclass
from functools import lru_cache
from math import exp, log

import numpy as np

from spinbridge.core.protocols import SignalModel
from spinbridge.phantoms.brain.subject import Subject
from spinbridge.physics.acquisition.chain import Acquisition
from spinbridge.physics.sequences.language import parse_sequence
from spinbridge.physics.tissue_table import load_tissues

CHANNELS = ("T1", "T1ce", "T2", "FLAIR")
_BLUR = {"T1": (0.15, 0.5), "T1ce": (0.0, 0.2), "T2": (0.0, 0.2), "FLAIR": (0.0, 0.1)}  # set by two cases of BraTS
_SPIN_ECHO = 0.4  # share of T1 series that are spin echoes in slices, of those that may be in slices at all


@dataclass(frozen=True, kw_only=True)
class Series:
    """One channel: how it was played and received."""

    channel: str
    sequence: str  #: in the sequence language
    enhanced: bool  #: after contrast agent
    thickness: float  #: of its slices, 0 for a volume at the full resolution [mm]
    acquisition: Acquisition
    blur: tuple[float, float, float]  #: share of a voxel (z, y, x) that interpolation gave to its two neighbours
    grey: float  #: grey value of white matter

    @property
    def model(self) -> SignalModel:
        """The signal model of the sequence."""
        return parse_sequence(self.sequence)


@lru_cache(maxsize=16)
def series(subject: Subject) -> tuple[Series, ...]:
    """The four series in the order of `CHANNELS`."""
    draw = subject.draw("protocol", "series")
    sliced = subject.settings.thick_slices
    spin_echo = [bool(draw.random() < 2 * _SPIN_ECHO * sliced) for _ in range(2)]
    texts = (_t1(draw, spin_echo[0]), _t1(draw, spin_echo[1]), _t2(draw), _flair(draw, subject.settings.field_strength))
    thick = [*spin_echo, draw.random() < min(1.3 * sliced, 1), draw.random() < sliced]
    return tuple(
        Series(
            channel=channel,
            sequence=text,
            enhanced=channel == "T1ce",
            thickness=float(draw.uniform(2.5, 5.5)) if slices else 0.0,
            acquisition=_acquisition(subject, draw),
            blur=tuple(map(float, draw.uniform(*_BLUR[channel], 3))),  # type: ignore[arg-type]
            grey=float(draw.uniform(250, 700)),
        )
        for channel, text, slices in zip(CHANNELS, texts, thick, strict=True)
    )


def _t1(draw: np.random.Generator, spin_echo: bool) -> str:
    tr, te = draw.uniform(450, 700), draw.uniform(8, 15)
    ti, period, angle = draw.uniform(850, 1100), draw.uniform(1900, 2400), draw.uniform(8, 12)
    if spin_echo:
        return f"se(tr={tr:.0f}ms,te={te:.0f}ms)"
    return f"mprage(ti={ti:.0f}ms,tr={period:.0f}ms,fa={angle:.0f}deg)"


def _t2(draw: np.random.Generator) -> str:
    return f"tse(tr={draw.uniform(2500, 5000):.0f}ms,te={10 * round(draw.uniform(8, 11))}ms)"


def _flair(draw: np.random.Generator, field_strength: float) -> str:
    tr, te = draw.uniform(8500, 10500), 10 * round(draw.uniform(9, 13))
    fluid = load_tissues(field_strength)["csf"].t1
    null = fluid * log(2 / (1 + exp(-(tr / 1000 - 0.16) / fluid))) * draw.uniform(0.98, 1.10)
    return f"flair(ti={1000 * null:.0f}ms,tr={tr:.0f}ms,te={te}ms)"


def _acquisition(subject: Subject, draw: np.random.Generator) -> Acquisition:
    spacing, coarser = subject.settings.spacing, draw.uniform(1.0, 1.1, 2)
    return Acquisition(
        snr=float(draw.uniform(*subject.settings.snr)),
        spacing=(spacing, spacing),
        acquired_spacing=(spacing * float(coarser.max()), spacing * float(coarser.min())),
        window=str(draw.choice(["hamming", "tukey", "none"], p=[0.2, 0.4, 0.4])),
        shading=float(draw.uniform(*subject.settings.shading)),
        phase=float(draw.uniform(0, 0.6)),
    )

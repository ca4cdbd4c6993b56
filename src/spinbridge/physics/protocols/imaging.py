"""How the images of a protocol lie and what k-space they come from: names, kinds and limits of the entries, and draws.

    spacing          field of view / matrix, kept between its limits
    acquired along x spacing * zero_fill, kept between its limits, never finer than the image
    acquired along y acquired along x / phase_resolution
    rows             matrix * rectangular, columns: matrix; both multiples of 8
    slices           coverage / (thickness + gap), kept between their limits

Millimetres, hertz; shares from 0 to 1. A protocol states the field of view, the matrix, and the spacing that comes of
them, as a scanner does; where a data set's files say only the spacing, its limits decide.

Reference: M. Bernstein et al., Handbook of MRI Pulse Sequences, 2004, chapter 13 (partial Fourier, zero filling,
rectangular field of view, parallel imaging).
"""

from collections.abc import Mapping
from dataclasses import dataclass

import torch

from spinbridge.core.units import Kind
from spinbridge.physics.protocols.entry import Entry


@dataclass(frozen=True)
class Meaning:
    """What one entry is, and what it can be at all."""

    kind: Kind | None  #: None for plain numbers
    low: float
    high: float


#: Entries that are numbers, with the limits of what a scanner can do; lengths [mm], frequencies [Hz], shares [1].
NUMBERS: dict[str, Meaning] = {
    "field_of_view": Meaning(Kind.LENGTH, 150.0, 500.0),
    "rectangular": Meaning(Kind.SHARE, 0.5, 1.0),
    "matrix": Meaning(None, 64, 768),
    "spacing": Meaning(Kind.LENGTH, 0.3, 4.0),
    "acquired": Meaning(Kind.LENGTH, 0.5, 4.0),
    "zero_fill": Meaning(None, 1.0, 3.0),
    "phase_resolution": Meaning(Kind.SHARE, 0.5, 1.0),
    "thickness": Meaning(Kind.LENGTH, 0.5, 20.0),
    "gap": Meaning(Kind.LENGTH, 0.0, 20.0),
    "coverage": Meaning(Kind.LENGTH, 1.0, 250.0),
    "slices": Meaning(None, 1, 256),
    "frames": Meaning(None, 1, 64),
    "snr": Meaning(None, 3.0, 300.0),
    "coils": Meaning(None, 1, 64),
    "acceleration": Meaning(None, 1.0, 8.0),
    "partial_fourier": Meaning(Kind.SHARE, 0.5, 1.0),
    "b0_spread": Meaning(Kind.FREQUENCY, 0.0, 500.0),
    "b1": Meaning(Kind.SHARE, 0.3, 1.5),
    "shading": Meaning(Kind.SHARE, 0.0, 0.95),
    "uniformity": Meaning(Kind.SHARE, 0.0, 1.0),
    "correlation": Meaning(Kind.SHARE, 0.0, 0.9),
}
#: Entries that are words, with those they can be.
WORDS_OF = {
    "plane": ("short-axis", "axial"),
    "window": ("none", "hamming", "tukey"),
    "elliptical": ("no", "yes"),
    "homodyne": ("no", "yes"),
}
ENTRIES = (*NUMBERS, *WORDS_OF)
_STEP = 8  # of a matrix


@dataclass(frozen=True, kw_only=True)
class Geometry:
    """Where the voxels of a stack lie, and how fine the data are that they come from."""

    spacing: tuple[float, float]  #: of the image, along (y, x) [mm]
    acquired_spacing: tuple[float, float]  #: of the data, along (y, x) [mm]
    matrix: tuple[int, int]  #: voxels (y, x)
    thickness: float  #: of a slice [mm]
    gap: float  #: between slices [mm]
    slices: int
    frames: int  #: of a cine; 1 for everything else

    @property
    def zero_fill(self) -> float:
        """How much finer the image is than the data, along x [1]."""
        return self.acquired_spacing[1] / self.spacing[1]


def draw_geometry(entries: Mapping[str, Entry], draw: torch.Generator) -> Geometry:
    """A geometry within the entries of a protocol."""
    fov, matrix = number(entries, "field_of_view", draw), number(entries, "matrix", draw)
    columns = _STEP * round(matrix / _STEP)
    spacing = clipped(entries, "spacing", fov / columns)
    fine, coarse = acquired_spacing(entries, spacing, draw)[::-1]
    rows = _STEP * round(columns * number(entries, "rectangular", draw) / _STEP)
    thickness, gap = number(entries, "thickness", draw), number(entries, "gap", draw)
    slices = clipped(entries, "slices", round(number(entries, "coverage", draw) / (thickness + gap)))
    return Geometry(
        spacing=(spacing, spacing),
        acquired_spacing=(coarse, fine),
        matrix=(rows, columns),
        thickness=thickness,
        gap=gap,
        slices=round(slices),
        frames=round(number(entries, "frames", draw)),
    )


def acquired_spacing(entries: Mapping[str, Entry], spacing: float, draw: torch.Generator) -> tuple[float, float]:
    """Spacing of the data along (y, x) [mm] that an image of in-plane `spacing` [mm] comes from."""
    fine = max(spacing, clipped(entries, "acquired", spacing * number(entries, "zero_fill", draw)))
    return fine / number(entries, "phase_resolution", draw), fine


def number(entries: Mapping[str, Entry], name: str, draw: torch.Generator) -> float:
    """One value of an entry in its canonical unit."""
    return entries[name].number(NUMBERS[name].kind, draw)


def clipped(entries: Mapping[str, Entry], name: str, value: float) -> float:
    """The value, kept between the limits of an entry."""
    low, high = entries[name].limits(NUMBERS[name].kind)
    return min(max(value, low), high)

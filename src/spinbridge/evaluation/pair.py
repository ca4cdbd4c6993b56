"""Two masks of one structure, and what every metric does where one of them is empty.

    both empty              -> NaN: nothing to score; the case is left out of means and counted
    one empty               -> the worst score: 0 for a share, the diagonal of the image for a distance

A tool that drops a missed structure rewards the miss (MONAI issue 9095); here it counts. The diagonal is that of the
image's outer box, sqrt(sum_i (n_i s_i)^2) [mm] with n_i voxels of spacing s_i along axis i: no distance in the image
is larger.

Policy after Reinke et al., Nature Methods 21 (2024), doi:10.1038/s41592-023-02150-0.
"""

import math
from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import numpy as np

from spinbridge.core.errors import GeometryError
from spinbridge.evaluation.distances import Mask, SurfaceDistances, surface_distances

Empty = Literal["", "both", "truth", "prediction"]  #: which mask is empty; "" for neither
MILLIMETRES = "mm"


@dataclass(frozen=True, eq=False)
class MaskPair:
    """What is true and what was found of one structure; raises `GeometryError` where they cannot be compared."""

    truth: Mask  #: (z, y, x)
    found: Mask  #: (z, y, x)
    spacing: Sequence[float]  #: (z, y, x) [mm]

    def __post_init__(self) -> None:
        """Refuse masks of different shape and spacings that are none."""
        if self.truth.ndim != 3 or self.truth.shape != self.found.shape:  # noqa: PLR2004
            got = f"truth {self.truth.shape} and prediction {self.found.shape}"
            raise GeometryError("two volumes (z, y, x) of one shape", got, remedy="Predict on the grid of the label.")
        if len(self.spacing) != 3 or not all(0 < s < math.inf for s in self.spacing):  # noqa: PLR2004
            raise GeometryError("three positive spacings in mm", f"{tuple(self.spacing)}")

    @cached_property
    def empty(self) -> Empty:
        """Which of the two is empty."""
        truth, found = bool(self.truth.any()), bool(self.found.any())
        if truth and found:
            return ""
        if truth:
            return "prediction"
        return "truth" if found else "both"

    @cached_property
    def distances(self) -> SurfaceDistances:
        """The distances between the surfaces, measured once for all metrics [mm]."""
        return surface_distances(self.truth, self.found, self.spacing)

    @property
    def diagonal(self) -> float:
        """From one corner of the image to the opposite one [mm]."""
        return math.hypot(*(n * s for n, s in zip(self.truth.shape, self.spacing, strict=True)))


class PairMetric(ABC):
    """A `Metric` of core's seams that knows the policy for empty masks."""

    unit: str = ""  #: `mm` for a distance, where less is better; empty for a share, where more is better

    @abstractmethod
    def measure(self, pair: MaskPair) -> float:
        """The score of two masks that are not empty."""

    def of(self, pair: MaskPair) -> float:
        """The score of two masks, empty or not."""
        if pair.empty == "":
            return self.measure(pair)
        return math.nan if pair.empty == "both" else worst(self.unit, pair.diagonal)

    def __call__(self, truth: Mask, found: Mask, spacing: Sequence[float]) -> float:
        """The score of two masks (z, y, x) with spacing (z, y, x) [mm]."""
        return self.of(MaskPair(np.asarray(truth, bool), np.asarray(found, bool), spacing))


def worst(unit: str, diagonal: float) -> float:
    """The score of a structure that was missed, or found where there is none."""
    return diagonal if unit == MILLIMETRES else 0.0


def ideal(unit: str) -> float:
    """The score that cannot be bettered."""
    return 0.0 if unit == MILLIMETRES else 1.0

"""Agreement of two surfaces: NSD, HD95 and ASSD.

    NSD(tau) = (|{a: d(a, B) <= tau}| + |{b: d(b, A) <= tau}|) / (|A| + |B|)
    HD95     = max(percentile95 {d(a, B)}, percentile95 {d(b, A)})
    ASSD     = mean of {d(a, B)} and {d(b, A)} taken together

A and B are the surface voxels of truth and prediction and d their distances as `distances.py` defines them; tau, HD95
and ASSD in millimetres, NSD a share. Tools differ in two points (Podobnik and Vrtovec, arXiv:2410.02630), stated
here: HD95 is the larger of the two directed percentiles, not the percentile of the pooled distances, and interpolates
linearly between order statistics; ASSD pools the distances, it is not the mean of two means.

References: NSD Nikolov et al., J Med Internet Res 23 (2021) e26151, doi:10.2196/26151, on voxels instead of meshes;
HD95 and ASSD Reinke et al., Nature Methods 21 (2024), doi:10.1038/s41592-023-02150-0.
"""

from dataclasses import dataclass

import numpy as np

from spinbridge.core.errors import SettingsError
from spinbridge.evaluation.pair import MILLIMETRES, MaskPair, PairMetric


@dataclass(frozen=True)
class SurfaceDice(PairMetric):
    """Share of both surfaces that lies within a tolerance of the other (NSD)."""

    tolerance: float = 2.0  #: [mm]

    def __post_init__(self) -> None:
        """Refuse a tolerance that is none."""
        if not self.tolerance >= 0:
            raise SettingsError("a tolerance of 0 mm or more", f"{self.tolerance} mm")

    def measure(self, pair: MaskPair) -> float:
        """The share; distances that exceed the tolerance by rounding alone are within it."""
        return float(np.mean(pair.distances.pooled <= self.tolerance * (1 + 1e-9)))


@dataclass(frozen=True)
class Hausdorff95(PairMetric):
    """The larger of the two directed 95th percentiles of surface distance (HD95)."""

    unit = MILLIMETRES

    def measure(self, pair: MaskPair) -> float:
        """The distance [mm]."""
        directed = (pair.distances.from_truth, pair.distances.from_found)
        return float(max(np.percentile(distances, 95) for distances in directed))


@dataclass(frozen=True)
class MeanSurfaceDistance(PairMetric):
    """Average symmetric surface distance over the pooled distances (ASSD)."""

    unit = MILLIMETRES

    def measure(self, pair: MaskPair) -> float:
        """The distance [mm]."""
        return float(pair.distances.pooled.mean())

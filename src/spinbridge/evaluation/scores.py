"""Scores of a segmentation: every metric of every structure that the label annotates, case by case.

Per case and per structure, never over pooled voxels. A structure that the label does not annotate is unknown and not
scored, whatever was found there. A prediction that is missing altogether gets the worst score of every structure,
also of one that the label has no voxel of: no file is no answer. Distances in millimetres.

Policy after Reinke et al., Nature Methods 21 (2024), doi:10.1038/s41592-023-02150-0; see `pair.py` for empty masks.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum
from types import MappingProxyType

import numpy as np

from spinbridge.core.image import Array
from spinbridge.core.structures import Heart
from spinbridge.evaluation.overlap import Dice
from spinbridge.evaluation.pair import Empty, MaskPair, PairMetric, worst
from spinbridge.evaluation.surface import Hausdorff95, MeanSurfaceDistance, SurfaceDice

#: What is measured where nothing else is asked for.
METRICS: Mapping[str, PairMetric] = MappingProxyType(
    {"Dice": Dice(), "NSD 2 mm": SurfaceDice(2.0), "HD95": Hausdorff95(), "ASSD": MeanSurfaceDistance()}
)


@dataclass(frozen=True, kw_only=True)
class Score:
    """One number: how well one structure of one case was found, by one metric."""

    case: str
    patient: str
    structure: str
    metric: str
    value: float  #: NaN where both masks are empty
    unit: str  #: `mm`, or empty for a share
    empty: Empty = ""  #: which mask was empty: "", "both", "truth" or "prediction"


def score_case(
    truth: Array,
    found: Array | None,
    *,
    spacing: Sequence[float],
    case: str,
    patient: str,
    structures: Sequence[IntEnum] = Heart.foreground(),
    metrics: Mapping[str, PairMetric] = METRICS,
) -> list[Score]:
    """Score a label array against the true one, both (z, y, x) of structure codes, spacing (z, y, x) [mm].

    `found` is None where there is no prediction; `structures` are those that the truth annotates. Raises
    `GeometryError` where the shapes differ.
    """
    scores = []
    for structure in structures:
        actual = np.asarray(truth) == structure
        pair = MaskPair(actual, np.zeros_like(actual) if found is None else np.asarray(found) == structure, spacing)
        empty: Empty = "prediction" if found is None else pair.empty
        for name, metric in metrics.items():
            value = worst(metric.unit, pair.diagonal) if found is None else metric.of(pair)
            scores.append(
                Score(
                    case=case,
                    patient=patient,
                    structure=structure.name,
                    metric=name,
                    value=value,
                    unit=metric.unit,
                    empty=empty,
                )
            )
    return scores


def select(scores: Sequence[Score], *, metric: str, structure: str | None = None) -> list[Score]:
    """The scores of one metric, and of one structure where it is given."""
    return [s for s in scores if s.metric == metric and structure in (None, s.structure)]

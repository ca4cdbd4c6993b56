"""Measures of the heart from labels: volume, ejection fraction, mass, and how far two ways of measuring agree.

    V  = N |det A| / 1000                  [ml], N voxels of affine A [mm]
    EF = (EDV - ESV) / EDV                 [1]
    m  = 1.05 V                            [g], density of myocardium [g/ml]
    bias = mean(d),  limits of agreement = bias +- 1.96 sd(d),   d = measured - true

The voxel volume is that of the affine, so that it also holds for slices with a gap in their spacing and for oblique
axes; volumes are sums of voxels (Simpson's rule). Differences are assumed to be independent, one to a patient.

References: Schulz-Menger et al., J Cardiovasc Magn Reson 22 (2020) 19, doi:10.1186/s12968-020-00610-6; Bland and
Altman, Lancet 327 (1986) 307-310, doi:10.1016/S0140-6736(86)90837-8.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum

import numpy as np
from scipy import stats

from spinbridge.core.errors import InputError
from spinbridge.core.image import Array

MYOCARDIAL_DENSITY = 1.05  #: [g/ml]
_NORMAL_95 = 1.96
_FEWEST_FOR_SPREAD = 2
_FEWEST_FOR_CORRELATION = 3


def voxel_volume(affine: Array) -> float:
    """The volume of one voxel of an affine (4, 4) in mm [ml]."""
    return float(abs(np.linalg.det(affine[:3, :3]))) / 1000


def structure_volume(label: Array, structure: IntEnum, affine: Array) -> float:
    """The volume of one structure of a label (z, y, x) [ml]."""
    return int(np.count_nonzero(label == structure)) * voxel_volume(affine)


def ejection_fraction(end_diastolic: float, end_systolic: float) -> float:
    """The share of the end-diastolic volume [ml] that is ejected [1]; NaN where there is no end-diastolic volume."""
    return (end_diastolic - end_systolic) / end_diastolic if end_diastolic > 0 else math.nan


def myocardial_mass(volume: float) -> float:
    """The mass [g] of a volume [ml] of myocardium."""
    return MYOCARDIAL_DENSITY * volume


@dataclass(frozen=True, kw_only=True)
class Agreement:
    """How measured values agree with true ones, in the unit of the values."""

    patients: int  #: pairs that were compared
    left_out: int  #: pairs without a number on one side or both
    bias: float
    bias_low: float  #: lower end of the 95 % interval of the bias (Student's t)
    bias_high: float
    lower_limit: float  #: lower limit of agreement
    upper_limit: float
    mean_absolute_error: float
    correlation: float  #: Pearson's r; it alone hides a bias


def agreement(measured: Sequence[float], true: Sequence[float]) -> Agreement:
    """Bland-Altman agreement of paired values, one pair to a patient.

    Pairs with a NaN are left out and counted. What too few pairs cannot tell is NaN. Raises `InputError` for
    sequences of unequal length.
    """
    if len(measured) != len(true):
        raise InputError("as many measured as true values", f"{len(measured)} and {len(true)}")
    pairs = np.array([measured, true], float).reshape(2, -1)
    known = np.isfinite(pairs).all(axis=0)
    x, y = pairs[:, known]
    n, d = x.size, x - y
    bias = float(d.mean()) if n else math.nan
    sd = float(d.std(ddof=1)) if n >= _FEWEST_FOR_SPREAD else math.nan
    half = sd / math.sqrt(n) * float(stats.t.ppf(0.975, n - 1)) if n >= _FEWEST_FOR_SPREAD else math.nan
    return Agreement(
        patients=n,
        left_out=int((~known).sum()),
        bias=bias,
        bias_low=bias - half,
        bias_high=bias + half,
        lower_limit=bias - _NORMAL_95 * sd,
        upper_limit=bias + _NORMAL_95 * sd,
        mean_absolute_error=float(np.abs(d).mean()) if n else math.nan,
        correlation=_correlation(x, y),
    )


def _correlation(x: Array, y: Array) -> float:
    if x.size < _FEWEST_FOR_CORRELATION or np.ptp(x) == 0 or np.ptp(y) == 0:
        return math.nan
    return float(np.corrcoef(x, y)[0, 1])

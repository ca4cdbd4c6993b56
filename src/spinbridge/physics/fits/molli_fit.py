"""MOLLI: T1 of an inversion recovery that is bent by its readouts, with the sign of magnitudes restored.

    S(TI) = A - B exp(-TI/T1*),     T1 = T1* (B/A - 1)            three parameters, then the Look-Locker correction

Times in seconds. Magnitudes have lost their sign: the images are put in the order of TI, the first 0, 1, ..., N - 1 of
them are turned negative, and of the curves that begin below zero, B > A > 0, the one with the smallest residual is
kept. Images that carry their sign are fitted as they are; complex ones get it from their phase against that of the
image with the longest TI (`polarity.py`). Trial errs where an image is near its null, because the curve is not quite
that of a gated train: by 1 or 2 % of T1.

The correction is exact for a train of small flip angles that never pauses. A gated bSSFP MOLLI comes out 3 to 18 % too
low, by scheme, heart rate, flip angle and T2 (docs/fits.md); `simulated_correction.py` takes that away. Magnetisation
transfer, off-resonance and moving spins are in neither.

References: D. Messroghli et al., Magn Reson Med 2004;52:141, doi:10.1002/mrm.20110; R. Deichmann, A. Haase, J Magn
Reson 1992;96:608, doi:10.1016/0022-2364(92)90347-A (the correction).
"""

import torch
from torch import Tensor

from spinbridge.physics.fits.decay import column, decay
from spinbridge.physics.fits.polarity import longest, phase_sensitive, sign_patterns
from spinbridge.physics.fits.relaxation_fit import T1_BOUNDS, Limits, RelaxationFit, voxels_of
from spinbridge.physics.fits.separable import Columns, Projection, Slopes
from spinbridge.physics.fits.voxel_fit import Curve, Estimate, Reading, fit_voxels

_PARAMETERS, _POINTS = 3, 40


def fit_molli(
    images: Tensor,
    inversion_times: tuple[float, ...],
    *,
    signed: bool = False,
    noise: float | None = None,
    limits: Limits | None = None,
) -> RelaxationFit:
    """Apparent T1 of images (N, ...) at `inversion_times` [s], in any order; the maps have the images' other axes.

    Real images are magnitudes unless `signed`; complex ones are taken as phase-sensitive. `amplitude` is A. `noise` is
    the standard deviation of the images' noise, in their units; None to take each voxel's own residual.
    Raises `InputError` where images and times do not match or are fewer than three.
    """
    voxels = voxels_of(images, inversion_times, parameters=_PARAMETERS)
    signed = signed or voxels.is_complex()
    real = phase_sensitive(voxels, longest(inversion_times)) if signed else voxels.abs()
    curve = Curve(
        family=_Recovery(column(inversion_times, real)),
        read=_read,
        bounds=(T1_BOUNDS,),
        points=(_POINTS,),
        parameters=_PARAMETERS,
        signs=None if signed else sign_patterns(inversion_times),
        possible=_inverts,
    )
    return fit_voxels(real, curve, images.shape[1:], limits=limits or Limits(), noise=noise)


class _Recovery:
    """The functions 1 and exp(-TI/T1*)."""

    def __init__(self, times: Tensor) -> None:
        self._times, self._ones = times, torch.ones_like(times)

    def __call__(self, log_times: Tensor) -> tuple[Columns, Slopes]:
        e, slope = decay(self._times, log_times[0])
        return (self._ones, e), ((None, slope),)


def _inverts(coefficients: Tensor) -> Tensor:
    """Whether B > A > 0: the recovery begins below zero."""
    return (coefficients[0] > 0) & (coefficients.sum(0) < 0)


def _read(log_times: Tensor, found: Projection) -> Reading:
    a, minus_b = found.coefficients
    star = log_times[0].exp()
    t1 = -star * (minus_b / a + 1)
    by_b, none = -star / a, torch.zeros_like(a)
    variance = found.variance((star * minus_b / a.square(), by_b), (t1,))
    return Reading(t1=Estimate(t1, variance), amplitude=Estimate(a, found.variance((1.0, 0.0), (none,))))

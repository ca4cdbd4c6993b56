"""SASHA: T1 of a saturation recovery, one saturation before each image.

    S(TS) = A (1 - B exp(-TS/T1))       three parameters; two with B = 1

Times in seconds, TS from the saturation to the centre of k-space, infinite for the image without saturation. A
saturation erases what was before it, so heart rate and earlier readouts do not enter. With three parameters T1 is
exact for any readout, because a readout maps the magnetisation before it to its echo by a straight line; B then holds
the readout and the efficiency of the saturation. Two parameters are more precise and need a readout that leaves B at 1:
a variable flip angle; after a ramp to a constant one T1 is off by some per cent (docs/fits.md).

Reference: K. Chow et al., Magn Reson Med 2014;71:2082, doi:10.1002/mrm.24878.
"""

import torch
from torch import Tensor

from spinbridge.physics.fits.decay import column, decay
from spinbridge.physics.fits.polarity import longest, phase_sensitive
from spinbridge.physics.fits.relaxation_fit import T1_BOUNDS, Limits, RelaxationFit, voxels_of
from spinbridge.physics.fits.separable import Columns, Projection, Slopes
from spinbridge.physics.fits.voxel_fit import Curve, Estimate, Reading, fit_voxels

_POINTS = 40


def fit_sasha(
    images: Tensor,
    saturation_times: tuple[float, ...],
    *,
    parameters: int = 3,
    noise: float | None = None,
    limits: Limits | None = None,
) -> RelaxationFit:
    """T1 of images (N, ...) at `saturation_times` [s]; the maps have the images' other axes, `amplitude` is A.

    Two `parameters` hold B at 1. Complex images are taken as phase-sensitive: the first ones are weak, and as
    magnitudes they are lifted by the noise. `noise` is the standard deviation of the images' noise, in their units;
    None to take each voxel's own residual. Raises `InputError` where images and times do not match or are fewer than
    the parameters.
    """
    free = parameters > 2  # noqa: PLR2004 - the two forms
    voxels = voxels_of(images, saturation_times, parameters=3 if free else 2)
    real = phase_sensitive(voxels, longest(saturation_times))
    curve = Curve(
        family=_Recovery(column(saturation_times, real), free=free),
        read=_read,
        bounds=(T1_BOUNDS,),
        points=(_POINTS,),
        parameters=3 if free else 2,
    )
    return fit_voxels(real, curve, images.shape[1:], limits=limits or Limits(), noise=noise)


class _Recovery:
    """The functions 1 and exp(-TS/T1), or their difference."""

    def __init__(self, times: Tensor, *, free: bool) -> None:
        self._times, self._ones, self._free = times, torch.ones_like(times), free

    def __call__(self, log_times: Tensor) -> tuple[Columns, Slopes]:
        e, slope = decay(self._times, log_times[0])
        if self._free:
            return (self._ones, e), ((None, slope),)
        return (1 - e,), ((-slope,),)


def _read(log_times: Tensor, found: Projection) -> Reading:
    a, t1 = found.coefficients[0], log_times[0].exp()
    none = torch.zeros_like(found.coefficients)
    first = torch.zeros_like(none)
    first[0] = 1
    t1_variance = found.variance(tuple(none), (t1,))
    return Reading(t1=Estimate(t1, t1_variance), amplitude=Estimate(a, found.variance(tuple(first), (none[0],))))

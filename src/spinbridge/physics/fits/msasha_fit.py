"""mSASHA: T1 and T2 together, of saturation recoveries of which some end with a T2 preparation.

    S = A {1 - [1 - (1 - exp(-TS/T1)) exp(-TE/T2)] exp(-TD/T1)}

Times in seconds: TS from the saturation to the T2 preparation, infinite for the image without saturation; TE of the
preparation, 0 where there is none; TD from the end of the preparation to the centre of k-space. Three parameters A, T1
and T2. During TD the magnetisation recovers towards A, most where the preparation left least: with TD left out and its
time given to TS, T1 stays and T2 comes out 18 to 62 % too long (docs/fits.md). A readout of variable flip angle is
meant, which sees the magnetisation at its centre; constant flip angles shift T1 and T2 by some per cent, which
`simulated_correction.py` takes away.

Reference: K. Chow et al., Magn Reson Med 2022;87:2775, doi:10.1002/mrm.29170, and the authors' reconstruction,
https://github.com/kspaceKelvin/mSASHA-MRD-App (the equation with TD).
"""

import torch
from torch import Tensor

from spinbridge.core.errors import InputError
from spinbridge.physics.fits.decay import column, decay
from spinbridge.physics.fits.polarity import longest, phase_sensitive
from spinbridge.physics.fits.relaxation_fit import T1_BOUNDS, T2_BOUNDS, Limits, RelaxationFit, voxels_of
from spinbridge.physics.fits.separable import Columns, Projection, Slopes
from spinbridge.physics.fits.voxel_fit import Curve, Estimate, Reading, fit_voxels

_PARAMETERS, _POINTS = 3, (24, 24)


def fit_msasha(
    images: Tensor,
    saturation_times: tuple[float, ...],
    preparation_times: tuple[float, ...],
    *,
    delay: float,
    noise: float | None = None,
    limits: Limits | None = None,
) -> RelaxationFit:
    """T1 and T2 of images (N, ...); the maps have the images' other axes, `amplitude` is A.

    `saturation_times` TS, `preparation_times` TE and the `delay` TD in [s]. Complex images are taken as
    phase-sensitive. `noise` is the standard deviation of the images' noise, in their units; None to take each voxel's
    own residual. Raises `InputError` where images and times do not match, are fewer than three, or no two
    preparations differ.
    """
    voxels = voxels_of(images, saturation_times, parameters=_PARAMETERS)
    voxels_of(images, preparation_times, parameters=_PARAMETERS)
    if len(set(preparation_times)) < 2:  # noqa: PLR2004
        remedy = "Fit T1 alone with fit_sasha."
        raise InputError("images with and without a T2 preparation", "one preparation time", remedy=remedy)
    real = phase_sensitive(voxels, longest(saturation_times))
    curve = Curve(
        family=_Recovery(*(column(times, real) for times in (saturation_times, preparation_times, (delay,)))),
        read=_read,
        bounds=(T1_BOUNDS, T2_BOUNDS),
        points=_POINTS,
        parameters=_PARAMETERS,
    )
    return fit_voxels(real, curve, images.shape[1:], limits=limits or Limits(), noise=noise)


class _Recovery:
    """The one function, with u = 1 - (1 - exp(-TS/T1)) exp(-TE/T2) for what is missing after the preparation."""

    def __init__(self, saturation: Tensor, preparation: Tensor, delay: Tensor) -> None:
        self._saturation, self._preparation, self._delay = saturation, preparation, delay

    def __call__(self, log_times: Tensor) -> tuple[Columns, Slopes]:
        saturated, saturated_slope = decay(self._saturation, log_times[0])
        prepared, prepared_slope = decay(self._preparation, log_times[1])
        left, left_slope = decay(self._delay, log_times[0])
        u = 1 - (1 - saturated) * prepared
        by_t1 = -(saturated_slope * prepared * left + u * left_slope)
        by_t2 = (1 - saturated) * prepared_slope * left
        return (1 - u * left,), ((by_t1,), (by_t2,))


def _read(log_times: Tensor, found: Projection) -> Reading:
    (a,), (t1, t2) = found.coefficients, log_times.exp()
    none = torch.zeros_like(a)
    return Reading(
        t1=Estimate(t1, found.variance((none,), (t1, none))),
        t2=Estimate(t2, found.variance((none,), (none, t2))),
        amplitude=Estimate(a, found.variance((none + 1,), (none, none))),
    )

"""T2-prepared images: T2 of a decay, with or without what recovers between the preparation and the readout.

    fit_t2prep            S(TE) = A exp(-TE/T2)                 two parameters
                          S(TE) = A exp(-TE/T2) + C             three, with an offset
    fit_t2prep_with_t1    S(TE) = A {1 - exp(-TD/T1) [1 - m exp(-TE/T2)]},   m = 1 - exp(-rest/T1)    two, T1 known

Times in seconds: TE of the preparation, TD from its end to the centre of k-space, `rest` the recovery before it, which
begins at nothing and is infinite for the first image. The two-parameter fit reads the recovery during TD as a longer
T2, and the smaller recovery of the later images as a shorter one; the offset takes up the first and suffers from the
second. The third form has both, as far as a readout leaves nothing behind: right for myocardium, not for blood
(docs/fits.md). `simulated_correction.py` follows the magnetisation through the sequence instead.

Reference: S. Giri et al., J Cardiovasc Magn Reson 2009;11:56, doi:10.1186/1532-429X-11-56 (T2-prepared bSSFP, two
parameters); M. Akcakaya et al., Magn Reson Med 2015;74:93, doi:10.1002/mrm.25377 (the offset). The form with T1 is
ours.
"""

from math import inf

import torch
from torch import Tensor

from spinbridge.core.errors import InputError
from spinbridge.physics.fits.decay import column, decay
from spinbridge.physics.fits.polarity import phase_sensitive
from spinbridge.physics.fits.relaxation_fit import T2_BOUNDS, Limits, RelaxationFit, voxels_of
from spinbridge.physics.fits.separable import Columns, Projection, Slopes
from spinbridge.physics.fits.voxel_fit import Curve, Estimate, Reading, fit_voxels
from spinbridge.physics.parameter import Parameter, like

_POINTS = 40


def fit_t2prep(
    images: Tensor,
    preparation_times: tuple[float, ...],
    *,
    offset: bool = False,
    noise: float | None = None,
    limits: Limits | None = None,
) -> RelaxationFit:
    """T2 of images (N, ...) at `preparation_times` [s], with an `offset` as a third parameter or without.

    The maps have the images' other axes; `amplitude` is A. Complex images are taken as phase-sensitive. `noise` is the
    standard deviation of the images' noise, in their units; None to take each voxel's own residual, which three images
    and three parameters do not leave: their deviations are NaN. Raises `InputError` where images and times do not
    match or are fewer than the parameters.
    """
    parameters = 3 if offset else 2
    voxels, times = _prepared(images, preparation_times, parameters)
    curve = Curve(
        family=_Decay(times, offset=offset), read=_read, bounds=(T2_BOUNDS,), points=(_POINTS,), parameters=parameters
    )
    return fit_voxels(voxels, curve, images.shape[1:], limits=limits or Limits(), noise=noise)


def fit_t2prep_with_t1(
    images: Tensor,
    preparation_times: tuple[float, ...],
    *,
    t1: Parameter,
    delay: float,
    rests: tuple[float, ...] | None = None,
    noise: float | None = None,
    limits: Limits | None = None,
) -> RelaxationFit:
    """T2 of images (N, ...) at `preparation_times` [s] where `t1` [s] is known, a number or a map.

    `delay` TD and `rests`, one for each image, in [s]; without them every image begins fully recovered. The other
    arguments as those of `fit_t2prep`.
    """
    voxels, times = _prepared(images, preparation_times, 2)
    known = like(t1, voxels).expand(images.shape[1:]).reshape(1, -1)
    pauses = column(rests or (inf,) * len(times), times)
    if len(pauses) != len(times):
        raise InputError("a rest for each image", f"{len(pauses)} for {len(times)}")
    curve = Curve(
        family=_DecayWithT1(times, delay, pauses), read=_read, bounds=(T2_BOUNDS,), points=(_POINTS,), parameters=2
    )
    return fit_voxels(voxels, curve, images.shape[1:], limits=limits or Limits(), noise=noise, given=known.log())


def _prepared(images: Tensor, preparation_times: tuple[float, ...], parameters: int) -> tuple[Tensor, Tensor]:
    voxels = voxels_of(images, preparation_times, parameters=parameters)
    if len(set(preparation_times)) < parameters:
        got = f"{len(set(preparation_times))}"
        raise InputError(f"{parameters} different preparation times or more", got, remedy="Fit fewer parameters.")
    real = phase_sensitive(voxels, preparation_times.index(min(preparation_times)))
    return real, column(preparation_times, real)


class _Decay:
    """The functions exp(-TE/T2) and, with an offset, 1."""

    def __init__(self, times: Tensor, *, offset: bool) -> None:
        self._times, self._more = times, (torch.ones_like(times),) if offset else ()

    def __call__(self, log_times: Tensor) -> tuple[Columns, Slopes]:
        e, slope = decay(self._times, log_times[0])
        return (e, *self._more), ((slope, *(None for _ in self._more)),)


class _DecayWithT1:
    """The one function of T2, with log T1 in the second row, or a usual T1 where there is none yet."""

    def __init__(self, times: Tensor, delay: float, rests: Tensor) -> None:
        self._times, self._delay, self._rests = times, torch.full_like(times[:1], delay), rests

    def __call__(self, log_times: Tensor) -> tuple[Columns, Slopes]:
        e, slope = decay(self._times, log_times[0])
        log_t1 = log_times[1] if len(log_times) > 1 else torch.zeros_like(log_times[0])
        lost, _ = decay(self._delay, log_t1)
        there = lost * (1 - decay(self._rests, log_t1)[0])
        return (1 - lost + there * e,), ((there * slope,),)


def _read(log_times: Tensor, found: Projection) -> Reading:
    a, t2 = found.coefficients[0], log_times[0].exp()
    none = torch.zeros_like(found.coefficients)
    first = torch.zeros_like(none)
    first[0] = 1
    t2_variance = found.variance(tuple(none), (t2,))
    return Reading(t2=Estimate(t2, t2_variance), amplitude=Estimate(a, found.variance(tuple(first), (none[0],))))

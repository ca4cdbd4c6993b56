"""What a fit returns: relaxation times with a standard deviation each, and the voxels that failed, with the reason.

    residual = sqrt(sum_i (s_i - fit_i)^2 / (N - parameters))     in the units of the images, 0 where N = parameters
    standard deviation = noise sqrt(diagonal of (J'J)^-1)         noise as given, else the residual of the same voxel

Times in seconds. A failed voxel holds NaN in every map but `residual` and `failure`. The standard deviations are
those of Gaussian noise and of small deviations; with few images, the noise that a voxel's own residual tells is
itself uncertain (by 1/sqrt(2 (N - parameters))), and with none to spare there is no deviation but from a given noise.

Reference: G. Seber, C. Wild, Nonlinear Regression, Wiley 1989, doi:10.1002/0471725315 (section 2.1). The limits are
ours.
"""

from dataclasses import dataclass
from enum import IntEnum

import torch
from torch import Tensor

from spinbridge.core.errors import InputError

T1_BOUNDS, T2_BOUNDS = (0.03, 8.0), (0.003, 4.0)  #: between which relaxation times are looked for [s]


class Failure(IntEnum):
    """Why a voxel has no value, the first that applies."""

    NONE = 0
    NO_SIGNAL = 1  #: not finite, zero, or below the least signal
    NOT_CONVERGED = 2
    OUT_OF_BOUNDS = 3  #: a time at the end of its range, or a recovery that is none
    RESIDUAL = 4  #: the curve misses the images
    UNDETERMINED = 5  #: the standard deviation is too large a share of the time


@dataclass(frozen=True, kw_only=True)
class Limits:
    """What a voxel must keep to be believed."""

    residual: float = 0.15  #: largest residual, as a share of the voxel's largest signal
    deviation: float = 1.0  #: largest standard deviation of a time, as a share of it
    signal: float = 0.0  #: least value of the voxel's largest signal, in the units of the images
    noises: float = 4.0  #: the same in units of the noise, where a noise is given


@dataclass(frozen=True, eq=False, kw_only=True)
class RelaxationFit:
    """Maps of any shape; a time that the images do not tell is None."""

    t1: Tensor | None  #: [s]
    t2: Tensor | None  #: [s]
    amplitude: Tensor  #: signal of full recovery and no decay, in the units of the images
    t1_sd: Tensor | None  #: standard deviation of t1 [s]
    t2_sd: Tensor | None  #: standard deviation of t2 [s]
    amplitude_sd: Tensor
    residual: Tensor
    failure: Tensor  #: uint8, values of `Failure`

    @property
    def failed(self) -> Tensor:
        """Where there is no value, boolean."""
        return self.failure != Failure.NONE


def voxels_of(images: Tensor, times: tuple[float, ...], *, parameters: int) -> Tensor:
    """Images (N, ...) as (N, voxels) in a floating type, one for each of the `times` [s].

    Raises `InputError` where their numbers differ or do not determine the `parameters`.
    """
    if images.ndim < 1 or len(images) != len(times):
        got = f"{len(images) if images.ndim else 0} images and {len(times)} times"
        raise InputError("one image for each time", got, remedy="The first axis counts the images.")
    if len(times) < parameters:
        raise InputError(f"{parameters} images or more for {parameters} parameters", f"{len(times)}")
    real = images if images.is_floating_point() or images.is_complex() else images.float()
    return real.reshape(len(images), -1)


def without_failed(values: Tensor, failure: Tensor) -> Tensor:
    """The values, NaN where a voxel failed."""
    return torch.where(failure == Failure.NONE, values, torch.nan)

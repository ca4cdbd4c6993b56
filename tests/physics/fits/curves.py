"""Exact curves with known times, noise, and an optimiser that shares nothing with the fits."""

from collections.abc import Callable

import numpy as np
import numpy.typing as npt
import torch
from scipy.optimize import least_squares
from torch import Tensor

from spinbridge.core.random import generator

Floats = npt.NDArray[np.float64]
INVERSIONS = (0.12, 1.12, 2.12, 0.20, 1.20, 2.20, 0.28, 1.28, 2.28, 3.28, 4.28)  #: of 3(3)3(3)5 at 60 bpm [s]
SATURATIONS = (float("inf"), 0.13, 0.2, 0.27, 0.34, 0.41, 0.48, 0.55, 0.62, 0.69)  #: [s]


def inversion_recovery(t1: Tensor, a: float = 1.0, b: float = 1.9, times: tuple[float, ...] = INVERSIONS) -> Tensor:
    """A - B exp(-TI/T1*) with T1* such that the corrected T1 is `t1`."""
    ti = torch.tensor(times, dtype=t1.dtype).view(-1, *(1 for _ in t1.shape))
    return a - b * torch.exp(-ti / (t1 / (b / a - 1)))


def saturation_recovery(t1: Tensor, b: float = 1.0) -> Tensor:
    ts = torch.tensor(SATURATIONS, dtype=t1.dtype).view(-1, *(1 for _ in t1.shape))
    return 1 - b * torch.exp(-ts / t1)


def noisy(signal: Tensor, noise: float, *name: object) -> Tensor:
    """The signal with Gaussian noise, a stream of its own for each name."""
    return signal + noise * torch.randn(signal.shape, dtype=signal.dtype, generator=generator(0, "fits", *name))


def by_scipy(curve: Callable[[Floats], Floats], images: Tensor, start: list[float]) -> Floats:
    """The parameters of every voxel of (N, V) images, by a general optimiser from one start, (V, parameters)."""
    found = [
        least_squares(lambda p, s=s: curve(p) - s, start, x_scale=np.abs(start), xtol=1e-14, ftol=1e-14, gtol=1e-14).x
        for s in images.double().numpy().T
    ]
    return np.array(found)

"""Thermal noise: Gaussian in both channels of the complex image, Rician in its magnitude.

    m = |s + sd (n1 + i n2)|;   where s = 0:  mean m = sd sqrt(pi/2) = 1.2533 sd,  SD m = sd sqrt(2 - pi/2) = 0.6551 sd
    root of the sum of squares of n coils, s = 0:  mean = sd sqrt(2) Gamma(n + 1/2)/Gamma(n),  mean square = 2 n sd^2

`sd` is the standard deviation of one channel, in the signal's unit. White; `kspace.py` gives it the colour of the
reconstruction.

References: H. Gudbjartsson, S. Patz, Magn Reson Med 1995;34:910, doi:10.1002/mrm.1910340618 (equation 1);
C. Constantinides et al., Magn Reson Med 1997;38:852, doi:10.1002/mrm.1910380524 (n coils: the non-central chi of 2 n
degrees of freedom).
"""

from math import sqrt

import torch
from torch import Tensor


def add_complex_noise(
    signal: Tensor, sd: float | Tensor, draw: torch.Generator, *, covariance: Tensor | None = None
) -> Tensor:
    """The signal, any shape, real or complex, with noise of `sd` in each channel; complex.

    `covariance` `(coils, coils)`, with ones on its diagonal, ties the noise of the coils along the first axis.
    """
    dtype = signal.dtype if signal.is_complex() else signal.dtype.to_complex()
    noise = torch.randn(signal.shape, dtype=dtype, generator=draw)  # a variance of 1/2 in each channel
    if covariance is not None:
        noise = torch.tensordot(torch.linalg.cholesky(covariance).to(dtype), noise, dims=1)
    return signal + noise.mul_(sqrt(2) * sd)


def rician(signal: Tensor, sd: float | Tensor, draw: torch.Generator) -> Tensor:
    """The magnitude, real, of the signal with complex noise."""
    return add_complex_noise(signal, sd, draw).abs()

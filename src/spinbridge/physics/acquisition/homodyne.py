"""Homodyne reconstruction of partial Fourier data: a real object has a symmetric k-space, once its phase is removed.

    band    |u| <= u0 = 2 q - 1: the lines that were measured on both sides,   u = k / (share k_max)
    ramp    w(u) = 0 below -u0,   1 + u/u0 in the band,   2 above          so that w(u) + w(-u) = 2
    low     F^-1 [ (0.5 + 0.5 cos(pi u/u0)) on the band ],   phasor = low / |low|
    image   phasor Re[ conj(phasor) F^-1(ramp W data) ]

q is the share of the lines along y that was measured, W the filter. The phase must be smooth: it is taken from the
band alone, and what it misses is lost. The result is complex with that phase, so that images can still be combined.

Reference: D. Noll, D. Nishimura, A. Macovski, IEEE Trans Med Imaging 1991;10:154, doi:10.1109/42.79473.
"""

from math import pi

import torch
from torch import Tensor

from spinbridge.physics.acquisition.kspace import line_weights


def homodyne(image: Tensor, weights_y: Tensor, weights_x: Tensor, *, share: float, partial: float) -> Tensor:
    """The complex image `(..., y, x)` from the measured part of its k-space, with the smooth phase of its low lines.

    `weights_y` are those of `ramp_weights`, `weights_x` the other axis's, `share` the acquired part of the image's
    k-space along y and `partial`, above 0.5, the measured part of that.
    """
    low = weights_x * _band_filter(image.shape[-2], share, partial).to(weights_y.dtype)[:, None]
    spectrum = torch.fft.fft2(image)
    phase: Tensor = torch.fft.ifft2(spectrum * low)
    phasor = phase / phase.abs().clamp_min(torch.finfo(weights_y.dtype).tiny)
    found: Tensor = torch.fft.ifft2(spectrum * (weights_y[:, None] * weights_x))
    real: Tensor = (phasor.conj() * found).real
    phased: Tensor = phasor * real
    return phased


def ramp_weights(lines: int, share: float, *, window: str = "none", partial: float) -> Tensor:
    """Weights `(lines,)` in the order of the FFT: the filter times the ramp that stands for the missing side."""
    u0 = 2 * partial - 1
    u = torch.fft.fftfreq(lines) / (0.5 * share)
    ramp: Tensor = (1 + u / max(u0, 1e-6)).clamp(0.0, 2.0)
    return line_weights(lines, share, window=window) * ramp


def _band_filter(lines: int, share: float, partial: float) -> Tensor:
    u0 = max(2 * partial - 1, 1e-6)
    u = torch.fft.fftfreq(lines).abs() / (0.5 * share)
    return torch.where(u <= u0, 0.5 + 0.5 * torch.cos(pi * u / u0), 0.0)

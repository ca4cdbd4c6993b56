"""From an image to the part of k-space that was acquired, and back: truncation, filter, partial Fourier, zero filling.

    image -> FFT -> weights(ky) weights(kx) -> inverse FFT

    share   = image spacing / acquired spacing; kept: |k| <= share k_max
    none    w(u) = 1                     u = |k| / (share k_max)
    hamming w(u) = 0.54 + 0.46 cos(pi u)
    tukey   w(u) = 1 up to u = 0.7, then half a cosine to 0 at u = 1
    partial Fourier q: of the acquired ky, the lowest 1 - q are missing
    elliptic: kept where u_y^2 + u_x^2 <= 1, u = k / (share k_max) of each axis

Complex images (..., y, x); shares without unit. The result keeps the matrix of the image unless it is `zero_filled`
onto a finer one; zeros outside the acquired part are zero filling too. Gibbs ringing and the phase errors of partial
Fourier come out by themselves.

Reference: M. Bernstein et al., Handbook of MRI Pulse Sequences, 2004, chapter 13 (partial Fourier, filters, zero
filling).
"""

from math import pi

import torch
from torch import Tensor

from spinbridge.core.errors import SettingsError

WINDOWS = ("none", "hamming", "tukey")
_TAPER = 0.3


def reconstruct(image: Tensor, weights_y: Tensor, weights_x: Tensor) -> Tensor:
    """The complex image `(..., y, x)` as its acquired, weighted part of k-space gives it back.

    `weights_x` may have an axis y of its own, for a shape of k-space that is no rectangle.
    """
    spectrum = torch.fft.fft2(image)
    spectrum *= weights_y[:, None] * weights_x
    back: Tensor = torch.fft.ifft2(spectrum)
    return back


def line_weights(lines: int, share: float, *, window: str = "none", partial: float = 1.0) -> Tensor:
    """Weights `(lines,)` of one axis of k-space in the order of the FFT, float32.

    `share` of the highest frequency was acquired, and of these lines `partial`. Raises `SettingsError` for an unknown
    window and shares outside (0, 1] or, for `partial`, [0.5, 1].
    """
    if not 0 < share <= 1 or not 0.5 <= partial <= 1:  # noqa: PLR2004 - half of k-space is the least that can be mirrored
        got = f"{share:g} and {partial:g}"
        raise SettingsError("an acquired share of k-space in (0, 1], partial Fourier in [0.5, 1]", got)
    signed = torch.fft.fftfreq(lines) / (0.5 * share)
    edge = 1 + 1e-6
    kept = (signed.abs() <= edge) & (signed >= -edge * (2 * partial - 1))
    weights: Tensor = kept * _window(signed.abs().clamp_max(1.0), window)
    return weights


def elliptic_shutter(shape: tuple[int, int], shares: tuple[float, float]) -> Tensor:
    """Ones inside the ellipse of the acquired shares of k-space along (y, x), zeros outside, `(y, x)`; float32."""
    y, x = (torch.fft.fftfreq(n) / (0.5 * share) for n, share in zip(shape, shares, strict=True))
    inside: Tensor = y[:, None].square() + x.square() <= 1 + 1e-6
    return inside.float()


def zero_filled(image: Tensor, shape: tuple[int, int]) -> Tensor:
    """The complex image `(..., y, x)` on a finer grid `shape` over the same field of view, by zeros around k-space."""
    rows, columns = image.shape[-2:]
    if (rows, columns) == shape:
        return image
    spectrum = torch.fft.fftshift(torch.fft.fft2(image), dim=(-2, -1))
    before = [big // 2 - small // 2 for big, small in zip(shape, (rows, columns), strict=True)]
    after = [shape[0] - rows - before[0], shape[1] - columns - before[1]]
    wide = torch.nn.functional.pad(spectrum, (before[1], after[1], before[0], after[0]))
    fine: Tensor = torch.fft.ifft2(torch.fft.ifftshift(wide, dim=(-2, -1)))
    return fine * (shape[0] * shape[1] / (rows * columns))


def noise_gain(weights_y: Tensor, weights_x: Tensor) -> float:
    """Standard deviation of white noise of spread 1 after `reconstruct`."""
    if weights_x.dim() > 1:
        return float((weights_y[:, None] * weights_x).square().mean().sqrt())
    return float((weights_y.square().mean() * weights_x.square().mean()).sqrt())


def _window(u: Tensor, window: str) -> Tensor:
    if window == "none":
        return torch.ones_like(u)
    if window == "hamming":
        return 0.54 + 0.46 * torch.cos(pi * u)
    if window == "tukey":
        return 0.5 + 0.5 * torch.cos(pi * ((u - 1 + _TAPER) / _TAPER).clamp_min(0.0))
    raise SettingsError(f"a window among {', '.join(WINDOWS)}", f"'{window}'", where="window")

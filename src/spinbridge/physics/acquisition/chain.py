"""The way of a signal to a magnitude image: shading, noise, the acquired part of k-space, filter, zero filling.

    image = | F^-1 W F ( shading * signal + noise ) |,   noise such that its SD in the image is reference / snr

The noise enters before the weights W, as in a scanner, and so has the grain of the reconstruction. `reference` is the
98th percentile of |signal| unless given: the bright blood of bSSFP, where SNR is usually stated. Spacings in mm,
shapes (..., y, x); the images of a train share their shading and noise level.

Reference: E. M. Haacke et al., Magnetic Resonance Imaging, 1999, chapters 13 and 15 (resolution, filters, signal and
noise).
"""

from dataclasses import dataclass
from math import exp, log

import torch
from torch import Tensor

from spinbridge.core.errors import SettingsError
from spinbridge.core.random import chance, uniform
from spinbridge.physics.acquisition.coil import coil_shading
from spinbridge.physics.acquisition.kspace import WINDOWS, line_weights, noise_gain, reconstruct
from spinbridge.physics.acquisition.noise import add_complex_noise

_BRIGHT = 0.98
_ENOUGH = 8192  # voxels that a percentile is taken from


@dataclass(frozen=True, kw_only=True)
class Acquisition:
    """How one image was acquired and reconstructed."""

    snr: float = 30.0  #: bright tissue over the noise of one channel; infinite for none
    spacing: tuple[float, float] = (1.25, 1.25)  #: of the image, along (y, x) [mm]
    acquired_spacing: tuple[float, float] = (
        1.25,
        1.25,
    )  #: of the data, along (y, x) [mm]; finer than the image is not used
    window: str = "none"  #: filter of k-space: none, hamming or tukey
    partial_fourier: float = 1.0  #: share of the acquired lines along y that were measured, 0.5 to 1
    shading: float = 0.0  #: largest departure of the receive profile from its mean, below 1
    phase: float = 0.0  #: spread of the image's smooth phase [rad]

    def __post_init__(self) -> None:
        """Refuse what is no acquisition. Raises `SettingsError`."""
        positive = (self.snr, *self.spacing, *self.acquired_spacing)
        if not min(positive) > 0 or not 0 <= self.shading < 1 or self.window not in WINDOWS:
            needed = f"snr and spacings above 0, shading from 0 to below 1, a window among {', '.join(WINDOWS)}"
            raise SettingsError(needed, repr(self), where="Acquisition")

    @property
    def shares(self) -> tuple[float, float]:
        """Share of the image's k-space that was acquired, along (y, x)."""
        y, x = (min(1.0, a / b) for a, b in zip(self.spacing, self.acquired_spacing, strict=True))
        return y, x


def acquire(signal: Tensor, settings: Acquisition, draw: torch.Generator, *, reference: float | None = None) -> Tensor:
    """Magnitude image of a real or complex signal, both `(..., y, x)`, in the signal's unit and real dtype.

    `reference` is the signal that `snr` is about, the signal's own bright level where None. Give that of the whole
    train when one of its images is acquired alone: the scanner's noise does not shrink with the signal near the null.
    """
    shape = (signal.shape[-2], signal.shape[-1])
    share_y, share_x = settings.shares
    weights_y = line_weights(shape[0], share_y, window=settings.window, partial=settings.partial_fourier)
    weights_x = line_weights(shape[1], share_x, window=settings.window)
    weights_y, weights_x = weights_y.to(signal.real.dtype), weights_x.to(signal.real.dtype)
    bright = bright_level(signal) if reference is None else reference
    sd = bright / settings.snr / noise_gain(weights_y, weights_x)
    shaded = signal * coil_shading(shape, settings.shading, draw, phase=settings.phase).to(signal.dtype.to_complex())
    image = reconstruct(add_complex_noise(shaded, sd, draw), weights_y, weights_x)
    return (image.real.square() + image.imag.square()).sqrt_()  # less than half the time of a complex abs


def draw_acquisition(draw: torch.Generator, *, spacing: tuple[float, float] = (1.25, 1.25)) -> Acquisition:
    """An acquisition as the clinic has them, for an image of `spacing` along (y, x) [mm].

    SNR 12 to 70, acquired at 1.0 to 1.8 times the image's spacing, more along y; a filter in two of three, partial
    Fourier in one of three, shading up to 40 %.
    """
    coarser = uniform(1.0, 1.5, draw)
    stretch = uniform(1.0, 1.2, draw)
    return Acquisition(
        snr=exp(uniform(log(12.0), log(70.0), draw)),
        spacing=spacing,
        acquired_spacing=(spacing[0] * coarser * stretch, spacing[1] * coarser),
        window=WINDOWS[int(uniform(0, len(WINDOWS) - 1e-6, draw))],
        partial_fourier=uniform(0.7, 0.9, draw) if chance(1 / 3, draw) else 1.0,
        shading=uniform(0.0, 0.4, draw),
        phase=uniform(0.0, 1.0, draw),
    )


def bright_level(signal: Tensor) -> float:
    """The 98th percentile of |signal| [signal's unit], from every k-th voxel of a large image."""
    magnitude = signal.detach().flatten()[:: max(1, signal.numel() // _ENOUGH)].abs()
    return float(magnitude.kthvalue(max(1, round(_BRIGHT * magnitude.numel()))).values)

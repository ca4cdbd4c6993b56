"""Phase-sensitive reconstruction: the signed signal, once coils and field have given their phase to a reference.

    image = Re[ sum_c conj(r_c) s_c ] / sqrt( sum_c |r_c|^2 ),    r_c = low-pass of the reference image of coil c

s_c and r_c are images of the same slice by the same coils, each with its own noise (PSIR: the inversion-recovery image
and a proton-density image of the next heartbeat at a small flip angle). The reference's magnitude cancels up to the
coils' root of the sum of squares, so the result has the intensity of a root-sum-of-squares image, with the sign of the
signal against the reference; noise about zero is Gaussian, with the SD of one channel, not Rician. The low-pass, a
Gaussian of `_WIDTH` voxels, keeps the reference's noise out; coil and field phases are smoother than that.

Reference: P. Kellman et al., Magn Reson Med 2002;47:372, doi:10.1002/mrm.10051.
"""

from math import pi

import torch
from torch import Tensor

_WIDTH = 1.5  # of the low-pass [voxels]


def signed_image(channels: Tensor, reference: Tensor) -> Tensor:
    """The signed image `(..., y, x)`, real, of complex channels and their reference, both `(coils, ..., y, x)`."""
    smooth = low_pass(reference)
    power = (smooth.real.square() + smooth.imag.square()).sum(0)
    projected = (smooth.conj() * channels).real.sum(0)
    return projected / power.clamp_min(torch.finfo(power.dtype).tiny).sqrt()


def low_pass(image: Tensor, width: float = _WIDTH) -> Tensor:
    """A complex image `(..., y, x)` after a Gaussian of standard deviation `width` [voxels]."""
    y, x = (torch.exp(-2 * (pi * width * torch.fft.fftfreq(n)).square()) for n in image.shape[-2:])
    found: Tensor = torch.fft.ifft2(torch.fft.fft2(image) * (y[:, None] * x).to(image.real.dtype))
    return found

"""Gaussian smoothing of images in the plane, as tensors.

    (G * f)(r) = sum_d f(r - d) exp(-d^2 / 2 sigma^2) / sum_d exp(-d^2 / 2 sigma^2),   |d| <= 3 sigma

Lengths in pixels; edges are mirrored. Separable, in the dtype of the image.
"""

import torch
from torch import Tensor
from torch.nn.functional import conv2d, interpolate, pad


def blurred(image: Tensor, sigma: float) -> Tensor:
    """A Gaussian blur of `sigma` pixels of each plane of `image` (..., y, x)."""
    reach = max(1, min(int(3 * sigma + 0.5), min(image.shape[-2:]) - 1))
    kernel = torch.exp(-0.5 * (torch.arange(-reach, reach + 1, dtype=image.dtype, device=image.device) / sigma) ** 2)
    kernel = kernel / kernel.sum()
    planes = pad(image.reshape(-1, 1, *image.shape[-2:]), [reach] * 4, mode="reflect")
    rows = conv2d(planes, kernel.view(1, 1, -1, 1))
    return conv2d(rows, kernel.view(1, 1, 1, -1)).reshape(image.shape)


def smooth_field(image: Tensor, sigma: float) -> Tensor:
    """A wide Gaussian blur, done on a grid of about `sigma`/3 pixels: what is smooth needs no fine grid."""
    step = max(1, int(sigma // 3))
    height, width = image.shape[-2:]
    size = [max(2, -(-height // step)), max(2, -(-width // step))]
    planes = image.reshape(-1, 1, height, width)
    coarse = blurred(interpolate(planes, size=size, mode="area"), sigma / step)
    return interpolate(coarse, size=[height, width], mode="bilinear", align_corners=False).reshape(image.shape)

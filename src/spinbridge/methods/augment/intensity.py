"""Noise, blur, brightness, contrast, low resolution and gamma: the intensity changes of a standard training.

Chances and ranges are those that nnU-Net v2 trains with, on an image of zero mean and unit variance. Each is drawn on
its own, in this order.

Reference: Isensee et al., nnU-Net, Nat Methods 2021, doi:10.1038/s41592-020-01008-z, supplement on augmentation.
"""

from dataclasses import dataclass, replace

import torch
from torch import Tensor
from torch.nn.functional import interpolate

from spinbridge.core.random import chance, uniform
from spinbridge.core.slices import Slice
from spinbridge.core.smoothing import blurred


@dataclass(frozen=True, kw_only=True)
class Intensity:
    """Random changes of a normalised image's intensities; an `Augmentation`."""

    noise_chance: float = 0.1
    noise_variance: tuple[float, float] = (0.0, 0.1)
    blur_chance: float = 0.2
    blur_sigma: tuple[float, float] = (0.5, 1.0)  #: [pixels]
    brightness_chance: float = 0.15
    brightness: tuple[float, float] = (0.75, 1.25)
    contrast_chance: float = 0.15
    contrast: tuple[float, float] = (0.75, 1.25)
    low_resolution_chance: float = 0.25
    low_resolution: tuple[float, float] = (0.5, 1.0)
    inverted_gamma_chance: float = 0.1
    gamma_chance: float = 0.3
    gamma: tuple[float, float] = (0.7, 1.5)

    def __call__(self, item: Slice, draw: torch.Generator) -> Slice:
        """The same slice with other intensities."""
        image = item.image
        if chance(self.noise_chance, draw):
            spread = uniform(*self.noise_variance, draw) ** 0.5
            image = image + spread * torch.randn(image.shape, generator=draw)
        if chance(self.blur_chance, draw):
            image = blurred(image, uniform(*self.blur_sigma, draw))
        if chance(self.brightness_chance, draw):
            image = image * uniform(*self.brightness, draw)
        if chance(self.contrast_chance, draw):
            image = _stretched(image, uniform(*self.contrast, draw))
        if chance(self.low_resolution_chance, draw):
            image = _coarse(image, uniform(*self.low_resolution, draw))
        if chance(self.inverted_gamma_chance, draw):
            image = -_bent(-image, uniform(*self.gamma, draw))
        if chance(self.gamma_chance, draw):
            image = _bent(image, uniform(*self.gamma, draw))
        return replace(item, image=image)


def normalised(image: Tensor) -> Tensor:
    """Zero mean and unit variance; zero where the image is flat."""
    centred = image - image.mean()
    return centred / centred.std().clamp_min(1e-8)


def _stretched(image: Tensor, factor: float) -> Tensor:
    mean = image.mean()
    return torch.clamp((image - mean) * factor + mean, float(image.min()), float(image.max()))


def _coarse(image: Tensor, factor: float) -> Tensor:
    small = [max(1, round(edge * factor)) for edge in image.shape]
    coarse = interpolate(image[None, None], size=small, mode="nearest")
    return interpolate(coarse, size=list(image.shape), mode="bicubic")[0, 0]


def _bent(image: Tensor, exponent: float) -> Tensor:
    """A gamma curve over the image's own range, with mean and spread kept."""
    low, high = image.min(), image.max()
    reach = (high - low).clamp_min(1e-7)
    curved = ((image - low) / reach) ** exponent * reach + low
    return (curved - curved.mean()) / curved.std().clamp_min(1e-7) * image.std() + image.mean()

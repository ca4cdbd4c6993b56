"""Random contrast: a shallow network with random weights redraws the intensities.

A stack of convolutions with kernels of 1 or 3 pixels, random weights and leaky rectifiers maps the image to another of
the same anatomy; the result is mixed with the original by a random share and given the original's energy.

Reference: global intensity non-linear augmentation of Ouyang et al., Causality-inspired single-source domain
generalization for medical image segmentation, IEEE TMI 2023, doi:10.1109/TMI.2022.3224067.
"""

from dataclasses import dataclass, replace

import torch
from torch import Tensor
from torch.nn.functional import conv2d, leaky_relu

from spinbridge.core.random import uniform
from spinbridge.core.slices import Slice
from spinbridge.methods.augment.intensity import normalised


@dataclass(frozen=True, kw_only=True)
class RandomContrast:
    """Random convolutions in the place of a contrast; an `Augmentation`."""

    layers: int = 4
    channels: int = 2

    def __call__(self, item: Slice, draw: torch.Generator) -> Slice:
        """The same slice seen by a random shallow network."""
        image = normalised(item.image)
        features = image[None, None]
        for layer in range(self.layers):
            last = layer == self.layers - 1
            features = self._layer(features, 1 if last else self.channels, last, draw)
        share = uniform(0.0, 1.0, draw)
        mixed = share * features[0, 0] + (1 - share) * image
        return replace(item, image=mixed * (image.norm() / mixed.norm().clamp_min(1e-8)))

    @staticmethod
    def _layer(features: Tensor, channels: int, last: bool, draw: torch.Generator) -> Tensor:
        edge = 1 if torch.rand((), generator=draw) < 0.5 else 3  # noqa: PLR2004 - the two kernels
        weight = torch.randn((channels, features.shape[1], edge, edge), generator=draw)
        shift = torch.randn((channels, 1, 1), generator=draw)
        response = conv2d(features, weight, padding=edge // 2) + shift
        return response if last else leaky_relu(response, 0.01)

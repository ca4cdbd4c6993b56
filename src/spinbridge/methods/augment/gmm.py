"""Label mixtures: every region gets a random mean and spread, as if nothing were known of the contrast.

The labelled structures are regions of their own; the rest of the image is divided by intensity into a random number
of classes, since a heart label says nothing of the thorax. Each region is filled with noise of its own mean and
spread, then blurred and shaded. Nothing of the source's texture is left, only its outlines.

Reference: Billot et al., SynthSeg, Med Image Anal 2023, doi:10.1016/j.media.2023.102789: the generative model, and the
division of unlabelled tissue by intensity in its cardiac experiment.
"""

from dataclasses import dataclass, replace

import torch
from torch import Tensor
from torch.nn.functional import interpolate

from spinbridge.core.random import uniform
from spinbridge.core.slices import Slice
from spinbridge.core.smoothing import blurred


@dataclass(frozen=True, kw_only=True)
class LabelMixture:
    """A Gaussian mixture over labels and background classes; an `Augmentation`."""

    background_classes: tuple[int, int] = (3, 8)  #: fewest and most classes that the unlabelled part is divided into
    spread: tuple[float, float] = (0.01, 0.12)  #: standard deviation within a class, the range of means being 0 to 1
    blur_sigma: tuple[float, float] = (0.3, 1.2)  #: [pixels]
    shading: float = 0.4  #: standard deviation of the logarithm of a smooth gain

    def __call__(self, item: Slice, draw: torch.Generator) -> Slice:
        """The same outlines with random intensities."""
        low, high = self.background_classes
        regions = region_map(item, int(torch.randint(low, high + 1, (), generator=draw)))
        count = int(regions.max()) + 1
        means = torch.rand(count, generator=draw)
        bottom, top = self.spread
        spreads = bottom + (top - bottom) * torch.rand(count, generator=draw)
        noise = torch.randn(regions.shape, generator=draw)
        image = blurred(means[regions] + spreads[regions] * noise, uniform(*self.blur_sigma, draw))
        return replace(item, image=image.clamp_min(0) * smooth_gain(image.shape, self.shading, draw))


def region_map(item: Slice, classes: int) -> Tensor:
    """Regions numbered from 0: unlabelled tissue by intensity, then the labelled structures; (y, x) int64."""
    smooth = blurred(item.image, 0.7)
    background = smooth[item.label == 0]
    if background.numel() == 0:
        return item.label.long() + classes
    edges = _class_edges(background, classes)
    regions = torch.bucketize(smooth, edges)
    return torch.where(item.label > 0, item.label.long() + len(edges), regions)


def _class_edges(values: Tensor, classes: int) -> Tensor:
    """Borders between intensity classes: midpoints of the centres of a one-dimensional k-means."""
    sample = values[:: max(1, values.numel() // 2000)].sort().values
    centres = torch.quantile(sample, torch.linspace(0.5 / classes, 1 - 0.5 / classes, classes))
    for _ in range(5):
        edges = (centres[1:] + centres[:-1]) / 2
        member = torch.bucketize(sample, edges)
        totals = torch.zeros(classes).index_add_(0, member, sample)
        sizes = torch.zeros(classes).index_add_(0, member, torch.ones_like(sample))
        centres = torch.where(sizes > 0, totals / sizes.clamp_min(1), centres)
    return (centres[1:] + centres[:-1]) / 2


def smooth_gain(shape: tuple[int, ...] | torch.Size, strength: float, draw: torch.Generator) -> Tensor:
    """A smooth positive gain of median about 1 over an image of `shape` (y, x)."""
    knots = uniform(0.0, strength, draw) * torch.randn((1, 1, 4, 4), generator=draw)
    return interpolate(knots, size=list(shape), mode="bicubic", align_corners=True)[0, 0].exp()

"""What a 2D segmenter trains on, and the seam through which anything may change it.

A slice knows whose it is but not how it came to be; an augmentation turns it into one training pair. The segmenter
calls augmentations without knowing what they do, and an augmentation may look up what it prepared for a slice by its
`key`.
"""

from dataclasses import dataclass
from typing import Protocol, runtime_checkable

import torch
from torch import Tensor


@dataclass(frozen=True, eq=False, kw_only=True)
class Slice:
    """One labelled slice, resampled in plane to the segmenter's spacing."""

    key: str  #: unique among the slices of a training run, such as `patient001_ED#4`
    image: Tensor  #: (y, x) float32, as acquired: not normalised
    label: Tensor  #: (y, x) uint8, values of `Heart`
    spacing: float  #: distance between pixels along both axes [mm]


@runtime_checkable
class Augmentation(Protocol):
    """A labelled slice to another one. Draws from `draw` alone, so that sample n of a run is the same in any batch."""

    def __call__(self, item: Slice, draw: torch.Generator) -> Slice:
        """The changed slice; the label keeps its values and its place on the image."""
        ...

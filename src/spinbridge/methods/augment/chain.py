"""Augmentations one after the other. Ours."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import torch

from spinbridge.core.random import chance
from spinbridge.core.slices import Augmentation, Slice
from spinbridge.methods.augment.intensity import normalised


@dataclass(frozen=True)
class Chain:
    """Each augmentation in turn; an `Augmentation`."""

    steps: Sequence[Augmentation]

    def __call__(self, item: Slice, draw: torch.Generator) -> Slice:
        """The slice after every step."""
        for step in self.steps:
            item = step(item, draw)
        return item


@dataclass(frozen=True)
class OneOf:
    """One of several augmentations, drawn by their weights; an `Augmentation`."""

    choices: Sequence[Augmentation]
    weights: Sequence[float]

    def __call__(self, item: Slice, draw: torch.Generator) -> Slice:
        """The slice after the step that was drawn."""
        left = 1.0
        for choice, weight in zip(self.choices[:-1], self.weights[:-1], strict=True):
            if chance(weight / left, draw):
                return choice(item, draw)
            left -= weight
        return self.choices[-1](item, draw)


class Normalise:
    """Zero mean and unit variance; an `Augmentation` that draws nothing."""

    def __call__(self, item: Slice, draw: torch.Generator) -> Slice:  # noqa: ARG002 - the seam has it
        """The slice normalised."""
        return replace(item, image=normalised(item.image))


class Keep:
    """The slice as it is; an `Augmentation` that draws nothing."""

    def __call__(self, item: Slice, draw: torch.Generator) -> Slice:  # noqa: ARG002 - the seam has it
        """The same slice."""
        return item

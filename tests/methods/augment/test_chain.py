"""Chains keep their order; one of several is drawn by its weight."""

from collections import Counter
from dataclasses import dataclass, replace

import pytest
import torch
from tests.scenes import scene_slices

from spinbridge.core.random import generator
from spinbridge.core.slices import Slice
from spinbridge.methods.augment.chain import Chain, Keep, Normalise, OneOf


@dataclass(frozen=True)
class Fill:
    value: float
    add: bool = False

    def __call__(self, item: Slice, draw: torch.Generator) -> Slice:
        del draw
        return replace(
            item, image=item.image * 10 + self.value if self.add else torch.full_like(item.image, self.value)
        )


def test_steps_come_in_order() -> None:
    item = scene_slices()[0]
    image = Chain((Fill(0), Fill(1, add=True), Fill(2, add=True)))(item, generator(0)).image
    assert float(image[0, 0]) == 12.0


@pytest.mark.parametrize("weights", [(0.3, 0.7), (0.3, 0.4, 0.3), (0.1, 0.2, 0.3, 0.4), (1.0, 0.0), (0.0, 1.0)])
def test_choices_come_as_often_as_their_weights_say(weights: tuple[float, ...]) -> None:
    item = scene_slices(size=16)[0]
    one = OneOf([Fill(n) for n in range(len(weights))], weights)
    counts = Counter(int(one(item, generator(n, "one")).image[0, 0]) for n in range(2000))
    for number, weight in enumerate(weights):
        assert counts[number] / 2000 == pytest.approx(weight, abs=0.035)


def test_keep_keeps_and_normalise_normalises() -> None:
    item = scene_slices()[0]
    assert Keep()(item, generator(0)) is item
    assert float(Normalise()(item, generator(0)).image.std()) == pytest.approx(1.0, abs=1e-5)

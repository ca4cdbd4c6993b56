"""Random contrast: other intensities of the same energy."""

from dataclasses import replace

import pytest
import torch
from tests.scenes import scene_slices

from spinbridge.core.random import generator
from spinbridge.methods.augment.intensity import normalised
from spinbridge.methods.augment.random_contrast import RandomContrast


@pytest.mark.parametrize("seed", range(10))
def test_energy_is_that_of_the_normalised_slice(seed: int) -> None:
    item = scene_slices()[0]
    image = RandomContrast()(item, generator(seed, "contrast")).image
    assert float(image.norm()) == pytest.approx(float(normalised(item.image).norm()), rel=1e-4)


def test_contrast_does_change() -> None:
    item = scene_slices()[0]
    before = normalised(item.image).flatten()
    images = (RandomContrast()(item, generator(n, "contrast")).image.flatten() for n in range(30))
    alike = [float(torch.corrcoef(torch.stack([before, image]))[0, 1]) for image in images]
    assert min(alike) < 0.0
    assert max(alike) > 0.9


def test_equal_neighbourhoods_stay_equal() -> None:
    item = scene_slices()[0]
    flat = torch.zeros_like(item.image)
    flat[20:44, 20:44] = 1.0
    image = RandomContrast()(replace(item, image=flat), generator(1, "contrast")).image
    assert float(image[26:38, 26:38].std()) < 1e-5

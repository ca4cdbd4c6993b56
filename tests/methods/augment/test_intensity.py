"""Intensity changes: normalised input, ranges as stated, and nothing touched but the image."""

from dataclasses import replace

import pytest
import torch
from tests.scenes import scene_slices

from spinbridge.core.random import generator
from spinbridge.methods.augment.intensity import Intensity, normalised

_NEVER = {
    f"{name}_chance": 0.0
    for name in ("noise", "blur", "brightness", "contrast", "low_resolution", "inverted_gamma", "gamma")
}


def plain() -> torch.Tensor:
    return normalised(scene_slices()[0].image)


def only(name: str) -> Intensity:
    return Intensity(**{**_NEVER, f"{name}_chance": 1.0})


def changed(name: str, seed: int) -> torch.Tensor:
    item = scene_slices()[0]
    return only(name)(replace(item, image=plain()), generator(seed, name)).image


def test_normalised_has_zero_mean_and_unit_variance() -> None:
    image = plain()
    assert abs(float(image.mean())) < 1e-5
    assert float(image.std()) == pytest.approx(1.0, abs=1e-5)


def test_a_flat_image_is_normalised_to_zero() -> None:
    assert torch.equal(normalised(torch.full((5, 5), 7.0)), torch.zeros(5, 5))


def test_nothing_drawn_changes_nothing() -> None:
    item = scene_slices()[0]
    assert Intensity(**_NEVER)(item, generator(0)).image is item.image


@pytest.mark.parametrize("seed", range(8))
def test_brightness_is_one_factor_within_its_range(seed: int) -> None:
    factor = changed("brightness", seed) / plain()
    assert float(factor.max() - factor.min()) < 1e-3
    assert 0.75 <= float(factor.median()) <= 1.25


@pytest.mark.parametrize("seed", range(8))
def test_contrast_keeps_the_range_of_the_image(seed: int) -> None:
    image = changed("contrast", seed)
    assert float(image.min()) >= float(plain().min()) - 1e-5
    assert float(image.max()) <= float(plain().max()) + 1e-5


@pytest.mark.parametrize("seed", range(8))
def test_noise_has_at_most_its_variance(seed: int) -> None:
    assert float((changed("noise", seed) - plain()).var()) < 0.1 * 1.1


@pytest.mark.parametrize("name", ["gamma", "inverted_gamma"])
@pytest.mark.parametrize("seed", range(4))
def test_gamma_keeps_mean_spread_and_order(name: str, seed: int) -> None:
    image, before = changed(name, seed), plain()
    assert float(image.mean()) == pytest.approx(float(before.mean()), abs=1e-4)
    assert float(image.std()) == pytest.approx(float(before.std()), abs=1e-4)
    order = before.flatten().argsort()
    assert float(image.flatten()[order].diff().min()) > -1e-4


def test_blur_takes_detail_away() -> None:
    assert float(changed("blur", 1).diff(dim=0).abs().mean()) < float(plain().diff(dim=0).abs().mean())


def test_low_resolution_at_half_keeps_one_pixel_of_four() -> None:
    half = Intensity(**{**_NEVER, "low_resolution_chance": 1.0}, low_resolution=(0.5, 0.5))
    item = replace(scene_slices()[0], image=torch.zeros(32, 32))
    item.image[1::2], item.image[:, 1::2] = 1.0, 1.0
    assert float(half(item, generator(0)).image.abs().max()) == 0.0


def test_chances_are_those_stated() -> None:
    item = scene_slices(size=16)[0]
    touched = sum(Intensity()(item, generator(n, "often")).image is not item.image for n in range(600))
    stated = 1 - 0.9 * 0.8 * 0.85 * 0.85 * 0.75 * 0.9 * 0.7
    assert touched / 600 == pytest.approx(stated, abs=0.05)

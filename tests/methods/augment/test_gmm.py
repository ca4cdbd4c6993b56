"""Label mixtures keep the outlines of a slice and nothing of its intensities."""

from dataclasses import replace

import pytest
import torch
from tests.scenes import scene_slices

from spinbridge.core.random import generator
from spinbridge.core.slices import Slice
from spinbridge.methods.augment.gmm import LabelMixture, region_map, smooth_gain

_CLEAN = LabelMixture(spread=(0.0, 0.0), blur_sigma=(0.01, 0.01), shading=0.0)


def test_each_region_gets_one_value_where_nothing_is_added() -> None:
    item = scene_slices()[0]
    draw = generator(3, "gmm")
    classes = int(torch.randint(3, 9, (), generator=generator(3, "gmm")))
    image, regions = _CLEAN(item, draw).image, region_map(item, classes)
    for region in regions.unique():
        assert len(image[regions == region].unique()) == 1


@pytest.mark.parametrize("classes", [3, 8])
def test_labelled_structures_are_regions_of_their_own(classes: int) -> None:
    item = scene_slices()[0]
    regions = region_map(item, classes)
    background = set(regions[item.label == 0].unique().tolist())
    inside = {int(value): set(regions[item.label == value].unique().tolist()) for value in (1, 2, 3)}
    assert all(len(numbers) == 1 for numbers in inside.values())
    assert len(set.union(*inside.values())) == 3
    assert not background & set.union(*inside.values())
    assert len(background) <= classes


def test_no_texture_of_the_source_is_left_inside_a_region() -> None:
    item = scene_slices(size=96)[0]
    texture = torch.randn(item.image.shape, generator=generator(0, "texture"))
    rough = replace(item, image=torch.where(item.label > 0, item.image * (1 + 0.2 * texture), item.image))
    inside = _eroded(item.label == 2) | _eroded(item.label == 3)
    found = [
        float(
            torch.corrcoef(torch.stack([LabelMixture()(rough, generator(n, "tex")).image[inside], texture[inside]]))[
                0, 1
            ]
        )
        for n in range(20)
    ]
    assert abs(sum(found) / 20) < 0.05


def test_contrasts_turn_around_as_often_as_not() -> None:
    item = scene_slices()[0]
    brighter = 0
    for n in range(100):
        image = _CLEAN(item, generator(n, "turn")).image
        brighter += bool(image[item.label == 3].mean() > image[item.label == 2].mean())
    assert 35 < brighter < 65


def test_images_are_not_negative() -> None:
    assert all(float(LabelMixture()(scene_slices()[0], generator(n)).image.min()) >= 0 for n in range(10))


def test_a_slice_that_is_all_label_works() -> None:
    label = torch.full((16, 16), 2, dtype=torch.uint8)
    item = Slice(key="x", image=torch.rand((16, 16), generator=generator(0)), label=label, spacing=1.0)
    assert bool(torch.isfinite(LabelMixture()(item, generator(0)).image).all())


def test_a_flat_slice_works() -> None:
    item = Slice(key="x", image=torch.ones(16, 16), label=torch.zeros((16, 16), dtype=torch.uint8), spacing=1.0)
    assert bool(torch.isfinite(LabelMixture()(item, generator(0)).image).all())


def test_the_gain_is_smooth_and_positive() -> None:
    gain = smooth_gain((64, 64), 0.4, generator(5, "gain"))
    assert float(gain.min()) > 0
    assert float(gain.diff(dim=0).abs().max()) < 0.15


def _eroded(mask: torch.Tensor) -> torch.Tensor:
    return -torch.nn.functional.max_pool2d(-mask.float()[None, None], 5, 1, 2)[0, 0] > 0.5

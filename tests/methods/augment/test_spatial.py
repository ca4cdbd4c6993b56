"""The label goes exactly where the image goes."""

import pytest
import torch
from tests.scenes import scene_slices

from spinbridge.core.random import generator
from spinbridge.core.slices import Slice
from spinbridge.core.structures import Heart
from spinbridge.methods.augment.spatial import Spatial


def drawn_as_image(size: int = 64) -> Slice:
    """A slice whose image is its own label."""
    label = scene_slices(size=size)[0].label
    return Slice(key="label", image=label.float(), label=label, spacing=1.0)


@pytest.mark.parametrize("seed", range(25))
def test_a_label_drawn_as_the_image_stays_on_it(seed: int) -> None:
    moved = Spatial(patch=48, rotation_chance=1, zoom_chance=1)(drawn_as_image(), generator(seed, "spatial"))
    inner = _inside(moved.label)
    assert torch.equal(moved.image[inner].round(), moved.label[inner].float())
    assert int(inner.sum()) > 100


@pytest.mark.parametrize("size", [31, 48, 63, 64, 97])
@pytest.mark.parametrize("seed", range(4))
def test_a_slice_that_only_moves_by_whole_pixels_is_copied(size: int, seed: int) -> None:
    still = Spatial(patch=64, rotation_chance=0, zoom_chance=0, mirror_chance=0, foreground_chance=0)
    item = drawn_as_image(size)
    moved = still(item, generator(seed, "still"))
    both = moved.label > 0
    if size <= 64:
        assert int(both.sum()) == int((item.label > 0).sum())
        torch.testing.assert_close(moved.image, moved.label.float(), atol=1e-4, rtol=0)
    assert set(moved.label.unique().tolist()) <= set(item.label.unique().tolist())


def test_a_patch_of_the_size_of_the_slice_is_the_slice() -> None:
    still = Spatial(patch=64, rotation_chance=0, zoom_chance=0, mirror_chance=0, foreground_chance=0)
    item = scene_slices()[0]
    moved = still(item, generator(0))
    assert torch.equal(moved.label, item.label)
    torch.testing.assert_close(moved.image, item.image)


def test_a_mirror_in_every_sample_turns_the_slice_around() -> None:
    turned = Spatial(patch=64, rotation_chance=0, zoom_chance=0, mirror_chance=1, foreground_chance=0)
    item = scene_slices()[0]
    assert torch.equal(turned(item, generator(0)).label, item.label.flip(0, 1))


def test_zoom_stays_in_its_range() -> None:
    item = drawn_as_image(96)
    still = {"rotation_chance": 0.0, "mirror_chance": 0.0, "foreground_chance": 0.0, "zoom_chance": 1.0}
    areas = []
    for seed in range(30):
        moved = Spatial(patch=160, zoom=(0.7, 1.4), **still)(item, generator(seed, "zoom"))
        areas.append(float((moved.label > 0).sum() / (item.label > 0).sum()))
    assert 0.7**2 * 0.97 < min(areas) < 0.75
    assert 1.5 < max(areas) < 1.4**2 * 1.03


def test_outside_the_slice_is_its_smallest_value_and_unlabelled() -> None:
    item = Slice(key="x", image=torch.full((8, 8), -3.0), label=torch.full((8, 8), 3, dtype=torch.uint8), spacing=1.0)
    item.image[4, 4] = 5.0
    moved = Spatial(patch=32, rotation_chance=0, zoom_chance=0, foreground_chance=0)(item, generator(0))
    assert float(moved.image[moved.label == 0].unique()) == -3.0
    assert int((moved.label == Heart.LV).sum()) == 64


def test_patches_find_the_heart_as_often_as_asked() -> None:
    label = torch.zeros((200, 200), dtype=torch.uint8)
    label[10:14, 10:14] = 3
    item = Slice(key="x", image=label.float(), label=label, spacing=1.0)
    hits = sum(
        bool(Spatial(patch=32, foreground_chance=0.67)(item, generator(n, "hit")).label.any()) for n in range(300)
    )
    assert 0.6 < hits / 300 < 0.8


def _inside(label: torch.Tensor) -> torch.Tensor:
    """Pixels whose neighbours have the same label, so that interpolation cannot mix two."""
    padded = label.float()[None, None]
    highest = torch.nn.functional.max_pool2d(padded, 3, 1, 1)
    lowest = -torch.nn.functional.max_pool2d(-padded, 3, 1, 1)
    inside = (highest == lowest)[0, 0]
    inside[[0, -1]] = inside[:, [0, -1]] = False  # a neighbour may lie beyond the patch
    return inside

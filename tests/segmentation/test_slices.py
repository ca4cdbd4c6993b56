"""Training slices lie around the heart and carry their label along."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from tests.scenes import AFFINE, scene_cases

from spinbridge.core.errors import LabelError
from spinbridge.core.image import Image
from spinbridge.segmentation.slices import batch_of, training_slices


def test_slices_come_in_the_order_of_the_file_with_their_names() -> None:
    slices = training_slices(scene_cases("sub000", slices=3)[0], spacing=2.5, field=64)
    assert [item.key for item in slices] == ["sub000_ED#0", "sub000_ED#1", "sub000_ED#2"]


def test_at_the_spacing_of_the_image_nothing_is_changed() -> None:
    case = scene_cases("sub000")[0]
    slices = training_slices(case, spacing=2.5, field=64)
    assert case.label is not None
    for z, item in enumerate(slices):
        torch.testing.assert_close(item.image, torch.from_numpy(case.image.data[z].astype(np.float32)))
        assert torch.equal(item.label, torch.from_numpy(case.label.data[z]))


@pytest.mark.parametrize("spacing", [1.25, 2.0, 4.0])
def test_a_label_drawn_as_the_image_is_resampled_with_it(spacing: float) -> None:
    case = scene_cases("sub000")[0]
    assert case.label is not None
    drawn = replace(case, image=case.label)
    for item in training_slices(drawn, spacing=spacing, field=256):
        assert float(((item.image - item.label).abs() > 1).float().mean()) < 0.05
        assert set(item.label.unique().tolist()) <= {0, 1, 2, 3}


@pytest.mark.parametrize("corner", [(2, 3), (44, 2), (44, 46)])
def test_the_field_holds_the_whole_heart(corner: tuple[int, int]) -> None:
    label = np.zeros((2, 64, 64), dtype=np.uint8)
    label[:, corner[0] : corner[0] + 16, corner[1] : corner[1] + 14] = 2
    image = Image(data=np.arange(label.size, dtype=np.int32).reshape(label.shape), affine=AFFINE)
    case = replace(scene_cases("sub000")[0], image=image, label=Image(data=label, affine=AFFINE))
    slices = training_slices(case, spacing=2.5, field=24)
    assert {item.image.shape for item in slices} == {(24, 24)}
    assert [int((item.label > 0).sum()) for item in slices] == [16 * 14] * 2


def test_an_unlabelled_case_is_refused() -> None:
    with pytest.raises(LabelError, match="sub000_ED: needed a labelled case to train on, got no label"):
        training_slices(replace(scene_cases("sub000")[0], label=None), spacing=2.5, field=64)


def test_a_batch_has_a_channel() -> None:
    images, labels = batch_of(training_slices(scene_cases("sub000")[0], spacing=2.5, field=64))
    assert images.shape == labels.shape == (2, 1, 64, 64)
    assert labels.dtype == torch.int64

from itertools import permutations

import numpy as np
import pytest
from tests.data.hearts import heart_label
from tests.real_data import real_data

from spinbridge.core.errors import LabelError
from spinbridge.core.structures import Heart
from spinbridge.data.detect import open_dataset
from spinbridge.data.label_guard import refuse_swapped, ring

SWAPS = [order for order in permutations((1, 2, 3)) if order != (1, 2, 3)]


def test_a_right_label_passes() -> None:
    refuse_swapped(heart_label())
    assert ring(heart_label()).contact[Heart.LV, Heart.MYO] == 1


@pytest.mark.parametrize("order", SWAPS)
def test_every_swap_is_refused(order: tuple[int, ...]) -> None:
    with pytest.raises(LabelError, match="seem to be swapped"):
        refuse_swapped(np.array([0, *order])[heart_label()], where="case")


def test_an_open_ring_at_the_base_passes() -> None:
    label = heart_label()
    label[:2, :24][label[:2, :24] == Heart.MYO] = Heart.BACKGROUND
    refuse_swapped(label)


@pytest.mark.parametrize("structure", [Heart.LV, Heart.MYO])
def test_a_label_without_the_pair_says_nothing(structure: Heart) -> None:
    label = heart_label()
    label[label == structure] = 0
    refuse_swapped(label)
    assert ring(label).contact == {}


@pytest.mark.parametrize("folder", ["acdc", "mnms2"])
def test_real_labels_pass_and_their_swaps_do_not(folder: str) -> None:
    dataset = open_dataset(real_data(folder))
    for entry in dataset.entries:
        label = dataset.load(entry).label.data  # refuses what is swapped
        assert all(ring(np.array([0, *order])[label]).swapped for order in SWAPS), entry.name

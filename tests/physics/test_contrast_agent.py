"""A contrast agent shortens T1 and T2 by its relaxivities."""

import pytest
import torch

from spinbridge.core.errors import SettingsError
from spinbridge.core.tissue import Tissue
from spinbridge.physics.contrast_agent import with_gadolinium

TISSUE = Tissue.voxel(t1=1.0, t2=0.05, t2star=0.03)


def test_rates_grow_with_concentration() -> None:
    post = with_gadolinium(TISSUE, 0.3, r1=5.0, r2=6.5)
    rates = (1 / post.t1.item(), 1 / post.t2.item(), 1 / post.t2star.item())
    assert rates == pytest.approx((1 + 1.5, 20 + 1.95, 1 / 0.03 + 1.95))


def test_none_changes_nothing_and_a_map_broadcasts() -> None:
    assert with_gadolinium(TISSUE, 0.0).t1.item() == 1.0
    post = with_gadolinium(TISSUE, torch.tensor([0.0, 0.4]))
    assert post.t1.tolist() == pytest.approx([1.0, 1 / 3])


@pytest.mark.parametrize("concentration", [-0.1, float("nan")])
def test_impossible_concentrations_are_refused(concentration: float) -> None:
    with pytest.raises(SettingsError, match="zero or more"):
        with_gadolinium(TISSUE, concentration)

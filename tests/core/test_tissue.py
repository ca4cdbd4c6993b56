import pytest
import torch

from spinbridge.core.tissue import Tissue


def test_a_voxel_holds_plain_numbers_in_double_precision() -> None:
    voxel = Tissue.voxel(t1=1.0, t2=0.05, off_resonance=-220.0)
    assert (float(voxel.pd), float(voxel.t1), float(voxel.t2)) == (1.0, 1.0, 0.05)
    assert voxel.t1.dtype == torch.float64
    assert voxel.shape == ()


@pytest.mark.parametrize("star", [None, torch.ones(4, 1, 1)])
def test_the_shape_is_that_of_all_properties_together(star: torch.Tensor | None) -> None:
    tissue = Tissue(pd=torch.ones(3, 1), t1=torch.ones(1, 5), t2=torch.tensor(0.05), t2star=star)
    assert tissue.shape == ((3, 5) if star is None else (4, 3, 5))


def test_a_gradient_echo_decays_with_t2star_where_it_is_known() -> None:
    assert float(Tissue.voxel(t1=1.0, t2=0.05, t2star=0.03).t2star_or_t2) == 0.03
    assert float(Tissue.voxel(t1=1.0, t2=0.05).t2star_or_t2) == 0.05


def test_a_map_changes_every_property_and_leaves_absent_ones_out() -> None:
    halved = Tissue(pd=torch.ones(2), t1=torch.ones(2), t2=torch.ones(2)).map(lambda value: value / 2)
    assert halved.t2star is None
    assert [float(value[0]) for value in (halved.pd, halved.t1, halved.t2)] == [0.5, 0.5, 0.5]

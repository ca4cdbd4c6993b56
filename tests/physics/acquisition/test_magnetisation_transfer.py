"""Magnetisation transfer against two pools played pulse by pulse."""

from math import radians

import numpy as np
import pytest
import torch
from scipy.linalg import expm

from spinbridge.core.errors import SequenceError
from spinbridge.core.tissue import Tissue
from spinbridge.physics.acquisition.magnetisation_transfer import POOLS, WithTransfer, transfer_gain
from spinbridge.physics.sequences.bssfp import BSSFP, ShortTRBSSFP
from spinbridge.physics.sequences.language import parse_sequence
from spinbridge.physics.sequences.spoiled_gre import SpoiledGRE
from spinbridge.physics.tissue_table import load_tissues

CASES = [(0.07, 3.5, 1.0, 0.05), (0.08, 4.5, 0.98, 0.035), (0.13, 4.0, 0.64, 0.075)]


def two_pools(angle: float, tr: float, pools: tuple[float, ...], *, pulse: float | None, spoiled: bool) -> float:
    """Steady-state signal after the pulse of free (x, y, z) and bound (z) magnetisation, exchange as an exponential."""
    f, k, t1, t2 = pools
    back = k / f
    rates = np.array(
        [
            [-1 / t2, 0, 0, 0, 0],
            [0, -1 / t2, 0, 0, 0],
            [0, 0, -1 / t1 - k, back, 1 / t1],
            [0, 0, k, -1 - back, f],
            [0] * 5,
        ]
    )
    c, s = np.cos(angle), np.sin(angle)
    turn = np.eye(5)
    turn[1:3, 1:3] = [[c, s], [-s, c]]
    turn[3, 3] = 1 if pulse is None else np.exp(-np.pi * 14e-6 * angle**2 / pulse)
    sign = 0.0 if spoiled else -1.0
    once = np.diag([sign, sign, 1, 1, 1]) @ expm(rates * tr) @ turn
    before = np.linalg.solve(np.eye(4) - once[:4, :4], once[:4, 4])
    return abs((turn[:4, :4] @ before)[1])


@pytest.mark.parametrize("pools", CASES)
@pytest.mark.parametrize("pulse", [0.3e-3, 0.5e-3, 1.2e-3])
@pytest.mark.parametrize(("angle", "tr"), [(12, 5e-3), (35, 2.6e-3), (60, 3e-3), (80, 2.6e-3)])
def test_the_gain_is_that_of_two_pools(pools: tuple[float, ...], pulse: float, angle: float, tr: float) -> None:
    f, k, t1, t2 = pools
    voxel = Tissue.voxel(t1=t1, t2=t2)
    for model, spoiled in (
        (ShortTRBSSFP(flip_angle=radians(angle), repetition_time=tr), False),
        (SpoiledGRE(flip_angle=radians(angle), repetition_time=tr, echo_time=1e-3), True),
    ):
        full = two_pools(radians(angle), tr, pools, pulse=pulse, spoiled=spoiled)
        none = two_pools(radians(angle), tr, pools, pulse=None, spoiled=spoiled)
        assert transfer_gain(model, voxel, f, k, pulse=pulse).item() == pytest.approx(full / none, abs=0.007)


@pytest.mark.parametrize("name", ["myocardium", "skeletal_muscle", "liver"])
@pytest.mark.parametrize("field_strength", [1.5, 3.0])
def test_cine_loses_ten_to_twenty_five_percent_and_gradient_echo_hardly_any(name: str, field_strength: float) -> None:
    voxel = load_tissues(field_strength)[name].voxel()
    cine, gre = parse_sequence("bssfp(fa=60deg,tr=3ms)"), parse_sequence("gre(fa=15deg,tr=5ms)")
    assert 0.75 < transfer_gain(cine, voxel, *POOLS[name]).item() < 0.9
    assert transfer_gain(gre, voxel, *POOLS[name]).item() > 0.98


def test_no_pool_and_no_power_lose_nothing_and_drawn_out_pulses_less() -> None:
    voxel = Tissue.voxel(t1=1.0, t2=0.05)
    assert transfer_gain(BSSFP(), voxel, 0.0, 3.0).item() == 1.0
    assert transfer_gain(BSSFP(flip_angle=1e-4), voxel, 0.07, 3.0).item() == pytest.approx(1.0, abs=1e-4)
    short, long = (transfer_gain(BSSFP(), voxel, 0.07, 3.0, pulse=p).item() for p in (0.3e-3, 2e-3))
    assert short < long - 0.1


def test_a_map_of_pools_makes_a_model_and_other_sequences_are_refused() -> None:
    maps = Tissue(pd=torch.ones(2), t1=torch.tensor([1.0, 1.5]), t2=torch.tensor([0.05, 0.2]))
    model = WithTransfer(model=BSSFP(), bound=torch.tensor([0.07, 0.0]), exchange=torch.tensor([3.5, 0.0]))
    ratio = (model(maps) / BSSFP()(maps)).abs()[0]
    assert model.images == ("bssfp",)
    assert ratio[0] < 0.9
    assert ratio[1] == 1
    with pytest.raises(SequenceError, match="steady state"):
        transfer_gain(parse_sequence("molli"), maps, 0.1, 3.0)

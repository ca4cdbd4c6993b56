"""Receive arrays: the field of a loop, its noise, and what parallel imaging makes of it."""

from math import gamma, pi, sqrt

import numpy as np
import pytest
import torch
from scipy.special import ellipe, ellipk
from torch import Tensor

from spinbridge.core.errors import SettingsError
from spinbridge.core.random import generator
from spinbridge.physics.acquisition.chain import Acquisition, acquire
from spinbridge.physics.acquisition.coil_array import (
    SHORT_AXIS,
    Loop,
    body_array,
    elliptic_integrals,
    frame,
    loop_field,
    noise_covariance,
    root_sum_of_squares,
    sensitivities,
)
from spinbridge.physics.acquisition.noise import add_complex_noise
from spinbridge.physics.acquisition.parallel_imaging import g_factor

LOOP = Loop(centre=(10.0, -20.0, 5.0), normal=(1.0, 2.0, -0.5), radius=60.0)
DRAW = "coil array"


def biot_savart(loop: Loop, points: np.ndarray, pieces: int = 4000) -> np.ndarray:
    """The integral of dl x r / r^3 along the wire, in units of the field at the loop's centre."""
    normal = np.array(loop.normal) / np.linalg.norm(loop.normal)
    one = np.cross(normal, [0.3, 0.1, 0.9])
    one /= np.linalg.norm(one)
    angle = 2 * pi * np.arange(pieces)[:, None] / pieces
    two = np.cross(normal, one)
    wire = np.array(loop.centre) + loop.radius * (np.cos(angle) * one + np.sin(angle) * two)
    along = loop.radius * (-np.sin(angle) * one + np.cos(angle) * two) * 2 * pi / pieces
    away = points[:, None] - wire
    field = (np.cross(along, away) / np.linalg.norm(away, axis=-1, keepdims=True) ** 3).sum(1)
    return field * loop.radius / (2 * pi)


def test_field_on_the_axis_is_the_textbook_one() -> None:
    far = torch.linspace(-200, 200, 41, dtype=torch.float64)
    normal = torch.tensor(LOOP.normal, dtype=torch.float64) / torch.tensor(LOOP.normal).norm()
    field = loop_field(LOOP, torch.tensor(LOOP.centre) + far[:, None] * normal)
    torch.testing.assert_close(field, (1 + (far / 60) ** 2).pow(-1.5)[:, None] * normal, atol=1e-7, rtol=1e-7)


def test_field_anywhere_is_the_integral_of_biot_and_savart() -> None:
    points = np.random.default_rng(0).uniform(-150, 150, (300, 3))
    wanted = biot_savart(LOOP, points)
    far = np.linalg.norm(wanted, axis=-1) < 2  # more than 10 mm from the wire
    found = loop_field(LOOP, torch.from_numpy(points)).numpy()
    assert far.sum() > 280
    np.testing.assert_allclose(found[far], wanted[far], atol=1e-6)


def test_elliptic_integrals_agree_with_scipy() -> None:
    m = np.array([0.0, 1e-8, 0.3, 0.9, 0.999, 0.9999])
    k, e = elliptic_integrals(torch.from_numpy(1 - m))
    np.testing.assert_allclose(k, ellipk(m), rtol=1e-12)
    np.testing.assert_allclose(e, ellipe(m), rtol=1e-12)


def test_a_loop_that_faces_the_main_field_hears_nothing_on_its_axis() -> None:
    loops = [Loop(centre=(0.0, 0.0, -80.0), normal=(0.0, 0.0, 1.0)), Loop(centre=(0.0, -80.0, 0.0), normal=(0, 1, 0))]
    found = sensitivities(loops, (33, 33), (5.0, 5.0)).abs()[:, 16, 16]
    assert found[0] < 1e-6 * found[1]


@pytest.mark.parametrize("towards", [(0.0, 0.0, 1.0), SHORT_AXIS, (1.0, 0.0, 0.0)])
def test_the_frame_is_right_handed(towards: tuple[float, float, float]) -> None:
    assert torch.linalg.det(torch.stack(frame(towards))).item() == pytest.approx(1.0)


@pytest.mark.parametrize("towards", [(0.0, 0.0, 1.0), SHORT_AXIS])
def test_an_array_is_smooth_complex_and_of_mean_one_in_the_middle(towards: tuple[float, float, float]) -> None:
    loops = body_array(8, (340.0, 340.0), generator(1, DRAW), field_direction=towards)
    found = sensitivities(loops, (96, 80), (3.5, 4.0), field_direction=towards)
    together = root_sum_of_squares(found)
    assert together[24:72, 20:60].mean().item() == pytest.approx(1.0, abs=1e-5)
    assert (found[:, 48, 40].abs() > 0.03).all()
    assert found[:, 48, 40].angle().std() > 0.5
    assert found[:, 16:80, 14:66].diff(dim=1).abs().max() < 0.2
    assert together[16:80, 14:66].max() < 8


@pytest.mark.parametrize("coils", [1, 4, 16])
def test_background_of_n_coils_is_non_central_chi(coils: int) -> None:
    background = root_sum_of_squares(add_complex_noise(torch.zeros(coils, 300, 300), 2.0, generator(0, DRAW))) / 2.0
    mean = sqrt(2) * gamma(coils + 0.5) / gamma(coils)
    assert background.mean().item() == pytest.approx(mean, rel=0.003)
    assert background.std().item() == pytest.approx(sqrt(2 * coils - mean**2), rel=0.01)


def test_second_moment_of_n_coils_with_signal_is_known() -> None:
    noisy = root_sum_of_squares(add_complex_noise(torch.full((5, 300, 300), 1.5), 2.0, generator(0, DRAW)))
    assert noisy.square().mean().item() == pytest.approx(5 * 1.5**2 + 2 * 5 * 2.0**2, rel=0.01)


def test_noise_of_neighbours_is_correlated_as_asked() -> None:
    loops = body_array(6, (340.0, 340.0), generator(2, DRAW))
    covariance = noise_covariance(loops, 0.4)
    noise = add_complex_noise(torch.zeros(6, 400, 400), 0.7, generator(0, DRAW), covariance=covariance)
    flat = noise.flatten(1)
    found = (flat @ flat.mH).real / flat.shape[1] / (2 * 0.7**2)
    assert covariance.fill_diagonal_(0).max().item() == pytest.approx(0.4)
    torch.testing.assert_close(found, noise_covariance(loops, 0.4).float(), atol=0.01, rtol=0)


def two_coils(rows: int = 32) -> Tensor:
    y = torch.linspace(-1, 1, rows)[:, None].expand(rows, 24)
    return torch.stack([torch.polar(torch.exp(-y), 0.4 * y), torch.polar(torch.exp(y), 0.9 * y**2)])


def test_g_factor_of_two_coils_is_that_of_the_two_by_two_inverse() -> None:
    s = two_coils()
    a, b, c, d = s[0], s[0].roll(16, 0), s[1], s[1].roll(16, 0)
    here, there = a.abs() ** 2 + c.abs() ** 2, b.abs() ** 2 + d.abs() ** 2
    g = (here * there / (here * there - (a.conj() * b + c.conj() * d).abs() ** 2)).sqrt()
    torch.testing.assert_close(g_factor(s, 2), g, rtol=1e-3, atol=0)


def test_g_factor_is_what_unfolding_does_to_noise() -> None:
    s, covariance = two_coils(), torch.tensor([[1.0, 0.3], [0.3, 1.0]])
    noise = add_complex_noise(torch.zeros(2, 16, 24, 4000), 1.0, generator(0, DRAW), covariance=covariance)
    folded = torch.stack([s[:, :16], s[:, 16:]], -1).permute(1, 2, 0, 3)  # (y, x, coil, pixel)
    inverse = torch.linalg.inv(covariance).to(folded.dtype)
    unfold = torch.linalg.inv(folded.mH @ inverse @ folded) @ folded.mH @ inverse
    undersampled = noise.permute(1, 2, 0, 3) * sqrt(2)
    spread = (unfold @ undersampled).real.std(-1)[..., 0]
    alone = (folded.mH @ inverse @ folded)[..., 0, 0].real.sqrt()
    torch.testing.assert_close(g_factor(s, 2, covariance)[:16], spread * alone / sqrt(2), rtol=0.06, atol=0)


def test_no_acceleration_costs_no_g_and_more_than_coils_is_refused() -> None:
    assert torch.equal(g_factor(two_coils(), 1), torch.ones(32, 24))
    with pytest.raises(SettingsError, match="2 coils"):
        g_factor(two_coils(), 3)


def test_snr_of_an_array_is_that_of_one_channel_where_it_sees_as_much() -> None:
    flat = torch.full((96, 96), 4.0)
    clean = acquire(flat, Acquisition(snr=1e9, coils=8), generator(3, DRAW))
    noisy = acquire(flat, Acquisition(snr=40.0, coils=8), generator(3, DRAW))
    assert clean[24:72, 24:72].mean().item() == pytest.approx(4.0, rel=1e-3)
    assert ((noisy - clean).std() * 40 / 4).item() == pytest.approx(1.0, rel=0.03)


def test_acceleration_costs_at_least_its_root_and_most_in_the_middle() -> None:
    flat = torch.full((96, 96), 4.0)
    noise = [acquire(flat, Acquisition(snr=s, coils=8, acceleration=3), generator(3, DRAW)) for s in (40.0, 1e9)]
    spread = (noise[0] - noise[1]) * 40 / 4
    assert spread.std() > sqrt(3)
    assert spread[32:64].std() > 1.15 * spread[:12].std()


def test_normalisation_takes_the_shading_out() -> None:
    flat = torch.ones(64, 64)
    raw, even = (acquire(flat, Acquisition(snr=1e9, coils=8, uniformity=u), generator(4, DRAW)) for u in (0.0, 1.0))
    assert raw.std() > 0.1
    assert even.std() < 1e-3

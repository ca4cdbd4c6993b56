"""Noise, k-space, coils and fields, one by one."""

from math import pi, sqrt

import pytest
import torch

from spinbridge.core.errors import SettingsError
from spinbridge.core.random import generator
from spinbridge.physics.acquisition.coil import coil_shading, receive_profile
from spinbridge.physics.acquisition.field import off_resonance_map, smooth_field
from spinbridge.physics.acquisition.kspace import line_weights, noise_gain, reconstruct
from spinbridge.physics.acquisition.noise import add_complex_noise, rician

DRAW = "effects"


def test_background_of_a_magnitude_image_is_rayleigh() -> None:
    background = rician(torch.zeros(600, 600), 2.0, generator(0, DRAW))
    assert (background.mean() / 2).item() == pytest.approx(sqrt(pi / 2), rel=0.005)
    assert (background.std() / 2).item() == pytest.approx(sqrt(2 - pi / 2), rel=0.01)


def test_second_moment_of_a_rician_is_known() -> None:
    signal = rician(torch.full((600, 600), 3.0), 2.0, generator(0, DRAW))
    assert signal.square().mean().item() == pytest.approx(3.0**2 + 2 * 2.0**2, rel=0.01)


def test_each_channel_has_the_asked_spread() -> None:
    noise = add_complex_noise(torch.zeros(500, 500), 0.5, generator(0, DRAW))
    assert (noise.real.std().item(), noise.imag.std().item()) == pytest.approx((0.5, 0.5), rel=0.01)


def test_all_of_kspace_gives_the_image_back() -> None:
    image = torch.randn(17, 24, dtype=torch.complex64, generator=generator(0, DRAW))
    back = reconstruct(image, line_weights(17, 1.0), line_weights(24, 1.0))
    torch.testing.assert_close(back, image)


@pytest.mark.parametrize(("lines", "share", "kept"), [(64, 1.0, 64), (64, 0.5, 33), (65, 0.5, 33), (100, 0.25, 25)])
def test_truncation_keeps_the_middle_of_kspace(lines: int, share: float, kept: int) -> None:
    weights = line_weights(lines, share)
    assert int(weights.sum()) == kept
    assert weights[0] == 1


def test_truncation_rings_at_an_edge_and_a_filter_calms_it() -> None:
    edge = torch.zeros(1, 128, dtype=torch.complex64)
    edge[:, 32:96] = 1
    over = {
        w: reconstruct(edge, torch.ones(1), line_weights(128, 0.4, window=w)).abs().max().item()
        for w in ("none", "tukey", "hamming")
    }
    assert over["none"] == pytest.approx(1.09, abs=0.02)
    assert over["none"] > over["tukey"] > over["hamming"]


def test_partial_fourier_leaves_out_lines_on_one_side_only() -> None:
    frequencies, weights = torch.fft.fftfreq(80), line_weights(80, 1.0, partial=0.75)
    assert weights.mean().item() == pytest.approx(0.75, abs=0.02)
    assert weights[frequencies > 0].min() == 1
    assert frequencies[weights > 0].min().item() == pytest.approx(-0.25, abs=0.01)


def test_noise_gain_is_the_spread_of_white_noise_after_reconstruction() -> None:
    weights = line_weights(256, 0.6, window="tukey", partial=0.8), line_weights(200, 0.7, window="hamming")
    noise = add_complex_noise(torch.zeros(256, 200), 1.0, generator(0, DRAW))
    assert reconstruct(noise, *weights).real.std().item() == pytest.approx(noise_gain(*weights), rel=0.02)


@pytest.mark.parametrize(
    ("share", "partial", "window"), [(0.0, 1.0, "none"), (1.2, 1.0, "none"), (1.0, 0.4, "none"), (1.0, 1.0, "box")]
)
def test_impossible_weights_are_refused(share: float, partial: float, window: str) -> None:
    with pytest.raises(SettingsError):
        line_weights(16, share, window=window, partial=partial)


def test_receive_profile_is_positive_with_mean_one() -> None:
    profile = receive_profile((96, 120), 0.4, generator(3, DRAW))
    assert profile.shape == (96, 120)
    assert profile.mean().item() == pytest.approx(1.0, abs=1e-5)
    assert (profile - 1).abs().max().item() == pytest.approx(0.4, abs=1e-5)


def test_shading_is_smooth_in_magnitude_and_phase() -> None:
    shading = coil_shading((96, 96), 0.3, generator(3, DRAW), phase=0.5)
    assert shading.diff(dim=0).abs().max() < 0.1
    assert shading.angle().std().item() == pytest.approx(0.5, rel=0.02)
    assert shading.abs().mean().item() == pytest.approx(1.0, abs=1e-3)


def test_fields_have_their_spread_and_are_smooth() -> None:
    field = off_resonance_map((120, 100), 40.0, generator(4, DRAW))
    assert field.std().item() == pytest.approx(40.0, rel=0.01)
    assert abs(field.mean().item()) < 1e-3
    assert smooth_field((120, 100), generator(4, DRAW)).diff(dim=1).abs().max() < 0.3

"""The chain from signal to magnitude image."""

from dataclasses import replace

import pytest
import torch
from torch import Tensor

from spinbridge.core.errors import SettingsError
from spinbridge.core.random import generator
from spinbridge.physics.acquisition.chain import Acquisition, acquire, bright_level, draw_acquisition

IDEAL = Acquisition(snr=1e9)
DISC = (torch.hypot(*torch.meshgrid(torch.arange(-48.0, 48), torch.arange(-40.0, 40), indexing="ij")) < 25).float()


def image(settings: Acquisition, signal: Tensor = DISC, seed: int = 0) -> Tensor:
    return acquire(signal, settings, generator(seed, "acquire"))


def test_ideal_acquisition_is_the_magnitude() -> None:
    torch.testing.assert_close(image(IDEAL, -DISC), DISC, atol=1e-5, rtol=0)


@pytest.mark.parametrize("window", ["none", "hamming", "tukey"])
@pytest.mark.parametrize("acquired", [(1.25, 1.25), (1.9, 1.6)])
def test_noise_in_the_image_is_what_snr_says(window: str, acquired: tuple[float, float]) -> None:
    settings = Acquisition(snr=25.0, window=window, acquired_spacing=acquired)
    noisy = image(settings, torch.full((128, 160), 4.0))
    assert (noisy.std() * 25 / 4).item() == pytest.approx(1.0, abs=0.05)


def test_coarser_data_blur_and_keep_the_matrix() -> None:
    coarse = image(replace(IDEAL, acquired_spacing=(2.5, 2.5)))
    assert coarse.shape == DISC.shape
    assert (coarse - DISC).abs().max() > 0.2
    assert coarse[48, 40].item() == pytest.approx(1.0, abs=0.1)


def test_data_finer_than_the_image_change_nothing() -> None:
    torch.testing.assert_close(image(replace(IDEAL, acquired_spacing=(0.8, 0.8))), image(IDEAL))


def test_shading_stays_within_its_strength() -> None:
    shaded = image(replace(IDEAL, shading=0.3), torch.ones(64, 64))
    assert shaded.mean().item() == pytest.approx(1.0, abs=1e-3)
    assert (shaded - 1).abs().max().item() == pytest.approx(0.3, abs=0.01)


def test_same_generator_gives_the_same_image_and_another_does_not() -> None:
    settings = draw_acquisition(generator(1, "settings"))
    assert torch.equal(image(settings), image(settings))
    assert not torch.equal(image(settings), image(settings, seed=1))


def test_images_of_a_train_share_shading_but_not_noise() -> None:
    clean = image(replace(IDEAL, shading=0.4), torch.ones(3, 32, 32))
    torch.testing.assert_close(clean[0], clean[2], atol=1e-5, rtol=0)
    noisy = image(Acquisition(snr=20.0), torch.ones(3, 32, 32))
    assert (noisy[0] - noisy[2]).abs().mean() > 0.01


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64, torch.complex64, torch.complex128])
def test_precision_of_the_signal_is_kept(dtype: torch.dtype) -> None:
    assert image(draw_acquisition(generator(2, "settings")), DISC.to(dtype)).dtype == dtype.to_real()


def test_an_empty_image_stays_empty() -> None:
    assert image(Acquisition(), torch.zeros(16, 16)).abs().max() == 0


def test_drawn_acquisitions_are_possible_and_differ() -> None:
    drawn = [draw_acquisition(generator(seed, "settings"), spacing=(1.4, 1.4)) for seed in range(200)]
    assert {settings.window for settings in drawn} == {"none", "hamming", "tukey"}
    assert min(s.snr for s in drawn) >= 12
    assert max(s.snr for s in drawn) <= 70
    assert all(s.acquired_spacing[0] >= s.acquired_spacing[1] >= 1.4 for s in drawn)
    assert 0.2 < sum(s.partial_fourier < 1 for s in drawn) / 200 < 0.45


def test_bright_level_is_the_98th_percentile() -> None:
    assert bright_level(torch.linspace(-1, 1, 20001)) == pytest.approx(0.98, abs=2e-3)


@pytest.mark.parametrize(
    "wrong", [{"snr": 0.0}, {"snr": float("nan")}, {"shading": 1.0}, {"window": "hann"}, {"spacing": (0.0, 1.0)}]
)
def test_impossible_settings_are_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(SettingsError, match="Acquisition: needed snr"):
        Acquisition(**wrong)


def test_noise_of_one_image_can_be_that_of_its_train() -> None:
    noisy = acquire(torch.zeros(64, 64), Acquisition(snr=20.0), generator(0, "acquire"), reference=2.0)
    assert noisy.mean().item() == pytest.approx(1.2533 * 2.0 / 20, rel=0.03)

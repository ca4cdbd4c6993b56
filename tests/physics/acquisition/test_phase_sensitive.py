"""Phase-sensitive reconstruction keeps the sign and does not fold the noise."""

import pytest
import torch

from spinbridge.core.random import generator
from spinbridge.physics.acquisition.chain import Acquisition, acquire
from spinbridge.physics.acquisition.phase_sensitive import low_pass

DRAW = "phase sensitive"
SIGN = torch.where(torch.arange(96)[:, None] < 48, -1.0, 1.0).expand(96, 96)


@pytest.mark.parametrize("coils", [0, 8])
@pytest.mark.parametrize("uniformity", [0.0, 1.0])
def test_the_sign_comes_back_through_any_phase(coils: int, uniformity: float) -> None:
    settings = Acquisition(snr=60.0, coils=coils, phase=2.0, uniformity=uniformity)
    found = acquire(0.3 * SIGN, settings, generator(0, DRAW), reference=1.0, phase_reference=torch.ones(96, 96))
    assert (found.sign() == SIGN).float().mean() > 0.99
    if uniformity == 1 or not coils:
        assert found.abs().mean().item() == pytest.approx(0.3, rel=0.05)


@pytest.mark.parametrize("coils", [0, 8])
def test_noise_about_zero_is_gaussian_with_the_spread_that_snr_says(coils: int) -> None:
    settings = Acquisition(snr=20.0, coils=coils)
    found = acquire(
        torch.zeros(128, 128), settings, generator(1, DRAW), reference=1.0, phase_reference=torch.ones(128, 128)
    )
    assert found.mean().item() == pytest.approx(0.0, abs=0.002)
    assert (found.std() * 20).item() == pytest.approx(1.0, rel=0.03)
    assert (found.abs().mean() / found.std()).item() == pytest.approx((2 / torch.pi) ** 0.5, rel=0.02)


def test_the_intensity_is_that_of_the_magnitude_image() -> None:
    settings, bright = Acquisition(snr=1e6, coils=6), torch.full((64, 64), 2.0)
    signed = acquire(-bright, settings, generator(2, DRAW), phase_reference=0.1 * bright)
    magnitude = acquire(bright, settings, generator(2, DRAW))
    torch.testing.assert_close(-signed[8:-8, 8:-8], magnitude[8:-8, 8:-8], rtol=0.01, atol=0.0)


def test_a_train_shares_one_reference() -> None:
    train = torch.stack([-torch.ones(32, 32), torch.ones(32, 32)])
    found = acquire(train, Acquisition(coils=4), generator(3, DRAW), phase_reference=torch.ones(32, 32))
    assert found.shape == train.shape
    assert (found[0] < 0).all()
    assert (found[1] > 0).all()


def test_the_low_pass_keeps_what_is_flat_and_quietens_noise() -> None:
    noise = torch.randn(256, 256, dtype=torch.complex64, generator=generator(4, DRAW))
    assert low_pass(noise, 2.0).abs().square().mean().item() == pytest.approx(1 / (4 * torch.pi * 2.0**2), rel=0.05)
    torch.testing.assert_close(low_pass(torch.ones(16, 16, dtype=torch.complex64)).real, torch.ones(16, 16))

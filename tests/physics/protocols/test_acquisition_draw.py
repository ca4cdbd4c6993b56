"""Acquisitions drawn from a protocol: within its ranges, playable, with the coil shading that it states."""

from dataclasses import replace
from math import sqrt

import pytest
import torch

from spinbridge.core.random import generator
from spinbridge.physics.acquisition.chain import Acquisition, acquire
from spinbridge.physics.acquisition.coil_array import SHORT_AXIS
from spinbridge.physics.acquisition.receiver import receiver_of
from spinbridge.physics.protocols.catalogue import load_protocol

VENDORS = ("siemens-1.5T", "ge-3T", "philips-1.5T", "canon-3T")


def drawn(name: str, number: int, **options: object) -> Acquisition:
    return load_protocol(name).draw_acquisition(generator(4, name, number), **options)


@pytest.mark.parametrize("name", VENDORS)
def test_draws_lie_within_the_ranges(name: str) -> None:
    imaging = load_protocol(name).scanners[0].imaging
    found = [drawn(name, number) for number in range(60)]
    for field, low, high in (("snr", *imaging["snr"].limits(None)), ("coils", *imaging["coils"].limits(None))):
        values = [getattr(each, field) for each in found]
        assert low <= min(values) < max(values) <= high
    assert {each.partial_fourier for each in found} == {0.75, 0.875, 1.0}
    assert not any(each.homodyne and each.partial_fourier == 1 for each in found)


def test_a_fine_image_of_coarse_data_is_filled_with_zeros() -> None:
    for number in range(20):
        acquisition = drawn("philips-1.5T", number, spacing=(1.0, 1.0))
        assert 1.6 <= acquisition.acquired_spacing[1] <= 2.0
        assert acquisition.shares[0] <= acquisition.shares[1] <= 1 / 1.6


def test_the_uk_biobank_acquires_what_it_shows() -> None:
    acquisition = drawn("ukbb", 0, spacing=(1.8, 1.8), word="bssfp")
    assert acquisition.acquired_spacing == (1.8, 1.8)
    assert acquisition.acceleration == 2


def test_without_an_array_the_rest_of_the_draw_is_the_same() -> None:
    with_array, without = drawn("ge-1.5T", 3), drawn("ge-1.5T", 3, array=False)
    assert (with_array.coils > 0, without.coils, without.acceleration) == (True, 0, 1)
    same = {"coils": 0, "correlation": 0.0, "uniformity": 0.0, "acceleration": 1}
    assert replace(with_array, **same) == without


@pytest.mark.parametrize("name", VENDORS)
def test_the_array_leaves_about_the_stated_shading(name: str) -> None:
    """Largest departure over the middle 70 % of the image, in the median of the draws."""
    departures = []
    for number in range(12):
        settings = replace(drawn(name, number, spacing=(3.5, 3.5)), acceleration=1, phase=0.0, correlation=0.0)
        assert settings.field_direction == SHORT_AXIS
        receiver = receiver_of(settings, (88, 100), generator(number))
        left = receiver.channels.abs().square().sum(0).sqrt() / receiver.divisor
        middle = left[13:-13, 15:-15] / left[13:-13, 15:-15].mean()
        departures.append(float((middle - 1).abs().max()))
    assert 0.15 <= sorted(departures)[6] <= 0.45


@pytest.mark.parametrize("array", [False, True])
def test_an_image_comes_out_with_about_the_noise_that_was_drawn(array: bool) -> None:
    acquisition = replace(drawn("siemens-1.5T", 1, array=array), acceleration=1, correlation=0.0)
    disc = torch.zeros(96, 96)
    disc[24:72, 24:72] = 1.0
    images = torch.stack([acquire(disc, acquisition, generator(9, number)) for number in range(2)])
    assert torch.isfinite(images).all()
    again = acquire(disc, acquisition, generator(9, 0))
    assert torch.equal(again, images[0])
    if not array:
        background = images[0][:10, :10].square().mean().sqrt() / sqrt(2)
        assert float(background) == pytest.approx(1 / acquisition.snr, rel=0.6)


def test_fields_are_worse_at_three_tesla() -> None:
    low, high = (load_protocol(f"ge-{field}").draw_fields(generator(0)) for field in ("1.5T", "3T"))
    assert high.b0_spread == pytest.approx(2 * low.b0_spread, rel=1e-3)
    assert high.b0_peak > low.b0_peak
    assert high.b1[0] < low.b1[0] < 1 < low.b1[1] < high.b1[1]

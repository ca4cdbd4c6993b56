"""Acquisitions drawn from a protocol: within its ranges, playable, with the coil shading that it states."""

from dataclasses import replace
from math import sqrt

import pytest
import torch

from spinbridge.core.random import generator
from spinbridge.core.tissue import Tissue
from spinbridge.physics.acquisition.chain import Acquisition, acquire
from spinbridge.physics.acquisition.coil_array import SHORT_AXIS
from spinbridge.physics.acquisition.excitation import Excitation, excited
from spinbridge.physics.acquisition.receiver import receiver_of
from spinbridge.physics.acquisition.transmit import flip_angle_of
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
    same = {"coils": 0, "correlation": 0.0, "uniformity": 0.0, "acceleration": 1, "excitation": Excitation()}
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
    assert high.spread == pytest.approx(2 * low.spread, rel=1e-3)
    assert high.transmit[0] < low.transmit[0] < 1 < low.transmit[1] < high.transmit[1]


@pytest.mark.parametrize("word", ["", "molli", "flair"])
def test_an_acquisition_is_in_the_fields_that_are_drawn(word: str) -> None:
    for number in range(5):
        fields = load_protocol("ge-3T").draw_fields(generator(4, "ge-3T", number), word=word)
        assert drawn("ge-3T", number, word=word).excitation == fields
        assert fields.spread > 0
        assert fields.pulse is None


def test_the_drawn_fields_turn_spins_over_the_whole_range_and_spread_their_frequencies() -> None:
    model = load_protocol("siemens-3T").draw_sequence("bssfp", generator(1))
    fields = drawn("siemens-3T", 1).excitation
    even = torch.ones(24, 24)
    played, seen = excited(model, Tissue(pd=even, t1=1.2 * even, t2=0.045 * even), fields, generator(2))
    angles = flip_angle_of(played) / flip_angle_of(model)
    assert (float(angles.min()), float(angles.max())) == pytest.approx((0.65, 1.15), abs=1e-4)
    assert float(seen.off_resonance.square().mean().sqrt()) == pytest.approx(fields.spread, rel=1e-3)

"""Schemes and their place in the heartbeats."""

import pytest

from spinbridge.core.errors import SequenceError
from spinbridge.physics.sequences.balanced_readout import Readout
from spinbridge.physics.sequences.image_names import inversion_names
from spinbridge.physics.sequences.molli import GatedMOLLI
from spinbridge.physics.sequences.molli_scheme import format_scheme, parse_scheme

SCHEMES = [
    ("3(3)3(3)5", (3, 3, 5), (3, 3), 17),
    ("5(3)3", (5, 3), (3,), 11),
    ("3(3)5", (3, 5), (3,), 11),
    ("4(1)3(1)2", (4, 3, 2), (1, 1), 11),
    ("5(1)1(1)1", (5, 1, 1), (1, 1), 9),
    ("1", (1,), (), 1),
]


@pytest.mark.parametrize(("text", "trains", "pauses", "beats"), SCHEMES)
def test_schemes_are_read_and_written(text: str, trains: tuple[int, ...], pauses: tuple[int, ...], beats: int) -> None:
    assert parse_scheme(text, 1.0) == (trains, pauses)
    assert format_scheme(trains, pauses) == text
    assert sum(trains) + sum(pauses) == beats


def test_inversion_times_are_those_of_the_protocol() -> None:
    times = [round(1e3 * time) for time in GatedMOLLI.scheme("3(3)3(3)5").timing.image_times]
    assert times == [120, 1120, 2120, 200, 1200, 2200, 280, 1280, 2280, 3280, 4280]


@pytest.mark.parametrize(("rate", "beats"), [(60, 3), (75, 4), (100, 5), (40, 2)])
def test_pause_in_seconds_lasts_whole_beats(rate: int, beats: int) -> None:
    assert parse_scheme("5(3s)3", 60 / rate) == ((5, 3), (beats,))


def test_pause_in_seconds_counts_measured_beats() -> None:
    assert parse_scheme("2(2s)1", (0.5, 0.5, 1.0, 1.0, 1.0)) == ((2, 1), (2,))
    assert parse_scheme("2(2s)1", (1.0, 1.0, 0.7, 0.7, 0.7)) == ((2, 1), (3,))


@pytest.mark.parametrize("text", ["", "abc", "5(3", "5(3)", "(3)5", "5(3)(3)5", "5-3", "5(x)3"])
def test_what_is_no_scheme_is_refused(text: str) -> None:
    with pytest.raises(SequenceError, match="a scheme such as"):
        parse_scheme(text, 1.0)


@pytest.mark.parametrize(("text", "needed"), [("5(0.5)3", "whole beats"), ("5(3)0", "at least one image")])
def test_impossible_schemes_are_refused(text: str, needed: str) -> None:
    with pytest.raises(SequenceError, match=needed):
        parse_scheme(text, 1.0)


def test_longest_inversion_time_ends_its_readout_with_the_heartbeat() -> None:
    longest = 1.0 - (Readout().length - Readout().to_centre)
    GatedMOLLI(trains=(1,), pauses=(), inversion_times=(longest,))
    with pytest.raises(SequenceError, match=r"to 895ms, the longest that a heartbeat of 1000ms allows, got 896ms"):
        GatedMOLLI(trains=(1,), pauses=(), inversion_times=(longest + 1e-3,))


@pytest.mark.parametrize(
    ("change", "needed"),
    [
        ({"inversion_times": (0.05, 0.2)}, "an inversion time from 93.8ms"),
        ({"inversion_times": (0.12,)}, "an inversion time for each"),
        ({"trains": (5, 0)}, "trains of one or more images"),
        ({"pauses": (-1,)}, "a pause between each two"),
        ({"rr_intervals": (1.0, 1.0)}, "an RR interval for beat 3"),
        ({"rr_intervals": 0.1}, "an RR interval between"),
        ({"rr_intervals": 0.25}, "the longest that a heartbeat of 250ms"),
        ({"fresh": 1.5}, "a fresh share"),
        ({"inversion_efficiency": -0.1}, "an inversion efficiency"),
    ],
)
def test_what_no_heart_allows_is_refused(change: dict[str, object], needed: str) -> None:
    with pytest.raises(SequenceError, match=needed):
        GatedMOLLI(**change)


def test_centre_outside_the_lines_is_refused() -> None:
    with pytest.raises(SequenceError, match="a centre line between 0 and 65, got 66"):
        Readout(lines=66, centre_line=66)


def test_images_alike_get_names_of_their_own() -> None:
    assert inversion_names((0.12, 1.12, 0.12, 0.1204)) == ("ti120ms", "ti1120ms", "ti120ms_2", "ti120ms_3")

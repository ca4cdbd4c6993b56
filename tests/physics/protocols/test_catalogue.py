"""Names, and the numbers behind them where they are published or stated."""

from math import degrees

import pytest

from spinbridge.core.errors import SettingsError
from spinbridge.core.random import generator
from spinbridge.core.units import Kind
from spinbridge.physics.protocols.catalogue import load_protocol, protocol_names
from spinbridge.physics.protocols.protocol import Protocol
from spinbridge.physics.sequences.language import parse_sequence

VENDORS = {f"{vendor}-{field}" for vendor in ("siemens", "ge", "philips", "canon") for field in ("1.5T", "3T")}
DATA_SETS = {"acdc", "mnms", "mnms2", "myops", "emidec", "ukbb", "cmrxrecon", "paper", "brats"}


def limits(protocol: Protocol, name: str, word: str = "") -> tuple[float, float]:
    return protocol.scanners[0].imaging_of(word)[name].limits(Kind.LENGTH)


def test_vendors_and_data_sets_are_known_by_name() -> None:
    names = protocol_names()
    assert set(names) == VENDORS | DATA_SETS
    assert len(names) == len(set(names))


@pytest.mark.parametrize(
    ("name", "meant"), [("ge3t", "ge-3T"), ("mnm", "mnms"), ("simens-1.5T", "siemens-1.5T"), ("acd", "acdc")]
)
def test_a_name_mistyped_is_answered_with_the_one_meant(name: str, meant: str) -> None:
    with pytest.raises(SettingsError, match=f"Did you mean '{meant}'"):
        load_protocol(name)


def test_a_name_may_be_written_in_capitals_and_a_stranger_gets_the_list() -> None:
    assert load_protocol("UKBB") is load_protocol("ukbb")
    with pytest.raises(SettingsError, match="acdc, brats"):
        load_protocol("hitachi")


@pytest.mark.parametrize(
    ("vendor", "tr", "te", "fa", "acquired"),
    [
        ("siemens", (2.6, 3.3), (1.1, 1.5), (50, 80), (1.4, 2.0)),
        ("ge", (3.2, 4.2), (1.3, 1.9), (45, 60), (1.3, 1.8)),
        ("philips", (2.7, 3.4), (1.3, 1.7), (45, 60), (1.6, 2.0)),
        ("canon", (3.4, 4.2), (1.7, 2.1), (45, 70), (1.6, 2.0)),
    ],
)
def test_cine_of_a_vendor_lies_in_its_usual_ranges(
    vendor: str,
    tr: tuple[float, float],
    te: tuple[float, float],
    fa: tuple[float, float],
    acquired: tuple[float, float],
) -> None:
    low = load_protocol(f"{vendor}-1.5T")
    models = [parse_sequence(text) for text in low.corners("bssfp")]
    times = [1e3 * model.repetition_time for model in models], [1e3 * model.echo_time for model in models]
    angles = [degrees(model.flip_angle) for model in models]
    assert (min(times[0]), max(times[0]), min(angles), max(angles)) == pytest.approx((*tr, *fa))
    assert te[0] <= min(times[1]) + 1e-9 <= max(times[1]) <= te[1] + 1e-9
    assert max(times[1]) - min(times[1]) > 0.8 * (te[1] - te[0])
    assert limits(low, "acquired") == acquired


@pytest.mark.parametrize("vendor", ["siemens", "ge", "philips", "canon"])
def test_three_tesla_means_more_field_error_and_no_larger_flip_angle(vendor: str) -> None:
    low, high = (load_protocol(f"{vendor}-{field}").scanners[0] for field in ("1.5T", "3T"))
    assert (low.field_strength, high.field_strength) == (1.5, 3.0)
    spreads = [scanner.imaging["b0_spread"].limits(Kind.FREQUENCY) for scanner in (low, high)]
    assert [sum(spread) / 2 for spread in spreads] == [30, 60]
    angles = [scanner.sequences["bssfp"]["fa"].limits(Kind.ANGLE)[1] for scanner in (low, high)]
    assert angles[1] <= angles[0]
    assert high.imaging["b1"].limits(Kind.SHARE) == pytest.approx((0.65, 1.15))


def test_the_uk_biobank_is_one_protocol() -> None:
    exam = load_protocol("ukbb").draw("bssfp", generator(0))
    assert exam.sequence == "bssfp(fa=80deg,tr=2.6ms,te=1.1ms)"
    geometry = exam.geometry
    assert (geometry.spacing, geometry.thickness, geometry.gap, geometry.frames) == ((1.8, 1.8), 8.0, 2.0, 50)
    assert exam.field_strength == 1.5


def test_published_resolutions_are_met() -> None:
    assert limits(load_protocol("acdc"), "spacing") == (1.37, 1.68)
    assert limits(load_protocol("mnms"), "spacing") == (0.98, 1.63)
    assert limits(load_protocol("cmrxrecon"), "spacing", "bssfp") == (2.0, 2.0)
    assert limits(load_protocol("cmrxrecon"), "spacing", "molli") == (1.4, 1.4)
    assert limits(load_protocol("myops"), "spacing", "bssfp") == (1.25, 1.25)


def test_a_data_set_meets_its_scanners_as_often_as_it_says() -> None:
    mnms = load_protocol("mnms")
    met = [mnms.draw_one(generator(1, number)).scanners[0].name for number in range(2000)]
    for part in mnms.shares:
        assert met.count(part.scanner.name) / len(met) == pytest.approx(part.share, abs=0.03)


def test_eleven_images_of_the_paper_come_of_one_scheme() -> None:
    paper = load_protocol("paper")
    assert len(paper.draw_sequence("molli", generator(0)).images) == 11
    assert len(paper.draw_sequence("molli", generator(0), contrast="post").images) == 11
    assert paper.draw_geometry(generator(0)).matrix == (128, 128)


def test_a_sequence_that_a_protocol_does_not_play_is_refused() -> None:
    with pytest.raises(SettingsError, match="ukbb plays, bssfp"):
        load_protocol("ukbb").draw_sequence("gre", generator(0))


@pytest.mark.parametrize("text", ["molli(hr=60bpm)", "molli (scheme=5(3)3)"])
def test_a_sequence_with_its_parameters_is_answered_with_its_word(text: str) -> None:
    with pytest.raises(SettingsError, match="Write the word alone, molli; the protocol fills the rest"):
        load_protocol("ge-3T").draw_text(text, generator(0))


@pytest.mark.parametrize("name", sorted(VENDORS))
def test_the_scheme_of_molli_is_that_of_the_contrast_and_nothing_else_moves(name: str) -> None:
    protocol, post_only = load_protocol(name), "scheme=4(1)3(1)2"
    for number in range(10):
        native, post = (
            protocol.draw_text("molli", generator(6, name, number), contrast=contrast)
            for contrast in ("native", "post")
        )
        assert post_only not in native
        assert {part.partition("=")[0] for part in set(native.split(",")) ^ set(post.split(","))} <= {"molli(scheme"}
        assert post_only in post or name.startswith("philips")
    assert protocol.draw_text("shmolli", generator(0)) == protocol.draw_text("shmolli", generator(0), contrast="post")


def test_a_contrast_that_there_is_not_is_refused() -> None:
    with pytest.raises(SettingsError, match="native, post"):
        load_protocol("ge-3T").draw_text("molli", generator(0), contrast="late")


def test_corners_hold_the_schemes_of_both_contrasts() -> None:
    corners = list(load_protocol("ge-1.5T").corners("molli"))
    assert len(corners) == len(set(corners))
    assert {text.split("scheme=")[1].split(",")[0] for text in corners} == {"5(3)3", "3(3)5", "4(1)3(1)2"}


def test_the_patient_decides_the_heart_rate_and_nothing_else_moves() -> None:
    ge = load_protocol("ge-1.5T")
    free, given = (ge.draw_text("molli", generator(0), given=known) for known in ({}, {"hr": "111bpm", "v": "50mm/s"}))
    assert "hr=111bpm" in given
    assert ",v=" not in given
    assert set(free.split(",")) - set(given.split(",")) == {part for part in free.split(",") if part.startswith("hr=")}

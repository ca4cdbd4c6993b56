"""One entry: what a text means, what is drawn from it, what is refused."""

import pytest

from spinbridge.core.errors import SettingsError, UnitError
from spinbridge.core.random import generator
from spinbridge.core.units import Kind, parse_quantity
from spinbridge.physics.protocols.entry import Entry

SOURCE = "verify: made up for this test"


def drawn(text: str, count: int = 400, **known: str) -> list[str]:
    draw = generator(3, text)
    return [Entry(text, SOURCE).draw(draw, known) for _ in range(count)]


def test_a_range_is_drawn_evenly_between_its_ends() -> None:
    values = [parse_quantity(text, Kind.TIME) * 1e3 for text in drawn("2.6ms to 3.3ms")]
    assert 2.6 <= min(values) < 2.62
    assert 3.28 < max(values) <= 3.3
    assert sum(values) / len(values) == pytest.approx(2.95, abs=0.03)


def test_whole_numbers_reach_both_ends_and_nothing_else() -> None:
    assert set(drawn("60 to 63")) == {"60", "61", "62", "63"}


def test_a_choice_is_drawn_as_often_as_it_stands() -> None:
    values = drawn("3(3)3(3)5 | 3(3)3(3)5 | 5(3)3")
    assert set(values) == {"3(3)3(3)5", "5(3)3"}
    assert values.count("5(3)3") / len(values) == pytest.approx(1 / 3, abs=0.06)


def test_a_share_follows_what_it_is_a_share_of() -> None:
    values = [parse_quantity(text, Kind.TIME) for text in drawn("42% to 45% of tr", tr="3ms")]
    assert 1.26e-3 <= min(values) < max(values) <= 1.35e-3


def test_a_single_value_and_a_word_are_always_themselves() -> None:
    assert set(drawn("35deg", 5)) == {"35deg"}
    assert set(drawn("hamming", 5)) == {"hamming"}
    assert set(drawn("0ms/25ms/55ms", 5)) == {"0ms/25ms/55ms"}


def test_corners_are_the_ends_or_the_options() -> None:
    assert Entry("50deg to 80deg", SOURCE).corners({}) == ("50deg", "80deg")
    assert Entry("50% of tr", SOURCE).corners({"tr": "4.2ms"}) == ("2.1ms",)
    assert Entry("5(3)3 | 5(3)3 | 3(3)5", SOURCE).corners({}) == ("5(3)3", "3(3)5")


def test_numbers_come_in_canonical_units() -> None:
    assert Entry("75% | 87.5%", SOURCE).limits(Kind.SHARE) == (0.75, 0.875)
    assert 40 <= Entry("40.0 to 100.0", SOURCE).number(None, generator(0)) <= 100


@pytest.mark.parametrize(
    ("text", "source", "message"),
    [
        ("50deg to 80rad", SOURCE, "same unit"),
        ("80deg to 50deg", SOURCE, "lowest to its highest"),
        ("5(3)3 | ", SOURCE, "a range, a choice"),
        ("half of tr", SOURCE, "a range, a choice"),
        ("50deg", "a friend", "a source that begins with read"),
    ],
)
def test_what_cannot_be_drawn_from_is_refused(text: str, source: str, message: str) -> None:
    with pytest.raises(SettingsError, match=message):
        Entry(text, source)


def test_a_number_without_its_unit_is_refused_where_one_is_needed() -> None:
    with pytest.raises(UnitError):
        Entry("1.4 to 2.0", SOURCE).limits(Kind.LENGTH)

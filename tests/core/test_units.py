import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spinbridge.core.errors import UnitError
from spinbridge.core.units import Kind, format_quantity, parse_quantity

SPELLINGS = [(kind, unit) for kind in Kind for unit in kind.value]


@pytest.mark.parametrize(
    ("text", "kind", "value"),
    [
        ("50deg", Kind.ANGLE, 50 * math.pi / 180),
        ("3.2ms", Kind.TIME, 0.0032),
        (" .5 s ", Kind.TIME, 0.5),
        ("-220Hz", Kind.FREQUENCY, -220.0),
        ("60bpm", Kind.RATE, 1.0),
        ("1.5T", Kind.FIELD, 1.5),
        ("25%", Kind.SHARE, 0.25),
        ("220ml", Kind.VOLUME, 220.0),
        ("5cm/s", Kind.SPEED, 50.0),
        ("1e-3s", Kind.TIME, 0.001),
    ],
)
def test_a_quantity_is_read_into_canonical_units(text: str, kind: Kind, value: float) -> None:
    assert parse_quantity(text, kind) == pytest.approx(value, rel=1e-15)


@given(st.sampled_from(SPELLINGS), st.floats(-1e6, 1e6).filter(lambda value: value == 0 or abs(value) > 1e-6))
def test_writing_and_reading_is_a_round_trip(spelling: tuple[Kind, str], number: float) -> None:
    kind, unit = spelling
    value = number * kind.value[unit]
    assert parse_quantity(format_quantity(value, unit, digits=17), kind) == pytest.approx(value, rel=1e-12)


@given(st.floats(0, 1e6, allow_nan=False))
def test_a_bare_number_is_refused_with_the_accepted_spellings(number: float) -> None:
    with pytest.raises(UnitError, match=r"Write '.*deg' or '.*rad'"):
        parse_quantity(f"{number:.6f}", Kind.ANGLE)


@pytest.mark.parametrize(("kind", "first"), [(Kind.TIME, "'30ms'"), (Kind.FIELD, "'30T'"), (Kind.ANGLE, "'30deg'")])
def test_the_usual_unit_is_offered_first(kind: Kind, first: str) -> None:
    with pytest.raises(UnitError, match=f"Write {first} or"):
        parse_quantity("30", kind)


@pytest.mark.parametrize(("text", "kind"), [("50ms", Kind.ANGLE), ("3deg", Kind.TIME), ("60Hz", Kind.RATE)])
def test_a_unit_of_another_kind_is_refused(text: str, kind: Kind) -> None:
    with pytest.raises(UnitError, match="Use one of"):
        parse_quantity(text, kind)


@pytest.mark.parametrize("text", ["", "ms", "five ms", "5 5ms", "--5ms", "nanms"])
def test_what_is_no_quantity_is_refused(text: str) -> None:
    with pytest.raises(UnitError, match="time"):
        parse_quantity(text, Kind.TIME, where="--tr")


def test_an_unknown_unit_cannot_be_written() -> None:
    with pytest.raises(UnitError, match="furlong"):
        format_quantity(1.0, "furlong")

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import pytest

from spinbridge.cli.arguments import parse
from spinbridge.core.errors import SettingsError


@dataclass(frozen=True, kw_only=True)
class TourSettings:
    """Walks from one place to another."""

    source: Path  #: where it begins
    begin: str = "bssfp"  #: what is read there
    flip_angle: str = "50deg"
    """How far it turns."""
    offset: str = "0Hz"  #: may be negative
    mode: Literal["slow", "fast"] = "slow"  #: how it goes
    test: tuple[Path, ...] = ()  #: may be repeated
    dry_run: bool = False  #: only say what would be done


def parsed(*arguments: str) -> TourSettings:
    example = "spinbridge tour A"
    return parse(TourSettings, arguments, command="tour", example=example, renamed={"begin": "from"}).settings


def test_fields_without_a_default_are_positional_and_the_rest_are_options() -> None:
    assert parsed("a", "--mode", "fast", "--dry-run") == TourSettings(source=Path("a"), mode="fast", dry_run=True)


def test_a_field_may_have_another_name_as_an_option() -> None:
    assert parsed("a", "--from", "gre").begin == "gre"


def test_a_tuple_is_an_option_that_may_be_repeated() -> None:
    assert parsed("a", "--test", "x", "--test", "y").test == (Path("x"), Path("y"))


@pytest.mark.parametrize("words", [("--offset", "-220Hz"), ("--offset=-220Hz",)])
def test_a_negative_quantity_is_no_option(words: tuple[str, ...]) -> None:
    assert parsed("a", *words).offset == "-220Hz"


def test_the_answer_as_json_is_asked_for_apart_from_the_settings() -> None:
    request = parse(TourSettings, ["a", "--json"], command="tour", example="")
    assert (request.json, request.settings) == (True, TourSettings(source=Path("a")))


@pytest.mark.parametrize(
    ("words", "named"),
    [((), "SOURCE"), (("a", "--mode", "running"), "running"), (("a", "--tset", "x"), "--tset"), (("a", "b"), "b")],
)
def test_wrong_usage_is_one_line_that_names_what_is_wrong(words: tuple[str, ...], named: str) -> None:
    with pytest.raises(SettingsError, match=named) as caught:
        parsed(*words)
    assert "\n" not in str(caught.value)
    assert "│" not in str(caught.value)


@pytest.mark.parametrize("taught", ["Walks from", "SOURCE", "where it begins", "How far it turns", "tour A", "--debug"])
def test_help_teaches(taught: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="0"):
        parsed("--help")
    assert taught in capsys.readouterr().out

from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path

import pytest

from spinbridge.core.errors import SettingsError
from spinbridge.core.settings import digest, finite, from_plain, to_plain
from spinbridge.core.structures import Heart


@dataclass(frozen=True, kw_only=True)
class Inner:
    size: int = 1


@dataclass(frozen=True, kw_only=True)
class Outer:
    names: tuple[str, ...] = ("a", "b")
    inner: Inner = field(default_factory=Inner)
    folder: str = "out"


class Mode(Enum):
    FAST = 1


def test_settings_survive_plain_data() -> None:
    settings = Outer(names=("x",), inner=Inner(size=3))
    assert from_plain(Outer, to_plain(settings)) == settings


def test_plain_data_is_what_json_holds() -> None:
    values = {1: Path("a/b"), "mode": Mode.FAST, "set": {"b", "a"}, "label": Heart.LV}
    assert to_plain(values) == {"1": "a/b", "mode": "FAST", "set": ["a", "b"], "label": "LV"}


def test_an_unknown_setting_is_refused_by_name() -> None:
    with pytest.raises(SettingsError, match=r"run\.toml: needed settings among folder, inner, names, got sise"):
        from_plain(Outer, {"sise": 3}, where="run.toml")


def test_an_unknown_setting_inside_another_is_refused() -> None:
    with pytest.raises(SettingsError, match="got sise"):
        from_plain(Outer, {"inner": {"sise": 3}})


def test_the_digest_depends_on_every_value_and_on_nothing_else() -> None:
    assert digest(Outer()) == digest(from_plain(Outer, dict(reversed(to_plain(Outer()).items()))))
    assert digest(Outer()) != digest(Outer(inner=Inner(size=2)))


def test_what_is_no_number_becomes_none_wherever_it_stands() -> None:
    assert finite({"a": [1.5, float("nan"), {"b": float("inf")}], "c": "nan"}) == {
        "a": [1.5, None, {"b": None}],
        "c": "nan",
    }

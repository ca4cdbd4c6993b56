import pytest
from rich.console import Console

from spinbridge.core import progress


def test_every_item_comes_through_in_order() -> None:
    assert list(progress.track(range(5), "cases", total=5)) == [0, 1, 2, 3, 4]


def test_quick_work_says_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    list(progress.track(range(5), "cases", total=5))
    assert capsys.readouterr() == ("", "")


def test_long_work_says_how_far_it_is(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    clock = iter(range(0, 1000, 20))
    monkeypatch.setattr(progress.time, "monotonic", lambda: next(clock))
    list(progress.track(range(2), "cases", total=2))
    out, err = capsys.readouterr()
    assert out == ""
    assert "cases" in err
    assert "2" in err


def test_a_terminal_gets_a_bar(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Console, "is_terminal", property(lambda _: True))
    assert list(progress.track("ab", "cases", total=2)) == ["a", "b"]


def test_a_line_goes_to_standard_error(capsys: pytest.CaptureFixture[str]) -> None:
    progress.say("half way")
    assert capsys.readouterr() == ("", "half way\n")

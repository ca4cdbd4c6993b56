"""Every command explains itself: an example, and a word on each option."""

import dataclasses
from importlib import import_module

import pytest

from spinbridge.cli import arguments
from spinbridge.cli.main import COMMANDS, main


@pytest.mark.parametrize("command", COMMANDS)
def test_help_gives_an_example(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="0"):
        main([command, "--help"])
    shown = capsys.readouterr().out
    assert f"  spinbridge {command} " in shown
    assert "--json" in shown


@pytest.mark.parametrize("command", COMMANDS)
def test_every_setting_is_explained(command: str, monkeypatch: pytest.MonkeyPatch) -> None:
    found = []

    def remember(settings: type[object], *_: object, **__: object) -> None:
        found.append(settings)
        raise KeyboardInterrupt

    monkeypatch.setattr(import_module(f"spinbridge.cli.{command}"), "parse", remember)
    main([command])
    helps = arguments._helps(found[0])
    assert [field.name for field in dataclasses.fields(found[0]) if not helps.get(field.name)] == []


@pytest.mark.parametrize("command", COMMANDS)
def test_wrong_usage_ends_with_2(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([command, "--no-such-option"]) == 2
    assert capsys.readouterr().err.count("\n") == 1

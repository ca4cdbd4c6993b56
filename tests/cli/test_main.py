import subprocess
import sys
from collections.abc import Callable
from types import SimpleNamespace

import pytest

import spinbridge
from spinbridge.cli import main as program
from spinbridge.cli.main import COMMANDS, main
from spinbridge.core.errors import GeometryError, OutputError, SequenceError, SettingsError, SpinbridgeError, UnitError
from spinbridge.version import VERSION

Ending = Callable[[BaseException], None]


@pytest.fixture
def ending_with(monkeypatch: pytest.MonkeyPatch) -> Ending:
    """Make every command end with an error."""

    def choose(error: BaseException) -> None:
        def run(_: list[str]) -> int:
            raise error

        monkeypatch.setattr(program, "import_module", lambda _: SimpleNamespace(run=run))

    return choose


def test_every_command_is_a_function_of_the_package() -> None:
    settings = {name for name in spinbridge.__all__ if name.endswith("Settings")}
    assert set(COMMANDS) == set(spinbridge.__all__) - settings - {"__version__"}
    assert len(settings) == len(COMMANDS)


def test_help_lists_every_command(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--help"]) == 0
    shown = capsys.readouterr().out
    assert [name for name in COMMANDS if f"  {name} " not in shown] == []


def test_the_version_is_that_of_the_package(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--version"]) == 0
    assert capsys.readouterr().out.strip() == spinbridge.__version__


@pytest.mark.parametrize("words", [[], ["sgnal"], ["--json"], ["--verbose"]])
def test_wrong_usage_ends_with_2(words: list[str]) -> None:
    assert main(words) == 2


def test_a_mistyped_command_gets_the_close_one(capsys: pytest.CaptureFixture[str]) -> None:
    main(["sgnal"])
    assert capsys.readouterr().err.endswith("Did you mean 'signal'?\n")


@pytest.mark.parametrize(
    ("kind", "code"),
    [(SettingsError, 2), (UnitError, 2), (SequenceError, 2), (GeometryError, 1), (OutputError, 1)],
)
def test_an_error_is_one_line_and_an_exit_code(
    kind: type[SpinbridgeError], code: int, ending_with: Ending, capsys: pytest.CaptureFixture[str]
) -> None:
    ending_with(kind("this", "that"))
    assert main(["check"]) == code
    assert capsys.readouterr() == ("", "spinbridge: needed this, got that.\n")


def test_debug_shows_where_an_error_came_from(ending_with: Ending) -> None:
    ending_with(GeometryError("this", "that"))
    with pytest.raises(GeometryError):
        main(["check", "--debug"])


def test_a_stop_from_the_keyboard_says_that_the_same_command_continues(
    ending_with: Ending, capsys: pytest.CaptureFixture[str]
) -> None:
    ending_with(KeyboardInterrupt())
    assert main(["bridge"]) == 130
    assert "same command continues" in capsys.readouterr().err


@pytest.mark.parametrize("extra", [[], ["--debug"]])
def test_a_traceback_of_an_unforeseen_error_is_shown_only_on_request(extra: list[str]) -> None:
    breaking = "import spinbridge.cli.main as m; m._dispatch = lambda words: 1 / 0; m.main()"
    command = [sys.executable, "-c", breaking, "check", *extra]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert ("Traceback" in done.stderr) == bool(extra)
    assert "ZeroDivisionError" in done.stderr


def test_the_package_runs_as_a_module() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "spinbridge", "--version"], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout.strip()) == (0, VERSION)

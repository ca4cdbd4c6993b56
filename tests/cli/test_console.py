import json
import sys
from dataclasses import dataclass

import pytest

from spinbridge.cli import console
from spinbridge.data.finding import Finding, Severity
from spinbridge.recipes.bridge import BridgeResult


@dataclass(frozen=True)
class Answer:
    mean: float
    names: tuple[str, ...]


def test_an_answer_is_json_a_program_can_read(capsys: pytest.CaptureFixture[str]) -> None:
    console.show_json(Answer(mean=0.5, names=("a", "b")))
    assert json.loads(capsys.readouterr().out) == {"mean": 0.5, "names": ["a", "b"]}


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_what_is_no_number_is_null_in_json(value: float, capsys: pytest.CaptureFixture[str]) -> None:
    console.show_json(Answer(mean=value, names=()))
    assert json.loads(capsys.readouterr().out)["mean"] is None


def test_a_table_is_plain_columns_where_the_output_is_no_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    console.show_table(("image", "signal"), [("ti120ms", "-0.1"), ("ti200ms", "0.2")])
    assert capsys.readouterr().out == "image\tsignal\nti120ms\t-0.1\nti200ms\t0.2\n"


def test_a_table_is_ruled_on_a_terminal(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    console.show_table(("image", "signal"), [("ti120ms", "-0.1")])
    assert "━" in capsys.readouterr().out


def test_failed_cases_are_named_and_give_1(capsys: pytest.CaptureFixture[str]) -> None:
    assert console.exit_code(["a: broken", "b: empty"]) == 1
    assert capsys.readouterr().err == "a: broken\nb: empty\n2 cases failed, the others are done.\n"


def test_no_failed_case_is_silence_and_0(capsys: pytest.CaptureFixture[str]) -> None:
    assert console.exit_code([]) == 0
    assert capsys.readouterr() == ("", "")


@pytest.mark.parametrize(("as_json", "shown"), [(False, "better\nreport: r.html\n"), (True, '"report": "r.html"')])
def test_a_report_is_told_with_what_failed(capsys: pytest.CaptureFixture[str], as_json: bool, shown: str) -> None:
    failure = Finding(case="a", path=None, severity=Severity.ERROR, needed="a file", got="none")
    result = BridgeResult(report="r.html", sentences=("better",), failures=(failure,))
    assert console.show_report(result, as_json=as_json) == 1
    out, err = capsys.readouterr()
    assert shown in out
    assert "a: needed a file, got none" in err

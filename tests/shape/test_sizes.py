"""Files, functions and signatures stay small enough to read in one sitting."""

from collections.abc import Iterator
from pathlib import Path
from statistics import median

import pytest
from tests.shape.package_sources import FILES, ROOT, Function, body_lines, functions, name_of

MOST_LINES_OF_A_FILE, MEDIAN_LINES_OF_A_FILE = 350, 140
MOST_LINES_OF_A_BODY, MEDIAN_LINES_OF_A_BODY = 50, 8
MOST_PARAMETERS = 8
MEDIAN_LINES_OF_A_TEST = 8
FREE_FACTS = {"provenance.py:write_record"}  # a record takes any fact by its name


def lines(path: Path) -> int:
    return len(path.read_text(encoding="utf-8").splitlines())


def all_functions(paths: list[Path]) -> Iterator[tuple[str, Function]]:
    return ((f"{path.name}:{function.name}", function) for path in paths for function in functions(path))


def parameters(function: Function) -> int:
    listed = [*function.args.posonlyargs, *function.args.args, *function.args.kwonlyargs]
    return len([argument for argument in listed if argument.arg not in ("self", "cls")])


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_a_file_is_short(path: Path) -> None:
    assert lines(path) <= MOST_LINES_OF_A_FILE


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_a_function_is_short(path: Path) -> None:
    assert [name for name, function in all_functions([path]) if body_lines(function) > MOST_LINES_OF_A_BODY] == []


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_a_signature_is_short_and_complete(path: Path) -> None:
    wordy = [name for name, function in all_functions([path]) if parameters(function) > MOST_PARAMETERS]
    catch_all = [name for name, function in all_functions([path]) if function.args.kwarg and name not in FREE_FACTS]
    assert wordy + catch_all == []


def test_the_median_file_and_function_are_short() -> None:
    assert median(lines(path) for path in FILES if lines(path) > 30) <= MEDIAN_LINES_OF_A_FILE
    assert median(body_lines(function) for _, function in all_functions(FILES)) <= MEDIAN_LINES_OF_A_BODY


def test_the_median_test_is_short() -> None:
    files = sorted((ROOT / "tests").rglob("test_*.py"))
    tests = [function for _, function in all_functions(files) if function.name.startswith("test_")]
    assert median(body_lines(function) for function in tests) <= MEDIAN_LINES_OF_A_TEST

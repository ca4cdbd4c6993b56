"""Many processes do what one does: in order, failures gathered, whatever the number."""

import subprocess
import sys
import textwrap
from pathlib import Path

import numpy as np
import pytest
import torch

from spinbridge.core.errors import InputError
from spinbridge.core.random import generator
from spinbridge.data.case_loop import Outcome
from spinbridge.recipes.parallel import for_each_parallel


def work(number: int) -> float:
    """A sum whose last bits depend on the number of threads; every third item fails."""
    if number % 3 == 2:
        raise InputError("a number that three does not miss", f"{number}", where=Path("items") / str(number))
    left = torch.randn((60, 200), generator=generator(number, "left"))
    return float((left @ left.T).sum()) + torch.get_num_threads()


def system_failure(number: int) -> int:
    if number == 1:
        raise FileNotFoundError(2, "No such file or directory", "lost.nii.gz")
    return number


def done(workers: int, items: int = 7) -> Outcome[float]:
    return for_each_parallel(list(range(items)), work, name=str, what="work", workers=workers)


@pytest.fixture(scope="module")
def in_two() -> Outcome[float]:
    return done(2)


def test_results_come_in_the_order_of_the_items(in_two: Outcome[float]) -> None:
    assert list(in_two.results) == ["0", "1", "3", "4", "6"]


def test_failures_are_gathered_with_their_names(in_two: Outcome[float]) -> None:
    assert [failure.case for failure in in_two.failures] == ["2", "5"]
    assert str(in_two.failures[0]) == "error: items/2: needed a number that three does not miss, got 2."


def test_one_process_gives_the_same(in_two: Outcome[float]) -> None:
    assert done(1) == in_two


def test_the_number_of_threads_is_put_back() -> None:
    before = torch.get_num_threads()
    torch.set_num_threads(2)
    assert done(1, 1).results["0"] == done(1).results["0"]
    assert torch.get_num_threads() == 2
    torch.set_num_threads(before)


def test_a_failure_of_the_system_fails_one_item() -> None:
    outcome = for_each_parallel([0, 1, 2], system_failure, name=str, what="work", workers=1)
    assert list(outcome.results) == ["0", "2"]
    assert "lost.nii.gz" in str(outcome.failures[0])


def test_nothing_to_do_is_done() -> None:
    assert for_each_parallel([], work, name=str, what="work", workers=0) == Outcome({}, ())


@pytest.mark.parametrize("guarded", [pytest.param(True, marks=pytest.mark.slow), False])
def test_a_script_needs_its_guard_and_is_told_so(tmp_path: Path, guarded: bool) -> None:
    script = tmp_path / "script.py"
    body = """
    from spinbridge.core.errors import SpinbridgeError
    from spinbridge.recipes.parallel import for_each_parallel
    import sys

    def go():
        try:
            print(for_each_parallel([1, 2], abs, name=str, what="work", workers=2).results)
        except SpinbridgeError as error:
            sys.exit(str(error))
    """
    call = "if __name__ == '__main__':\n    go()\n" if guarded else "go()\n"
    script.write_text(textwrap.dedent(body) + call)
    run = subprocess.run([sys.executable, str(script)], capture_output=True, text=True, timeout=300, check=False)
    if guarded:
        assert (run.returncode, run.stdout.strip()) == (0, "{'1': 1, '2': 2}")
    else:
        assert run.returncode == 1
        assert "if __name__ == '__main__':" in run.stderr
        assert "Traceback" not in run.stderr


def test_numbers_survive_the_way_between_processes(in_two: Outcome[float]) -> None:
    assert all(np.isfinite(value) for value in in_two.results.values())

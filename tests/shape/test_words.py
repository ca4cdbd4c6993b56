"""Words and constructs that have no place in the package, and files that have no place in the repository."""

import ast
import re
import subprocess
from pathlib import Path

import pytest
from tests.shape.package_sources import FILES, ROOT, name_of, parsed

UNFINISHED = re.compile(r"\b(TODO|FIXME|HACK|XXX)\b|NotImplementedError")
GLOBAL_STATE = {"torch.manual_seed", "random.seed", "np.random.seed", "np.random.normal", "np.random.uniform"}
TORCH_DRAWS = {"rand", "randn", "randint", "randperm", "normal", "bernoulli", "multinomial", "rand_like", "randn_like"}
LOADS_CODE = {"pickle", "marshal", "shelve", "dill", "cloudpickle", "joblib"}
BIGGEST = 1_000_000


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_nothing_is_left_unfinished(path: Path) -> None:
    assert not UNFINISHED.search(path.read_text(encoding="utf-8"))


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_no_assert_and_no_print(path: Path) -> None:
    asserts = [node.lineno for node in ast.walk(parsed(path)) if isinstance(node, ast.Assert)]
    prints = [call.lineno for call, name in calls(path) if name == "print"]
    assert asserts + (prints if name_of(path) != "cli/console.py" else []) == []


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_every_draw_has_its_generator(path: Path) -> None:
    draws = [(call, name) for call, name in calls(path) if name.startswith("torch.") and name[6:] in TORCH_DRAWS]
    without = [name for call, name in draws if "generator" not in {keyword.arg for keyword in call.keywords}]
    assert without == []


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_the_global_state_is_touched_only_in_a_fork_of_it(path: Path) -> None:
    blocks = [node for node in ast.walk(parsed(path)) if isinstance(node, ast.With)]
    forks = [block for block in blocks if "fork_rng" in ast.unparse(block.items[0])]
    forked = {id(node) for block in forks for node in ast.walk(block)}
    assert [name for call, name in calls(path) if name in GLOBAL_STATE and id(call) not in forked] == []


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_nothing_that_is_loaded_can_run(path: Path) -> None:
    modules = [alias.name for node in ast.walk(parsed(path)) if isinstance(node, ast.Import) for alias in node.names]
    sources = [node.module for node in ast.walk(parsed(path)) if isinstance(node, ast.ImportFrom)]
    loaders = {name for _, name in calls(path)} & {"eval", "exec", "torch.load"}
    assert not LOADS_CODE & {*modules, *sources}
    assert not loaders


def test_no_big_file_in_the_repository() -> None:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False).stdout
    big = [name for name in listed.split("\0") if name and "/weights/" not in name and size(ROOT / name) > BIGGEST]
    assert big == []


def size(path: Path) -> int:
    return path.stat().st_size if path.is_file() else 0


def calls(path: Path) -> list[tuple[ast.Call, str]]:
    """Every call of a file with the dotted name of what is called."""
    return [(node, ast.unparse(node.func)) for node in ast.walk(parsed(path)) if isinstance(node, ast.Call)]

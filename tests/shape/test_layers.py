"""Imports point downwards, those hidden inside functions included, and no method knows another one."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.shape.package_sources import FILES, SOURCE, parsed

ALL_BELOW = {"core", "physics", "phantoms", "data", "diffusion", "methods", "segmentation", "evaluation"}
MAY_IMPORT: dict[str, set[str]] = {
    "core": set(),
    "physics": {"core"},
    "phantoms": {"core", "physics"},
    "data": {"core"},
    "diffusion": {"core"},
    "evaluation": {"core"},
    "segmentation": {"core", "data"},
    "methods": {"core", "physics", "diffusion"},
    "recipes": ALL_BELOW,
    "cli": {"core", "recipes"},
    "__main__": {"cli"},
    "app": {"core", "recipes"},
}
EVERYBODY = {"version"}


def imported(tree: ast.AST) -> Iterator[str]:
    """Dotted names, below the package, of everything that a file imports from it."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            names = [f"{node.module}.{alias.name}" for alias in node.names]
        else:
            continue
        yield from (name.removeprefix("spinbridge.") for name in names if name.startswith("spinbridge."))


def wrong_imports(place: Path, tree: ast.AST) -> list[str]:
    """The imports of a file at `place`, relative to the package, that the table does not allow."""
    home, *rest = place.with_suffix("").parts
    return [name for name in imported(tree) if not allowed(home, rest, name)]


def allowed(home: str, rest: list[str], name: str) -> bool:
    layer, *inner = name.split(".")
    if layer in EVERYBODY or home == "__init__":
        return True
    if layer != home:
        return layer in MAY_IMPORT.get(home, set())
    return home != "methods" or not rest or rest[0] == "__init__" or inner[:1] == rest[:1]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.relative_to(SOURCE).as_posix())
def test_imports_point_down(path: Path) -> None:
    assert wrong_imports(path.relative_to(SOURCE), parsed(path)) == []


@pytest.mark.parametrize(
    ("place", "line"),
    [
        ("core/files.py", "def f():\n    from spinbridge.physics import bssfp"),
        ("core/files.py", "from spinbridge import physics"),
        ("data/nifti.py", "import spinbridge.evaluation.scores"),
        ("methods/augment/gmm.py", "from spinbridge.methods.reverse_imaging import inversion"),
        ("segmentation/unet.py", "from spinbridge.methods import augment"),
        ("cli/bridge.py", "from spinbridge.physics import bssfp"),
    ],
)
def test_planted_faults_are_caught(place: str, line: str) -> None:
    assert wrong_imports(Path(place), ast.parse(line))


def test_every_folder_is_a_known_layer() -> None:
    folders = {path.name for path in SOURCE.iterdir() if path.is_dir() and path.name != "__pycache__"}
    assert folders <= set(MAY_IMPORT) | {"weights"}


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.relative_to(SOURCE).as_posix())
def test_no_relative_imports(path: Path) -> None:
    assert not [node for node in ast.walk(parsed(path)) if isinstance(node, ast.ImportFrom) and node.level]

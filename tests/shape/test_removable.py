"""A method can be taken out: everything below the recipes, the other methods included, works without it."""

import subprocess
import sys
from importlib import import_module
from importlib.abc import MetaPathFinder

import pytest
from tests.shape.package_sources import FILES, SOURCE, name_of

METHODS = sorted(path.parent.name for path in (SOURCE / "methods").glob("*/__init__.py"))


class Without(MetaPathFinder):
    """An import system in which one package does not exist."""

    def __init__(self, package: str) -> None:
        self.package = package

    def find_spec(self, name: str, *_: object) -> None:
        if name == self.package or name.startswith(f"{self.package}."):
            raise ModuleNotFoundError(f"{name} was taken out")


def import_all_but(method: str) -> None:
    sys.meta_path.insert(0, Without(f"spinbridge.methods.{method}"))
    for name in map(name_of, FILES):
        if not name.startswith((f"methods/{method}/", "recipes/", "cli/", "__init__")):
            import_module("spinbridge." + name.removesuffix(".py").removesuffix("/__init__").replace("/", "."))


@pytest.mark.parametrize("method", METHODS)
def test_everything_else_imports_without_a_method(method: str) -> None:
    program = f"from tests.shape.test_removable import import_all_but; import_all_but({method!r})"
    command = [sys.executable, "-W", "ignore", "-c", program]
    done = subprocess.run(command, cwd=SOURCE.parents[1], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")

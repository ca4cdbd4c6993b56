"""A physical quantity is documented with its unit, in square brackets, wherever it enters or leaves."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.shape.package_sources import Function, layer_files, name_of, parsed, public

QUANTITY = re.compile(
    r"^(t1|t2|t2star|flip_angles?|\w*(time|times|delay|interval|intervals)|\w*(velocity|spacing|thickness|radius)"
    r"|off_resonance|field_strength|\w*_volume|heart_rate|rr_intervals?|concentration|chemical_shift)$"
)
UNIT = re.compile(r"\[[^\]]*(s|Hz|rad|T|mm|ml|ppm|mol|1|share|g|K)[^\]]*\]")
NUMBERS = {"float", "Tensor", "float | Tensor", "tuple[float, ...]", "Sequence[float]", "Array"}


def quantities(node: ast.ClassDef | Function) -> Iterator[str]:
    """Names of the physical quantities among a class's fields or a function's parameters."""
    if isinstance(node, ast.ClassDef):
        fields = [item for item in node.body if isinstance(item, ast.AnnAssign)]
        named = [(item.target.id, item.annotation) for item in fields if isinstance(item.target, ast.Name)]
    else:
        named = [(argument.arg, argument.annotation) for argument in [*node.args.args, *node.args.kwonlyargs]]
    for name, annotation in named:
        if QUANTITY.match(name) and annotation is not None and ast.unparse(annotation) in NUMBERS:
            yield name


def explained(node: ast.ClassDef | Function, name: str, text: str, module: str) -> bool:
    """Whether a line that names the quantity, in the code or in a docstring, holds a unit."""
    own = "\n".join(text.splitlines()[node.lineno - 1 : node.end_lineno])
    return any(UNIT.search(line) for line in f"{own}\n{module}".splitlines() if re.search(rf"\b{name}\b", line))


@pytest.mark.parametrize("path", layer_files("physics", "phantoms", "data"), ids=name_of)
def test_a_quantity_has_a_unit(path: Path) -> None:
    tree, text = parsed(path), path.read_text(encoding="utf-8")
    module = ast.get_docstring(tree) or ""
    bare = [
        f"{node.name}: {name}"
        for node in public(tree)
        for name in quantities(node)
        if not explained(node, name, text, module)
    ]
    assert bare == [], "write the unit in square brackets, such as `repetition_time [s]`"

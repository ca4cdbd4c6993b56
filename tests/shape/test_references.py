"""Every file says what it is; where science stands, it names its source or says that it is ours."""

import ast
import re
from pathlib import Path

import pytest
from tests.shape.package_sources import FILES, layer_files, name_of, parsed

SOURCE_NAMED = re.compile(
    r"\bdoi\b|10\.\d{4,}/|arxiv|https?://|\b(19|20)\d\d\b|\bours\b|package's own|docs/\w+\.md", re.IGNORECASE
)


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_a_file_has_a_docstring(path: Path) -> None:
    assert ast.get_docstring(parsed(path))


@pytest.mark.parametrize("path", layer_files("physics", "methods", "evaluation", "phantoms"), ids=name_of)
def test_a_file_of_science_names_its_source(path: Path) -> None:
    assert SOURCE_NAMED.search(ast.get_docstring(parsed(path)) or ""), "name the source (DOI, year), or say `Ours.`"

"""What the documentation tells a reader to type works."""

import os
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
from tests.docs.pages import PAGES, name_of, snippets

from spinbridge.cli import arguments
from spinbridge.cli.main import COMMANDS, main

LANGUAGES = {"python", "bash", "text", "toml", "json", "makefile", "bibtex", ""}
TAGS = {"slow", "own-data"}
COMMAND_LINES = sorted(
    {
        line.strip()
        for page in PAGES
        for snippet in snippets(page)
        if snippet.language in ("bash", "text")
        for line in snippet.text.replace("\\\n", " ").splitlines()
        if line.strip().startswith("spinbridge ") and line.split()[1] in COMMANDS
    }
)


def run_page(page: Path, folder: Path, *, slow: bool) -> None:
    """Run a page's snippets in order in one folder; the slow ones only where asked."""
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    for snippet in snippets(page):
        if snippet.language in ("python", "bash") and "own-data" not in snippet.tags and (slow or not snippet.tags):
            start = [sys.executable, "-c"] if snippet.language == "python" else ["bash", "-euc"]
            done = subprocess.run(
                [*start, snippet.text],
                cwd=folder,
                env={**os.environ, "PATH": path},
                capture_output=True,
                text=True,
                check=False,
            )
            assert done.returncode == 0, f"{snippet.text}\n{done.stderr}"


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_snippets_run(page: Path, tmp_path: Path) -> None:
    run_page(page, tmp_path, slow=False)


@pytest.mark.slow
@pytest.mark.parametrize("page", [page for page in PAGES if any("slow" in s.tags for s in snippets(page))], ids=name_of)
def test_slow_snippets_run(page: Path, tmp_path: Path) -> None:
    run_page(page, tmp_path, slow=True)


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_fences_use_known_words(page: Path) -> None:
    assert [s for s in snippets(page) if s.language not in LANGUAGES or not s.tags <= TAGS] == []


class UnderstoodError(Exception):
    """The arguments were read; nothing needs to be done."""


@pytest.mark.parametrize("line", COMMAND_LINES)
def test_a_command_line_is_understood(line: str, monkeypatch: pytest.MonkeyPatch) -> None:
    command, *rest = shlex.split(line, comments=True)[1:]
    read = arguments.parse

    def read_and_stop(settings: type[object], words: list[str], **options: object) -> None:
        if "--help" not in words:
            read(settings, words, **options)
        raise UnderstoodError

    module = pytest.importorskip(f"spinbridge.cli.{command}")
    monkeypatch.setattr(module, "parse", read_and_stop)
    with pytest.raises(UnderstoodError):
        main([command, *rest])

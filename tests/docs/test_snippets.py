"""What the documentation tells a reader to type works."""

import shlex
import subprocess
import sys
from pathlib import Path

import pytest
from tests.docs.pages import PAGES, name_of, snippets

from spinbridge.cli import arguments
from spinbridge.cli.main import COMMANDS, main

LANGUAGES = {"python", "bash", "text", "toml", "json", "makefile", "bibtex", ""}
TAGS = {"slow", "own-data", "continued"}
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


def run_page(page: Path, *, slow: bool) -> None:
    """Run a page's snippets in order in the present folder; the slow ones only where asked."""
    before = ""
    for snippet in snippets(page):
        text = before + snippet.text if "continued" in snippet.tags else snippet.text
        if snippet.language == "python":
            before = text
        if (
            snippet.language in ("python", "bash")
            and "own-data" not in snippet.tags
            and (slow or "slow" not in snippet.tags)
        ):
            run_commands(text) if snippet.language == "bash" else run_python(text)


def run_commands(text: str) -> None:
    """Lines for a shell: our own commands in this process, which has imported everything, others in a shell."""
    for line in filter(None, map(str.strip, text.replace("\\\n", " ").splitlines())):
        words = shlex.split(line, comments=True)
        ours = words[0] == "spinbridge"
        assert (main(words[1:]) if ours else subprocess.run(["bash", "-c", line], check=False).returncode) == 0, line


def run_python(text: str) -> None:
    done = subprocess.run([sys.executable, "-c", text], capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{text}\n{done.stderr}"


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_snippets_run(page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    run_page(page, slow=False)


@pytest.mark.slow
@pytest.mark.parametrize("page", [page for page in PAGES if any("slow" in s.tags for s in snippets(page))], ids=name_of)
def test_slow_snippets_run(page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    run_page(page, slow=True)


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

"""The pages of the documentation and the snippets in them.

A fence says how its snippet is tested: `python` and `bash` run with every test run, `python slow` and `bash slow` with
the slow tests, `bash own-data` needs the reader's data and is only checked for commands and options that exist; `python
continued` runs behind the `python` before it, in one process.
"""

import re
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md"))]
_FENCE = re.compile(r"^```(?P<words>[^\n`]*)\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True)
class Snippet:
    language: str
    tags: frozenset[str]
    text: str


def name_of(page: Path) -> str:
    return page.relative_to(ROOT).as_posix()


def snippets(page: Path) -> list[Snippet]:
    found = []
    for match in _FENCE.finditer(page.read_text(encoding="utf-8")):
        language, *tags = match["words"].split() or [""]
        found.append(Snippet(language, frozenset(tags), match["text"]))
    return found


def prose(page: Path) -> str:
    return _FENCE.sub("", page.read_text(encoding="utf-8"))

"""Links inside the repository lead somewhere, and the files a project is expected to have are there."""

import re
from pathlib import Path

import pytest
from tests.docs.pages import PAGES, ROOT, name_of, prose

LINK = re.compile(r"\]\((?!https?://|mailto:)([^)#\s]*)(#[^)]*)?\)")
IMAGE = re.compile(r"!\[([^\]]*)\]")
MENTION = re.compile(r"\bdocs/[\w-]+\.md\b")


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_links_lead_somewhere(page: Path) -> None:
    targets = [match[1] for match in LINK.finditer(prose(page)) if match[1]]
    assert [target for target in targets if not (page.parent / target).exists()] == []


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_pictures_say_what_they_show(page: Path) -> None:
    assert [text for text in IMAGE.findall(prose(page)) if len(text) < 20] == []


def test_every_page_is_reached_from_the_index() -> None:
    index = (ROOT / "docs/index.md").read_text(encoding="utf-8")
    assert [page.name for page in (ROOT / "docs").glob("*.md") if page.name not in index and page.stem != "index"] == []


def test_pages_that_the_code_names_exist() -> None:
    named = {mention for path in (ROOT / "src").rglob("*.py") for mention in MENTION.findall(path.read_text("utf-8"))}
    assert [mention for mention in sorted(named) if not (ROOT / mention).exists()] == []


@pytest.mark.parametrize("name", ["LICENSE", "CHANGELOG.md", "CITATION.cff", "Makefile", "constraints.txt", ".ci/run"])
def test_the_project_has(name: str) -> None:
    assert (ROOT / name).stat().st_size > 0


def test_the_changelog_and_the_citation_tell_this_version() -> None:
    from spinbridge.version import VERSION

    assert f"## {VERSION}" in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    assert f"version: {VERSION}" in (ROOT / "CITATION.cff").read_text(encoding="utf-8")

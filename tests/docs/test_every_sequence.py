"""docs/every-sequence.md tells what the registry holds: `python docs/figures/every_sequence.py` writes it."""

import re

import pytest
from tests.docs.pages import ROOT

from spinbridge.physics.sequences.registry import WORDS
from spinbridge.physics.sequences.word import Word

PAGE = (ROOT / "docs/every-sequence.md").read_text(encoding="utf-8")
FIGURES = ROOT / "docs/images/sequences"
SECTIONS = dict(re.findall(r"^## (\S+)\n(.*?)(?=^## |\Z)", PAGE, re.MULTILINE | re.DOTALL))
ROW = re.compile(r"^\| `(?P<key>\w+)` \| (?P<words>.+?) \| .+? \| (?P<range>.+?) \|$", re.MULTILINE)
BIGGEST = 30_000

every_word = pytest.mark.parametrize("word", WORDS.values(), ids=WORDS)


def test_every_word_has_its_section_in_the_order_of_the_registry() -> None:
    assert list(SECTIONS) == list(WORDS)


@every_word
def test_its_section_lists_its_keys_and_ranges(word: Word) -> None:
    rows = {row["key"]: row["range"] for row in ROW.finditer(SECTIONS[word.name])}
    assert rows == {key: " to ".join(word.ranges.get(key, ("-",))) for key in word.keys}


@every_word
def test_its_section_has_example_error_and_figure(word: Word) -> None:
    section = SECTIONS[word.name]
    assert f"```text\n{word.example}\n```" in section
    assert re.search(r"\*\*Largest error against Bloch:\*\* (below )?[\d.e-]+ %", section)
    assert f"](images/sequences/{word.name}.png)" in section


@every_word
def test_its_figure_is_small(word: Word) -> None:
    assert 0 < (FIGURES / f"{word.name}.png").stat().st_size <= BIGGEST


def test_no_figure_is_left_of_a_word_that_went() -> None:
    assert {path.stem for path in FIGURES.glob("*")} == set(WORDS)


@every_word
def test_it_can_be_played_from_end_to_end_of_its_main_parameter(word: Word) -> None:
    assert word.along is not None
    key = word.along.key
    for end in (word.along.low, word.along.high):
        assert word.make({key: word.keys[key].read(end, key)}).images

"""The list of sequences says what docs/every-sequence.md says, and what the registry holds."""

import json

import pytest
from tests.docs.pages import ROOT

import spinbridge
from spinbridge.cli.main import main
from spinbridge.core.errors import SettingsError
from spinbridge.physics.sequences.language import parse_sequence
from spinbridge.physics.sequences.registry import WORDS
from spinbridge.physics.tissue_table import load_tissues
from spinbridge.recipes.sequence_words import assumptions, images_of, what_it_is
from spinbridge.recipes.sequences import SequencesSettings

PAGE = (ROOT / "docs/every-sequence.md").read_text(encoding="utf-8")
Out = pytest.CaptureFixture[str]


def test_all_words_are_listed_with_an_example_that_can_be_played() -> None:
    lines = spinbridge.sequences(SequencesSettings()).sequences
    assert [line.name for line in lines] == list(WORDS)
    assert all(parse_sequence(line.example).images and line.what for line in lines)


@pytest.mark.parametrize("name", WORDS)
def test_one_says_what_the_page_says(name: str) -> None:
    section = PAGE.partition(f"\n## {name}\n")[2].partition("\n## ")[0]
    detail = spinbridge.sequences(SequencesSettings(name=name)).detail
    word = WORDS[name]
    assert detail is not None
    assert [key.key for key in detail.keys] == list(word.keys)
    assert detail.page.endswith(f"/docs/every-sequence.md#{name}")
    for key in detail.keys:
        row = f"| `{key.key}` | {key.meaning} | {key.default} | {' to '.join(key.clinical) or '-'} |"
        assert row in section
        assert key.default == "-" or not key.unit or key.unit in key.default
    assert section.strip().startswith(what_it_is(word))
    assert f"**Gives** {images_of(word)}." in section
    assert f"**Assumes.** {assumptions(word)}".replace("*", "") in section.replace("\\*", "").replace("*", "")


def test_a_word_nearly_known_is_guessed(capsys: Out) -> None:
    assert main(["sequences", "LGEE"]) == 2
    assert capsys.readouterr().err.endswith("Did you mean 'lge'?\n")


def test_the_command_shows_the_list_one_and_the_tissues(capsys: Out) -> None:
    assert main(["sequences"]) == 0
    assert capsys.readouterr().out.count("\n") == 1 + len(WORDS)
    assert main(["sequences", "LGE"]) == 0
    shown = capsys.readouterr().out
    assert "\nti\tinversion time: from the inversion to the centre of k-space\tms\t260ms\t180ms to 400ms\n" in shown
    assert "clinics play it after contrast agent" in shown
    assert main(["sequences", "--tissues", "--field", "3T"]) == 0
    rows = [line.split("\t") for line in capsys.readouterr().out.splitlines()]
    myocardium = load_tissues(3.0)["myocardium"]
    assert ["myocardium", "0.8", f"{1e3 * myocardium.t1:.4g}"] in [row[:3] for row in rows]


def test_json_holds_the_same(capsys: Out) -> None:
    assert main(["sequences", "--json"]) == 0
    assert [line["name"] for line in json.loads(capsys.readouterr().out)] == list(WORDS)
    assert main(["sequences", "psir", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["name"], found["after_agent"], found["images"]) == ("psir", True, ["psir"])
    assert found["keys"][0]["clinical"] == ["180ms", "400ms"]


def test_a_sequence_and_the_tissues_are_two_questions() -> None:
    with pytest.raises(SettingsError, match="got both"):
        spinbridge.sequences(SequencesSettings(name="lge", tissues=True))

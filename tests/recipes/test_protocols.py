import json

import pytest

import spinbridge
from spinbridge.cli.main import main
from spinbridge.core.errors import SettingsError
from spinbridge.physics.sequences.language import parse_sequence
from spinbridge.recipes.protocols import ALL, ProtocolsSettings

Out = pytest.CaptureFixture[str]


def test_without_a_name_all_are_listed() -> None:
    names = [line.name for line in spinbridge.protocols(ProtocolsSettings()).protocols]
    assert {"ge-3T", "acdc", "brats"} <= set(names)


def test_one_protocol_is_shown_entry_by_entry_with_sources() -> None:
    entries = spinbridge.protocols(ProtocolsSettings(name="ge-3T", sequence="bssfp")).entries
    shown = {(line.part, line.key): line for line in entries}
    assert shown["bssfp", "tr"].value == "3.2ms to 4.2ms"
    assert shown["imaging", "b1"].source.startswith("verify: ")
    assert {line.part for line in entries} == {"bssfp", "imaging"}


def test_what_scanners_share_is_shown_once_and_what_differs_for_each() -> None:
    entries = spinbridge.protocols(ProtocolsSettings(name="acdc")).entries
    of = {key: [line.scanner for line in entries if line.key == key] for key in ("spacing", "b0_spread")}
    assert of == {"spacing": [ALL], "b0_spread": ["siemens-1.5T", "siemens-3T"]}


def test_draws_can_be_played_and_the_first_do_not_depend_on_their_number() -> None:
    many = spinbridge.protocols(ProtocolsSettings(name="mnms", draws=6)).exams
    assert spinbridge.protocols(ProtocolsSettings(name="mnms", draws=2)).exams == many[:2]
    assert len({exam.sequence for exam in many}) == 6
    assert all(parse_sequence(exam.sequence) for exam in many)


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"name": "ge-7T"}, "a protocol among"),
        ({"name": "ukbb", "sequence": "gre"}, "a sequence of ukbb"),
        ({"draws": 2}, "a protocol by its name"),
        ({"name": "acdc", "draws": -1}, "a number of draws"),
    ],
)
def test_what_does_not_exist_is_refused(settings: dict[str, str | int], message: str) -> None:
    with pytest.raises(SettingsError, match=message):
        spinbridge.protocols(ProtocolsSettings(**settings))


def test_the_list_is_a_table(capsys: Out) -> None:
    assert main(["protocols"]) == 0
    first, second = capsys.readouterr().out.splitlines()[:2]
    assert first == "name\tfield\tsequences\twhat it is"
    assert second.startswith("canon-1.5T\t1.5T\tbssfp")


def test_a_name_may_stand_alone(capsys: Out) -> None:
    assert main(["protocols", "ge-3T"]) == 0
    alone = capsys.readouterr().out
    assert main(["protocols", "--name", "ge-3T"]) == 0
    assert capsys.readouterr().out == alone
    assert "ge-3T\tbssfp\ttr\t3.2ms to 4.2ms\tverify: FIESTA cine" in alone


def test_json_holds_the_whole_protocol(capsys: Out) -> None:
    assert main(["protocols", "mnms", "--draws", "3", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["name"], found["fields"]) == ("mnms", ["1.5T", "3T"])
    assert len(found["scanners"]) == 5
    assert len(found["exams"]) == 3
    assert main(["protocols", "--json"]) == 0
    assert "canon-3T" in {line["name"] for line in json.loads(capsys.readouterr().out)}


def test_draws_are_a_table_to_paste_from(capsys: Out) -> None:
    assert main(["protocols", "acdc", "--draws", "2"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert all("bssfp(fa=" in line for line in lines[-2:])


def test_an_unknown_name_is_wrong_usage(capsys: Out) -> None:
    assert main(["protocols", "ge-30T"]) == 2
    assert "Did you mean 'ge-3T'" in capsys.readouterr().err

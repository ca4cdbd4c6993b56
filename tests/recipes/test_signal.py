import json

import pytest

import spinbridge
from spinbridge.cli.main import main
from spinbridge.core.errors import SettingsError, SpinbridgeError, UnitError
from spinbridge.recipes.signal import SignalSettings

BSSFP = "bssfp(fa=50deg,tr=3.2ms,te=1.6ms)"


def first(**settings: str | float) -> float:
    return spinbridge.signal(SignalSettings(**settings)).values[0]


@pytest.mark.parametrize(
    ("t1", "t2", "df", "expected"),
    [
        ("1000ms", "50ms", "0Hz", 0.087158),
        ("1550ms", "250ms", "60Hz", 0.189511),
        ("300ms", "70ms", "-220Hz", 0.216247),
    ],
)
def test_known_values_of_bssfp(t1: str, t2: str, df: str, expected: float) -> None:
    assert first(t1=t1, t2=t2, df=df, sequence=BSSFP) == pytest.approx(expected, abs=1e-6)


def test_a_value_given_replaces_that_of_the_table() -> None:
    assert first(tissue="myocardium", sequence=BSSFP) != first(tissue="myocardium", t1="1500ms", sequence=BSSFP)
    assert first(tissue="myocardium", t1="1s", t2="50ms", pd=1.0, sequence=BSSFP) == pytest.approx(0.087158, abs=1e-6)


def test_fat_is_off_resonance_by_its_chemical_shift() -> None:
    alone, fat = first(tissue="subcutaneous_fat", df="0Hz", sequence=BSSFP), first(tissue="subcutaneous_fat")
    assert fat < 0.95 * alone


def test_the_field_strength_chooses_the_table() -> None:
    assert first(tissue="myocardium", field="1.5T") != first(tissue="myocardium", field="3T")


def test_an_inversion_recovery_keeps_its_sign_and_grows() -> None:
    values = spinbridge.signal(SignalSettings(tissue="myocardium", sequence="molli(scheme=5(3)3,hr=60bpm)")).values
    assert len(values) == 8
    assert values[0] < 0 < values[1] < values[2] < values[3] < values[4]


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"t1": "1s"}, "--t2, or --tissue"),
        ({"t1": "1s", "t2": "2s"}, "t2 no longer than t1"),
        ({"t1": "0s", "t2": "0s"}, "t1 above zero"),
        ({"tissue": "myocardum"}, "myocardium"),
        ({"tissue": "myocardium", "field": "7T"}, "1.5 T and 3 T"),
    ],
)
def test_an_impossible_voxel_is_refused(settings: dict[str, str], message: str) -> None:
    with pytest.raises(SettingsError, match=message):
        first(**settings)


def test_a_time_without_its_unit_is_refused() -> None:
    with pytest.raises(UnitError, match="--t1"):
        first(t1="1000", t2="50ms")


VOXEL = ["signal", "--t1", "1000ms", "--t2", "50ms", "--pd", "1", "--df", "0Hz"]


def test_one_image_is_one_number_in_json(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*VOXEL, "--sequence", BSSFP, "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == pytest.approx(0.087158, abs=1e-6)


def test_a_train_is_a_list_in_json(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*VOXEL, "--sequence", "molli(scheme=3(3)3(3)5,hr=60bpm)", "--json"]) == 0
    assert len(json.loads(capsys.readouterr().out)) == 11


def test_a_train_is_a_table_of_its_images(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*VOXEL, "--sequence", "molli"]) == 0
    assert capsys.readouterr().out.startswith("image\tsignal\nti120ms\t-")


def test_a_flip_angle_without_its_unit_is_wrong_usage(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*VOXEL, "--sequence", "bssfp(fa=50)"]) == 2
    assert "Write '50deg' or '50rad'" in capsys.readouterr().err


def test_a_tissue_is_known_in_any_case_and_guessed_where_it_is_not(capsys: pytest.CaptureFixture[str]) -> None:
    assert first(tissue="LV blood", sequence=BSSFP) == first(tissue="lv_blood", sequence=BSSFP)
    assert main(["signal", "--tissue", "lvblood"]) == 2
    assert "Did you mean 'lv_blood'" in capsys.readouterr().err


def test_several_sequences_are_told_from_unbalanced_parentheses() -> None:
    with pytest.raises(SettingsError, match=r"--sequence: needed one sequence, got 2: lge\(ti=260ms\), psir"):
        first(tissue="myocardium", sequence="lge(ti=260ms),psir(ti=260ms)")


def test_a_sweep_is_the_signal_at_each_step_and_ends_at_its_end() -> None:
    settings = SignalSettings(tissue="scar_post_gd", sequence="lge(fa=20deg)", sweep="ti=160ms:400ms:20ms")
    steps = spinbridge.signal(settings).sweep
    assert [step.at for step in steps] == [f"{time}ms" for time in range(160, 401, 20)]
    for step in steps:
        assert step.values[0] == first(tissue="scar_post_gd", sequence=f"lge(fa=20deg,ti={step.at})")


@pytest.mark.parametrize("word", ["lge", "psir"])
def test_late_enhancement_says_where_the_voxel_is_nulled(word: str) -> None:
    null = spinbridge.signal(SignalSettings(tissue="myocardium_post_gd", sequence=word)).null
    assert null is not None
    settings = {"tissue": "myocardium_post_gd", "sequence": f"{word}(ti={1e3 * null}ms)"}
    assert first(**settings) == pytest.approx(0.0, abs=1e-5)
    assert spinbridge.signal(SignalSettings(tissue="myocardium", sequence="bssfp")).null is None


def test_a_sweep_is_a_table_and_in_json_a_list(capsys: pytest.CaptureFixture[str]) -> None:
    words = ["signal", "--tissue", "myocardium_post_gd", "--sequence", "lge", "--sweep", "ti=250ms:350ms:50ms"]
    assert main(words) == 0
    rows = [line.split("\t") for line in capsys.readouterr().out.splitlines()]
    assert rows[0] == ["ti", "lge", "nulled at ti"]
    assert [row[0] for row in rows[1:]] == ["250ms", "300ms", "350ms"]
    assert main([*words, "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert [set(step) for step in found] == [{"at", "signal", "null"}] * 3
    assert [f"{step['signal']:.6g}" for step in found] == [row[1] for row in rows[1:]]


def test_a_train_can_be_swept_by_a_parameter_that_moves_its_images(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*VOXEL, "--sequence", "molli", "--sweep", "hr=60bpm:80bpm:10bpm"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith("hr\timage 1\timage 2")
    assert len(lines) == 4


@pytest.mark.parametrize(
    ("sequence", "sweep", "message"),
    [
        ("lge", "ti=100ms:400ms", "KEY=FROM:TO:STEP"),
        ("lge", "xx=1ms:2ms:1ms", "a parameter of lge with one value, ti, fa"),
        ("lge", "ti=400ms:100ms:20ms", "a step above zero"),
        ("lge", "ti=100:400:20", "'100ms'"),
        ("lge(ti=260ms)", "ti=100ms:400ms:20ms", "'ti' once"),
        ("lge", "ti=100ms:400ms:1us", "10000 steps"),
    ],
)
def test_a_sweep_that_cannot_be_read_is_refused(sequence: str, sweep: str, message: str) -> None:
    with pytest.raises(SpinbridgeError, match=message):
        spinbridge.signal(SignalSettings(tissue="myocardium_post_gd", sequence=sequence, sweep=sweep))

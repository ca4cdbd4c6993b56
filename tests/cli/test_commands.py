"""The commands as a user types them, on one small phantom: what they print, write and end with."""

import json
import shutil
from pathlib import Path

import pytest

from spinbridge.cli.main import main

Out = pytest.CaptureFixture[str]


@pytest.fixture(scope="module")
def hearts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("hearts") / "Dataset900_Phantom"
    assert main(["phantom", str(folder), "--subjects", "2", "--frames", "ED"]) == 0
    return folder


@pytest.fixture
def broken(hearts: Path, tmp_path: Path) -> Path:
    folder = shutil.copytree(hearts, tmp_path / "broken")
    image = folder / "imagesTr" / "sub001_ED_0000.nii.gz"
    image.write_bytes(image.read_bytes()[:1000])
    return folder


def test_a_phantom_made_again_is_kept(hearts: Path, capsys: Out) -> None:
    before = {path: path.stat().st_mtime_ns for path in hearts.rglob("*.nii.gz")}
    assert main(["phantom", str(hearts), "--subjects", "2", "--frames", "ED"]) == 0
    assert capsys.readouterr().out == f"2 cases in {hearts}\n"
    assert {path: path.stat().st_mtime_ns for path in hearts.rglob("*.nii.gz")} == before


def test_check_says_what_a_folder_is(hearts: Path, capsys: Out) -> None:
    assert main(["check", str(hearts), "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["layout"], found["patients"], found["synthetic"]) == ("nnU-Net raw", 2, 2)


def test_check_of_a_broken_file_ends_with_1_and_names_it(broken: Path, capsys: Out) -> None:
    assert main(["check", str(broken)]) == 1
    assert "sub001_ED_0000.nii.gz" in capsys.readouterr().out


def test_convert_leaves_a_broken_case_out_and_does_the_rest(broken: Path, tmp_path: Path, capsys: Out) -> None:
    assert main(["convert", str(broken), str(tmp_path / "out")]) == 1
    out, err = capsys.readouterr()
    assert out.startswith("1 case in ")
    assert "sub001_ED_0000.nii.gz" in err
    assert [path.name for path in (tmp_path / "out" / "labelsTr").iterdir()] == ["sub000_ED.nii.gz"]


def test_a_label_scored_against_itself_is_perfect(hearts: Path, tmp_path: Path, capsys: Out) -> None:
    assert main(["evaluate", str(hearts / "labelsTr"), str(hearts), str(tmp_path), "--json", "--workers", "1"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert {one["interval"]["mean"] for one in found["summaries"] if one["metric"] == "Dice"} == {1.0}


@pytest.mark.parametrize("command", [["check", "absent"], ["convert", "absent", "out"], ["reverse", "absent", "out"]])
def test_an_absent_folder_is_one_line_and_1(command: list[str], capsys: Out) -> None:
    assert main(command) == 1
    assert capsys.readouterr().err.count("\n") == 1


def test_an_empty_folder_is_one_line_and_1(tmp_path: Path, capsys: Out) -> None:
    assert main(["check", str(tmp_path)]) == 1
    assert "an empty folder" in capsys.readouterr().err


def test_an_output_below_a_file_is_one_line_and_1(hearts: Path, tmp_path: Path, capsys: Out) -> None:
    (tmp_path / "file").touch()
    assert main(["convert", str(hearts), str(tmp_path / "file" / "out")]) == 1
    assert "choose another output folder" in capsys.readouterr().err


def test_a_sequence_that_cannot_be_played_is_wrong_usage(tmp_path: Path, capsys: Out) -> None:
    assert main(["phantom", str(tmp_path / "x"), "--sequence", "molli(ti=2000ms,hr=60bpm)"]) == 2
    assert "molli" in capsys.readouterr().err

import errno
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from spinbridge.core.errors import InputError, OutputError
from spinbridge.core.files import output_errors, read_json, sweep, write_json, write_text, writing

KILLED_WHILE_WRITING = """
import os, signal, sys
from pathlib import Path
from spinbridge.core.files import writing
with writing(Path(sys.argv[1])) as temporary:
    temporary.write_text("half")
    os.kill(os.getpid(), signal.SIGKILL)
"""


def test_a_kill_in_the_middle_leaves_no_half_file(tmp_path: Path) -> None:
    place = tmp_path / "case.nii.gz"
    done = subprocess.run([sys.executable, "-c", KILLED_WHILE_WRITING, str(place)], check=False)
    assert done.returncode == -signal.SIGKILL
    assert not place.exists()


def test_a_kill_in_the_middle_keeps_the_file_that_was_there(tmp_path: Path) -> None:
    place = tmp_path / "case.json"
    write_text(place, "whole")
    subprocess.run([sys.executable, "-c", KILLED_WHILE_WRITING, str(place)], check=False)
    assert place.read_text() == "whole"


def test_what_a_kill_left_is_swept_away_and_nothing_else(tmp_path: Path) -> None:
    place = tmp_path / "sub" / "case.nii.gz"
    write_text(tmp_path / "kept.txt", "whole")
    subprocess.run([sys.executable, "-c", KILLED_WHILE_WRITING, str(place)], check=False)
    assert len(list(place.parent.iterdir())) == 1
    sweep(tmp_path)
    assert [path.name for path in tmp_path.rglob("*") if path.is_file()] == ["kept.txt"]


def test_an_error_in_the_middle_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(ZeroDivisionError), writing(tmp_path / "a" / "case.nii.gz") as temporary:
        temporary.write_text(str(1 / 0))
    assert list((tmp_path / "a").iterdir()) == []


def test_the_temporary_name_keeps_the_ending_that_writers_look_at(tmp_path: Path) -> None:
    with writing(tmp_path / "case.nii.gz") as temporary:
        temporary.touch()
        assert temporary.name.endswith(".nii.gz")


def test_json_is_the_same_bytes_whatever_the_order_of_keys(tmp_path: Path) -> None:
    write_json(tmp_path / "a.json", {"b": 1, "a": (1, 2)})
    write_json(tmp_path / "b.json", {"a": [1, 2], "b": 1})
    assert (tmp_path / "a.json").read_bytes() == (tmp_path / "b.json").read_bytes()
    assert read_json(tmp_path / "a.json") == {"a": [1, 2], "b": 1}


@pytest.mark.parametrize("content", [b"{", b"\xff\xfe", b""])
def test_what_is_no_json_is_named(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "dataset.json").write_bytes(content)
    with pytest.raises(InputError, match=r"dataset\.json: needed valid JSON"):
        read_json(tmp_path / "dataset.json")


def test_a_missing_json_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="got no file"):
        read_json(tmp_path / "dataset.json")


@pytest.mark.parametrize(("code", "remedy"), [(errno.ENOSPC, "Free some space"), (errno.EROFS, "Choose an output")])
def test_a_refusal_of_the_system_says_what_to_do(code: int, remedy: str) -> None:
    with pytest.raises(OutputError, match=remedy), output_errors(Path("out")):
        raise OSError(code, "refused")


def test_an_output_folder_that_is_a_file_is_an_output_error(tmp_path: Path) -> None:
    (tmp_path / "out").touch()
    with pytest.raises(OutputError, match="choose another output folder"):
        write_text(tmp_path / "out" / "sub" / "x.txt", "x")


def test_other_errors_of_the_system_stay_what_they_are() -> None:
    with pytest.raises(ConnectionError), output_errors(Path("out")):
        raise ConnectionError

import errno
import os
from pathlib import Path

import pytest
from tests.data.hearts import acdc_folder, heart_case, heart_cases

from spinbridge.core.errors import InputError
from spinbridge.data.case_loop import for_each, for_each_case
from spinbridge.data.detect import open_dataset
from spinbridge.data.nnunet_writer import NnUNetWriter


def fragile(item: int) -> int:
    if item == 1:
        raise InputError("a whole file", "half of one", where="b.nii.gz")
    if item == 2:
        raise OSError(errno.EIO, "Input/output error", "c.nii.gz")
    return item * 10


def test_a_bad_case_is_reported_and_the_rest_go_on() -> None:
    outcome = for_each(range(4), fragile, name=str, what="work")
    assert outcome.results == {"0": 0, "3": 30}
    assert [failure.case for failure in outcome.failures] == ["1", "2"]
    assert "needed a whole file, got half of one" in str(outcome.failures[0])


def test_a_fault_of_the_program_is_not_hidden() -> None:
    with pytest.raises(ZeroDivisionError):
        for_each([1], lambda item: item / 0, name=str, what="work")


def test_no_usable_case_is_an_error() -> None:
    with pytest.raises(InputError, match="none of 1, the first: error"):
        for_each([1], fragile, name=str, what="work").require_some()


def test_a_truncated_file_fails_its_case_alone(tmp_path: Path) -> None:
    path = acdc_folder(tmp_path) / "training" / "patient001" / "patient001_frame01.nii.gz"
    path.write_bytes(path.read_bytes()[:500])
    dataset = open_dataset(tmp_path)
    outcome = for_each_case(dataset, dataset.load, what="read")
    assert list(outcome.results) == ["patient001_ES", "patient002_ED", "patient002_ES"]
    assert [failure.path for failure in outcome.failures] == [path]


def test_a_full_disk_fails_the_case_and_leaves_no_half_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    writer, whole = NnUNetWriter(tmp_path), Path.write_bytes

    def full(path: Path, data: bytes) -> int:
        if "sub002" in path.name:
            whole(path, data[:100])
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(path))
        return whole(path, data)

    monkeypatch.setattr(Path, "write_bytes", full)
    outcome = for_each(heart_cases(3), writer.add, name=lambda case: case.name, what="write")
    assert list(outcome.results) == ["sub001_ED", "sub001_ES", "sub003_ED", "sub003_ES"]
    assert "No space left on device. Free some space" in str(outcome.failures[0])
    assert not [path for path in tmp_path.rglob("*") if "sub002" in path.name]


def test_an_output_that_is_a_file_is_an_output_error(tmp_path: Path) -> None:
    (tmp_path / "out").write_text("")
    outcome = for_each([heart_case()], NnUNetWriter(tmp_path / "out").add, name=lambda case: case.name, what="write")
    assert "a place to write to" in str(outcome.failures[0])


@pytest.mark.parametrize(("code", "remedy"), [(errno.EROFS, "can be written to"), (errno.EACCES, "you may write to")])
def test_a_read_only_output_is_an_output_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: int, remedy: str
) -> None:
    def refuse(path: Path, *_: object, **__: object) -> None:
        raise OSError(code, os.strerror(code), str(path))

    monkeypatch.setattr(Path, "mkdir", refuse)
    outcome = for_each([heart_case()], NnUNetWriter(tmp_path).add, name=lambda case: case.name, what="write")
    assert remedy in str(outcome.failures[0])
    assert str(tmp_path / "imagesTr") in str(outcome.failures[0])

import hashlib
from pathlib import Path

import pytest

from spinbridge.core.provenance import file_digest, read_record, sidecar, step, write_record
from spinbridge.version import VERSION


def test_a_step_says_what_made_it() -> None:
    record = step("render", settings={"sequence": "molli"}, seed=3, inputs={"a.nii.gz": "00"})
    assert record["what"] == "render"
    assert record["seed"] == 3
    assert record["spinbridge"] == VERSION
    assert record["inputs"] == {"a.nii.gz": "00"}


def test_the_same_step_is_the_same_record() -> None:
    assert step("render", settings={"a": 1, "b": 2}) == step("render", settings={"b": 2, "a": 1})


def test_a_record_is_read_back_and_says_that_it_is_synthetic(tmp_path: Path) -> None:
    write_record(tmp_path / "x.nii.gz", (step("render"),), synthetic=True, patient="p1")
    record = read_record(tmp_path / "x.nii.gz")
    assert (record["synthetic"], record["patient"], record["steps"]) == (True, "p1", [step("render")])


def test_no_record_is_an_empty_one(tmp_path: Path) -> None:
    assert read_record(tmp_path / "x.nii.gz") == {}


@pytest.mark.parametrize("name", ["x.nii.gz", "x.nii", "x.safetensors"])
def test_the_record_lies_beside_its_output(name: str) -> None:
    assert sidecar(Path("out") / name) == Path("out/x.json")


def test_a_point_in_a_name_is_kept() -> None:
    assert sidecar(Path("a.b.nii.gz")) == Path("a.b.json")


def test_a_file_digest_is_its_sha256(tmp_path: Path) -> None:
    (tmp_path / "x").write_bytes(b"heart")
    assert file_digest(tmp_path / "x") == hashlib.sha256(b"heart").hexdigest()

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import nibabel
import numpy as np
import pytest
from tests.data.hearts import AFFINE, heart_case, heart_cases, heart_image, write_cases

from spinbridge.core.errors import GeometryError, InputError, LabelError, OutputError
from spinbridge.core.image import Image
from spinbridge.core.provenance import step
from spinbridge.core.structures import Heart
from spinbridge.data import nnunet_writer
from spinbridge.data.detect import open_dataset
from spinbridge.data.nnunet_writer import NnUNetWriter


def contents(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_what_is_written_is_read_back(tmp_path: Path) -> None:
    write_cases(tmp_path / "Dataset001_Hearts", heart_cases())
    dataset = open_dataset(tmp_path / "Dataset001_Hearts")
    for entry, case in zip(dataset.entries, heart_cases(), strict=True):
        back = dataset.load(entry)
        assert (back.name, back.patient, back.frame) == (case.name, case.patient, case.frame)
        assert (back.image.data == case.image.data).all()
        assert (back.label.data == case.label.data).all()


def test_the_folder_is_as_nnunet_wants_it(tmp_path: Path) -> None:
    write_cases(tmp_path, heart_cases(), structures=(Heart.MYO, Heart.LV))
    head = json.loads((tmp_path / "dataset.json").read_text())
    assert head["labels"] == {"background": 0, "MYO": 1, "LV": 2}
    assert (head["numTraining"], head["file_ending"], head["channel_names"]) == (8, ".nii.gz", {"0": "cineMRI"})
    assert {path.name for path in (tmp_path / "imagesTr").iterdir()} == {f"{c.name}_0000.nii.gz" for c in heart_cases()}
    assert {path.name for path in (tmp_path / "labelsTr").iterdir()} == {f"{c.name}.nii.gz" for c in heart_cases()}


def test_image_and_label_have_one_affine_to_the_last_bit(tmp_path: Path) -> None:
    write_cases(tmp_path, [heart_case()])
    image = nibabel.load(tmp_path / "imagesTr" / "sub001_ED_0000.nii.gz")
    label = nibabel.load(tmp_path / "labelsTr" / "sub001_ED.nii.gz")
    assert image.affine.tobytes() == label.affine.tobytes()
    assert label.get_data_dtype() == np.uint8


def test_writing_twice_gives_the_same_bytes(tmp_path: Path) -> None:
    for name in ("a", "b"):
        write_cases(tmp_path / name / "Dataset001_X", heart_cases(), seed=5)
    assert contents(tmp_path / "a") == contents(tmp_path / "b")


@pytest.mark.parametrize("lost", ["provenance", "labelsTr", "imagesTr"])
def test_a_run_goes_on_where_it_stopped(tmp_path: Path, lost: str) -> None:
    write_cases(tmp_path / "Dataset001_X", heart_cases())
    whole = contents(tmp_path)
    next((tmp_path / "Dataset001_X" / lost).iterdir()).unlink()
    writer = NnUNetWriter(tmp_path / "Dataset001_X")
    assert [writer.add(case) for case in heart_cases()].count(True) == 1
    writer.finish()
    assert contents(tmp_path) == whole


def test_a_changed_case_is_written_again(tmp_path: Path) -> None:
    writer = NnUNetWriter(tmp_path)
    assert writer.add(heart_case())
    assert not writer.add(heart_case())
    assert writer.add(replace(heart_case(), image=heart_image(7)))
    assert writer.add(replace(heart_case(), history=(step("other"),)))


def test_a_finished_case_can_be_kept_before_it_is_made(tmp_path: Path) -> None:
    case = replace(heart_case(), history=(step("read", settings={"a": 1}),))
    NnUNetWriter(tmp_path).add(case)
    later = NnUNetWriter(tmp_path)
    assert later.keep(case.name, case.history)
    assert not later.keep(case.name, (step("read", settings={"a": 2}),))
    assert not later.keep("another", case.history)


@pytest.mark.parametrize("step_that_fails", ["write_image", "write_json", "file_digest"])
def test_a_case_that_cannot_be_written_leaves_nothing_and_the_others_are_finished(
    step_that_fails: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    writer, (good, bad) = NnUNetWriter(tmp_path), heart_cases(2)[:2]
    writer.add(good)
    whole = contents(tmp_path)
    with monkeypatch.context() as patch:
        patch.setattr(nnunet_writer, step_that_fails, full_disk_after(1, getattr(nnunet_writer, step_that_fails)))
        with pytest.raises(OutputError, match="No space left"):
            writer.add(bad)
    assert contents(tmp_path) == whole
    writer.finish()


def full_disk_after(count: int, write: Callable[..., Any]) -> Callable[..., Any]:
    """The same for some calls, then what a full disk raises; JSON never comes to be."""
    calls = iter(range(count if write is not nnunet_writer.write_json else 0))

    def limited(*arguments: object, **named: object) -> object:
        if next(calls, None) is None:
            raise OutputError("a place to write to", "No space left on device")
        return write(*arguments, **named)

    return limited


def test_made_cases_train_with_their_patient_and_are_marked(tmp_path: Path) -> None:
    writer = NnUNetWriter(tmp_path / "Dataset001_X")
    for case in heart_cases():
        writer.add(case)
        made = case.derived(name=f"{case.name}_molli", image=case.image, step=step("render"), sequence="molli")
        writer.add(made, source=case.name)
    writer.finish(folds=4)
    splits = json.loads((tmp_path / "Dataset001_X" / "splits_final.json").read_text())
    entries = {entry.name: entry for entry in open_dataset(tmp_path / "Dataset001_X").entries}
    assert not [name for split in splits for name in split["val"] if entries[name].synthetic]
    assert all(
        {entries[n].patient for n in split["train"]}.isdisjoint({entries[n].patient for n in split["val"]})
        for split in splits
    )
    assert (entries["sub001_ED_molli"].source, entries["sub001_ED_molli"].patient) == ("sub001_ED", "sub001")


def test_test_cases_go_where_nothing_trains(tmp_path: Path) -> None:
    writer = NnUNetWriter(tmp_path)
    writer.add(heart_case())
    writer.add(replace(heart_case("sub002_ED", patient="sub002"), label=None), test=True)
    writer.finish()
    assert (tmp_path / "imagesTs" / "sub002_ED_0000.nii.gz").exists()
    assert json.loads((tmp_path / "dataset.json").read_text())["numTraining"] == 1
    assert [entry.test for entry in open_dataset(tmp_path).entries] == [False, True]


def test_what_cannot_be_a_training_case_is_refused(tmp_path: Path) -> None:
    writer, case = NnUNetWriter(tmp_path), heart_case()
    cine = Image(data=np.zeros((2, 4, 48, 48), np.int16), affine=AFFINE)
    with pytest.raises(LabelError, match="a label on every training case"):
        writer.add(replace(case, label=None))
    with pytest.raises(GeometryError, match="a 3D volume"):
        writer.add(replace(case, image=cine, label=None), test=True)
    with pytest.raises(LabelError, match="leaves out RV"):
        writer.add(replace(case, structures=(Heart.LV, Heart.MYO)))
    with pytest.raises(InputError, match="a case name"):
        writer.add(replace(case, name="../x"))


def test_a_folder_with_other_cases_is_not_finished(tmp_path: Path) -> None:
    write_cases(tmp_path, heart_cases(2))
    with pytest.raises(OutputError, match="2 cases of another run"):
        write_cases(tmp_path, heart_cases(1))


def test_what_a_killed_run_left_half_written_is_swept_away(tmp_path: Path) -> None:
    (tmp_path / "imagesTr").mkdir()
    (tmp_path / "imagesTr" / ".sub001_ED_0000.17.partial.nii.gz").write_bytes(b"half")
    write_cases(tmp_path, heart_cases(1))
    assert not list(tmp_path.rglob("*.partial.*"))

from pathlib import Path

import nibabel
import numpy as np
import pytest
from tests.data.hearts import AFFINE, heart_image, heart_label
from tests.real_data import real_data

from spinbridge.core.errors import GeometryError, SettingsError
from spinbridge.core.image import Image
from spinbridge.data.cines import one_entry_a_frame
from spinbridge.data.detect import open_dataset
from spinbridge.data.frames import choose_frames, frame, frame_time, frames, stack, with_frame_time
from spinbridge.data.nifti import read_image, write_image

CINE = heart_image(shape=(5, 4, 48, 48))


def cine_file(folder: Path, *, time_step: float = 33.0, unit: str = "msec") -> Path:
    file = nibabel.Nifti1Image(CINE.data.T, AFFINE)
    file.header.set_xyzt_units("mm", unit)
    file.header.set_zooms((1.5, 1.5, 8, time_step))
    nibabel.save(file, folder / "a_sax.nii.gz")
    return folder / "a_sax.nii.gz"


def test_a_cine_comes_apart_and_together_again(tmp_path: Path) -> None:
    cine = read_image(cine_file(tmp_path))
    again = stack(frames(cine))
    write_image(tmp_path / "again.nii.gz", again)
    back = read_image(tmp_path / "again.nii.gz")
    assert (back.data == CINE.data).all()
    assert back.affine.tobytes() == cine.affine.tobytes()
    assert frame_time(back) == pytest.approx(0.033)


@pytest.mark.parametrize(("step", "unit"), [(33.0, "msec"), (0.033, "sec"), (33000.0, "usec")])
def test_the_time_between_frames_is_in_seconds(tmp_path: Path, step: float, unit: str) -> None:
    assert frame_time(read_image(cine_file(tmp_path, time_step=step, unit=unit))) == pytest.approx(0.033)


def test_a_time_can_be_given(tmp_path: Path) -> None:
    write_image(tmp_path / "b.nii.gz", with_frame_time(CINE, 0.04))
    assert frame_time(read_image(tmp_path / "b.nii.gz")) == pytest.approx(0.04)
    assert frame_time(stack(frames(CINE), frame_time=0.02)) == pytest.approx(0.02)
    assert frame_time(CINE) is None
    assert frame_time(heart_image()) is None


def test_only_volumes_of_one_place_are_stacked() -> None:
    elsewhere = Image(data=heart_image().data, affine=AFFINE * 1.1)
    with pytest.raises(GeometryError, match="frame 2"):
        stack([heart_image(), elsewhere])


def test_a_frame_that_is_not_there_is_refused() -> None:
    assert (frame(heart_image(), 0).data == heart_image().data).all()
    with pytest.raises(GeometryError, match="from 0 to 4"):
        frame(CINE, 5)


def test_frames_are_chosen_by_number_or_name() -> None:
    assert choose_frames("all", 2) == {0: "frame01", 1: "frame02"}
    assert choose_frames("1, 12", 20) == {0: "frame01", 11: "frame12"}
    assert choose_frames("ED=1,ES=12", 20) == {0: "ED", 11: "ES"}


@pytest.mark.parametrize("wanted", ["0", "21", "x", "ED=", "", "1.5"])
def test_frames_that_cannot_be_are_refused(wanted: str) -> None:
    with pytest.raises(SettingsError, match="frames from 1 to 20"):
        choose_frames(wanted, 20)


def test_a_4d_entry_becomes_one_a_frame_where_labelled(tmp_path: Path) -> None:
    cine_file(tmp_path)
    label = np.stack([heart_label() if t in (0, 3) else heart_label() * 0 for t in range(5)])
    write_image(tmp_path / "a_sax_gt.nii.gz", Image(data=label, affine=AFFINE))
    dataset = one_entry_a_frame(open_dataset(tmp_path, labels="acdc"))
    assert [(entry.name, entry.frame) for entry in dataset.entries] == [("a_sax_frame01", "1"), ("a_sax_frame04", "4")]
    assert (dataset.load(dataset.entries[1]).image.data == CINE.data[3]).all()
    assert dataset.patients == ("a",)


def test_without_a_label_every_frame_is_taken(tmp_path: Path) -> None:
    cine_file(tmp_path)
    assert len(one_entry_a_frame(open_dataset(tmp_path)).entries) == 5
    named = one_entry_a_frame(open_dataset(tmp_path), "ED=1,ES=3").entries
    assert [(entry.name, entry.frame, entry.time_index) for entry in named] == [
        ("a_sax_ED", "ED", 0),
        ("a_sax_ES", "ES", 2),
    ]


def test_a_file_that_cannot_be_read_becomes_a_problem(tmp_path: Path) -> None:
    cine_file(tmp_path)
    (tmp_path / "b.nii.gz").write_bytes(b"x")
    dataset = one_entry_a_frame(open_dataset(tmp_path))
    assert (len(dataset.entries), [problem.case for problem in dataset.problems]) == (5, ["b"])


def test_the_real_cine_comes_apart() -> None:
    dataset = one_entry_a_frame(open_dataset(real_data("cine4d"), labels="biv-me"), "1,10")
    case = dataset.load(dataset.entries[1])
    assert (case.image.data.shape, [s.name for s in case.structures]) == ((6, 208, 256), ["RV", "LV"])

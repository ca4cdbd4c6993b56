import json
import shutil
from collections.abc import Callable
from pathlib import Path

import nibabel
import numpy as np
import pytest
from tests.data.hearts import AFFINE, acdc_folder, heart_image, heart_label, nnunet_folder, write_label
from tests.real_data import real_data

from spinbridge.core.errors import InputError
from spinbridge.core.image import Array, Image
from spinbridge.core.settings import to_plain
from spinbridge.data.check import CheckResult, check_dataset, examine
from spinbridge.data.detect import open_dataset
from spinbridge.data.finding import Severity
from spinbridge.data.nifti import write_image

STEM = "training/patient001/patient001_frame01"


def voxels(change: Callable[[Array], None]) -> Callable[[Path], None]:
    """Spoil the voxels of the image."""

    def spoil(path: Path) -> None:
        data = heart_image().data.astype(np.float32)
        change(data)
        write_image(path, Image(data=data, affine=AFFINE))

    return spoil


def label_with(label: Array, affine: Array = AFFINE) -> Callable[[Path], None]:
    """Put another label beside the image."""

    def spoil(path: Path) -> None:
        write_image(path.with_name(path.name.replace(".nii", "_gt.nii")), Image(data=label, affine=affine))

    return spoil


def nan(data: Array) -> None:
    data[1, 2, 3] = np.nan


def infinite(data: Array) -> None:
    data[0, 0, :2] = np.inf


def constant(data: Array) -> None:
    data[:] = 7


def truncated(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:400])


def four_dimensional(path: Path) -> None:
    write_image(path, heart_image(shape=(3, 4, 48, 48)))


FAULTS = {
    "truncated": (truncated, "damaged one"),
    "missing": (Path.unlink, "got no file"),
    "nan": (voxels(nan), "1 NaN or infinite"),
    "infinite": (voxels(infinite), "2 NaN or infinite"),
    "constant": (voxels(constant), "the same value in every voxel"),
    "4D": (four_dimensional, "4D file of 3 frames. Take the frames out"),
    "shape": (label_with(heart_label(5)), "shape (z, y, x) = (4, 48, 48), got (5, 48, 48)"),
    "place": (label_with(heart_label(), AFFINE + np.eye(4, k=3)), "differs by up to 1 mm"),
    "value": (label_with(heart_label() * 2), "got also 4, 6"),
    "fraction": (label_with(heart_label() / 2), "whole label numbers"),
    "swapped": (label_with(np.array([0, 3, 2, 1], np.uint8)[heart_label()]), "seem to be swapped"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_is_an_error_of_its_case_and_load_refuses_it(tmp_path: Path, fault: str) -> None:
    spoil, message = FAULTS[fault]
    path = acdc_folder(tmp_path) / f"{STEM}.nii.gz"
    spoil(path)
    dataset = open_dataset(tmp_path)
    errors = [finding for finding in check_dataset(dataset) if finding.severity is Severity.ERROR]
    assert {finding.case for finding in errors} == {"patient001_ED"}
    assert message in str(errors[0])
    assert errors[0].remedy
    if fault != "constant":
        with pytest.raises(InputError):
            dataset.load(dataset.entries[0])


def test_a_good_folder_has_no_findings(tmp_path: Path) -> None:
    result = examine(open_dataset(acdc_folder(tmp_path)))
    assert result.findings == ()
    assert (result.layout, result.patients, result.cases, result.labelled) == ("ACDC", 2, 4, 4)
    assert (result.moments, result.groups) == ({"ED": 2, "ES": 2}, {"DCM": 2})
    assert (result.spacing.low, result.slice_distance.high, result.slices.low) == (1.5, 8, 4)
    assert result.structures == {"LV": 4, "MYO": 4, "RV": 4}
    assert result.usable


def warnings(folder: Path, **options: str) -> str:
    return "\n".join(map(str, check_dataset(open_dataset(folder, **options))))


def test_flat_slices_and_stray_voxels_are_warned_of(tmp_path: Path) -> None:
    path = acdc_folder(tmp_path) / f"{STEM}.nii.gz"
    data, label = heart_image().data.copy(), heart_label()
    data[2], label[label == 1] = 0, 0
    label[0, 0, :3] = 1
    write_image(path, Image(data=data, affine=AFFINE))
    label_with(label)(path)
    found = warnings(tmp_path)
    assert "slices 2 of one value only" in found
    assert "at least 20 voxels of a structure, got RV 3" in found


def test_absent_structures_are_noted_and_empty_labels_warned_of(tmp_path: Path) -> None:
    path = acdc_folder(tmp_path) / f"{STEM}.nii.gz"
    label_with(np.where(heart_label() == 1, 0, heart_label()))(path)
    assert "note: " + str(path.with_name(f"{path.name[:-7]}_gt.nii.gz")) in warnings(tmp_path)
    label_with(heart_label() * 0)(path)
    assert "an empty one" in warnings(tmp_path)


def spoilt_header(folder: Path, affine: Array | None, *, code: int = 2) -> str:
    path = acdc_folder(folder) / f"{STEM}.nii.gz"
    file = nibabel.Nifti1Image(heart_image().data.T, affine)
    if affine is not None:
        file.set_sform(affine, code=code)
    for target in (path, path.with_name(path.name.replace(".nii", "_gt.nii"))):
        nibabel.save(file, target)
    return warnings(folder)


def test_odd_headers_are_reported(tmp_path: Path) -> None:
    skewed, tilted = AFFINE.copy(), AFFINE.copy()
    skewed[0, 2] = 0.5
    angle = np.radians(20)
    tilted[1:3, 1:3] = [[-1.5 * np.cos(angle), -8 * np.sin(angle)], [-1.5 * np.sin(angle), 8 * np.cos(angle)]]
    assert "perpendicular axes, got axes 86.42 degrees apart" in spoilt_header(tmp_path / "a", skewed)
    assert "oblique" not in spoilt_header(tmp_path / "b", tilted)
    assert examine(open_dataset(tmp_path / "b")).oblique == {"patient001_ED": 20.0}
    assert "got the identity" in spoilt_header(tmp_path / "c", np.eye(4))
    assert "neither qform nor sform" in spoilt_header(tmp_path / "d", None)
    assert "spacing (x, y, z) = 0.0015, 0.0015, 0.008 mm" in spoilt_header(tmp_path / "e", AFFINE / 1000)


def test_forms_that_disagree_are_reported(tmp_path: Path) -> None:
    file = nibabel.Nifti1Image(heart_image().data.T, AFFINE)
    file.set_qform(AFFINE, code=1)
    file.set_sform(AFFINE + np.eye(4, k=3) * 3, code=1)
    nibabel.save(file, tmp_path / "a.nii.gz")
    assert "qform and sform that agree, got a difference of up to 3 mm" in warnings(tmp_path)


def test_one_image_under_two_names_is_reported(tmp_path: Path) -> None:
    folder = acdc_folder(tmp_path)
    shutil.copy(folder / f"{STEM}.nii.gz", folder / f"{STEM.replace('001', '002')}.nii.gz")
    assert "the same voxels in patient001_ED, patient002_ED of 2 patients" in warnings(tmp_path)


def test_names_that_tell_no_patient_but_begin_alike_are_reported(tmp_path: Path) -> None:
    for number in range(3):
        write_image(tmp_path / f"smith-{number}.nii.gz", heart_image(number))
    assert "3 names that begin alike, such as smith-0" in warnings(tmp_path)
    assert "begin alike" not in warnings(tmp_path, patient_pattern="[a-z]+")


def test_unlabelled_cases_and_unknown_meanings_are_reported(tmp_path: Path) -> None:
    write_image(tmp_path / "a.nii.gz", heart_image(1))
    write_label(tmp_path / "a_gt.nii.gz", "acdc")
    write_image(tmp_path / "b.nii.gz", heart_image(2))
    found = warnings(tmp_path)
    assert "1 of 2 without one, such as b" in found
    assert "Name a label convention (one of acdc, mnms)" in found


def test_nothing_but_bad_cases_is_still_a_result(tmp_path: Path) -> None:
    folder = nnunet_folder(tmp_path / "Dataset001_X")
    for path in folder.glob("*/*.nii.gz"):
        path.write_bytes(b"")
    result = examine(open_dataset(folder))
    assert (result.cases, result.count(Severity.ERROR), result.usable) == (4, 8, False)


def test_a_result_is_plain_data(tmp_path: Path) -> None:
    truncated(acdc_folder(tmp_path) / f"{STEM}.nii.gz")
    plain = json.loads(json.dumps(to_plain(examine(open_dataset(tmp_path)))))
    assert plain["findings"][0]["severity"] == "ERROR"
    assert plain["findings"][0]["path"].endswith("patient001_frame01.nii.gz")


def real_check(*parts: str, labels: str = "") -> CheckResult:
    return examine(open_dataset(real_data(*parts), labels=labels))


def test_real_acdc_is_found_whole() -> None:
    result = real_check("acdc")
    assert (result.patients, result.cases, set(result.groups.values())) == (50, 100, {10})
    assert result.findings == ()


def test_real_sunnybrook_has_only_warnings() -> None:
    result = real_check("nnunet", "Dataset702_Sunnybrook")
    assert (result.patients, result.cases, result.labels, result.usable) == (23, 424, "LV 1", True)


def test_the_real_cine_is_told_to_be_converted() -> None:
    result = real_check("cine4d", labels="biv-me")
    assert [finding.got for finding in result.findings] == ["a 4D file of 25 frames"]

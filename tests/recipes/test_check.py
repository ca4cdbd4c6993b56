from pathlib import Path

from tests.data.hearts import acdc_folder

from spinbridge.recipes.check import CheckSettings, check, describe


def test_a_good_folder_is_told_in_plain_lines(tmp_path: Path) -> None:
    text = describe(check(CheckSettings(data=acdc_folder(tmp_path))))
    assert "layout    ACDC" in text
    assert "patients  2 (DCM 2)" in text
    assert "1.5 mm in plane, 8 mm between slices" in text
    assert text.endswith("0 errors, 0 warnings, 0 notes")


def test_findings_of_one_kind_are_gathered(tmp_path: Path) -> None:
    for path in acdc_folder(tmp_path, patients=4).rglob("*_frame01.nii.gz"):
        path.write_bytes(path.read_bytes()[:300])
    text = describe(check(CheckSettings(data=tmp_path)))
    assert text.count("needed a whole .nii.gz file") == 3
    assert "... and 1 more of this kind" in text
    assert text.endswith("4 errors, 0 warnings, 0 notes")

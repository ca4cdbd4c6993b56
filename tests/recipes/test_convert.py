import json
from pathlib import Path

import nibabel
import numpy as np
import pytest
from tests.data.hearts import AFFINE, acdc_folder, heart_image, heart_label, mnms2_folder, nnunet_folder, write_label
from tests.real_data import real_data

from spinbridge.core.errors import InputError, SettingsError
from spinbridge.data.detect import open_dataset
from spinbridge.recipes.convert import ConvertSettings, convert


def loaded(folder: Path) -> dict[str, tuple[str, bytes, bytes, bytes]]:
    dataset = open_dataset(folder)
    cases = [dataset.load(entry) for entry in dataset.entries]
    return {
        case.patient + case.frame: (
            case.group,
            case.image.data.tobytes(),
            case.label.data.tobytes(),
            case.image.affine.tobytes(),
        )
        for case in cases
    }


def test_acdc_goes_to_nnunet_and_back_unchanged(tmp_path: Path) -> None:
    source = acdc_folder(tmp_path / "acdc")
    there = convert(ConvertSettings(data=source, out=tmp_path / "Dataset001_X"))
    back = convert(ConvertSettings(data=tmp_path / "Dataset001_X", out=tmp_path / "back", to="acdc"))
    assert len(there.cases) == len(back.cases) == 4
    assert loaded(source) == loaded(tmp_path / "Dataset001_X") == loaded(tmp_path / "back")


def test_mnms2_labels_are_renumbered_by_name(tmp_path: Path) -> None:
    convert(ConvertSettings(data=mnms2_folder(tmp_path / "m"), out=tmp_path / "Dataset001_X", folds=2))
    file = nibabel.load(tmp_path / "Dataset001_X" / "labelsTr" / "007_SA_ED.nii.gz")
    names = json.loads((tmp_path / "Dataset001_X" / "dataset.json").read_text())["labels"]
    assert names == {"background": 0, "RV": 1, "MYO": 2, "LV": 3}
    assert (heart_label() == np.asanyarray(file.dataobj).T).all()


def test_chosen_structures_are_written_alone(tmp_path: Path) -> None:
    convert(ConvertSettings(data=acdc_folder(tmp_path / "a"), out=tmp_path / "Dataset001_X", structures=("LV",)))
    dataset = open_dataset(tmp_path / "Dataset001_X")
    assert dataset.convention.describe() == "LV 1"


def test_a_bad_case_is_a_failure_and_the_others_are_written(tmp_path: Path) -> None:
    source = acdc_folder(tmp_path / "acdc")
    (source / "training" / "patient002" / "patient002_frame09.nii.gz").write_bytes(b"")
    result = convert(ConvertSettings(data=source, out=tmp_path / "Dataset001_X"))
    assert [failure.case for failure in result.failures] == ["patient002_ES"]
    assert result.cases == ("patient001_ED", "patient001_ES", "patient002_ED")


def test_no_usable_case_is_an_error(tmp_path: Path) -> None:
    source = nnunet_folder(tmp_path / "Dataset001_X", patients=1)
    for path in source.glob("imagesTr/*"):
        path.write_bytes(b"")
    with pytest.raises(InputError, match="none of 2"):
        convert(ConvertSettings(data=source, out=tmp_path / "out"))


@pytest.mark.parametrize("options", [{"to": "bids"}, {"structures": ("LA",)}])
def test_an_unknown_choice_is_refused(tmp_path: Path, options: dict[str, str]) -> None:
    with pytest.raises(SettingsError, match="among"):
        convert(ConvertSettings(data=acdc_folder(tmp_path / "a"), out=tmp_path / "out", **options))


def test_an_unlabelled_cine_becomes_frames_to_predict(tmp_path: Path) -> None:
    nibabel.save(nibabel.Nifti1Image(heart_image(shape=(3, 4, 48, 48)).data.T, AFFINE), tmp_path / "a.nii.gz")
    result = convert(ConvertSettings(data=tmp_path / "a.nii.gz", out=tmp_path / "Dataset001_X"))
    assert result.cases == ("a_frame01", "a_frame02", "a_frame03")
    assert len(list((tmp_path / "Dataset001_X" / "imagesTs").iterdir())) == 3
    assert all(entry.test for entry in open_dataset(tmp_path / "Dataset001_X").entries)


def test_one_structure_does_not_fit_acdc(tmp_path: Path) -> None:
    source = acdc_folder(tmp_path / "a", patients=1)
    for path in source.rglob("*_gt.nii.gz"):
        write_label(path, "lv-only", np.where(heart_label() == 3, 3, 0))
    with pytest.raises(InputError, match="needed labels of RV, MYO and LV, got LV"):
        convert(ConvertSettings(data=source, out=tmp_path / "out", to="acdc", labels="lv-only"))


def test_the_real_cine_becomes_cases(tmp_path: Path) -> None:
    settings = ConvertSettings(data=real_data("cine4d"), out=tmp_path / "Dataset001_X", labels="biv-me", frames="1,10")
    assert len(convert(settings).cases) == 2


def test_the_data_are_not_written_into(tmp_path: Path) -> None:
    source = acdc_folder(tmp_path / "acdc", patients=1)
    with pytest.raises(SettingsError, match="outside of the data"):
        convert(ConvertSettings(data=source, out=source / "out"))

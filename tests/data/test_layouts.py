import json
from pathlib import Path

import nibabel
import numpy as np
import pytest
from tests.data.hearts import AFFINE, acdc_folder, heart_image, heart_label, mnms2_folder, nnunet_folder, write_label
from tests.real_data import real_data

from spinbridge.core.errors import InputError, LabelError, SettingsError
from spinbridge.core.image import Image
from spinbridge.core.structures import Heart
from spinbridge.data.detect import open_dataset
from spinbridge.data.names import frame_of, patient_of
from spinbridge.data.nifti import write_image


@pytest.mark.parametrize(
    ("name", "patient", "frame"),
    [
        ("patient001_ED", "patient001", "ED"),
        ("patient001_frame12", "patient001", "12"),
        ("SC-HF-I-01_0001-0048", "SC-HF-I-01", ""),
        ("SC-HF-NI-03_0001-0048", "SC-HF-NI-03", ""),
        ("SC-N-40_0001-0048", "SC-N-40", ""),
        ("sub001_ES", "sub001", "ES"),
        ("A0S9V9_frame01", "A0S9V9", "1"),
        ("001_SA_ED", "001", "ED"),
        ("BraTS-GLI-00000-000", "BraTS-GLI-00000", ""),
        ("sub-07_ses-1_bold", "sub-07", ""),
        ("anything", None, ""),
    ],
)
def test_names_tell_patient_and_frame(name: str, patient: str | None, frame: str) -> None:
    assert (patient_of(name), frame_of(name)) == (patient, frame)


@pytest.mark.parametrize("pattern", ["x(.)", "x(?P<patient>.)_", "(?:x)(1)"])
def test_a_pattern_wins_over_the_rules(pattern: str) -> None:
    assert patient_of("x1_ED", pattern) == "1"
    assert patient_of("y1_ED", pattern) is None


def test_a_bad_pattern_is_refused() -> None:
    with pytest.raises(SettingsError, match="regular expression"):
        patient_of("x", "(")


def test_acdc_is_recognised_with_its_frames_and_groups(tmp_path: Path) -> None:
    dataset = open_dataset(acdc_folder(tmp_path))
    case = dataset.load(dataset.entries[1])
    assert (dataset.layout, dataset.patients) == ("ACDC", ("patient001", "patient002"))
    assert (case.name, case.patient, case.frame, case.group) == ("patient001_ES", "patient001", "ES", "DCM")
    assert case.label is not None
    assert (case.label.data == heart_label()).all()
    assert case.history[0]["inputs"].keys() == {
        "training/patient001/patient001_frame09.nii.gz",
        "training/patient001/patient001_frame09_gt.nii.gz",
    }


def test_acdc_takes_a_frame_from_the_cine_where_it_has_no_file(tmp_path: Path) -> None:
    place = acdc_folder(tmp_path, patients=1) / "training" / "patient001"
    (place / "patient001_frame09.nii.gz").unlink()
    cine = heart_image(shape=(20, 4, 48, 48))
    write_image(place / "patient001_4d.nii.gz", cine)
    dataset = open_dataset(tmp_path)
    assert (dataset.load(dataset.entries[1]).image.data == cine.data[8]).all()


def test_a_bad_info_file_is_a_problem_of_one_patient(tmp_path: Path) -> None:
    (acdc_folder(tmp_path) / "training" / "patient001" / "Info.cfg").write_text("ED: x")
    dataset = open_dataset(tmp_path)
    assert dataset.patients == ("patient002",)
    assert "ED: x, ES: None" in str(dataset.problems[0])


def test_mnms2_takes_the_short_axis_and_says_so(tmp_path: Path) -> None:
    dataset = open_dataset(mnms2_folder(tmp_path))
    case = dataset.load(dataset.entries[0])
    assert [entry.name for entry in dataset.entries] == ["007_SA_ED", "007_SA_ES"]
    assert (case.patient, case.group, case.field_strength) == ("007", "NOR", 1.5)
    assert (case.label.data == heart_label()).all()
    assert dataset.notes == ("2 long-axis volumes left out: only short-axis stacks can be used",)


def test_nnunet_labels_are_read_by_name(tmp_path: Path) -> None:
    folder = nnunet_folder(tmp_path / "Dataset001_X")
    head = json.loads((folder / "dataset.json").read_text())
    head["labels"] = {"background": 0, "LVBP": 1, "LVM": 2, "RV": 3}
    (folder / "dataset.json").write_text(json.dumps(head))
    for path in (folder / "labelsTr").iterdir():
        write_label(path, "mnms")
    dataset = open_dataset(folder)
    assert all((dataset.load(entry).label.data == heart_label()).all() for entry in dataset.entries)


def test_nnunet_with_one_structure_annotates_only_that(tmp_path: Path) -> None:
    folder = nnunet_folder(tmp_path / "Dataset001_X")
    head = json.loads((folder / "dataset.json").read_text())
    (folder / "dataset.json").write_text(json.dumps({**head, "labels": {"background": 0, "LV": 1}}))
    for path in (folder / "labelsTr").iterdir():
        write_label(path, "lv-only", np.where(heart_label() == Heart.LV, Heart.LV, 0))
    dataset = open_dataset(folder)
    assert dataset.load(dataset.entries[0]).structures == (Heart.LV,)


def test_nnunet_channels_are_chosen_with_a_note(tmp_path: Path) -> None:
    folder = nnunet_folder(tmp_path / "Dataset001_X", patients=1)
    head = json.loads((folder / "dataset.json").read_text())
    (folder / "dataset.json").write_text(json.dumps({**head, "channel_names": {"0": "cine", "1": "lge"}}))
    other = heart_image(99)
    write_image(folder / "imagesTr" / "sub001_ED_0001.nii.gz", other)
    dataset = open_dataset(folder, channel=1)
    assert (dataset.load(dataset.entries[0]).image.data == other.data).all()
    assert dataset.notes == ("images have 2 channels; channel 1 (lge) is taken",)
    with pytest.raises(InputError, match="channel 2"):
        open_dataset(folder, channel=2)


def listing(folder: Path, files: dict[str, object]) -> Path:
    """A folder whose dataset.json lists the files of one case."""
    folder.mkdir()
    labels = {"background": 0, "RV": 1, "MYO": 2, "LV": 3}
    head = {"channel_names": {"0": "MRI"}, "labels": labels, "file_ending": ".nii.gz"}
    (folder / "imagesTr").mkdir()
    (folder / "dataset.json").write_text(json.dumps({**head, "dataset": {"c1": files}}))
    return folder


def test_nnunet_may_list_files_that_lie_elsewhere(tmp_path: Path) -> None:
    raw = nnunet_folder(tmp_path / "Dataset001_X", patients=1)
    image, label = raw / "imagesTr" / "sub001_ED_0000.nii.gz", raw / "labelsTr" / "sub001_ED.nii.gz"
    dataset = open_dataset(listing(tmp_path / "listed", {"images": [str(image)], "label": str(label)}))
    origin = dataset.load(dataset.entries[0]).history[0]
    assert list(origin["inputs"]) == ["imagesTr/sub001_ED_0000.nii.gz", "labelsTr/sub001_ED.nii.gz"]


@pytest.mark.parametrize("files", [{"images": ["a.nii.gz"]}, {"label": "b.nii.gz"}, {"images": [], "label": "b"}])
def test_nnunet_lists_without_image_or_label_are_refused(tmp_path: Path, files: dict[str, object]) -> None:
    with pytest.raises(InputError, match=r"dataset\.json: needed images and a label .* Mend the entry of c1"):
        open_dataset(listing(tmp_path / "listed", files))


def test_the_mapping_wins_over_the_name(tmp_path: Path) -> None:
    folder = nnunet_folder(tmp_path / "Dataset001_X", patients=1)
    facts = {"sequence": "bssfp", "cases": {"sub001_ED": {"patient": "other", "synthetic": True}}}
    (folder / "spinbridge.json").write_text(json.dumps(facts))
    first, second = open_dataset(folder).entries
    assert (first.patient, first.synthetic, first.sequence) == ("other", True, "bssfp")
    assert (second.patient, second.synthetic, second.sequence) == ("sub001", False, "bssfp")


@pytest.mark.parametrize(
    "content", ["{", "[]", '{"sequnce": "x"}', '{"cases": {"a": {"patiemt": 1}}}', '{"labels": "x"}']
)
def test_a_mapping_with_mistakes_is_refused(tmp_path: Path, content: str) -> None:
    folder = nnunet_folder(tmp_path / "Dataset001_X", patients=1)
    (folder / "spinbridge.json").write_text(content)
    with pytest.raises((InputError, SettingsError, LabelError), match=r"spinbridge\.json"):
        open_dataset(folder)


def test_loose_files_find_their_labels(tmp_path: Path) -> None:
    write_image(tmp_path / "a.nii.gz", heart_image())
    write_label(tmp_path / "a_seg.nii.gz", "acdc")
    write_image(tmp_path / "b.nii", heart_image(1))
    dataset = open_dataset(tmp_path, labels="acdc")
    assert [(entry.name, entry.label is not None) for entry in dataset.entries] == [("a", True), ("b", False)]
    assert dataset.notes == ("2 case names tell no patient; each is taken as a patient of its own",)
    assert (dataset.load(dataset.entries[0]).label.data == heart_label()).all()


def test_a_label_without_a_stated_meaning_is_not_guessed(tmp_path: Path) -> None:
    write_image(tmp_path / "a.nii.gz", heart_image())
    write_label(tmp_path / "a_seg.nii.gz", "acdc")
    dataset = open_dataset(tmp_path / "a.nii.gz")
    with pytest.raises(LabelError, match="what label values mean"):
        dataset.load(dataset.entries[0])


@pytest.mark.parametrize("stated", ["mnms", "lv-only"])
def test_a_wrong_convention_is_refused(tmp_path: Path, stated: str) -> None:
    dataset = open_dataset(acdc_folder(tmp_path), labels=stated)
    with pytest.raises(LabelError, match=r"swapped|label values of 'lv-only'"):
        dataset.load(dataset.entries[0])


def test_a_folder_that_is_no_data_set_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="an empty folder"):
        open_dataset(tmp_path)
    (tmp_path / "notes.txt").write_text("")
    with pytest.raises(InputError, match=r"got notes\.txt"):
        open_dataset(tmp_path)
    with pytest.raises(InputError, match="no such path"):
        open_dataset(tmp_path / "nowhere")


def test_a_4d_file_and_voxels_that_are_no_numbers_are_refused(tmp_path: Path) -> None:
    voxels = np.ones((4, 48, 48), np.float32)
    voxels[1, 2, 3] = np.nan
    write_image(tmp_path / "a.nii.gz", Image(data=voxels, affine=AFFINE))
    write_image(tmp_path / "b.nii.gz", heart_image(shape=(5, 4, 48, 48)))
    first, second = (dataset := open_dataset(tmp_path)).entries
    with pytest.raises(InputError, match=r"1 NaN or infinite ones, the first at \(x, y, z\) = \(3, 2, 1\)"):
        dataset.load(first)
    with pytest.raises(InputError, match="4D file of 5 frames"):
        dataset.load(second)


def test_label_and_image_apart_are_refused(tmp_path: Path) -> None:
    write_image(tmp_path / "a.nii.gz", heart_image())
    moved = AFFINE + np.eye(4, k=3) * 5
    nibabel.save(nibabel.Nifti1Image(heart_label().T, moved), tmp_path / "a_gt.nii.gz")
    dataset = open_dataset(tmp_path, labels="acdc")
    with pytest.raises(InputError, match="differs by up to 5 mm"):
        dataset.load(dataset.entries[0])


def test_real_sunnybrook_slices_are_grouped_by_patient() -> None:
    dataset = open_dataset(real_data("nnunet", "Dataset702_Sunnybrook"))
    assert (len(dataset.entries), len(dataset.patients)) == (424, 23)
    assert dataset.load(dataset.entries[0]).structures == (Heart.LV,)

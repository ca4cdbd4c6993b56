"""Brains by the phantom command: four channels in two layouts, the truth beside them, the same again."""

from pathlib import Path

import pytest

from spinbridge.core.errors import OutputError, SettingsError
from spinbridge.core.files import read_json
from spinbridge.data.nifti import read_image
from spinbridge.recipes.phantom import PhantomSettings, phantom


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("phantom") / "Dataset902_Brain"
    phantom(PhantomSettings(out=out, organ="brain", subjects=2, small=True))
    return out


def test_it_has_four_channels_and_a_label(folder: Path) -> None:
    names = {path.name for path in (folder / "imagesTr").iterdir()}
    assert names == {f"sub{s:03d}_{c:04d}.nii.gz" for s in range(2) for c in range(4)}
    assert read_json(folder / "dataset.json")["channel_names"]["3"] == "FLAIR"


def test_the_truth_agrees_with_the_label(folder: Path) -> None:
    truth = read_json(folder / "truth" / "sub001.json")
    label = read_image(folder / "labelsTr" / "sub001.nii.gz")
    assert truth["label"]["oedema"] == pytest.approx(0.027 * (label.data == 2).sum())
    assert truth["volumes"]["oedema"] == pytest.approx(truth["label"]["oedema"], rel=0.35)


def test_a_subject_is_the_same_in_a_set_of_another_size_and_layout(folder: Path, tmp_path: Path) -> None:
    phantom(PhantomSettings(out=tmp_path / "B", organ="brain", subjects=1, first=1, small=True, layout="brats"))
    one = read_image(tmp_path / "B" / "BraTS2021_00001" / "BraTS2021_00001_t2.nii.gz")
    assert (one.data == read_image(folder / "imagesTr" / "sub001_0002.nii.gz").data).all()


def test_the_same_command_makes_nothing_again(folder: Path) -> None:
    before = {path: path.stat().st_mtime_ns for path in folder.glob("imagesTr/*")}
    phantom(PhantomSettings(out=folder, organ="brain", subjects=2, small=True))
    assert {path: path.stat().st_mtime_ns for path in folder.glob("imagesTr/*")} == before


def test_groups_can_be_chosen(tmp_path: Path) -> None:
    phantom(PhantomSettings(out=tmp_path / "N", organ="brain", subjects=2, small=True, groups=("NOR", "LGG")))
    groups = [read_json(tmp_path / "N" / "truth" / f"sub{i:03d}.json")["group"] for i in range(2)]
    assert groups == ["NOR", "LGG"]
    assert not read_image(tmp_path / "N" / "labelsTr" / "sub000.nii.gz").data.any()


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"organ": "liver"}, "an organ among"),
        ({"organ": "brain", "sequence": "molli"}, "--sequence"),
        ({"organ": "brain", "layout": "dicom"}, "nnunet or brats"),
        ({"organ": "brain", "groups": ("DCM",)}, "groups of brains"),
        ({"organ": "heart", "layout": "brats"}, "--layout"),
    ],
)
def test_what_an_organ_has_not_is_refused(tmp_path: Path, wrong: dict[str, str], said: str) -> None:
    with pytest.raises(SettingsError, match=said):
        phantom(PhantomSettings(out=tmp_path / "x", **wrong))


def test_two_layouts_do_not_share_a_folder(folder: Path) -> None:
    with pytest.raises((OutputError, SettingsError)):
        phantom(PhantomSettings(out=folder, organ="brain", subjects=1, small=True, layout="brats"))

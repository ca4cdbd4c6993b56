"""The phantom's data set is one that the package and nnU-Net read, with its truth beside it, and the same again."""

from pathlib import Path

import pytest

from spinbridge.core.errors import SettingsError
from spinbridge.core.files import read_json
from spinbridge.data.detect import open_dataset
from spinbridge.recipes.phantom import PhantomSettings, phantom


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("phantom") / "Dataset900_Phantom"
    phantom(PhantomSettings(out=out, subjects=2, frames=("ED",)))
    return out


def test_it_opens_as_a_labelled_data_set(folder: Path) -> None:
    dataset = open_dataset(folder)
    assert [entry.name for entry in dataset.entries] == ["sub000_ED", "sub001_ED"]
    case = dataset.load(dataset.entries[0])
    assert case.label is not None
    assert (case.group, case.synthetic) == ("NOR", True)


def test_the_truth_lies_beside_it(folder: Path) -> None:
    truth = read_json(folder / "truth" / "sub001.json")
    assert truth["continuous"]["lv_ef"] == pytest.approx(truth["subject"]["lv_ef"], abs=2e-3)


def test_the_same_command_makes_nothing_again(folder: Path) -> None:
    before = {path: path.stat().st_mtime_ns for path in folder.glob("imagesTr/*")}
    phantom(PhantomSettings(out=folder, subjects=2, frames=("ED",)))
    assert {path: path.stat().st_mtime_ns for path in folder.glob("imagesTr/*")} == before


def test_a_frame_that_is_none_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="frames among ED, ES"):
        phantom(PhantomSettings(out=tmp_path, frames=("XX",)))

"""The phantom's data set is one that the package and nnU-Net read, with its truth beside it, and the same again."""

from pathlib import Path

import pytest

from spinbridge.core.errors import SettingsError
from spinbridge.core.files import read_json
from spinbridge.core.structures import Heart
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


def test_a_named_protocol_decides_stack_sequence_and_field(tmp_path: Path) -> None:
    phantom(PhantomSettings(out=tmp_path / "ukbb", subjects=1, frames=("ED",), protocol="ukbb", seed=4))
    case = open_dataset(tmp_path / "ukbb").load(open_dataset(tmp_path / "ukbb").entries[0])
    assert case.image.spacing[0] == pytest.approx(10.0)  # 8 mm and a gap of 2 mm
    assert "fa=80deg" in str(case.sequence)
    assert case.field_strength == 1.5


def test_artefacts_change_the_image_and_not_the_heart(tmp_path: Path) -> None:
    plain, marred = (
        open_dataset(tmp_path / name).load(open_dataset(tmp_path / name).entries[0])
        for name, artefacts in (("plain", ""), ("marred", "strong"))
        if phantom(PhantomSettings(out=tmp_path / name, subjects=1, frames=("ED",), artefacts=artefacts))
    )
    assert plain.label is not None
    assert marred.label is not None
    assert (plain.label.data == marred.label.data).all()
    assert (plain.image.data != marred.image.data).mean() > 0.5


def test_the_other_anatomy_has_names_of_its_own(tmp_path: Path) -> None:
    made = phantom(PhantomSettings(out=tmp_path, subjects=1, frames=("ED",), generator="implicit"))
    assert made.cases == ("alt000_ED",)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"protocol": "ge-3T", "field": "3T"}, "--field: needed a protocol alone"),
        ({"protocol": "ge-9T"}, "ge-3T"),
        ({"artefacts": "many"}, "--artefacts: needed usual or strong"),
        ({"generator": "round"}, "--generator: needed polar or implicit"),
        ({"organ": "brain", "protocol": "ge-3T"}, "--protocol"),
    ],
)
def test_what_cannot_be_asked_for_is_refused(tmp_path: Path, options: dict[str, str], message: str) -> None:
    with pytest.raises(SettingsError, match=message):
        phantom(PhantomSettings(out=tmp_path, **options))  # type: ignore[arg-type]


def test_several_sequences_have_names_of_their_own_and_enhancement_comes_after_agent(tmp_path: Path) -> None:
    asked = "molli(scheme=2(1)1),bssfp,bssfp(fa=70deg),lge"
    made = phantom(PhantomSettings(out=tmp_path / "all", subjects=1, frames=("ED",), sequence=asked))
    assert made.cases == (
        "sub000_ED_molli-ti120ms",
        "sub000_ED_molli-ti1120ms",
        "sub000_ED_molli-ti200ms",
        "sub000_ED_bssfp",
        "sub000_ED_bssfp-2",
        "sub000_ED_lge",
    )
    dataset = open_dataset(tmp_path / "all")
    assert len(dataset.entries) == len(made.cases)
    native, after = (_blood_to_muscle(tmp_path / f"lge{name}", name) for name in ("native", ""))
    assert after != pytest.approx(native, rel=0.1)


def _blood_to_muscle(out: Path, contrast: str) -> float:
    """Of an enhancement image."""
    phantom(PhantomSettings(out=out, subjects=1, frames=("ED",), sequence="lge", contrast=contrast))
    case = open_dataset(out).load(open_dataset(out).entries[0])
    assert case.label is not None
    blood, muscle = (float(case.image.data[case.label.data == value].mean()) for value in (Heart.LV, Heart.MYO))
    return blood / muscle


def test_flow_that_was_played_is_written_down(tmp_path: Path) -> None:
    phantom(PhantomSettings(out=tmp_path, subjects=1, frames=("ED",), sequence="molli(ti=300ms)"))
    assert "fresh=80%" in open_dataset(tmp_path).entries[0].sequence


def test_another_seed_in_the_same_folder_is_refused_before_anything_is_written(folder: Path) -> None:
    before = sorted(path.name for path in folder.rglob("*"))
    with pytest.raises(SettingsError, match="seed"):
        phantom(PhantomSettings(out=folder, subjects=3, frames=("ED",), seed=5))
    assert sorted(path.name for path in folder.rglob("*")) == before


def test_mapping_slices_keep_the_gap_of_their_protocol(tmp_path: Path) -> None:
    phantom(PhantomSettings(out=tmp_path, subjects=1, frames=("ED",), sequence="shmolli", protocol="ge-3T", seed=1))
    spacing = open_dataset(tmp_path).load(open_dataset(tmp_path).entries[0]).image.spacing
    assert 16 <= spacing[0] <= 24


def test_words_alone_are_asked_of_a_protocol(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="Write bssfp; the protocol draws the rest"):
        phantom(PhantomSettings(out=tmp_path, sequence="bssfp(fa=70deg)", protocol="ge-3T"))

"""From images to tissue to other images: geometry to the last bit, labels carried, finished cases kept."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from tests.scenes import scene_cases, scene_dataset

from spinbridge.core.errors import InputError, SequenceError, SettingsError, UnitError
from spinbridge.core.files import read_json
from spinbridge.core.provenance import read_record
from spinbridge.core.settings import to_plain
from spinbridge.core.units import Kind, parse_quantity
from spinbridge.data.detect import open_dataset
from spinbridge.data.nifti import read_image, write_image
from spinbridge.methods.reverse_imaging.inversion import InversionSettings
from spinbridge.recipes.render import RenderSettings, render
from spinbridge.recipes.reverse import ReverseSettings, reverse
from spinbridge.recipes.tissue_maps import case_names, read_maps
from spinbridge.recipes.translate import TranslateSettings, translate

MAPS = ("PD", "T1", "T2", "T2star", "shift", "PD-sd", "T1-sd", "T2-sd", "blood", "tissue", "label")


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return scene_dataset(tmp_path_factory.mktemp("data") / "source", 2, size=48)


@pytest.fixture(scope="module")
def maps(source: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("maps")
    assert reverse(ReverseSettings(data=source, out=out, workers=1)).failures == ()
    return out


@pytest.fixture(scope="module")
def images(maps: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("images") / "Dataset901_Rendered"
    text = "gre(fa=15deg),gre(fa=25deg),molli(scheme=3(2)2,hr=60bpm)"
    assert render(RenderSettings(spins=maps, out=out, sequence=text, workers=1)).failures == ()
    return out


def affine_bits(path: Path) -> bytes:
    return read_image(path).affine.tobytes()


def test_every_map_lies_on_its_image_to_the_bit(source: Path, maps: Path) -> None:
    for entry in open_dataset(source).entries:
        for kind in MAPS:
            assert affine_bits(maps / f"{entry.name}_{kind}.nii.gz") == affine_bits(entry.image)


def test_times_are_in_seconds_and_positive(maps: Path) -> None:
    for kind, low, high in (("T1", 0.05, 6.0), ("T2", 0.005, 3.0), ("T1-sd", 0.0, 3.0), ("PD", 0.0, 3.0)):
        values = read_image(maps / f"sub000_ED_{kind}.nii.gz").data
        assert low <= float(np.percentile(values, 1))
        assert float(np.percentile(values, 99)) <= high


def test_maps_say_that_they_are_made_and_of_what(maps: Path) -> None:
    record = read_record(maps / "sub000_ED_PD.nii.gz")
    assert record["synthetic"] is True
    assert [step["what"] for step in record["steps"]] == ["read", "reverse"]
    assert record["patient"] == "sub000"
    assert list(record["steps"][0]["inputs"]) == ["imagesTr/sub000_ED_0000.nii.gz", "labelsTr/sub000_ED.nii.gz"]


def test_the_label_is_carried(source: Path, maps: Path, images: Path) -> None:
    true = {entry.name: entry.label for entry in open_dataset(source).entries}
    for name, path in true.items():
        assert path is not None
        assert np.array_equal(read_image(maps / f"{name}_label.nii.gz").data, read_image(path).data)
        for rendered in (images / "labelsTr").glob(f"{name}_*"):
            assert np.array_equal(read_image(rendered).data, read_image(path).data)
            assert affine_bits(rendered) == affine_bits(path)


def test_every_sequence_and_image_has_a_case_of_its_own(images: Path) -> None:
    names = {entry.name.removeprefix("sub000_ED_") for entry in open_dataset(images).entries if "sub000" in entry.name}
    inversions = {name for name in names if name.startswith("molli-ti")}
    assert names - inversions == {"gre", "gre-2"}
    assert len(inversions) == 5
    one, other = (read_image(images / "imagesTr" / f"sub000_ED_{name}_0000.nii.gz").data for name in ("gre", "gre-2"))
    assert not np.array_equal(one, other)


def test_rendered_cases_are_synthetic_and_of_their_patient(images: Path) -> None:
    for entry in open_dataset(images).entries:
        assert entry.synthetic
        assert entry.patient == entry.name.partition("_")[0]
        record = read_json(images / "provenance" / f"{entry.name}.json")
        assert record["synthetic"] is True
        assert [step["what"] for step in record["steps"]] == ["read", "reverse", "render"]


def test_finished_cases_are_kept_and_lost_ones_made_again(source: Path, tmp_path: Path) -> None:
    settings = ReverseSettings(data=source, out=tmp_path, workers=1)
    reverse(settings)
    before = {path: path.read_bytes() for path in tmp_path.iterdir()}
    times = {path: path.stat().st_mtime_ns for path in tmp_path.iterdir()}
    (tmp_path / "sub001_ED_PD.json").unlink()
    (tmp_path / "sub001_ED_T1.nii.gz").write_bytes(b"half")
    reverse(settings)
    assert {path: path.read_bytes() for path in tmp_path.iterdir()} == before
    kept = [path for path in times if "sub000" in path.name]
    assert all(path.stat().st_mtime_ns == times[path] for path in kept)


def test_maps_of_other_settings_are_made_anew(source: Path, tmp_path: Path) -> None:
    first = ReverseSettings(data=source, out=tmp_path, workers=1)
    reverse(first)
    label = read_image(tmp_path / "sub000_ED_T1.nii.gz").data
    reverse(replace(first, ignore_labels=True))
    assert not np.array_equal(read_image(tmp_path / "sub000_ED_T1.nii.gz").data, label)


def test_rendering_again_gives_the_same_bytes(maps: Path, images: Path) -> None:
    before = {path: path.read_bytes() for path in images.rglob("*") if path.is_file()}
    text = "gre(fa=15deg),gre(fa=25deg),molli(scheme=3(2)2,hr=60bpm)"
    render(RenderSettings(spins=maps, out=images, sequence=text, workers=1))
    assert {path: path.read_bytes() for path in images.rglob("*") if path.is_file()} == before


def test_the_bare_signal_of_the_source_sequence_is_the_source_image(source: Path, maps: Path, tmp_path: Path) -> None:
    text = "bssfp(fa=50deg,tr=3.2ms,te=1.6ms)"
    render(RenderSettings(spins=maps, out=tmp_path / "out", sequence=text, bare=True, workers=1))
    back = read_image(tmp_path / "out" / "imagesTr" / "sub000_ED_bssfp_0000.nii.gz").data
    image = read_image(source / "imagesTr" / "sub000_ED_0000.nii.gz").data
    label = read_image(source / "labelsTr" / "sub000_ED.nii.gz").data
    pair = np.corrcoef(back[label > 0], image[label > 0])
    assert pair[0, 1] > 0.98


def test_a_rendered_train_gives_its_tissue_back(maps: Path, tmp_path: Path) -> None:
    text = "molli(scheme=5(3)3,hr=60bpm)"
    render(RenderSettings(spins=maps, out=tmp_path / "train", sequence=text, bare=True, workers=1))
    assert (
        reverse(ReverseSettings(data=tmp_path / "train", out=tmp_path / "again", sequence=text, workers=1)).failures
        == ()
    )
    name = case_names(maps)[0]
    true, found = read_maps(maps, name), read_maps(tmp_path / "again", f"{name}_molli")
    assert true.label is not None
    heart = torch.from_numpy(true.label.data > 0)
    assert float((found.tissue.t1 / true.tissue.t1)[heart].log().abs().median()) < 0.05


def test_a_gradient_echo_is_translated_in_place_and_its_label_not_looked_at(tmp_path: Path) -> None:
    target = scene_dataset(tmp_path / "target", 2, sequence="gre(fa=15deg,tr=5ms,te=2.5ms)", size=48)
    for label in (target / "labelsTr").iterdir():
        label.write_bytes(b"no label at all")
    done = translate(TranslateSettings(target=target, out=tmp_path / "out", workers=1))
    assert done.failures == ()
    for entry in open_dataset(target).entries:
        path = tmp_path / "out" / f"{entry.name}_0000.nii.gz"
        assert affine_bits(path) == affine_bits(entry.image)
        record = read_record(path)
        assert (record["synthetic"], record["sequence"]) == (True, "bssfp")
        assert [step["what"] for step in record["steps"]] == ["read", "translate"]


@pytest.fixture
def echoes(tmp_path: Path) -> TranslateSettings:
    target = scene_dataset(tmp_path / "target", 1, sequence="gre(fa=15deg,tr=5ms,te=2.5ms)", size=32)
    return TranslateSettings(target=target, out=tmp_path / "out", workers=1)


def test_a_finished_translation_is_kept_and_a_lost_one_made_again(echoes: TranslateSettings) -> None:
    translate(echoes)
    path = echoes.out / "sub000_ED_0000.nii.gz"
    before, time = path.read_bytes(), path.stat().st_mtime_ns
    translate(echoes)
    assert path.stat().st_mtime_ns == time
    path.unlink()
    translate(echoes)
    assert path.read_bytes() == before
    translate(replace(echoes, to="gre(fa=25deg)"))
    assert path.read_bytes() != before


def test_a_translation_tells_how_the_image_was_inverted(echoes: TranslateSettings) -> None:
    translate(replace(echoes, source="gre(fa=15deg)"))
    how = read_record(echoes.out / "sub000_ED_0000.nii.gz")["steps"][-1]["settings"]
    assert how["from"] == "gre(fa=15deg,tr=5ms,te=2.5ms,v=0mm/s,slice=8mm)"
    assert how["inversion"] == to_plain(InversionSettings())
    assert how["field"] == 1.5


@pytest.mark.parametrize("told", ["gre", " gre(fa=15deg)", "gre(tr=5ms,v=0mm/s)"])
def test_part_of_what_the_data_set_states_may_be_told_again(echoes: TranslateSettings, told: str) -> None:
    assert translate(replace(echoes, source=told)).failures == ()


@pytest.mark.parametrize("told", ["bssfp", "gre(fa=20deg)", "gre(v=50mm/s)", "molli(ti=300ms)"])
def test_another_sequence_than_the_data_set_states_is_refused(echoes: TranslateSettings, told: str) -> None:
    with pytest.raises(SettingsError, match=r"--from: needed .* states of sub000_ED, gre\(fa=15deg.*, got .*Leave"):
        translate(replace(echoes, source=told))
    assert not echoes.out.exists()


@pytest.mark.parametrize("told", ["bssfp", "gre(fa=20deg)"])
def test_reverse_refuses_another_sequence_than_the_data_set_states(echoes: TranslateSettings, told: str) -> None:
    settings = ReverseSettings(data=echoes.target, out=echoes.out, sequence=told, workers=1)
    with pytest.raises(SettingsError, match=r"--sequence: needed .* states of sub000_ED, gre\(fa=15deg.*, got .*Leave"):
        reverse(settings)
    assert not echoes.out.exists()


@pytest.mark.parametrize("told", ["", "gre", "gre(fa=15deg)"])
def test_reverse_takes_the_sequence_that_the_data_set_states(echoes: TranslateSettings, told: str) -> None:
    reverse(ReverseSettings(data=echoes.target, out=echoes.out, sequence=told, workers=1))
    how = read_record(echoes.out / "sub000_ED_PD.nii.gz")["steps"][-1]["settings"]
    assert how["sequence"] == "gre(fa=15deg,tr=5ms,te=2.5ms,v=0mm/s,slice=8mm)"


def test_reverse_takes_images_of_no_stated_sequence_for_bssfp(tmp_path: Path) -> None:
    (case,) = scene_cases("sub000", size=32)
    write_image(tmp_path / "data" / "heart.nii.gz", case.image)
    reverse(ReverseSettings(data=tmp_path / "data", out=tmp_path / "out", workers=1))
    assert read_record(tmp_path / "out" / "heart_PD.nii.gz")["steps"][-1]["settings"]["sequence"] == "bssfp"


def test_any_heart_rate_agrees_with_itself(tmp_path: Path) -> None:
    text = "molli(ti=300ms,hr=61.2345bpm)"
    target = scene_dataset(tmp_path / "target", 1, sequence=text, size=32)
    settings = TranslateSettings(target=target, out=tmp_path / "out", source=f"{text[:-1]},fresh=0%)", workers=1)
    assert translate(settings).failures == ()


def test_a_target_of_unknown_sequence_is_refused_until_one_is_told(tmp_path: Path) -> None:
    (case,) = scene_cases("sub000", size=32)
    write_image(tmp_path / "target" / "heart.nii.gz", case.image)
    settings = TranslateSettings(target=tmp_path / "target", out=tmp_path / "out", workers=1)
    with pytest.raises(SettingsError, match=r"--from: needed the sequence that heart was taken with, got none here"):
        translate(settings)
    assert translate(replace(settings, source="gre(fa=15deg)")).cases == ("heart",)


def test_labels_that_are_ignored_need_not_be_readable(tmp_path: Path) -> None:
    data = scene_dataset(tmp_path / "data", 1, size=48)
    (data / "labelsTr" / "sub000_ED.nii.gz").write_bytes(b"no label at all")
    settings = ReverseSettings(data=data, out=tmp_path / "out", ignore_labels=True, workers=1)
    assert reverse(settings).failures == ()
    with pytest.raises(InputError, match=r"needed at least one usable case, got none of 1, the first: .*sub000_ED"):
        reverse(replace(settings, ignore_labels=False))


def test_a_bad_case_is_named_and_the_others_are_done(tmp_path: Path) -> None:
    data = scene_dataset(tmp_path / "data", 3, size=48)
    flat = data / "imagesTr" / "sub001_ED_0000.nii.gz"
    write_image(flat, read_image(flat).with_data(np.full((2, 48, 48), 3, np.int16)))
    done = reverse(ReverseSettings(data=data, out=tmp_path / "out", workers=1))
    assert done.cases == ("sub000_ED", "sub002_ED")
    assert [(one.case, one.got) for one in done.failures] == [("sub001_ED", "one value everywhere")]


def test_what_cannot_be_meant_is_refused_before_anything_is_read(tmp_path: Path) -> None:
    nowhere = tmp_path / "absent"
    with pytest.raises(UnitError):
        reverse(ReverseSettings(data=nowhere, out=tmp_path, sequence="bssfp(fa=50)"))
    with pytest.raises(UnitError, match="--field"):
        reverse(ReverseSettings(data=nowhere, out=tmp_path, field="3"))
    with pytest.raises(SequenceError):
        render(RenderSettings(spins=nowhere, out=tmp_path, sequence="epi"))
    with pytest.raises(SequenceError):
        translate(TranslateSettings(target=nowhere, out=tmp_path, to="epi"))
    with pytest.raises(InputError, match=r"needed tissue maps .*`spinbridge reverse"):
        render(RenderSettings(spins=nowhere, out=tmp_path))
    assert parse_quantity("3T", Kind.FIELD) == 3.0


def test_maps_are_read_as_written(maps: Path) -> None:
    assert case_names(maps) == ["sub000_ED", "sub001_ED"]
    found = read_maps(maps, "sub000_ED")
    assert (found.name, found.patient) == ("sub000_ED", "sub000")
    assert found.label is not None
    assert found.blood.shape == found.tissue.shape
    assert float(found.blood.min()) >= 0
    assert float(found.blood.max()) <= 1.0001


@pytest.mark.parametrize("kind", ["T1", "T2star", "blood"])
def test_a_missing_map_is_named(maps: Path, tmp_path: Path, kind: str) -> None:
    for path in maps.glob("sub000_ED_*"):
        if path.name != f"sub000_ED_{kind}.nii.gz":
            (tmp_path / path.name).write_bytes(path.read_bytes())
    with pytest.raises(InputError, match=f"sub000_ED_{kind}.nii.gz: needed a NIfTI file, got no file"):
        read_maps(tmp_path, "sub000_ED")

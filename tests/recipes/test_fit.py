"""From mapping images to maps: geometry, truth, what was assumed, what failed, and maps that render again."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from tests.scenes import AFFINE, scene, scene_cases, scene_dataset

from spinbridge.cli.main import main
from spinbridge.core.errors import InputError, SequenceError, SettingsError, UnitError
from spinbridge.core.image import Image
from spinbridge.core.provenance import read_record
from spinbridge.core.structures import Heart
from spinbridge.data.detect import open_dataset
from spinbridge.data.nifti import read_image, write_image
from spinbridge.data.nnunet_writer import NnUNetWriter
from spinbridge.physics.fits.relaxation_fit import Failure
from spinbridge.physics.sequences.language import parse_sequence
from spinbridge.recipes.fit import FitSettings, fit
from spinbridge.recipes.render import RenderSettings, render
from spinbridge.recipes.tissue_maps import case_names, read_maps

MOLLI = "molli(scheme=5(3)3,hr=60bpm)"
STILL = "molli(scheme=5(3)3,hr=60bpm,fresh=0%)"
SIZE = 48


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return scene_dataset(tmp_path_factory.mktemp("data") / "source", 2, sequence=MOLLI, size=SIZE)


@pytest.fixture(scope="module")
def maps(source: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("maps")
    assert fit(FitSettings(data=source, out=out, workers=1)).failures == ()
    return out


def four_dimensional(folder: Path, sequence: str, *, order: tuple[int, ...] | None = None) -> Path:
    """One unlabelled case, a file of frames; returns the folder."""
    frames = [case.image.data for case in scene_cases("sub000", sequence=sequence, size=SIZE)]
    frames = [frames[i] for i in order] if order else frames
    write_image(folder / "heart.nii.gz", Image(data=np.stack(frames), affine=AFFINE))
    return folder


def off_by(folder: Path, name: str, kind: str, structure: Heart) -> float:
    """Median of a time of a structure over the truth, less one."""
    truth = scene(size=SIZE)
    found = torch.from_numpy(read_image(folder / f"{name}_{kind}.nii.gz").data)
    where = truth.label == structure
    return float((found / getattr(truth.tissue, kind.lower()))[where].nanmedian()) - 1


@pytest.mark.parametrize("structure", Heart.foreground())
def test_the_t1_of_molli_is_true_in_every_structure(maps: Path, structure: Heart) -> None:
    assert abs(off_by(maps, "sub000_ED", "T1", structure)) < 0.02


def test_apparent_t1_keeps_its_known_bias(source: Path, tmp_path: Path) -> None:
    fit(FitSettings(data=source, out=tmp_path, apparent=True, workers=1))
    assert -0.14 < off_by(tmp_path, "sub000_ED", "T1", Heart.MYO) < -0.08


def test_msasha_tells_both_times(tmp_path: Path) -> None:
    data = scene_dataset(tmp_path / "data", 1, sequence="msasha", size=SIZE)
    summary = fit(FitSettings(data=data, out=tmp_path / "maps", workers=1)).summaries[0]
    assert summary["measured"] == ["T1", "T2"]
    assert abs(off_by(tmp_path / "maps", "sub000_ED", "T1", Heart.MYO)) < 0.03
    assert abs(off_by(tmp_path / "maps", "sub000_ED", "T2", Heart.MYO)) < 0.06


def test_t2_is_fitted_with_the_t1_of_other_maps(tmp_path: Path) -> None:
    (first, second), known = (tmp_path / "molli", tmp_path / "t2"), tmp_path / "t1_maps"
    fit(FitSettings(data=four_dimensional(first, STILL), out=known, sequence=STILL, workers=1))
    sequence = "t2prep(te=0ms/25ms/35ms/55ms,hr=60bpm)"
    settings = FitSettings(data=four_dimensional(second, sequence), out=tmp_path / "out", sequence=sequence, workers=1)
    fit(replace(settings, known=known))
    assert abs(off_by(tmp_path / "out", "heart", "T2", Heart.MYO)) < 0.03
    t1 = [read_image(folder / "heart_T1.nii.gz").data for folder in (known, tmp_path / "out")]
    both = np.isfinite(t1[0]) & np.isfinite(t1[1])
    assert np.array_equal(t1[0][both], t1[1][both])
    with pytest.raises(InputError, match=r"at least one usable case, got none of 1, the first: .*heart_T1.nii.gz"):
        fit(replace(settings, out=tmp_path / "other", known=tmp_path))
    assert not (tmp_path / "other").exists()


def test_the_time_that_is_assumed_is_said_and_can_be_given(maps: Path, source: Path, tmp_path: Path) -> None:
    label = read_image(maps / "sub000_ED_label.nii.gz").data
    t2 = read_image(maps / "sub000_ED_T2.nii.gz").data
    assert {float(np.nanmedian(t2[label == value])) for value in Heart} == {np.float32(x) for x in (0.05, 0.16, 0.24)}
    fit(FitSettings(data=source, out=tmp_path, t2="80ms", workers=1))
    given = read_image(tmp_path / "sub000_ED_T2.nii.gz").data
    assert np.unique(given[np.isfinite(given)]).tolist() == [np.float32(0.08)]
    assert np.isnan(read_image(tmp_path / "sub000_ED_T2-sd.nii.gz").data).all()


def test_every_map_lies_on_its_image_to_the_bit_and_failures_are_nan(source: Path, maps: Path) -> None:
    for entry in open_dataset(source).entries:
        if not entry.name.endswith("_ti120ms"):
            continue
        name, affine = entry.name.removesuffix("_ti120ms"), read_image(entry.image).affine.tobytes()
        failure = read_image(maps / f"{name}_failure.nii.gz")
        assert failure.affine.tobytes() == affine
        assert int(failure.data[0, 0, 0]) == Failure.NO_SIGNAL
        for kind in ("PD", "T1", "T2", "PD-sd", "T1-sd", "T2-sd"):
            image = read_image(maps / f"{name}_{kind}.nii.gz")
            assert image.affine.tobytes() == affine
            assert np.array_equal(np.isnan(image.data), failure.data != Failure.NONE)


def test_pd_is_that_of_usual_tissue_in_the_heart(maps: Path) -> None:
    pd, label = (read_image(maps / f"sub000_ED_{kind}.nii.gz").data for kind in ("PD", "label"))
    assert 0.7 < np.nanmedian(pd[label == Heart.MYO]) < np.nanmedian(pd[label == Heart.LV]) < 1.1


def test_maps_render_the_images_they_were_fitted_to(source: Path, maps: Path, tmp_path: Path) -> None:
    render(RenderSettings(spins=maps, out=tmp_path / "again", sequence=STILL, bare=True, workers=1))
    label = read_image(maps / "sub000_ED_label.nii.gz").data
    for image in parse_sequence(STILL).images:
        before = read_image(source / "imagesTr" / f"sub000_ED_{image}_0000.nii.gz").data[label > 0].astype(float)
        after = read_image(tmp_path / "again" / "imagesTr" / f"sub000_ED_molli-{image}_0000.nii.gz").data[label > 0]
        scale = (before * after).sum() / np.square(after.astype(float)).sum()
        assert np.abs(scale * after - before).mean() < 0.05 * before.mean() + 6


def test_a_voxel_without_a_value_is_one_without_protons(maps: Path) -> None:
    tissue = read_maps(maps, case_names(maps)[0]).tissue
    assert float(tissue.pd[0, 0, 0]) == 0
    assert all(bool(each.isfinite().all()) for each in (tissue.pd, tissue.t1, tissue.t2))


def test_frames_in_the_order_of_their_times_are_put_right(tmp_path: Path) -> None:
    times = parse_sequence(STILL).timing.image_times  # type: ignore[attr-defined]
    order = tuple(sorted(range(len(times)), key=lambda i: times[i]))
    folders = four_dimensional(tmp_path / "a", STILL), four_dimensional(tmp_path / "b", STILL, order=order)
    for folder, by_time in zip(folders, (False, True), strict=True):
        out = tmp_path / f"{folder.name}-maps"
        fit(FitSettings(data=folder, out=out, sequence=STILL, by_time=by_time, workers=1))
    one, other = (read_image(tmp_path / f"{name}-maps" / "heart_T1.nii.gz").data for name in "ab")
    assert np.array_equal(one, other, equal_nan=True)


def test_records_say_how_the_maps_came_to_be(maps: Path) -> None:
    record = read_record(maps / "sub000_ED_PD.nii.gz")
    assert [step["what"] for step in record["steps"]] == ["read", "fit"]
    assert record["steps"][-1]["settings"]["sequence"].startswith("molli(scheme=5(3)3,ti0=120ms/200ms,hr=60bpm")
    assert len(record["steps"][0]["inputs"]) == 9


def test_finished_cases_are_kept_and_lost_ones_made_again(source: Path, tmp_path: Path) -> None:
    settings = FitSettings(data=source, out=tmp_path, workers=1)
    first = fit(settings)
    before = {path: path.read_bytes() for path in tmp_path.iterdir()}
    times = {path: path.stat().st_mtime_ns for path in tmp_path.iterdir()}
    (tmp_path / "sub001_ED_PD.json").unlink()
    (tmp_path / "sub001_ED_T1.nii.gz").write_bytes(b"half")
    assert fit(settings) == first
    assert {path: path.read_bytes() for path in tmp_path.iterdir()} == before
    assert all(path.stat().st_mtime_ns == times[path] for path in times if "sub000" in path.name)


def test_a_bad_case_is_named_and_the_others_are_done(tmp_path: Path) -> None:
    data = scene_dataset(tmp_path / "data", 2, sequence=MOLLI, size=SIZE)
    (data / "imagesTr" / "sub001_ED_ti200ms_0000.nii.gz").write_bytes(b"no image")
    done = fit(FitSettings(data=data, out=tmp_path / "out", workers=1))
    assert done.cases == ("sub000_ED",)
    assert [one.case for one in done.failures] == ["sub001_ED"]


def noise(folder: Path, name: str) -> None:
    """Make the images of a case what no inversion recovery is."""
    draw = np.random.default_rng(0)
    for path in sorted((folder / "imagesTr").glob(f"{name}_*.nii.gz")):
        image = read_image(path)
        write_image(path, replace(image, data=draw.integers(1, 4000, image.data.shape).astype(np.int16)))


def test_a_case_of_which_hardly_a_voxel_has_a_value_has_failed(tmp_path: Path) -> None:
    data = scene_dataset(tmp_path / "data", 2, sequence=MOLLI, size=SIZE)
    noise(data, "sub001")
    done = fit(FitSettings(data=data, out=tmp_path / "out", workers=1))
    assert (done.cases, [one.case for one in done.failures]) == (("sub000_ED",), ["sub001_ED"])
    assert "needed a fit of molli in a tenth of the labelled voxels or more, got no value in" in str(done.failures[0])
    assert not list((tmp_path / "out").glob("sub001*"))
    bare = fit(FitSettings(data=data, out=tmp_path / "bare", ignore_labels=True, workers=1))
    assert bare.cases == ("sub000_ED",)
    assert "a tenth of the voxels with signal" in str(bare.failures[0])


def test_images_of_other_sequences_are_left_out_with_a_note(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    writer = NnUNetWriter(tmp_path / "data")
    for name, number, sequence in (("sub000", 0, MOLLI), ("sub001", 1, "bssfp"), ("sub002", 2, "bssfp")):
        for case in scene_cases(name, number, sequence=sequence, size=SIZE):
            writer.add(case)
    writer.finish(folds=2)
    assert main(["fit", str(tmp_path / "data"), str(tmp_path / "out"), "--sequence", MOLLI, "--workers", "1"]) == 0
    out, err = capsys.readouterr()
    assert "1 case in " in out
    assert err.endswith("data: left out 2 images of bssfp, which tells no relaxation time.\n")


def test_a_data_set_that_tells_no_relaxation_time_is_refused_in_the_words_of_the_language(tmp_path: Path) -> None:
    data = scene_dataset(tmp_path / "data", 2, size=SIZE)
    with pytest.raises(SequenceError, match=r"relaxation times: molli, shmolli, ir-bssfp, sasha, .*, got bssfp"):
        fit(FitSettings(data=data, out=tmp_path / "out", workers=1))
    assert not (tmp_path / "out").exists()


def test_the_command_prints_medians_and_marks_the_assumed_ones(
    source: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["fit", str(source), str(tmp_path), "--workers", "1"]
    assert main(words) == 0
    rows = [line.split("\t") for line in capsys.readouterr().out.splitlines()]
    assert rows[0] == ["case", "structure", "T1 [ms]", "T2 [ms]", "voxels", "failed"]
    assert [row[1] for row in rows[1:5]] == ["whole", "RV", "MYO", "LV"]
    assert rows[3][3] == "(50)"
    assert main([*words, "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert [one["structure"] for one in found["summaries"][0]["structures"]] == ["whole", "RV", "MYO", "LV"]
    assert found["summaries"][0]["failures"]["no_signal"] > 0


def test_what_cannot_be_meant_is_refused_before_anything_is_read(tmp_path: Path) -> None:
    nowhere = FitSettings(data=tmp_path / "absent", out=tmp_path / "out")
    with pytest.raises(SequenceError, match="a sequence of relaxation times"):
        fit(replace(nowhere, sequence="bssfp"))
    with pytest.raises(UnitError, match="--t2"):
        fit(replace(nowhere, t2="50"))
    with pytest.raises(SettingsError, match="--t1: needed a time above zero"):
        fit(replace(nowhere, t1="0ms"))
    with pytest.raises(SettingsError, match="--noise"):
        fit(replace(nowhere, noise=-1.0))
    with pytest.raises(SettingsError, match="--contrast"):
        fit(replace(nowhere, contrast="late"))


def test_a_sequence_that_nothing_says_is_asked_for(tmp_path: Path) -> None:
    data = four_dimensional(tmp_path / "data", MOLLI)
    with pytest.raises(SettingsError, match="--sequence: needed the sequence that heart was taken with, got none"):
        fit(FitSettings(data=data, out=tmp_path / "out", workers=1))

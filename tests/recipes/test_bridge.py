"""The main job end to end, as small as it gets: what it writes, keeps apart, refuses and survives."""

import csv
import json
import re
import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from tests.scenes import scene_dataset

from spinbridge.cli.main import main
from spinbridge.core.errors import InputError, LabelError, SettingsError
from spinbridge.core.files import read_json
from spinbridge.core.image import Image
from spinbridge.data.detect import open_dataset
from spinbridge.data.nifti import read_image, write_image
from spinbridge.recipes.bridge import BridgeResult, bridge
from spinbridge.recipes.bridging.settings import BridgeSettings, Workplace
from spinbridge.recipes.bridging.source import open_source, split_source
from spinbridge.recipes.evaluate import EvaluateSettings, evaluate

GRE = "gre(fa=15deg,tr=5ms,te=2.5ms)"


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("data")
    scene_dataset(folder / "source", 4, size=48)
    target = scene_dataset(folder / "target", 3, first=50, sequence=GRE, size=48, test=True)
    truncate(target / "imagesTs" / "sub051_ED_0000.nii.gz")
    return folder


def settings_of(data: Path, out: Path) -> BridgeSettings:
    return BridgeSettings(
        source=data / "source",
        out=out,
        to="gre,molli(ti=300ms),gre(fa=25deg,tr=5ms)",
        test=(data / "target",),
        augment="standard,mixed",
        preset="tiny",
        iterations=2,
        workers=1,
    )


@pytest.fixture(scope="module")
def run(data: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[BridgeSettings, BridgeResult]:
    settings = settings_of(data, tmp_path_factory.mktemp("run") / "out")
    return settings, bridge(settings)


Run = tuple[BridgeSettings, BridgeResult]


def test_everything_is_there(run: Run) -> None:
    out = run[0].out
    assert {path.name for path in out.iterdir()} == {
        "models",
        "nnUNet_raw",
        "predictions",
        "rendered",
        "report.html",
        "results.json",
        "scores",
        "settings.json",
    }
    assert {path.name for path in (out / "rendered").iterdir()} == {"gre", "molli", "gre-2"}
    assert {path.name for path in (out / "models").iterdir()} == {"standard-0", "mixed-0"}


def test_a_model_says_how_it_was_trained(run: Run) -> None:
    made = read_json(run[0].out / "models" / "mixed-0" / "model.json")["steps"][0]
    assert (made["what"], made["seed"], made["settings"]["augmentation"]) == ("train", 0, "mixed")
    assert made["settings"]["families"] == ["bssfp", "gre", "molli"]
    assert made["inputs"]


def test_nothing_half_written_is_left(run: Run) -> None:
    assert not [path for path in run[0].out.rglob("*") if "partial" in path.name or "checkpoint" in path.name]


def test_the_report_is_one_file(run: Run) -> None:
    page = (run[0].out / "report.html").read_text(encoding="utf-8")
    outside = re.findall(r"(?:src|href|url)\s*[=(]\s*[\"']?(?!data:|#)[\w/.:]+", page)
    assert outside == []
    assert "<script" not in page
    assert "<img" in page or "<svg" in page


def test_the_report_shows_in_domain_beside_the_targets(run: Run) -> None:
    page = (run[0].out / "report.html").read_text(encoding="utf-8")
    heads = [re.sub(r"<[^>]+>", "", head) for head in re.findall(r"<th[^>]*>.*?</th>", page)]
    places = [next(n for n, head in enumerate(heads) if name in head) for name in ("in-domain", "target")]
    assert 0 < places[1] - places[0] <= 4


def test_the_report_says_that_one_seed_is_one_training(run: Run) -> None:
    assert "Each augmentation was trained once" in (run[0].out / "report.html").read_text(encoding="utf-8")


def test_results_hold_every_test_set_and_augmentation(run: Run) -> None:
    results = read_json(run[0].out / "results.json")
    names = ("in-domain", "rendered-gre", "rendered-molli", "rendered-gre-2", "target")
    assert set(results["results"]) == {f"{name}/{one}" for name in names for one in ("standard", "mixed")}


def test_no_patient_is_on_both_sides(run: Run) -> None:
    place = Workplace(run[0].out)
    training = set(open_dataset(place.data).patients)
    for name in ("gre", "molli", "gre-2"):
        held_out = set(open_dataset(place.rendered(name)).patients)
        assert held_out
        assert not held_out & training
    assert len(training) == 3


def test_no_synthetic_case_validates_and_no_patient_is_on_both_sides_of_a_fold(run: Run) -> None:
    place = Workplace(run[0].out)
    entries = {entry.name: entry for entry in open_dataset(place.data).entries}
    folds = read_json(place.data / "splits_final.json")
    assert any(entries[name].synthetic for fold in folds for name in fold["train"])
    for fold in folds:
        assert not any(entries[name].synthetic for name in fold["val"])
        sides = [{entries[name].patient for name in fold[side]} for side in ("train", "val")]
        assert not sides[0] & sides[1]


def test_rendered_cases_lie_where_their_source_lies(run: Run, data: Path) -> None:
    place = Workplace(run[0].out)
    source = {entry.name: entry for entry in open_dataset(data / "source").entries}
    synthetic = [entry for entry in open_dataset(place.data).entries if entry.synthetic]
    assert len(synthetic) == 9
    for entry in synthetic:
        assert entry.label is not None
        origin = source[entry.source]
        assert origin.label is not None
        assert read_image(entry.image).affine.tobytes() == read_image(origin.image).affine.tobytes()
        assert np.array_equal(read_image(entry.label).data, read_image(origin.label).data)


def test_two_sequences_of_one_word_give_two_images(run: Run) -> None:
    place = Workplace(run[0].out)
    one, other = (next((place.rendered(name) / "imagesTs").iterdir()) for name in ("gre", "gre-2"))
    assert not np.array_equal(read_image(one).data, read_image(other).data)


def test_a_truncated_target_is_named_and_the_rest_is_scored(run: Run) -> None:
    settings, result = run
    assert [failure.case for failure in result.failures] == ["sub051_ED"]
    assert "sub051_ED_0000.nii.gz" in str(result.failures[0])
    scores = read_json(settings.out / "scores" / "target" / "mixed-0.json")
    assert {score["case"] for score in scores["scores"]} == {"sub050_ED", "sub052_ED"}
    assert "sub051_ED" in json.dumps(scores["failures"])
    assert "sub051_ED_0000.nii.gz" in (settings.out / "report.html").read_text(encoding="utf-8")


@pytest.mark.parametrize("numbers", [{"LV": 1}, {"LV": 1, "MYO": 2, "RV": 3}], ids=["LV only", "as M&Ms"])
def test_predictions_score_the_same_through_evaluate(
    run: Run, data: Path, tmp_path: Path, numbers: dict[str, int]
) -> None:
    truth = shutil.copytree(data / "target", tmp_path / "truth")
    for path in (truth / "labelsTs").iterdir():
        label = read_image(path)
        table = np.array([0, numbers.get("RV", 0), numbers.get("MYO", 0), numbers["LV"]], np.uint8)
        write_image(path, label.with_data(table[label.data]))
    head = read_json(truth / "dataset.json")
    (truth / "dataset.json").write_text(json.dumps({**head, "labels": {"background": 0, **numbers}}))
    found = run[0].out / "predictions" / "target" / "standard-0"
    evaluate(EvaluateSettings(predictions=found, truth=truth, out=tmp_path / "out", workers=1))
    rows = csv.DictReader((tmp_path / "out" / "scores.csv").read_text().splitlines())
    again = {(row["case"], row["structure"]): row["value"] for row in rows if row["metric"] == "Dice"}
    kept = read_json(run[0].out / "scores" / "target" / "standard-0.json")["scores"]
    assert {structure for _, structure in again} == set(numbers)
    told = {(s["case"], s["structure"]): f"{s['value']:.6g}" for s in kept if s["metric"] == "Dice"}
    assert again == {key: value for key, value in told.items() if key[1] in numbers}


def test_the_same_command_again_changes_nothing_and_ends_with_1(run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    settings = run[0]
    before = _contents(settings.out)
    words = ["bridge", str(settings.source), str(settings.out), "--to", settings.to, "--test", str(settings.test[0])]
    assert main([*words, "--augment", settings.augment, "--preset", "tiny", "--iterations", "2", "--workers", "1"]) == 1
    assert "sub051_ED_0000.nii.gz" in capsys.readouterr().err
    assert _contents(settings.out) == before


def test_what_a_kill_left_is_cleared(run: Run) -> None:
    settings = run[0]
    before = _contents(settings.out)
    (settings.out / "models" / "mixed-0" / "checkpoint.safetensors").write_bytes(b"x")
    (settings.out / "models" / ".report.1.partial.html").write_text("x")
    (settings.out / "scores" / "target" / "mixed-0.json").unlink()
    (settings.out / "report.html").unlink()
    bridge(settings)
    assert _contents(settings.out) == before


def test_the_folder_of_other_settings_is_refused(run: Run) -> None:
    before = _contents(run[0].out)
    with pytest.raises(SettingsError, match="needed the settings that OUT was made with, got others"):
        bridge(replace(run[0], seed=1))
    assert _contents(run[0].out) == before


def test_another_number_of_processes_is_no_other_setting(run: Run) -> None:
    assert replace(run[0], workers=7, out=Path("elsewhere")).decisive() == run[0].decisive()


def test_a_test_set_that_is_the_source_is_refused(data: Path, tmp_path: Path) -> None:
    both = replace(settings_of(data, tmp_path / "out"), test=(data / "target" / ".." / "source",))
    with pytest.raises(SettingsError, match="--test: needed a test set that is not the source"):
        bridge(both)
    assert not (tmp_path / "out").exists()


def test_a_test_set_with_images_of_the_source_is_refused_and_its_patients_named(data: Path, tmp_path: Path) -> None:
    copy = shutil.copytree(data / "target", tmp_path / "copy")
    shutil.copy(data / "source/imagesTr/sub002_ED_0000.nii.gz", copy / "imagesTs/sub050_ED_0000.nii.gz")
    with pytest.raises(InputError, match=r"copy: needed patients that are either .* got 1 on both sides: sub002\."):
        bridge(replace(settings_of(data, tmp_path / "out"), test=(copy,)))
    assert not (tmp_path / "out").exists()


def test_the_same_voxels_in_another_file_are_found_too(data: Path, tmp_path: Path) -> None:
    copy = shutil.copytree(data / "target", tmp_path / "copy")
    image = read_image(data / "source/imagesTr/sub001_ED_0000.nii.gz")
    voxels = image.data.astype(np.float64)
    write_image(copy / "imagesTs/sub052_ED_0000.nii.gz", Image(data=voxels, affine=np.diag([2, 2, 9, 1.0])))
    with pytest.raises(InputError, match=r"got 1 on both sides: sub001\."):
        bridge(replace(settings_of(data, tmp_path / "out"), test=(copy,)))


def test_changed_files_are_refused_and_told_from_other_settings(run: Run, tmp_path: Path) -> None:
    out = tmp_path / "out"
    out.mkdir()
    mark = read_json(run[0].out / "settings.json")
    (out / "settings.json").write_text(json.dumps({**mark, "inputs": {**mark["inputs"], "source/source": "0" * 64}}))
    with pytest.raises(
        SettingsError, match=r"needed the input files that OUT was made from, got changed ones: source/source"
    ):
        bridge(replace(run[0], out=out))
    (out / "settings.json").write_text(json.dumps({**mark, "precision": "float16"}))
    with pytest.raises(SettingsError, match=r"needed the precision of training that OUT was made with \(float16\)"):
        bridge(replace(run[0], out=out))
    (out / "settings.json").write_text(json.dumps({**mark, "spinbridge": "0.0.1"}))
    with pytest.raises(SettingsError, match=r"needed the version of spinbridge that OUT was made with \(0\.0\.1\)"):
        bridge(replace(run[0], out=out))


def test_the_labels_and_patients_of_the_source_may_be_told(data: Path, tmp_path: Path) -> None:
    source = shutil.copytree(data / "source", tmp_path / "source")
    (source / "spinbridge.json").unlink()
    told = replace(settings_of(data, tmp_path / "out"), source=source, patient_pattern=r"(sub00)\d", labels="acdc")
    assert open_source(told).patients == ("sub00",)
    wrong = open_source(replace(told, labels="mnms"))
    with pytest.raises(LabelError, match="seem to be swapped"):
        wrong.load(wrong.entries[0])


def test_notes_on_data_are_said_and_stand_in_the_report(
    data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    source = shutil.copytree(data / "source", tmp_path / "source")
    for path in sorted(source.glob("*Tr/*.nii.gz")):
        path.rename(path.with_name(path.name.replace("_ED", "x")))
    (source / "spinbridge.json").unlink()
    settings = replace(settings_of(data, tmp_path / "out"), source=source, to="gre", test=(), augment="standard")
    bridge(settings)
    note = "4 case names tell no patient; each is taken as a patient of its own"
    assert f"note: source: {note}" in capsys.readouterr().err
    assert note in (tmp_path / "out" / "report.html").read_text(encoding="utf-8")


def test_an_absent_test_set_is_refused_before_anything_is_done(data: Path, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no such path"):
        bridge(replace(settings_of(data, tmp_path / "out"), test=(data / "absent",)))
    assert not (tmp_path / "out").exists()


def test_flat_and_odd_training_cases_are_left_out_of_every_training(data: Path, tmp_path: Path) -> None:
    source = scene_dataset(tmp_path / "source", 5, size=48)
    flat, swapped = (source / kind for kind in ("imagesTr/sub001_ED_0000.nii.gz", "labelsTr/sub003_ED.nii.gz"))
    image, label = read_image(flat), read_image(swapped)
    write_image(flat, image.with_data(np.full_like(image.data, 7)))
    write_image(swapped, label.with_data(np.choose(label.data, [0, 3, 2, 1]).astype(np.uint8)))
    result = bridge(replace(settings_of(data, tmp_path / "out"), source=source, to="gre", test=()))
    assert sorted({failure.case for failure in result.failures}) == ["sub001_ED", "sub003_ED"]
    assert len(result.failures) == 2
    assert read_json(tmp_path / "out" / "models" / "mixed-0" / "model.json")["slices"] <= 2 * 3


def test_a_truncated_held_out_case_is_named_once(data: Path, tmp_path: Path) -> None:
    source = scene_dataset(tmp_path / "source", 5, size=48)
    settings = replace(settings_of(data, tmp_path / "out"), source=source, to="gre", test=(), hold_out=0.4)
    bad = split_source(settings)[1].entries[0]
    truncate(bad.image)
    result = bridge(replace(settings, augment="standard"))
    assert [failure.case for failure in result.failures] == [bad.name]
    (line,) = read_json(tmp_path / "out" / "results.json")["failures"]
    assert line.startswith(f"error: source/imagesTr/{bad.image.name}: needed ")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"augment": "standard,blur"}, "--augment: needed augmentations among .* got blur"),
        ({"augment": " , "}, "--augment: .* got none"),
        ({"hold_out": 1.0}, "--hold-out: needed a share between 0 and 1, got 1.0"),
        ({"seeds": 0}, "--seeds: needed at least one seed, got 0"),
        ({"renderings": 0}, "--renderings: needed at least one rendering, got 0"),
        ({"iterations": -1}, "--iterations: needed 0 or more, got -1"),
        ({"workers": -2}, "--workers: needed 0 or more, got -2"),
        ({"preset": "huge"}, "--preset: needed a preset among tiny, small, full, got 'huge'"),
        ({"device": "gpu"}, "--device: needed a device among auto, cpu, cuda, mps, got 'gpu'"),
    ],
)
def test_settings_that_cannot_be_are_refused(data: Path, change: dict[str, object], message: str) -> None:
    with pytest.raises(SettingsError, match=message):
        replace(settings_of(data, data / "out"), **change)  # type: ignore[arg-type]


@pytest.mark.parametrize("text", ["bssfp-short,bssfp-short(fa=30deg)", "gre,gre(fa=30deg),gre(fa=40deg)"])
def test_every_sequence_has_a_name_of_its_own(data: Path, text: str) -> None:
    assert len(replace(settings_of(data, data / "out"), to=text).sequences) == text.count(",") + 1


def truncate(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:500])


def _contents(folder: Path) -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in folder.rglob("*") if path.is_file()}

"""Predictions in, scores and a report out; what is missing or broken counts and is named."""

import csv
import json
import re
import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from tests.data.hearts import AFFINE, heart_cases, heart_label, nnunet_folder, write_cases

from spinbridge.core.errors import InputError, SettingsError
from spinbridge.core.image import Image
from spinbridge.data.nifti import write_image
from spinbridge.recipes.evaluate import EvaluateResult, EvaluateSettings, describe, evaluate

PATIENTS = 8


@pytest.fixture(scope="module")
def truth(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return nnunet_folder(tmp_path_factory.mktemp("raw") / "Dataset001_Hearts", patients=PATIENTS)


def predictions(truth: Path, folder: Path, *, shift: int = 0) -> Path:
    """The labels themselves, moved by some voxels, under the names of nnU-Net's output."""
    folder.mkdir(parents=True)
    for path in sorted((truth / "labelsTr").glob("*.nii.gz")):
        numbers = np.asarray(heart_label())
        write_image(folder / path.name, Image(data=np.roll(numbers, shift, axis=2), affine=AFFINE), dtype=np.uint8)
    return folder


def run(truth: Path, folder: Path, out: Path, **options: object) -> EvaluateResult:
    return evaluate(EvaluateSettings(predictions=folder, truth=truth, out=out, workers=1, **options))


def means(result: EvaluateResult) -> dict[tuple[str, str], float]:
    return {(s.structure, s.metric): s.interval.mean for s in result.summaries}


def test_perfect_predictions_score_perfectly(truth: Path, tmp_path: Path) -> None:
    result = run(truth, predictions(truth, tmp_path / "same"), tmp_path / "out")
    assert result.failures == ()
    assert {s.interval.patients for s in result.summaries} == {PATIENTS}
    assert means(result)["MYO", "Dice"] == 1
    assert means(result)["RV", "HD95"] == 0
    assert "LV" in describe(result)


def test_a_missing_and_a_broken_prediction_count_and_are_named(truth: Path, tmp_path: Path) -> None:
    folder = predictions(truth, tmp_path / "some")
    (folder / "sub001_ED.nii.gz").unlink()
    (folder / "sub002_ED.nii.gz").write_bytes(b"no image")
    apart = AFFINE + np.eye(4)[:, [3, 0, 1, 2]] * 0.5
    write_image(folder / "sub003_ED.nii.gz", Image(data=heart_label(), affine=apart), dtype=np.uint8)
    result = run(truth, folder, tmp_path / "out")
    assert [finding.case for finding in result.failures] == ["sub001_ED", "sub002_ED", "sub003_ED"]
    assert means(result)["LV", "Dice"] == pytest.approx(1 - 3 / (2 * PATIENTS))
    assert {s.missed for s in result.summaries} == {3}
    assert str(tmp_path) not in (tmp_path / "out/report.html").read_text()


def test_a_prediction_of_no_case_is_named_beside_the_missing_one(truth: Path, tmp_path: Path) -> None:
    folder = predictions(truth, tmp_path / "some")
    (folder / "sub001_ED.nii.gz").rename(folder / "subb001_ED.nii.gz")
    result = run(truth, folder, tmp_path / "out")
    note = "some: 1 file has the name of no case, left out: subb001_ED.nii.gz"
    assert [finding.case for finding in result.failures] == ["sub001_ED"]
    assert result.notes == (note,)
    assert f"note: {note}" in describe(result)
    assert note in (tmp_path / "out/report.html").read_text()
    assert json.loads((tmp_path / "out/results.json").read_text())["notes"] == [note]


def test_a_prediction_of_a_case_that_is_not_asked_about_is_no_stranger(truth: Path, tmp_path: Path) -> None:
    part = tmp_path / "part"
    shutil.copytree(truth, part)
    (part / "labelsTr" / "sub001_ED.nii.gz").unlink()
    assert run(part, predictions(truth, tmp_path / "all"), tmp_path / "out").notes == ()


def test_one_patient_gives_means_without_intervals(tmp_path: Path) -> None:
    truth = nnunet_folder(tmp_path / "Dataset001_One", patients=1)
    text = describe(run(truth, predictions(truth, tmp_path / "p"), tmp_path / "out"))
    assert "Dice          1.000  " in text
    assert "nan" not in text
    page = (tmp_path / "out/report.html").read_text()
    assert "[nan" not in page
    assert "nan<" not in page


def test_a_worse_model_is_told_from_a_better_one(truth: Path, tmp_path: Path) -> None:
    good, bad = (predictions(truth, tmp_path / f"shift{s}", shift=s) for s in (1, 6))
    result = run(truth, good, tmp_path / "out", against=bad)
    assert result.sentences[0].startswith("shift1 is better than shift6 by 0.")
    assert all("after Holm" in sentence for sentence in result.sentences)
    page = (tmp_path / "out/report.html").read_text()
    assert page.index("Worst cases") < page.index("Scores") < page.index("Comparison")
    assert "shift1" in page


def test_other_patients_are_compared_as_a_group_of_their_own(truth: Path, tmp_path: Path) -> None:
    others = tmp_path / "Dataset002_Others"
    cases = [replace(c, name=f"x{c.name}", patient=f"x{c.patient}") for c in heart_cases(PATIENTS + 2)]
    write_cases(others, cases)
    good = predictions(truth, tmp_path / "good")
    bad = predictions(others, tmp_path / "bad")
    for number, path in enumerate(sorted(bad.iterdir())):
        moved = np.roll(heart_label(), 4 + number % 3, axis=2)
        write_image(path, Image(data=moved, affine=AFFINE), dtype=np.uint8)
    result = run(truth, good, tmp_path / "out", against=bad, against_truth=others)
    assert re.match(r"good is better than bad by .* \(n = 8 and 10 patients, .* after Holm\)", result.sentences[0])
    plain = json.loads((tmp_path / "out/results.json").read_text())
    assert {one["test"] for one in plain["comparisons"]} == {"Welch"}
    with pytest.raises(InputError, match="groups of different patients, got 8 in both, such as sub001"):
        run(truth, good, tmp_path / "out2", against=good, against_truth=truth)


def test_labels_to_compare_with_need_predictions(truth: Path, tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="--against-truth: needed predictions to compare with"):
        run(truth, predictions(truth, tmp_path / "p"), tmp_path / "out", against_truth=truth)


def test_the_numbers_of_the_files_are_those_of_the_result(truth: Path, tmp_path: Path) -> None:
    result = run(truth, predictions(truth, tmp_path / "p", shift=2), tmp_path / "out")
    rows = list(csv.DictReader((tmp_path / "out/scores.csv").read_text().splitlines()))
    lv = [float(row["value"]) for row in rows if (row["structure"], row["metric"]) == ("LV", "Dice")]
    assert np.mean(lv) == pytest.approx(means(result)["LV", "Dice"], abs=1e-6)
    plain = json.loads((tmp_path / "out/results.json").read_text())
    assert plain["agreement"]["LV EDV [ml]"]["bias"] == pytest.approx(0)


def test_the_same_command_gives_the_same_bytes(truth: Path, tmp_path: Path) -> None:
    folder = predictions(truth, tmp_path / "p", shift=2)
    for out in ("a", "b"):
        run(truth, folder, tmp_path / out)
    for name in ("report.html", "results.json", "scores.csv"):
        assert (tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes()


def test_a_folder_without_any_prediction_is_refused(truth: Path, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(InputError, match=r"such as sub001_ED\.nii\.gz"):
        run(truth, tmp_path / "empty", tmp_path / "out")


def test_predictions_speak_their_own_convention(truth: Path, tmp_path: Path) -> None:
    folder = predictions(truth, tmp_path / "p")
    swapped = np.choose(heart_label(), [0, 3, 2, 1])
    for path in folder.glob("*.nii.gz"):
        write_image(path, Image(data=swapped, affine=AFFINE), dtype=np.uint8)
    assert means(run(truth, folder, tmp_path / "out"))["LV", "Dice"] == 0
    assert means(run(truth, folder, tmp_path / "out2", prediction_labels="mnms"))["LV", "Dice"] == 1
    labels = {"background": 0, "LV": 1, "MYO": 2, "RV": 3}
    (folder / "dataset.json").write_text(json.dumps({"labels": labels}))
    assert means(run(truth, folder, tmp_path / "out3"))["LV", "Dice"] == 1


def test_two_folders_of_one_name_are_told_apart(truth: Path, tmp_path: Path) -> None:
    one = predictions(truth, tmp_path / "physics" / "out", shift=1)
    other = tmp_path / "standard" / "out"
    shutil.copytree(one, other)
    result = run(truth, one, tmp_path / "report", against=other)
    assert result.sentences[0].startswith("no evidence of a difference between physics/out and standard/out")


def test_no_labelled_test_case_is_refused(truth: Path, tmp_path: Path) -> None:
    folder = predictions(truth, tmp_path / "p")
    with pytest.raises(InputError, match="labelled test case"):
        run(truth, folder, tmp_path / "out", test_only=True)

"""Scores of several seeds become one, what was empty stays told, and a picture shows a seed that is there."""

import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from tests.data.hearts import nnunet_folder

from spinbridge.core.errors import InputError
from spinbridge.core.files import write_json
from spinbridge.data.detect import open_dataset
from spinbridge.data.nifti import write_image
from spinbridge.evaluation.pair import Empty
from spinbridge.evaluation.scores import Score
from spinbridge.recipes.bridging import report_stage
from spinbridge.recipes.bridging.report_pictures import segmentation_galleries
from spinbridge.recipes.bridging.results import averaged, first_examined, gather
from spinbridge.recipes.bridging.settings import BridgeSettings, Model, Workplace


def score(value: float, empty: Empty = "", unit: str = "") -> Score:
    metric = "HD95" if unit else "Dice"
    return Score(case="a_ED", patient="a", structure="RV", metric=metric, value=value, unit=unit, empty=empty)


@pytest.mark.parametrize(
    ("runs", "value", "empty"),
    [
        ([score(0.8), score(0.6), score(0.7)], 0.7, ""),
        ([score(math.nan, "both"), score(math.nan, "both"), score(0.0, "truth")], 2 / 3, "truth"),
        ([score(0.0, "truth"), score(math.nan, "both")], 0.5, "truth"),
        ([score(math.nan, "both", "mm"), score(120.0, "truth", "mm")], 60.0, "truth"),
        ([score(0.8), score(0.0, "prediction")], 0.4, "prediction"),
    ],
)
def test_a_seed_that_rightly_finds_nothing_counts_as_ideal_beside_one_that_invents(
    runs: list[Score], value: float, empty: str
) -> None:
    (mean,) = averaged([[run] for run in runs])
    assert (mean.value, mean.empty) == (pytest.approx(value), empty)


def test_where_every_seed_rightly_finds_nothing_there_is_no_number() -> None:
    (mean,) = averaged([[score(math.nan, "both")]] * 3)
    assert math.isnan(mean.value)
    assert mean.empty == "both"


def test_a_picture_is_of_the_first_seed_that_was_trained_with_its_own_score(tmp_path: Path) -> None:
    dataset = open_dataset(nnunet_folder(tmp_path / "Dataset001_Hearts", patients=1))
    settings = BridgeSettings(source=dataset.folder, out=tmp_path / "out", augment="standard", seeds=3, seed=10)
    for number, dice in ((1, 0.25), (2, 0.75)):
        examine(settings, Model("standard", number), dice)
    results = gather(settings, ["target"])
    assert results.seeds == {("target", "standard"): {11: 0.25, 12: 0.75}}
    (gallery, _) = segmentation_galleries("target", dataset, results)
    assert [panel.caption for panel in gallery.panels] == ["mean Dice 0.25, seed 11"]


def test_without_any_trained_seed_there_is_no_picture(tmp_path: Path) -> None:
    settings = BridgeSettings(source=tmp_path, out=tmp_path / "out")
    with pytest.raises(InputError, match="a model of physics examined on target"):
        first_examined(settings, "physics", "target")


def test_the_report_is_drawn_with_one_thread(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[int] = []
    monkeypatch.setattr(report_stage, "test_sets", lambda _: seen.append(torch.get_num_threads()) or {})
    monkeypatch.setattr(report_stage, "compare", lambda _: {})
    monkeypatch.setattr(report_stage, "_pictures", lambda _: ())
    monkeypatch.setattr(report_stage, "_settings", lambda *_: ())
    before = torch.get_num_threads()
    torch.set_num_threads(2)
    try:
        report_stage.write_report(BridgeSettings(source=tmp_path, out=tmp_path / "out"), ())
        assert torch.get_num_threads() == 2
    finally:
        torch.set_num_threads(before)
    assert set(seen) == {1}


def examine(settings: BridgeSettings, model: Model, dice: float) -> None:
    """Leave behind what a test of one model leaves."""
    place = Workplace(settings.out)
    dataset = open_dataset(settings.source)
    scores = [replace(score(dice), case=entry.name, patient=entry.patient) for entry in dataset.entries]
    write_json(place.scores(model, "target"), {"scores": scores, "failures": []})
    for entry in dataset.entries:
        label = dataset.load(entry).label
        assert label is not None
        write_image(place.predictions(model, "target") / f"{entry.name}.nii.gz", label, dtype=np.uint8)

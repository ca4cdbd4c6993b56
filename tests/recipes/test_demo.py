"""The demo's targets: slices as mapping protocols take them, in their true place; other settings refused."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from tests.scenes import scene_cases

from spinbridge.core.case import Case
from spinbridge.core.errors import InputError, OutputError, SettingsError
from spinbridge.core.files import write_json
from spinbridge.physics.sequences.language import parse_sequence
from spinbridge.recipes import demo as recipe
from spinbridge.recipes.demo import SOURCE, TARGETS, DemoSettings, _three_slices, _write, demo


@pytest.mark.parametrize("slices", [3, 8, 9, 12])
def test_the_three_slices_lie_where_they_were(slices: int) -> None:
    case = scene_cases("sub000", size=24, slices=slices)[0]
    numbers = np.arange(slices, dtype=np.int16)[:, None, None] * np.ones((1, 24, 24), np.int16)
    three = _three_slices(replace(case, image=case.image.with_data(numbers)))
    rows = three.image.data[:, 0, 0].tolist()
    assert len(rows) == 3
    assert three.label is not None
    assert three.image.same_place(three.label)
    for place, row in enumerate(rows):
        before, after = case.image.affine @ [5, 7, row, 1], three.image.affine @ [5, 7, place, 1]
        np.testing.assert_allclose(after, before)


def test_every_sequence_of_the_demo_can_be_played() -> None:
    assert all(parse_sequence(text).images for text in (SOURCE, *(text for _, text in TARGETS.values())))


def test_hearts_of_other_settings_are_refused(tmp_path: Path) -> None:
    write_json(tmp_path / "data" / "settings.json", {"subjects": 2, "targets": 3, "seed": 0})
    with pytest.raises(SettingsError, match="needed the settings that OUT was made with, got others"):
        demo(DemoSettings(out=tmp_path, subjects=3))


def test_hearts_of_another_version_are_refused(tmp_path: Path) -> None:
    write_json(tmp_path / "data" / "settings.json", {"subjects": 8, "targets": 3, "seed": 0, "spinbridge": "0.0.9"})
    with pytest.raises(SettingsError, match=r"the version of spinbridge that OUT was made with \(0\.0\.9\)"):
        demo(DemoSettings(out=tmp_path))


@pytest.mark.parametrize(
    ("option", "value"),
    [("subjects", 1), ("targets", 0), ("iterations", -1), ("augment", "blur"), ("seeds", 0), ("workers", -1)],
)
def test_what_cannot_be_run_is_refused_before_a_heart_is_made(tmp_path: Path, option: str, value: object) -> None:
    with pytest.raises(SettingsError, match=f"^--{option}: needed"):
        DemoSettings(out=tmp_path, **{option: value})


def test_a_folder_with_other_things_is_refused(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("mine")
    with pytest.raises(OutputError, match=r"needed an empty folder, .* got one that holds thesis\.txt"):
        demo(DemoSettings(out=tmp_path))
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.txt"]


def test_failures_of_an_earlier_run_are_told_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def some(number: int, *, name: str, seed: int) -> list[Case]:
        if number == 1:
            raise InputError("a heart", "none", where=f"{name} {seed}")
        return [replace(case, name=f"{number}", patient=f"{number}") for case in scene_cases("sub000", size=24)]

    monkeypatch.setattr(recipe, "subject_cases", some)
    settings = DemoSettings(out=tmp_path, subjects=3, workers=1)
    first = _write(tmp_path / "source", "source", settings)
    assert [(one.case, one.got) for one in first] == [("1", "none")]
    assert _write(tmp_path / "source", "source", settings) == first

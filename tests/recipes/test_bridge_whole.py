"""A bridge compares like with like: labelled test sets, whole cases, the same cases for every model, one device."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch
from tests.scenes import scene_cases, scene_dataset

from spinbridge.cli.main import main
from spinbridge.core.case import Case
from spinbridge.core.errors import InputError, OutputError
from spinbridge.data.case_loop import Outcome, attempt
from spinbridge.data.detect import open_dataset
from spinbridge.data.finding import Finding, finding_from
from spinbridge.data.nnunet_writer import NnUNetWriter
from spinbridge.recipes.bridge import bridge
from spinbridge.recipes.bridging import test_stage, train_stage
from spinbridge.recipes.bridging.settings import BridgeSettings, Workplace
from spinbridge.recipes.bridging.source import open_test_sets
from spinbridge.recipes.render import RenderSettings, render
from spinbridge.recipes.reverse import ReverseSettings, reverse

LOST = finding_from(InputError("a file", "none"), case="sub001_ED")


@pytest.fixture
def settings(tmp_path: Path) -> BridgeSettings:
    source = scene_dataset(tmp_path / "source", 4, size=48)
    shared = {"to": "molli(scheme=3(0)1,hr=60bpm)", "augment": "standard,gmm", "preset": "tiny", "iterations": 1}
    return BridgeSettings(source=source, out=tmp_path / "out", hold_out=0.5, workers=1, **shared)  # type: ignore[arg-type]


def unlabelled(folder: Path, *, labelled: int = 0) -> Path:
    scene_dataset(folder, 2 + labelled, first=50, size=48, test=True)
    for path in sorted((folder / "labelsTs").iterdir())[:2]:
        path.unlink()
    return folder


def test_a_test_set_without_labels_is_refused_before_any_work(settings: BridgeSettings, tmp_path: Path) -> None:
    target = unlabelled(tmp_path / "target")
    with pytest.raises(InputError, match=r"target: needed labelled cases to test on, got none\. Label some, or leave"):
        bridge(replace(settings, test=(target,)))
    assert not settings.out.exists()


def test_the_unlabelled_cases_of_a_test_set_are_counted_in_a_note(settings: BridgeSettings, tmp_path: Path) -> None:
    target = unlabelled(tmp_path / "target", labelled=1)
    assert open_test_sets(replace(settings, test=(target,)))["target"].notes == ("2 unlabelled cases left out",)


def test_an_absent_device_is_wrong_usage_before_any_work(
    settings: BridgeSettings, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    assert main(["bridge", str(settings.source), str(settings.out), "--device", "cuda"]) == 2
    assert "--device: needed a device among auto, cpu" in capsys.readouterr().err
    assert not settings.out.exists()


def test_auto_uses_as_many_processes_as_cpu_where_it_is_the_cpu(
    settings: BridgeSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    monkeypatch.setattr(torch.backends.mps, "is_available", lambda: False)
    assert [replace(settings, device=name, workers=3).training_workers for name in ("auto", "cpu")] == [3, 3]


def test_training_draws_from_the_families_asked_for_and_the_sources_own(settings: BridgeSettings) -> None:
    stated = scene_cases("sub000", sequence="gre(fa=15deg)")
    silent = [replace(case, sequence="") for case in stated]
    assert train_stage.drawn_families(stated, settings) == ("gre", "molli")
    assert train_stage.drawn_families(silent, settings) == ("bssfp", "molli")
    assert train_stage.drawn_families(silent, replace(settings, source_sequence="gre")) == ("gre", "molli")


def test_a_case_whose_second_image_cannot_be_written_is_left_out_whole_and_made_again(
    settings: BridgeSettings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    undisturbed = replace(settings, out=tmp_path / "undisturbed")
    bridge(undisturbed)
    with monkeypatch.context() as patch:
        name = open_dataset(Workplace(undisturbed.out).rendered("molli")).entries[1].name
        patch.setattr(NnUNetWriter, "add", failing_on(name))
        result = bridge(settings)
    assert [failure.case for failure in result.failures] == [name.partition("_molli")[0]]
    assert len(open_dataset(Workplace(settings.out).rendered("molli")).entries) == 4
    assert bridge(settings).failures == ()
    assert contents(settings.out) == contents(undisturbed.out)


def test_render_leaves_a_case_out_whole_too(
    settings: BridgeSettings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    reverse(ReverseSettings(data=settings.source, out=tmp_path / "maps", workers=1))
    asked = RenderSettings(spins=tmp_path / "maps", out=tmp_path / "images", sequence=settings.to, workers=1)
    whole = render(replace(asked, out=tmp_path / "whole" / "images"))
    with monkeypatch.context() as patch:
        patch.setattr(NnUNetWriter, "add", failing_on(whole.cases[1]))
        assert render(asked).cases == whole.cases[4:]
    assert render(asked).cases == whole.cases
    assert contents(asked.out) == contents(tmp_path / "whole" / "images")


def test_a_model_is_not_trained_without_a_case_that_the_others_have(
    settings: BridgeSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = train_stage.read_training_cases

    def all_but_one(*arguments: Any) -> Outcome[Case]:  # noqa: ANN401 - whatever it is called with
        found = read(*arguments)
        return Outcome(dict(list(found.results.items())[1:]), (LOST,))

    with monkeypatch.context() as patch:
        patch.setattr(train_stage, "read_training_cases", all_but_one)
        with pytest.raises(InputError, match=r"needed the same training cases for every model.*Run the same command"):
            bridge(settings)
    assert bridge(settings).failures == ()


def test_a_case_that_one_model_could_not_read_is_tried_again_by_the_same_command(
    settings: BridgeSettings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls: list[Any] = []

    def fail_once(*arguments: Any, **named: Any) -> Case | Finding:  # noqa: ANN401 - as above
        calls.append(arguments)
        found: Case | Finding = LOST if len(calls) == 1 else attempt(*arguments, **named)
        return replace(found, case=arguments[0].name) if isinstance(found, Finding) else found

    with monkeypatch.context() as patch:
        patch.setattr(test_stage, "attempt", fail_once)
        with pytest.raises(InputError, match=r"in-domain: needed every model tested on the same cases, .*Run the same"):
            bridge(settings)
    assert bridge(settings).failures == ()
    bridge(replace(settings, out=tmp_path / "undisturbed"))
    assert contents(settings.out) == contents(tmp_path / "undisturbed")


def failing_on(name: str) -> Any:  # noqa: ANN401 - stands for a method
    """`NnUNetWriter.add` on a disk that is full when it comes to one case."""
    add = NnUNetWriter.add

    def limited(writer: NnUNetWriter, case: Case, **named: Any) -> bool:  # noqa: ANN401
        if case.name == name:
            raise OutputError("a place to write to", "No space left on device")
        return add(writer, case, **named)

    return limited


def contents(folder: Path) -> dict[str, bytes]:
    files = (path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}

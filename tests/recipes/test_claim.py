"""A folder is claimed by one run; what is not ours is neither written to nor swept."""

from collections.abc import Callable
from pathlib import Path

import pytest
from tests.data.hearts import nnunet_folder

from spinbridge.core.errors import OutputError, SettingsError
from spinbridge.core.files import write_json
from spinbridge.core.provenance import step, write_record
from spinbridge.recipes.bridge import bridge
from spinbridge.recipes.bridging.settings import BridgeSettings
from spinbridge.recipes.claim import MARK, claim, claim_for, release
from spinbridge.recipes.evaluate import EvaluateSettings, evaluate
from spinbridge.recipes.phantom import PhantomSettings, phantom
from spinbridge.recipes.render import RenderSettings, render
from spinbridge.recipes.reverse import ReverseSettings, reverse
from spinbridge.recipes.translate import TranslateSettings, translate

Run = Callable[[Path, Path], object]
READERS: dict[str, Run] = {
    "bridge": lambda data, out: bridge(BridgeSettings(source=data, out=out)),
    "reverse": lambda data, out: reverse(ReverseSettings(data=data, out=out)),
    "translate": lambda data, out: translate(TranslateSettings(target=data, out=out, source="bssfp")),
    "render": lambda data, out: render(RenderSettings(spins=maps(data), out=out)),
    "evaluate": lambda data, out: evaluate(EvaluateSettings(predictions=data / "labelsTr", truth=data, out=out)),
}
EVERY: dict[str, Run] = {**READERS, "phantom": lambda _, out: phantom(PhantomSettings(out=out, subjects=1))}


def maps(folder: Path) -> Path:
    """The folder with what looks like the maps of one case."""
    (folder / "a_PD.nii.gz").touch()
    (folder / "a_PD.json").touch()
    return folder


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return nnunet_folder(tmp_path / "data")


@pytest.mark.parametrize("run", EVERY.values(), ids=EVERY)
def test_a_folder_with_other_things_is_refused_and_left_alone(run: Run, data: Path, tmp_path: Path) -> None:
    out = tmp_path / "home"
    (out / "deep").mkdir(parents=True)
    kept = [out / "thesis.txt", out / "deep" / ".other.1.partial.nii.gz"]
    for path in kept:
        path.write_text("mine")
    with pytest.raises(OutputError, match=r"home: needed an empty folder, .* holds deep, thesis\.txt"):
        run(data, out)
    assert [path for path in sorted(out.rglob("*"), reverse=True) if path.is_file()] == kept


@pytest.mark.parametrize("run", READERS.values(), ids=READERS)
@pytest.mark.parametrize("below", [".", "imagesTr", "new/out"])
def test_an_output_within_the_data_is_refused(run: Run, below: str, data: Path) -> None:
    with pytest.raises(SettingsError, match="OUT: needed an output outside of the data"):
        run(data, data / below)
    assert not (data / "new").exists()


def test_a_folder_is_claimed_again_by_the_same_command_alone(tmp_path: Path) -> None:
    claim_for(tmp_path, "reverse")
    (tmp_path / ".a_T1.7.partial.nii.gz").touch()
    (tmp_path / "a_T1.nii.gz").touch()
    claim_for(tmp_path, "reverse")
    assert {path.name for path in tmp_path.iterdir()} == {"settings.json", "a_T1.nii.gz"}
    with pytest.raises(SettingsError, match="got others: command"):
        claim_for(tmp_path, "translate")


def test_outputs_with_records_of_the_command_are_accepted_without_a_claim(tmp_path: Path) -> None:
    write_record(tmp_path / "a_PD.nii.gz", (step("read"), step("reverse")), synthetic=True)
    with pytest.raises(OutputError, match="needed an empty folder"):
        claim_for(tmp_path, "translate")
    claim_for(tmp_path, "reverse")


def test_what_a_kill_left_of_the_claim_is_no_obstacle(tmp_path: Path) -> None:
    (tmp_path / ".settings.7.partial.json").touch()
    claim(tmp_path, {"seed": 1})
    assert [path.name for path in tmp_path.iterdir()] == ["settings.json"]


def test_a_settings_file_of_another_program_is_refused(tmp_path: Path) -> None:
    write_json(tmp_path / "settings.json", ["editor.fontSize"])
    with pytest.raises(OutputError, match=r"got another settings\.json"):
        claim(tmp_path, {"seed": 1})


def test_a_run_that_came_to_nothing_takes_its_mark_back_and_nothing_else(tmp_path: Path) -> None:
    for name in ("new", "full"):
        claim_for(tmp_path / name, "fit")
    (tmp_path / "full" / "map.nii.gz").touch()
    for name in ("new", "full"):
        release(tmp_path / name, remove=True)
    assert [path.name for path in tmp_path.iterdir()] == ["full"]
    assert (tmp_path / "full" / MARK).exists()
    claim_for(tmp_path / "given", "fit")
    release(tmp_path / "given", remove=False)
    assert list((tmp_path / "given").iterdir()) == []

"""What a bridge writes holds no place of this disk: the data may move, and copies of them give the same bytes."""

import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from tests.scenes import scene_dataset

from spinbridge.core.files import read_json
from spinbridge.recipes.bridge import bridge
from spinbridge.recipes.bridging.settings import BridgeSettings


@pytest.fixture
def settings(tmp_path: Path) -> BridgeSettings:
    place = tmp_path / "here"
    scene_dataset(place / "source", 4, size=48)
    target = scene_dataset(place / "target", 2, first=50, size=48, test=True)
    (target / "imagesTs" / "sub051_ED_0000.nii.gz").write_bytes(b"half")
    return BridgeSettings(
        source=place / "source",
        test=(target,),
        out=tmp_path / "out",
        to="gre",
        augment="standard",
        preset="tiny",
        iterations=1,
        workers=1,
    )


def moved(settings: BridgeSettings, place: Path, out: Path) -> BridgeSettings:
    """The same on a copy of the data."""
    shutil.copytree(settings.source.parent, place)
    return replace(settings, source=place / "source", test=(place / "target",), out=out)


def contents(folder: Path) -> dict[str, bytes]:
    files = (path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


def test_copies_of_the_data_give_the_same_bytes_that_name_no_place(settings: BridgeSettings, tmp_path: Path) -> None:
    bridge(settings)
    whole = contents(settings.out)
    assert not [name for name, content in whole.items() if str(tmp_path).encode() in content]
    assert "target/imagesTs/sub051_ED_0000.nii.gz" in read_json(settings.out / "results.json")["failures"][0]
    elsewhere = moved(settings, tmp_path / "deep" / "there", tmp_path / "other" / "folder")
    bridge(elsewhere)
    assert contents(elsewhere.out) == whole


def test_a_run_goes_on_with_data_that_were_moved(settings: BridgeSettings, tmp_path: Path) -> None:
    bridge(settings)
    whole = contents(settings.out)
    (settings.out / "report.html").unlink()
    bridge(moved(settings, tmp_path / "there", settings.out))
    assert contents(settings.out) == whole

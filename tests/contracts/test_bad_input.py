"""Bad input through the command line: one line that stands alone, the other cases done, the right exit code."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from tests.scenes import scene_dataset

from spinbridge.cli.main import main
from spinbridge.core.image import Image
from spinbridge.data.nifti import read_image, write_image

Out = pytest.CaptureFixture[str]
BAD = "sub001_ED"


def truncate(image: Path, label: Path) -> Path:
    del label
    image.write_bytes(image.read_bytes()[:700])
    return image


def not_finite(value: float) -> Callable[[Path, Path], Path]:
    def spoil(image: Path, label: Path) -> Path:
        del label
        content = read_image(image)
        voxels = content.data.astype(np.float32)
        voxels[0, 3, 4] = value
        write_image(image, Image(data=voxels, affine=content.affine))
        return image

    return spoil


def shifted(image: Path, label: Path) -> Path:
    del image
    content = read_image(label)
    affine = content.affine.copy()
    affine[0, 3] += 5
    write_image(label, Image(data=content.data, affine=affine))
    return label


def smaller(image: Path, label: Path) -> Path:
    del image
    content = read_image(label)
    write_image(label, Image(data=content.data[:, 1:], affine=content.affine))
    return label


def unknown_value(image: Path, label: Path) -> Path:
    del image
    content = read_image(label)
    write_image(label, content.with_data(np.where(content.data == 3, 9, content.data).astype(np.uint8)))
    return label


def swapped(image: Path, label: Path) -> Path:
    del image
    content = read_image(label)
    write_image(label, content.with_data(np.choose(content.data, [0, 3, 2, 1]).astype(np.uint8)))
    return label


def series(image: Path, label: Path) -> Path:
    del label
    content = read_image(image)
    write_image(image, Image(data=np.stack([content.data] * 3), affine=content.affine))
    return image


FAULTS: dict[str, tuple[Callable[[Path, Path], Path], str, str]] = {
    "truncated": (truncate, "a whole .nii.gz file", "Copy or export the file again."),
    "NaN": (not_finite(float("nan")), "finite voxels", "NaN or infinite ones, the first at (x, y, z) = (4, 3, 0)"),
    "infinite": (not_finite(float("inf")), "finite voxels", "Export the image again or fill these voxels."),
    "shifted label": (shifted, "a label in the place of its image", "Resample the label onto the image"),
    "smaller label": (smaller, "a label of shape", "Resample the label onto the image"),
    "unknown label": (unknown_value, "label values", "9"),
    "LV and RV swapped": (swapped, "", "RV"),
    "4D": (series, "a 3D volume", "spinbridge convert"),
}


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return scene_dataset(tmp_path / "data", 3, size=40)


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("command", ["check", "reverse"])
def test_a_bad_case_is_one_line_and_the_others_are_done(command: str, fault: str, data: Path, capsys: Out) -> None:
    spoil, needed, told = FAULTS[fault]
    spoilt = spoil(data / "imagesTr" / f"{BAD}_0000.nii.gz", data / "labelsTr" / f"{BAD}.nii.gz")
    maps = data.parent / "maps"
    words = ["check", str(data)] if command == "check" else ["reverse", str(data), str(maps), "--workers", "1"]
    assert main(words) == 1
    captured = capsys.readouterr()
    lines = [line for line in (captured.out + captured.err).splitlines() if line.startswith("error: ")]
    assert len(lines) == 1
    assert lines[0].startswith(f"error: {spoilt}: needed {needed}")
    assert ", got " in lines[0]
    assert told in lines[0]
    if command == "reverse":
        assert captured.out == f"2 cases in {maps}\n"
        assert captured.err.endswith("1 case failed, the others are done.\n")
        assert sorted(path.name.partition("_PD")[0] for path in maps.glob("*_PD.nii.gz")) == ["sub000_ED", "sub002_ED"]


@pytest.mark.parametrize(
    "words",
    [
        ["check", "{empty}"],
        ["convert", "{empty}", "{out}"],
        ["reverse", "{empty}", "{out}"],
        ["translate", "{empty}", "{out}"],
        ["bridge", "{empty}", "{out}"],
        ["bridge", "{data}", "{out}", "--test", "{empty}"],
    ],
    ids=lambda words: f"{words[0]} {words[-1].strip('{}')}",
)
def test_an_empty_folder_is_one_line(words: list[str], data: Path, tmp_path: Path, capsys: Out) -> None:
    (tmp_path / "empty").mkdir()
    filled = [word.format(empty=tmp_path / "empty", out=tmp_path / "out", data=data) for word in words]
    assert main([*filled, *([] if words[0] in ("check", "convert") else ["--workers", "1"])]) == 1
    error = capsys.readouterr().err
    assert error.count("\n") == 1
    assert f"{tmp_path / 'empty'}: needed" in error
    assert "an empty folder" in error


@pytest.mark.parametrize(
    ("sequence", "told"),
    [
        ("bssfp(fa=50)", ("'50'", "50deg")),
        ("molli(ti=2000ms,hr=60bpm)", ("molli(ti=2000ms,hr=60bpm)",)),
        ("molli(scheme=5(3)3,hr=60bpm,ti0=950ms)", ("molli",)),
        ("epi", ("'epi'", "bssfp")),
        ("gre(fa=15deg,,tr=5ms)", ("key=value",)),
    ],
)
@pytest.mark.parametrize("command", ["reverse", "bridge", "render"])
def test_a_sequence_that_cannot_be_meant_is_wrong_usage(
    command: str, sequence: str, told: tuple[str, ...], data: Path, tmp_path: Path, capsys: Out
) -> None:
    option = {"reverse": "--sequence", "bridge": "--to", "render": "--sequence"}[command]
    assert main([command, str(data), str(tmp_path / "out"), option, sequence]) == 2
    error = capsys.readouterr().err
    assert error.count("\n") == 1
    assert "needed" in error
    assert all(word in error for word in told)
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("command", "options", "remedy"),
    [
        ("reverse", "size=96k", "Free some space"),
        ("bridge", "ro", "Choose an output folder on a file system that can be written to"),
        pytest.param("reverse", "ro", "Choose an output folder", marks=pytest.mark.slow),
        pytest.param("bridge", "size=96k", "Free some space", marks=pytest.mark.slow),
    ],
)
def test_an_output_that_cannot_be_written_is_said_plainly(
    command: str, options: str, remedy: str, data: Path, tmp_path: Path
) -> None:
    done = on_small_disk([command, str(data), "{out}", "--workers", "1"], tmp_path / "disk", options)
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert "Please report it" not in done.stderr
    assert remedy in done.stderr
    assert str(tmp_path / "disk") in done.stderr


@pytest.mark.slow
@pytest.mark.parametrize("to", ["gre", "molli"])
@pytest.mark.parametrize("size", ["150k", "250k", "400k", "700k", "1000k", "1400k"])
def test_a_disk_that_is_full_at_any_stage_of_a_bridge_is_said_plainly_and_the_command_continues_on_a_larger_one(
    size: str, to: str, data: Path, tmp_path: Path
) -> None:
    words = ["bridge", str(data), "{out}", "--workers", "1", "--preset", "tiny", "--iterations", "2", "--to", to]
    done = on_small_disk(
        words, tmp_path / "disk", f"size={size}", then="echo THEN >&2; mount -o remount,size=99m {disk}"
    )
    first, _, second = done.stderr.partition("THEN")
    assert "Traceback" not in done.stderr
    assert "Please report it" not in done.stderr
    assert "error: " not in second
    assert done.returncode == 0, second
    assert "another run" not in first
    assert "Free some space" in first or "needed" not in first


def on_small_disk(words: list[str], disk: Path, options: str, then: str = "") -> "subprocess.CompletedProcess[str]":
    """The command with its output on a file system of its own, in a name space that ends with it; `then` it again."""
    if subprocess.run(["unshare", "-rm", "true"], capture_output=True, check=False).returncode:
        pytest.skip("no name space of one's own to mount a small disk in")
    disk.mkdir()
    mount = f'mount -t tmpfs -o {options} tmpfs {disk} || exit; "$@"'
    mount += f'; {then.format(disk=disk)} && "$@"' if then else ""
    filled = [word.format(out=disk / "out") for word in words]
    command = ["unshare", "-rm", "sh", "-c", mount, "sh", sys.executable, "-m", "spinbridge.cli.main", *filled]
    environment = {**os.environ, "OMP_NUM_THREADS": "1"}
    return subprocess.run(command, capture_output=True, text=True, env=environment, timeout=300, check=False)

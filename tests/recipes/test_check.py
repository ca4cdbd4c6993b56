import shlex
from pathlib import Path

import numpy as np
from tests.data.hearts import acdc_folder, heart_image

from spinbridge.cli.main import main
from spinbridge.core.image import Array, Image
from spinbridge.data.nifti import write_image
from spinbridge.recipes.check import CheckSettings, check, describe


def test_a_good_folder_is_told_in_plain_lines(tmp_path: Path) -> None:
    text = describe(check(CheckSettings(data=acdc_folder(tmp_path))))
    assert "layout    ACDC" in text
    assert "patients  2 (DCM 2)" in text
    assert "1.5 mm in plane, 8 mm between slices" in text
    assert text.endswith("0 errors, 0 warnings, 0 notes")


def test_findings_of_one_kind_are_gathered(tmp_path: Path) -> None:
    for path in acdc_folder(tmp_path, patients=4).rglob("*_frame01.nii.gz"):
        path.write_bytes(path.read_bytes()[:300])
    text = describe(check(CheckSettings(data=tmp_path)))
    assert text.count("needed a whole .nii.gz file") == 3
    assert "... and 1 more of this kind" in text
    assert text.endswith("4 errors, 0 warnings, 0 notes")


def turned(degrees: float, pixel: float = 1.5) -> Array:
    cos, sin = np.cos(np.radians(degrees)), np.sin(np.radians(degrees))
    return np.array([[pixel, 0, 0, 0], [0, pixel * cos, -8 * sin, 0], [0, pixel * sin, 8 * cos, 0], [0, 0, 0, 1]])


def test_oblique_stacks_are_told_once_and_sizes_that_print_alike_as_one(tmp_path: Path) -> None:
    for number, degrees in enumerate((20, 41, 0)):
        affine = turned(degrees, 1.5 + number * 1e-5)
        write_image(tmp_path / f"p{number}.nii.gz", Image(data=heart_image(number).data, affine=affine))
    result = check(CheckSettings(data=tmp_path))
    text = describe(result)
    assert "oblique   2 of 3 cases, tilted 20 to 41 degrees" in text
    assert "  1.5 mm in plane" in text
    assert text.count("tilted") == 1
    assert result.oblique == {"p0": 20.0, "p1": 41.0}


def test_the_remedy_for_cines_can_be_pasted(tmp_path: Path) -> None:
    data = tmp_path / "my cines"
    write_image(data / "p1.nii.gz", heart_image(shape=(3, 4, 48, 48)))
    (finding,) = (one for one in check(CheckSettings(data=data)).findings if "4D" in one.got)
    _, _, command = finding.remedy.partition(": ")
    assert main(shlex.split(command)[1:]) == 0
    assert check(CheckSettings(data=tmp_path / "my cines_frames")).usable

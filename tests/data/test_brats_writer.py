"""The layout of BraTS: its names, its label numbers, and cases that are kept once they are whole."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from spinbridge.core.case import Case
from spinbridge.core.errors import GeometryError, InputError, LabelError
from spinbridge.core.files import read_json
from spinbridge.core.image import Image
from spinbridge.core.provenance import step
from spinbridge.core.structures import Glioma, Heart
from spinbridge.data.brats_writer import brats_name, keep_brats_case, write_brats_case
from spinbridge.data.nifti import read_image
from spinbridge.data.nnunet_writer import NnUNetWriter

CHANNELS = ("T1", "T1ce", "T2", "FLAIR")
HISTORY = (step("made", seed=1),)


def glioma_case() -> tuple[Case, tuple[Image, ...]]:
    voxels = np.arange(4 * 6 * 5, dtype=np.int16).reshape(4, 6, 5)
    label = Image(data=(voxels % 4).astype(np.uint8))
    case = Case(
        name="sub003", patient="sub003", image=Image(data=voxels), label=label, structures=Glioma.foreground(),
        synthetic=True, history=HISTORY,
    )  # fmt: skip
    return case, tuple(Image(data=voxels + k) for k in (1, 2, 3))


def test_files_and_label_numbers_are_those_of_brats(tmp_path: Path) -> None:
    write_brats_case(tmp_path, brats_name(3), *glioma_case())
    stem = tmp_path / "BraTS2021_00003" / "BraTS2021_00003"
    seg = read_image(Path(f"{stem}_seg.nii.gz")).data
    assert set(np.unique(seg)) == {0, 1, 2, 4}
    label = glioma_case()[0].label
    assert label is not None
    assert ((seg == 4) == (label.data == Glioma.ENHANCING)).all()
    assert (read_image(Path(f"{stem}_flair.nii.gz")).data == glioma_case()[1][2].data).all()


def test_a_whole_case_is_kept_and_a_damaged_one_is_not(tmp_path: Path) -> None:
    write_brats_case(tmp_path, brats_name(3), *glioma_case())
    assert keep_brats_case(tmp_path, brats_name(3), HISTORY)
    assert not keep_brats_case(tmp_path, brats_name(3), (step("made", seed=2),))
    (tmp_path / brats_name(3) / "BraTS2021_00003_t2.nii.gz").write_bytes(b"")
    assert not keep_brats_case(tmp_path, brats_name(3), HISTORY)


def test_what_is_no_brats_case_is_refused(tmp_path: Path) -> None:
    case, others = glioma_case()
    with pytest.raises(InputError, match="channels"):
        write_brats_case(tmp_path, brats_name(1), case, others[:2])
    with pytest.raises(LabelError, match="glioma"):
        write_brats_case(tmp_path, brats_name(1), replace(case, structures=Heart.foreground()), others)


def test_nnunet_gets_one_file_a_channel(tmp_path: Path) -> None:
    case, others = glioma_case()
    writer = NnUNetWriter(tmp_path, channel=CHANNELS, structures=Glioma.foreground())
    assert writer.add(case, others=others)
    assert not writer.add(case, others=others)
    writer.finish()
    head = read_json(tmp_path / "dataset.json")
    assert head["channel_names"] == {"0": "T1", "1": "T1ce", "2": "T2", "3": "FLAIR"}
    assert head["labels"] == {"background": 0, "NECROTIC_CORE": 1, "OEDEMA": 2, "ENHANCING": 3}
    assert (read_image(tmp_path / "imagesTr" / "sub003_0003.nii.gz").data == others[2].data).all()
    writer.remove("sub003")
    assert not list((tmp_path / "imagesTr").iterdir())


def test_channels_that_do_not_fit_are_refused(tmp_path: Path) -> None:
    case, others = glioma_case()
    writer = NnUNetWriter(tmp_path, channel=CHANNELS, structures=Glioma.foreground())
    with pytest.raises(InputError, match="4 channels"):
        writer.add(case)
    moved = replace(others[0], affine=np.diag([1.0, 1.0, 2.0, 1.0]))
    with pytest.raises(GeometryError, match="same voxels"):
        writer.add(case, others=(moved, *others[1:]))

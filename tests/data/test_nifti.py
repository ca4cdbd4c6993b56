import contextlib
import gzip
import itertools
from pathlib import Path

import nibabel
import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from tests.data.hearts import heart_image

from spinbridge.core.errors import InputError
from spinbridge.core.image import Array, Image
from spinbridge.data.labels import CONVENTIONS, to_heart
from spinbridge.data.nifti import read_image, write_image

ORIENTATIONS = [
    (axes, signs) for axes in itertools.permutations(range(3)) for signs in itertools.product((1, -1), repeat=3)
]


def oriented(axes: tuple[int, ...], signs: tuple[int, ...]) -> Array:
    """An affine of anisotropic spacing with its axes swapped and flipped, and an odd origin."""
    affine = np.eye(4)
    affine[:3, :3] = np.eye(3)[list(axes)] * signs * (1.3671875, 1.5625, 9.6)
    affine[:3, 3] = (-205.51400756835938, 31.7, 1 / 3)
    return affine


@pytest.mark.parametrize("dtype", [np.int16, np.float32, np.uint8])
@pytest.mark.parametrize(("axes", "signs"), ORIENTATIONS)
def test_every_orientation_comes_back_to_the_last_bit(
    tmp_path: Path, axes: tuple[int, ...], signs: tuple[int, ...], dtype: type
) -> None:
    voxels = np.arange(2 * 3 * 4).reshape(4, 3, 2).astype(dtype)
    nibabel.save(nibabel.Nifti1Image(voxels, oriented(axes, signs)), tmp_path / "given.nii.gz")
    once = read_image(tmp_path / "given.nii.gz")
    write_image(tmp_path / "written.nii.gz", once)
    given_file, written = nibabel.load(tmp_path / "given.nii.gz"), nibabel.load(tmp_path / "written.nii.gz")
    assert written.affine.tobytes() == given_file.affine.tobytes()
    assert written.get_data_dtype() == dtype
    assert np.asanyarray(written.dataobj).tobytes(order="F") == voxels.tobytes(order="F")


@pytest.mark.parametrize(("axes", "signs"), ORIENTATIONS)
def test_label_sets_survive_every_orientation(tmp_path: Path, axes: tuple[int, ...], signs: tuple[int, ...]) -> None:
    label = np.arange(4, dtype=np.uint8).repeat(6).reshape(2, 3, 4)
    write_image(tmp_path / "label.nii.gz", Image(data=label, affine=oriented(axes, signs)))
    assert (to_heart(read_image(tmp_path / "label.nii.gz").data, CONVENTIONS["acdc"]) == label).all()


def test_memory_is_z_y_x_and_time_first(tmp_path: Path) -> None:
    voxels = np.arange(2 * 3 * 4 * 5, dtype=np.int16).reshape(2, 3, 4, 5)
    nibabel.save(nibabel.Nifti1Image(voxels, np.diag([1.0, 2, 3, 1])), tmp_path / "cine.nii")
    image = read_image(tmp_path / "cine.nii")
    assert image.data.shape == (5, 4, 3, 2)
    assert image.data[4, 3, 2, 1] == voxels[1, 2, 3, 4]
    assert image.spacing == (3, 2, 1)


def test_form_codes_and_units_are_kept(tmp_path: Path) -> None:
    file = nibabel.Nifti1Image(np.zeros((2, 3, 4), np.int16), None)
    file.header.set_xyzt_units("mm", "msec")
    file.set_qform(np.diag([1.0, 1, 8, 1]), code=1)
    file.set_sform(np.diag([1.0, 1, 8, 1]), code=4)
    nibabel.save(file, tmp_path / "a.nii")
    write_image(tmp_path / "b.nii", read_image(tmp_path / "a.nii"))
    header = nibabel.load(tmp_path / "b.nii").header
    assert (int(header["qform_code"]), int(header["sform_code"])) == (1, 4)
    assert header.get_xyzt_units() == ("mm", "msec")


def test_slope_and_intercept_are_applied_once(tmp_path: Path) -> None:
    file = nibabel.Nifti1Image(np.arange(24, dtype=np.int16).reshape(2, 3, 4), np.eye(4))
    file.header.set_slope_inter(0.5, 10)
    nibabel.save(file, tmp_path / "a.nii")
    stored = nibabel.load(tmp_path / "a.nii")
    image = read_image(tmp_path / "a.nii")
    write_image(tmp_path / "b.nii", image)
    assert (stored.get_fdata() == image.data.T).all()
    assert (read_image(tmp_path / "b.nii").data == image.data).all()


def test_big_endian_files_are_read(tmp_path: Path) -> None:
    header = nibabel.Nifti1Header(endianness=">")
    voxels = np.arange(24, dtype=">i2").reshape(2, 3, 4)
    nibabel.save(nibabel.Nifti1Image(voxels, np.eye(4), header), tmp_path / "a.nii")
    image = read_image(tmp_path / "a.nii")
    write_image(tmp_path / "b.nii", image)
    assert image.data.dtype.isnative
    assert (read_image(tmp_path / "b.nii").data == voxels.T).all()


def test_the_same_image_is_the_same_bytes(tmp_path: Path) -> None:
    for name in ("a.nii.gz", "b.nii.gz"):
        write_image(tmp_path / name, heart_image())
    assert (tmp_path / "a.nii.gz").read_bytes() == (tmp_path / "b.nii.gz").read_bytes()
    assert (tmp_path / "a.nii.gz").read_bytes()[3:8] == bytes(5)  # no name, no time


def test_free_text_and_extensions_are_not_kept(tmp_path: Path) -> None:
    file = nibabel.Nifti1Image(np.zeros((2, 3, 4), np.int16), np.eye(4))
    file.header["descrip"] = b"Jane Doe"
    file.header.extensions.append(nibabel.nifti1.Nifti1Extension("comment", b"Jane Doe"))
    nibabel.save(file, tmp_path / "a.nii")
    write_image(tmp_path / "b.nii", read_image(tmp_path / "a.nii"))
    assert b"Doe" not in (tmp_path / "b.nii").read_bytes()


@settings(max_examples=30, deadline=None)
@given(cut=st.integers(0, 3000))
def test_a_file_cut_anywhere_is_an_input_error(cut: int, tmp_path_factory: pytest.TempPathFactory) -> None:
    path = tmp_path_factory.mktemp("cut") / "a.nii.gz"
    write_image(path, heart_image(shape=(1, 40, 40)))
    whole = path.read_bytes()
    path.write_bytes(whole[: min(cut, len(whole) - 1)])
    with pytest.raises(InputError, match=r"a\.nii\.gz: needed"):
        read_image(path)


@settings(max_examples=200, deadline=None)
@given(place=st.integers(0, 351), value=st.integers(0, 255))
@example(place=311, value=127)  # a signalling NaN in the affine
def test_a_byte_of_the_header_gone_wrong_never_crashes(
    place: int, value: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = tmp_path_factory.mktemp("spoilt") / "a.nii"
    write_image(path, heart_image(shape=(1, 8, 8)))
    content = bytearray(path.read_bytes())
    content[place] = value
    path.write_bytes(content)
    with contextlib.suppress(InputError):
        assert read_image(path).data.size <= 64


@pytest.mark.parametrize(
    "content", [b"", b"no image", gzip.compress(b"no image", mtime=0), bytes(348), b"\x1f\x8b" + bytes(40)]
)
def test_what_is_no_nifti_is_an_input_error(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "a.nii.gz").write_bytes(content)
    with pytest.raises(InputError, match="needed a"):
        read_image(tmp_path / "a.nii.gz")


def test_a_missing_file_is_an_input_error(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="got no file"):
        read_image(tmp_path / "a.nii.gz")


def test_a_plain_header_states_both_forms(tmp_path: Path) -> None:
    write_image(tmp_path / "a.nii", heart_image())
    header = nibabel.load(tmp_path / "a.nii").header
    assert (int(header["qform_code"]), int(header["sform_code"])) == (1, 1)
    assert (header.get_sform() == heart_image().affine).all()


@pytest.mark.parametrize("bad", [300, -1, np.nan])
def test_numbers_that_do_not_fit_are_refused(tmp_path: Path, bad: float) -> None:
    image = Image(data=np.full((2, 2, 2), bad))
    with pytest.raises(InputError, match="fit uint8"):
        write_image(tmp_path / "a.nii", image, dtype=np.uint8)
    assert not list(tmp_path.iterdir())

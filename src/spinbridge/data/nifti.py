"""NIfTI files to images and back, exactly: voxel type, affine, form codes and units survive the round trip.

On disk voxels are ordered (x, y, z[, t]), in memory ([t,] z, y, x). Whole-number voxels stay whole numbers; a slope and
intercept, where there is one, is applied on reading and not written again. A compressed file holds no name and no
time, so that the same image is the same bytes. Free text and extensions of a header, which may name a patient or a
date, are not kept. Format: NIfTI-1.1 and NIfTI-2, https://nifti.nimh.nih.gov/nifti-1.
"""

import gzip
import io
import math
import zlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import nibabel
import numpy as np
import numpy.typing as npt
from nibabel.filebasedimages import ImageFileError
from nibabel.spatialimages import HeaderDataError
from nibabel.wrapstruct import WrapStructError

from spinbridge.core.errors import GeometryError, InputError
from spinbridge.core.files import writing
from spinbridge.core.image import Image

ENDINGS = (".nii.gz", ".nii")
_GZIP_MAGIC, _LEVEL = b"\x1f\x8b", 6
_FREE_TEXT = ("descrip", "aux_file", "db_name", "intent_name")
_INSTEAD: dict[str, str] = {"bool": "uint8", "int64": "int32", "float16": "float32"}  # what readers understand
_VOLUME = 3
_DAMAGE = (EOFError, zlib.error, ImageFileError, HeaderDataError, WrapStructError, ValueError, OSError, KeyError)


def read_image(path: Path) -> Image:
    """Read a volume `(z, y, x)` or a cine `(time, z, y, x)` with its affine [mm] and header.

    Raises `InputError` for a file that is missing, damaged or no NIfTI, `GeometryError` for one that is no volume.
    """
    content = _content(path)
    try:
        with np.errstate(invalid="ignore"):  # a header that holds no number is refused as a geometry below
            file = _image_class(content).from_bytes(content)
            _refuse_short(file, len(content))
            voxels = _plain(np.asanyarray(file.dataobj))
            affine = np.asarray(file.affine, dtype=np.float64)
    except _DAMAGE as error:
        raise InputError(
            "a whole NIfTI file", f"one that cannot be read ({error})", remedy=_AGAIN, where=path
        ) from error
    try:
        return Image(data=_in_memory(voxels), affine=affine, header=_clean_header(file.header))
    except GeometryError as error:
        raise GeometryError(error.needed, error.got, remedy="Mend the header of the file.", where=path) from error


def read_shape(path: Path) -> tuple[int, ...]:
    """The shape in memory, `(z, y, x)` or `(time, z, y, x)`, from the header alone.

    Raises `InputError` for a file that is missing, damaged or no NIfTI.
    """
    try:
        shape = list(nibabel.load(path).shape)
    except _DAMAGE as error:
        raise InputError("a NIfTI file", f"one that cannot be read ({error})", remedy=_AGAIN, where=path) from error
    return _plain_shape(shape)[::-1]


def write_image(path: Path, image: Image, *, dtype: npt.DTypeLike | None = None) -> None:
    """Write an image, whole or not at all, in the header it came with or in a plain one.

    `dtype` is the voxel type on disk, that of the array where None; numbers that it cannot hold are refused.
    """
    voxels = _storable(image.data, dtype, path)
    file = _file(voxels.T, image)
    content = file.to_bytes()
    if path.name.endswith(".gz"):
        packed = io.BytesIO()
        with gzip.GzipFile(filename="", mode="wb", compresslevel=_LEVEL, fileobj=packed, mtime=0) as stream:
            stream.write(content)
        content = packed.getvalue()
    with writing(path) as temporary:
        temporary.write_bytes(content)


def is_nifti(path: Path) -> bool:
    """Whether a file is called like a NIfTI file."""
    return path.name.endswith(ENDINGS) and not path.name.startswith(".")


def stem(path: Path) -> str:
    """The name of a file without `.nii` or `.nii.gz`."""
    return path.name.removesuffix(".gz").removesuffix(".nii")


_AGAIN = "Copy or export the file again."


def _content(path: Path) -> bytes:
    try:
        content = path.read_bytes()
        return gzip.decompress(content) if content.startswith(_GZIP_MAGIC) else content
    except FileNotFoundError as error:
        raise InputError("a NIfTI file", "no file", remedy="Check the path.", where=path) from error
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise InputError("a whole .nii.gz file", f"a damaged one ({error})", remedy=_AGAIN, where=path) from error
    except OSError as error:
        raise InputError("a file that can be read", str(error.strerror), where=path) from error


def _image_class(content: bytes) -> Any:  # noqa: ANN401 - nibabel has no types
    size_of_header = {int.from_bytes(content[:4], order) for order in ("little", "big")}
    if 540 in size_of_header:  # noqa: PLR2004 - the size that NIfTI-2 says of itself
        return nibabel.Nifti2Image
    return nibabel.Nifti1Image


def _refuse_short(file: Any, size: int) -> None:  # noqa: ANN401 - nibabel has no types
    wanted = file.dataobj.offset + math.prod(file.shape) * file.get_data_dtype().itemsize
    if size < wanted:
        raise ValueError(f"its header announces {wanted} bytes and it has {size}")


def _plain(voxels: npt.NDArray[Any]) -> npt.NDArray[Any]:
    if voxels.dtype.kind not in "iufb":
        raise ValueError(f"voxels of type {voxels.dtype}, not one number each")
    return np.ascontiguousarray(voxels, dtype=voxels.dtype.newbyteorder("="))


def _in_memory(voxels: npt.NDArray[Any]) -> npt.NDArray[Any]:
    return np.ascontiguousarray(voxels.reshape(_plain_shape(voxels.shape)).T)


def _plain_shape(stored: Sequence[int]) -> tuple[int, ...]:
    """Three axes at least, and no fourth one of one frame."""
    shape = list(stored)
    while len(shape) > _VOLUME and shape[-1] == 1:
        shape.pop()
    return (*shape, *[1] * (_VOLUME - len(shape)))


def _clean_header(header: Any) -> Any:  # noqa: ANN401 - nibabel has no types
    clean = header.as_byteswapped("<") if header.endianness == ">" else header.copy()
    for name in _FREE_TEXT:
        clean[name] = b""
    clean.extensions.clear()
    return clean


def _storable(data: npt.NDArray[Any], dtype: npt.DTypeLike | None, path: Path) -> npt.NDArray[Any]:
    asked = np.dtype(data.dtype if dtype is None else dtype)
    wanted: np.dtype[Any] = np.dtype(_INSTEAD.get(asked.name, asked.name))
    if wanted.kind == "f" or data.dtype == wanted or data.dtype.kind == "b":
        return np.asarray(data, dtype=wanted)
    limits = np.iinfo(wanted)
    lowest, highest = (float(data.min()), float(data.max())) if data.size else (0.0, 0.0)
    if not (limits.min <= lowest and highest <= limits.max):  # false for NaN as well
        raise InputError(f"voxels that fit {wanted}", f"{lowest:g} to {highest:g}", where=path)
    return np.asarray(np.rint(data), dtype=wanted)


def _file(voxels: npt.NDArray[Any], image: Image) -> Any:  # noqa: ANN401 - nibabel has no types
    if image.header is not None:
        nifti2 = isinstance(image.header, nibabel.Nifti2Header)
        header: Any = image.header.copy()  # type: ignore[attr-defined]
        header.set_slope_inter(np.nan, np.nan)
        header["cal_min"] = header["cal_max"] = 0
        header.set_data_dtype(voxels.dtype)
        # nibabel keeps the forms of the header as they are as long as they agree with the affine
        return (nibabel.Nifti2Image if nifti2 else nibabel.Nifti1Image)(voxels, image.affine, header)
    file = nibabel.Nifti1Image(voxels, image.affine, dtype=voxels.dtype)
    file.header.set_xyzt_units("mm", "sec")
    file.set_sform(image.affine, code=1)
    if _orthogonal(image.affine):
        file.set_qform(image.affine, code=1)
    return file


def _orthogonal(affine: npt.NDArray[Any]) -> bool:
    axes = affine[:3, :3] / np.linalg.norm(affine[:3, :3], axis=0)
    return bool(np.allclose(axes.T @ axes, np.eye(3), atol=1e-6))

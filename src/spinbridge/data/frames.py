"""Cines and their frames: 4D to volumes and back, with the time between frames [s].

Frames are numbered from 1 in names, as in ACDC, and from 0 in arrays.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from spinbridge.core.errors import GeometryError, SettingsError
from spinbridge.core.image import Image

_SECONDS = {"sec": 1.0, "msec": 1e-3, "usec": 1e-6, "unknown": 1.0}
_TIME_AXIS = 3


def frame(cine: Image, index: int) -> Image:
    """The volume `(z, y, x)` of one frame, counted from 0. Raises `GeometryError` where there is no such frame."""
    if not 0 <= index < cine.frames:
        raise GeometryError(f"a frame from 0 to {cine.frames - 1}", f"{index}")
    volume = cine.data if cine.data.ndim == 3 else cine.data[index]  # noqa: PLR2004
    return replace(cine, data=np.ascontiguousarray(volume))


def frames(cine: Image) -> list[Image]:
    """Every frame as a volume `(z, y, x)`."""
    return [frame(cine, index) for index in range(cine.frames)]


def choose_frames(wanted: str, count: int) -> dict[int, str]:
    """Frames by their index from 0 and the name that they get, of a cine with `count` frames.

    `wanted` is `all`, numbers counted from 1 (`1,12`), or names for them (`ED=1,ES=12`). Raises `SettingsError` for a
    number that is none or that the cine does not have.
    """
    if wanted == "all":
        return {index: f"frame{index + 1:02d}" for index in range(count)}
    chosen: dict[int, str] = {}
    for part in wanted.split(","):
        name, _, number = part.strip().rpartition("=")
        if not number.isdigit() or not 1 <= int(number) <= count:
            remedy = "Write all, numbers such as 1,12, or names such as ED=1,ES=12."
            raise SettingsError(f"frames from 1 to {count}", f"'{part.strip()}'", remedy=remedy)
        chosen[int(number) - 1] = name or f"frame{int(number):02d}"
    return chosen


def stack(volumes: Sequence[Image], *, frame_time: float | None = None) -> Image:
    """Volumes of one place `(z, y, x)` to a cine `(time, z, y, x)`.

    `frame_time` is the time between frames [s]; what the header says is kept where it is None. Raises `GeometryError`
    for volumes that do not lie in one place.
    """
    first = volumes[0]
    for number, volume in enumerate(volumes, start=1):
        if volume.data.ndim != 3 or not first.same_place(volume):  # noqa: PLR2004
            got = f"frame {number} of shape {volume.data.shape} elsewhere"
            raise GeometryError(f"volumes in one place, shape {first.data.shape}", got)
    cine = replace(first, data=np.stack([volume.data for volume in volumes]))
    return cine if frame_time is None else with_frame_time(cine, frame_time)


def frame_time(cine: Image) -> float | None:
    """The time between frames [s], or None where the header does not say."""
    header: Any = cine.header
    if header is None or cine.data.ndim == 3:  # noqa: PLR2004
        return None
    step = float(header["pixdim"][_TIME_AXIS + 1])
    return step * _SECONDS.get(header.get_xyzt_units()[1], 1.0) if step > 0 else None


def with_frame_time(cine: Image, seconds: float) -> Image:
    """The same cine whose header states the time between frames [s]."""
    import nibabel

    header: Any = nibabel.Nifti1Image(np.zeros((1, 1, 1, 1), np.uint8), cine.affine).header
    if cine.header is not None:
        header = cine.header.copy()  # type: ignore[attr-defined]
    header.set_xyzt_units(header.get_xyzt_units()[0], "sec")
    header["pixdim"][_TIME_AXIS + 1] = seconds
    return replace(cine, header=header)

"""From cases to training slices: resampled in plane, cut to a field around the heart. Ours.

Lengths in millimetres; the image keeps its intensities, since an augmentation may need them as they were acquired.
"""

from collections.abc import Sequence

import numpy as np
import torch

from spinbridge.core.case import Case
from spinbridge.core.errors import InputError, LabelError
from spinbridge.core.image import Array
from spinbridge.core.slices import Slice
from spinbridge.core.structures import Heart
from spinbridge.data.transforms import InPlaneGrid


def training_slices(case: Case, *, spacing: float, field: int) -> list[Slice]:
    """The slices of a labelled case, base to apex as in the file, at `spacing` [mm] and at most `field` pixels wide.

    Raises `LabelError` for a case without a label or with structures that nobody annotated: what is unknown would be
    learnt as background.
    """
    if case.label is None:
        raise LabelError("a labelled case to train on", "no label", where=case.name)
    missing = [str(structure.name) for structure in Heart.foreground() if structure not in case.structures]
    if missing:
        remedy = "Use this data set with --test; its annotated structures are scored."
        raise LabelError(
            "every structure annotated to train on", f"no {', '.join(missing)}", remedy=remedy, where=case.name
        )
    image, label = volume(case), case.label.data
    grid = plane_grid(case, spacing)
    fine_image, fine_label = grid.image(image), grid.label(label)
    rows, columns = _field(fine_label, field)
    return [
        Slice(
            key=f"{case.name}#{z}",
            image=torch.from_numpy(np.ascontiguousarray(fine_image[z, rows, columns])),
            label=torch.from_numpy(np.ascontiguousarray(fine_label[z, rows, columns]).astype(np.uint8)),
            spacing=spacing,
        )
        for z in range(len(image))
    ]


def volume(case: Case) -> Array:
    """The voxels (z, y, x) of a case. Raises `InputError` for a time series."""
    if case.image.data.ndim != 3:  # noqa: PLR2004
        remedy = "Choose frames first: `spinbridge convert` writes ED and ES of a 4D file as cases."
        raise InputError("a volume (z, y, x)", f"shape {case.image.data.shape}", remedy=remedy, where=case.name)
    return case.image.data


def plane_grid(case: Case, spacing: float) -> InPlaneGrid:
    """The in-plane grid of a case and the one at `spacing` [mm]."""
    height, width = case.image.data.shape[-2:]
    return InPlaneGrid((height, width), case.image.spacing[1:], (spacing, spacing))


def batch_of(slices: Sequence[Slice]) -> tuple[torch.Tensor, torch.Tensor]:
    """Images (batch, 1, y, x) and labels (batch, 1, y, x) of slices of one size."""
    images = torch.stack([item.image for item in slices])[:, None]
    return images, torch.stack([item.label for item in slices])[:, None].long()


def _field(label: Array, size: int) -> tuple[slice, slice]:
    """Rows and columns of a window of at most `size` pixels around the labelled voxels, inside the image."""
    ranges = []
    for axis in (1, 2):
        length = label.shape[axis]
        seen = np.flatnonzero(label.any(axis=tuple({0, 1, 2} - {axis})))
        centre = (seen[0] + seen[-1]) // 2 if len(seen) else length // 2
        start = int(np.clip(centre - size // 2, 0, max(0, length - size)))
        ranges.append(slice(start, min(length, start + size)))
    return ranges[0], ranges[1]

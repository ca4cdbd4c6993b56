"""What a header says of the place of an image, and what other programs would make of it.

Axes that are not perpendicular stop ITK ("direction cosines not orthonormal"); two forms that disagree are read
differently by different programs. Both are reported and kept as they are. Forms: NIfTI-1.1, methods 1 to 3,
https://nifti.nimh.nih.gov/nifti-1.
"""

from pathlib import Path
from typing import Any

import numpy as np

from spinbridge.core.image import Array, Image
from spinbridge.data.finding import Finding, Severity

_PERPENDICULAR = 1e-4  #: largest cosine between two axes that ITK takes for perpendicular
_ALIGNED = 1e-3  #: smallest sine of an axis that is called oblique
_AGREE = 1e-2  #: largest difference of two forms [mm]
_IN_PLANE, _THROUGH = (0.3, 4.0), (0.3, 25.0)  #: usual spacing of heart images [mm]


def header_findings(image: Image, *, case: str, path: Path) -> list[Finding]:
    """What is odd about the geometry of an image read from a file."""
    found = [*_place(image), *_axes(image.affine), *_size(image)]
    return [
        Finding(case=case, path=path, severity=severity, needed=needed, got=got, remedy=remedy)
        for severity, needed, got, remedy in found
    ]


Item = tuple[Severity, str, str, str]


def _place(image: Image) -> list[Item]:
    header: Any = image.header
    if header is None:
        return []
    qform, sform = header.get_qform(coded=True)[0], header.get_sform(coded=True)[0]
    remedy = "Export the image with its place in space."
    if qform is None and sform is None:
        return [(Severity.WARNING, "a header that says where the image lies", "neither qform nor sform", remedy)]
    if np.array_equal(image.affine, np.eye(4)):
        return [(Severity.WARNING, "an affine with the spacing of the voxels", "the identity", remedy)]
    if qform is not None and sform is not None and not np.allclose(qform, sform, atol=_AGREE):
        got = f"a difference of up to {np.abs(qform - sform).max():.3g} mm"
        return [(Severity.WARNING, "qform and sform that agree", got, "Make them agree; the sform is used here.")]
    return []


def tilt(image: Image) -> float:
    """How far the axes of an image are turned from those of the scanner [degrees]; 0 where they are hardly."""
    axes = image.affine[:3, :3] / np.linalg.norm(image.affine[:3, :3], axis=0)
    sine = float(np.sort(np.abs(axes), axis=0)[1].max())
    return float(np.degrees(np.arcsin(sine))) if sine > _ALIGNED else 0.0


def _axes(affine: Array) -> list[Item]:
    axes = affine[:3, :3] / np.linalg.norm(affine[:3, :3], axis=0)
    cosine = float(np.abs(axes.T @ axes - np.eye(3)).max())
    if cosine > _PERPENDICULAR:
        got = f"axes {np.degrees(np.arccos(min(cosine, 1.0))):.2f} degrees apart"
        return [(Severity.WARNING, "perpendicular axes", got, "ITK refuses such files; orthonormalise a copy for it.")]
    return []


def _size(image: Image) -> list[Item]:
    z, y, x = image.spacing
    if all(_IN_PLANE[0] <= s <= _IN_PLANE[1] for s in (y, x)) and _THROUGH[0] <= z <= _THROUGH[1]:
        return []
    needed = f"{_IN_PLANE[0]:g} to {_IN_PLANE[1]:g} mm in plane and {_THROUGH[0]:g} to {_THROUGH[1]:g} mm through it"
    got = f"spacing (x, y, z) = {x:.3g}, {y:.3g}, {z:.3g} mm"
    return [(Severity.WARNING, needed, got, "See whether the spacing was lost or the unit is not mm.")]

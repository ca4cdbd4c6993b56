"""Tissue of a subject at a phase: on the sample points for the signal, and averaged to voxels as the truth of the maps.

    pd = mean pd_j,   x = sum pd_j x_j / sum pd_j   for x of T1, T2, T2*, off-resonance

over the samples j of a voxel; the label is the structure of most samples. Ours.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import torch

from spinbridge.core.tissue import Tissue
from spinbridge.phantoms.heart.anatomy import anatomy, majority_label
from spinbridge.phantoms.heart.field_map import field_map
from spinbridge.phantoms.heart.grid import affine
from spinbridge.phantoms.heart.motion import phase_of
from spinbridge.phantoms.heart.subject import Subject
from spinbridge.phantoms.heart.textures import spreads, textures
from spinbridge.phantoms.heart.tissues import tissue_values

Floats = npt.NDArray[np.float32]


@dataclass(frozen=True, eq=False, kw_only=True)
class TissueMaps:
    """The truth of one subject at one phase."""

    tissue: Tissue  #: (z, y, x)
    label: npt.NDArray[np.uint8]  #: `Heart` values (z, y, x)
    classes: npt.NDArray[np.uint8]  #: `Matter` codes (z, samples, y, x)
    affine: npt.NDArray[np.float64]  #: voxel (x, y, z) -> mm


def sampled_tissue(subject: Subject, classes: npt.NDArray[np.uint8]) -> Iterator[Tissue]:
    """Tissue (samples, y, x) of slice after slice, for a class map (slices, samples, y, x)."""
    values, waves, spread = tissue_values(subject), textures(subject), spreads()
    offset = field_map(subject)
    for k, codes in enumerate(classes):
        rough = spread[codes]
        t2_wave = np.exp(rough * waves.t2[k])
        yield Tissue(
            pd=torch.from_numpy(values.pd[codes] * np.exp(rough * waves.pd[k])),
            t1=torch.from_numpy(values.t1[codes] * np.exp(rough * waves.t1[k])),
            t2=torch.from_numpy(values.t2[codes] * t2_wave),
            t2star=torch.from_numpy(values.t2star[codes] * t2_wave),
            off_resonance=torch.from_numpy(values.shift[codes] + offset[k]),
        )


def tissue_maps(subject: Subject, phase: str | float) -> TissueMaps:
    """The voxel maps at `ED`, `ES` or a phase from 0 to 1."""
    classes = anatomy(subject, phase_of(phase))
    slices = [_average(tissue) for tissue in sampled_tissue(subject, classes)]
    pd, t1, t2, t2star, offset = (torch.stack(maps) for maps in zip(*slices, strict=True))
    return TissueMaps(
        tissue=Tissue(pd=pd, t1=t1, t2=t2, t2star=t2star, off_resonance=offset),
        label=majority_label(classes),
        classes=classes,
        affine=affine(subject),
    )


def _average(tissue: Tissue) -> tuple[torch.Tensor, ...]:
    offset = torch.zeros_like(tissue.pd) if tissue.off_resonance is None else tissue.off_resonance
    weight = tissue.pd + 1e-6
    total = weight.sum(0)
    means = ((weight * value).sum(0) / total for value in (tissue.t1, tissue.t2, tissue.t2star_or_t2, offset))
    return (tissue.pd.mean(0), *means)

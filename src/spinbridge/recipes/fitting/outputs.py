"""What `fit` writes of a case: tissue maps as `reverse` writes them, and beside them why voxels have no value.

    CASE_PD.nii.gz ... CASE_label.nii.gz    as in `recipes/tissue_maps.py`; NaN where a fit failed
    CASE_failure.nii.gz                     0 where there is a value, else the reason, a value of `Failure`
    CASE_residual.nii.gz                    of the fit, in the units of the images
    CASE_fit.json                           medians of each structure, failures by reason, what was assumed
    CASE.png                                the maps of the slice with most heart

Times in seconds. PD is relative to water, by one factor for a case: that which gives the labelled heart, or where there
is no label all voxels, the median of usual tissue.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

from spinbridge.core.case import Case
from spinbridge.core.files import read_json, write_json
from spinbridge.core.image import Image
from spinbridge.core.structures import Heart
from spinbridge.core.tissue import Tissue
from spinbridge.data.nifti import write_image
from spinbridge.methods.reverse_imaging.estimate import TissueEstimate
from spinbridge.physics.fits.of_sequence import SequenceFit
from spinbridge.physics.fits.relaxation_fit import Failure, RelaxationFit
from spinbridge.recipes.fitting.assumed import NAMES, Assumed
from spinbridge.recipes.fitting.picture import write_picture
from spinbridge.recipes.tissue_maps import write_maps


@dataclass(frozen=True, kw_only=True)
class StructureSummary:
    """One structure of a case; medians over its voxels that have a value, NaN where there is none."""

    structure: str
    t1: float  #: [s]
    t1_sd: float  #: median standard deviation of a voxel [s]
    t2: float  #: [s]
    t2_sd: float  #: [s]
    voxels: int
    failed: int  #: of the voxels


@dataclass(frozen=True, kw_only=True)
class CaseSummary:
    """What a fit came to."""

    case: str
    measured: tuple[str, ...]  #: T1, T2 or both; the other one is assumed
    structures: tuple[StructureSummary, ...]  #: whole, then those that are labelled
    failures: dict[str, int]  #: voxels by reason
    gain: float  #: grey value of a pd of 1


def write_fit(
    folder: Path,
    case: Case,
    fit: SequenceFit,
    found: RelaxationFit,
    assumed: Assumed,
    steps: tuple[dict[str, Any], ...],
) -> None:
    """Write everything of a case; the record of its PD map comes last, so that a case with a record is whole."""
    good = ~found.failed
    gain = _gain(found.amplitude, assumed, good)
    t1, t1_sd = _measured_or(found.t1, found.t1_sd, assumed.t1, assumed.t1_sd, good)
    t2, t2_sd = _measured_or(found.t2, found.t2_sd, assumed.t2, assumed.t2_sd, good)
    tissue = Tissue(
        pd=found.amplitude / gain,
        t1=t1,
        t2=t2,
        t2star=1 / (1 / t2 + assumed.t2_prime),
        off_resonance=torch.zeros_like(t1),
    )
    estimate = TissueEstimate(
        tissue=tissue,
        deviation=Tissue(pd=found.amplitude_sd / gain, t1=t1_sd, t2=t2_sd),
        shares=torch.nn.functional.one_hot(assumed.classes, len(NAMES)).movedim(-1, 0).float(),
        names=NAMES,
        log_gain=torch.full_like(t1, gain).log(),
        model=fit.model,
    )
    for kind, values in (("failure", found.failure), ("residual", found.residual.float())):
        place = Image(data=values.numpy(), affine=case.image.affine, header=case.image.header)
        write_image(folder / f"{case.name}_{kind}.nii.gz", place)
    write_json(folder / f"{case.name}_fit.json", _summary(case, found, estimate, gain))
    write_picture(folder / f"{case.name}.png", estimate, found, case)
    write_maps(folder, case, estimate, steps)


def read_summary(folder: Path, name: str) -> dict[str, Any]:
    """The summary of a finished case, plain."""
    plain: dict[str, Any] = read_json(folder / f"{name}_fit.json")
    return plain


def _measured_or(
    values: Tensor | None, deviation: Tensor | None, usual: Tensor, spread: Tensor, good: Tensor
) -> tuple[Tensor, Tensor]:
    """A time and its deviation as measured, or the usual ones where the fit has a value."""
    time, sd = (usual, spread) if values is None or deviation is None else (values, deviation)
    return tuple(torch.where(good, each.float(), torch.nan) for each in (time, sd))  # type: ignore[return-value]


def _gain(amplitude: Tensor, assumed: Assumed, good: Tensor) -> float:
    """The grey value of a pd of 1."""
    heart = good & (assumed.classes > 0)
    where = heart if bool(heart.any()) else good
    return float((amplitude / assumed.pd)[where].median()) if bool(where.any()) else 1.0


def _summary(case: Case, found: RelaxationFit, estimate: TissueEstimate, gain: float) -> CaseSummary:
    places = {"whole": torch.ones_like(found.failed)}
    if case.label is not None:
        label = torch.from_numpy(case.label.data.astype(np.int64))
        places |= {
            structure.name: label == structure for structure in Heart.foreground() if bool((label == structure).any())
        }
    reasons = torch.bincount(found.failure.flatten().long(), minlength=len(Failure)).tolist()
    return CaseSummary(
        case=case.name,
        measured=tuple(name for name, values in (("T1", found.t1), ("T2", found.t2)) if values is not None),
        structures=tuple(_of_structure(name, where, found, estimate) for name, where in places.items()),
        failures={reason.name.lower(): reasons[reason] for reason in Failure if reason is not Failure.NONE},
        gain=gain,
    )


def _of_structure(name: str, where: Tensor, found: RelaxationFit, estimate: TissueEstimate) -> StructureSummary:
    good = where & ~found.failed
    middle = [
        float(values[good].nanmedian()) if bool(good.any()) else float("nan")
        for values in (estimate.tissue.t1, estimate.deviation.t1, estimate.tissue.t2, estimate.deviation.t2)
    ]
    t1, t1_sd, t2, t2_sd = middle
    failed = int((where & found.failed).sum())
    return StructureSummary(
        structure=name, t1=t1, t1_sd=t1_sd, t2=t2, t2_sd=t2_sd, voxels=int(where.sum()), failed=failed
    )

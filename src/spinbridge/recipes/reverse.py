"""`reverse`: images to PD, T1 and T2 maps with a standard deviation each, by the tissue mixture."""

from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import numpy as np
import torch

from spinbridge.core.case import Case
from spinbridge.core.provenance import step
from spinbridge.core.units import Kind, parse_quantity
from spinbridge.data.finding import Finding
from spinbridge.methods.reverse_imaging.estimate import TissueEstimate
from spinbridge.methods.reverse_imaging.inversion import InversionSettings, invert
from spinbridge.methods.reverse_imaging.prior import tissue_prior
from spinbridge.physics.sequence_language import parse_image_sequence
from spinbridge.recipes.claim import claim_for, refuse_inside
from spinbridge.recipes.image_trains import ImageTrain, find_trains
from spinbridge.recipes.parallel import for_each_parallel
from spinbridge.recipes.tissue_maps import finished, write_maps


@dataclass(frozen=True, kw_only=True)
class ReverseSettings:
    """Estimate PD, T1 and T2 of every voxel, with a standard deviation each, from images of one known sequence.

    One bSSFP image tells proton density and the ratio T1/T2; the rest is what the tissue table says of the tissue that
    the voxel most likely is. Labels are used where there are any. The standard deviations say how much is known.
    """

    data: Path  #: images: ACDC, M&Ms-2, nnU-Net raw or a folder of NIfTI files
    out: Path  #: folder for CASE_PD.nii.gz, CASE_T1.nii.gz (seconds) and so on
    sequence: str = "bssfp"  #: that the images were taken with, where the data set does not say it
    field: str = "1.5T"  #: field strength, where the data set does not say it
    fit_flip_angle: bool = False  #: fit a factor of the flip angle with the receive gain
    ignore_labels: bool = False  #: use intensities alone
    workers: int = 0  #: processes; 0 for one per processor


@dataclass(frozen=True, kw_only=True)
class ReverseResult:
    """What was estimated."""

    folder: str
    cases: tuple[str, ...]
    failures: tuple[Finding, ...]


def reverse(settings: ReverseSettings) -> ReverseResult:
    """Write tissue maps of every case; finished cases of the same command are kept.

    Raises `InputError` where there is no data set, `SequenceError` for a sequence that cannot be read,
    `OutputError` where OUT holds other things.
    """
    model = parse_image_sequence(settings.sequence)
    parse_quantity(settings.field, Kind.FIELD, where="--field")
    refuse_inside(settings.out, settings.data)
    trains = find_trains(settings.data, model)
    claim_for(settings.out, "reverse")
    work = partial(_reverse, settings=settings)
    outcome = for_each_parallel(
        trains.items, work, name=_name_of, what="estimating tissue", workers=settings.workers
    ).require_some(settings.data)
    failures = (*trains.failures, *outcome.failures)
    return ReverseResult(folder=str(settings.out), cases=tuple(outcome.results), failures=failures)


def estimate_tissue(case: Case, images: torch.Tensor, settings: ReverseSettings) -> TissueEstimate:
    """The tissue of one case from its images (N, z, y, x)."""
    field = case.field_strength or parse_quantity(settings.field, Kind.FIELD)
    label = None
    if case.label is not None:
        label = torch.from_numpy(case.label.data.astype(np.int64))
    return invert(
        images,
        parse_image_sequence(case.sequence or settings.sequence),
        tissue_prior(field),
        spacing=case.image.pixel,
        label=label,
        settings=InversionSettings(fit_flip_angle=settings.fit_flip_angle),
    )


def _reverse(train: ImageTrain, *, settings: ReverseSettings) -> None:
    case, images = train.load(labelled=not settings.ignore_labels)
    how = {
        "sequence": case.sequence or settings.sequence,
        "field": settings.field,
        "ignore_labels": settings.ignore_labels,
        "inversion": InversionSettings(fit_flip_angle=settings.fit_flip_angle),
    }
    steps = (*case.history, step("reverse", settings=how))
    if not finished(settings.out, case.name, steps):
        write_maps(settings.out, replace(case, history=steps), estimate_tissue(case, images, settings), steps)


def _name_of(train: ImageTrain) -> str:
    return train.name

"""`reverse`: images to PD, T1 and T2 maps with a standard deviation each, by the tissue mixture."""

from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import numpy as np
import torch

from spinbridge.core.case import Case
from spinbridge.core.provenance import step
from spinbridge.core.units import Kind, parse_quantity
from spinbridge.data.detect import open_dataset
from spinbridge.methods.reverse_imaging.estimate import TissueEstimate
from spinbridge.methods.reverse_imaging.inversion import InversionSettings, invert
from spinbridge.methods.reverse_imaging.prior import TissuePrior, tissue_prior
from spinbridge.physics.sequences.language import parse_image_sequence
from spinbridge.recipes.each_train import Written, for_each_train
from spinbridge.recipes.image_trains import ImageTrain, find_trains, refuse_contradiction
from spinbridge.recipes.tissue_maps import finished, write_maps


@dataclass(frozen=True, kw_only=True)
class ReverseSettings:
    """Estimate PD, T1 and T2 of every voxel, with a standard deviation each, from images of one known sequence.

    One bSSFP image tells proton density and the ratio T1/T2; the rest is what the tissue table says of the tissue that
    the voxel most likely is. Labels are used where there are any. The standard deviations say how much is known.
    """

    data: Path  #: images: ACDC, M&Ms-2, nnU-Net raw or a folder of NIfTI files
    out: Path  #: folder for CASE_PD.nii.gz, CASE_T1.nii.gz (seconds) and so on
    sequence: str = ""  #: that the images were taken with, where the data set does not say it; else `bssfp`
    field: str = "1.5T"  #: field strength, where the data set does not say it
    contrast: str = "native"  #: native, or post for images taken some 15 minutes after a gadolinium contrast agent
    fit_flip_angle: bool = False  #: fit a factor of the flip angle with the receive gain
    ignore_labels: bool = False  #: use intensities alone
    workers: int = 0  #: processes; 0 for one per processor


def reverse(settings: ReverseSettings) -> Written:
    """Write tissue maps of every case; finished cases of the same command are kept.

    Raises `InputError` where there is no data set, `SequenceError` for a sequence that cannot be read, `SettingsError`
    where --sequence contradicts what the data set states, `OutputError` where OUT holds other things.
    """
    if settings.sequence:
        parse_image_sequence(settings.sequence)
    tissue_prior(parse_quantity(settings.field, Kind.FIELD, where="--field"), settings.contrast)
    dataset = open_dataset(settings.data)
    refuse_contradiction(dataset, settings.sequence, where="--sequence")
    return for_each_train(
        find_trains(dataset, settings.sequence or "bssfp"),
        partial(_reverse, settings=settings),
        data=settings.data,
        out=settings.out,
        command="reverse",
        what="estimating tissue",
        workers=settings.workers,
    )


def estimate_tissue(
    case: Case, images: torch.Tensor, *, sequence: str, prior: TissuePrior, inversion: InversionSettings
) -> TissueEstimate:
    """The tissue of one case from its images (N, z, y, x), with the help of its label where it has one."""
    label = None if case.label is None else torch.from_numpy(case.label.data.astype(np.int64))
    model = parse_image_sequence(sequence)
    return invert(images, model, prior, spacing=case.image.pixel, label=label, settings=inversion)


def _reverse(train: ImageTrain, *, settings: ReverseSettings) -> None:
    case, images = train.load(labelled=not settings.ignore_labels)
    field = case.field_strength or parse_quantity(settings.field, Kind.FIELD)
    inversion = InversionSettings(fit_flip_angle=settings.fit_flip_angle)
    how = {
        "sequence": case.sequence,
        "field": field,
        "contrast": settings.contrast,
        "ignore_labels": settings.ignore_labels,
        "inversion": inversion,
    }
    steps = (*case.history, step("reverse", settings=how))
    if not finished(settings.out, case.name, steps):
        prior = tissue_prior(field, settings.contrast)
        estimate = estimate_tissue(case, images, sequence=case.sequence, prior=prior, inversion=inversion)
        write_maps(settings.out, replace(case, history=steps), estimate, steps)

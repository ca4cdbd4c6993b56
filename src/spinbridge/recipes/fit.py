"""`fit`: mapping images to T1 and T2 maps with a standard deviation each, by the parametric fit of their sequence."""

from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from spinbridge.core.case import Case
from spinbridge.core.errors import SettingsError
from spinbridge.core.provenance import step
from spinbridge.core.units import Kind, parse_quantity
from spinbridge.data.dataset import Dataset
from spinbridge.data.detect import open_dataset
from spinbridge.data.finding import Finding
from spinbridge.methods.reverse_imaging.prior import CONTRASTS
from spinbridge.physics.fits.of_sequence import SequenceFit
from spinbridge.physics.fits.relaxation_fit import Limits
from spinbridge.physics.sequences.language import parse_image_sequence
from spinbridge.physics.sequences.molli import GatedMOLLI
from spinbridge.physics.sequences.registry import word_of
from spinbridge.physics.tissue_table import load_tissues
from spinbridge.recipes.each_train import for_each_train
from spinbridge.recipes.fitting.assumed import assumed_of, known_digests, told
from spinbridge.recipes.fitting.corrected import corrected
from spinbridge.recipes.fitting.eligible import only_relaxation, refuse_failed, refuse_others
from spinbridge.recipes.fitting.outputs import read_summary, write_fit
from spinbridge.recipes.image_trains import ImageTrain, find_trains, refuse_contradiction
from spinbridge.recipes.tissue_maps import finished

_FAINT = 0.05  # of the brightest voxels: where a voxel's largest signal is below, there is air


@dataclass(frozen=True, kw_only=True)
class FitSettings:
    """T1 and T2 maps of mapping images, voxel by voxel, with standard deviations and the voxels that failed.

    MOLLI, ShMOLLI and SASHA tell T1, mSASHA both times, T2-prep T2. The bias that a fit is known to have under its own
    protocol is simulated and taken off. The time that the images do not tell is assumed for this: that of --t1 or --t2,
    of --known, or of usual tissue by the label, myocardium where there is none.
    """

    data: Path  #: images: ACDC, M&Ms-2, nnU-Net raw or a folder of NIfTI files, 4D with one frame an image
    out: Path  #: folder for CASE_T1.nii.gz (seconds), CASE_T1-sd.nii.gz, CASE_failure.nii.gz and so on
    sequence: str = ""  #: of the images where nothing says it, such as `molli(scheme=5(3)3,hr=60bpm)`
    apparent: bool = False  #: write the times as fitted, with their bias
    signed: bool = False  #: the images carry their sign (phase-sensitive reconstruction)
    by_time: bool = False  #: the frames are in the order of their inversion times, not of acquisition (MOLLI)
    noise: float | None = None  #: standard deviation of the images' noise; each voxel's residual where not given
    t1: str = ""  #: T1 that is assumed where the images do not tell it, such as 1200ms
    t2: str = ""  #: the same of T2, such as 50ms
    known: Path | None = None  #: folder of maps of the same cases, to take the time from that the images do not tell
    field: str = "1.5T"  #: field strength, where the data set does not say it
    contrast: str = "native"  #: native, or post for images taken some 15 minutes after a gadolinium contrast agent
    ignore_labels: bool = False  #: do without labels
    workers: int = 0  #: processes; 0 for one per processor


@dataclass(frozen=True, kw_only=True)
class FitResult:
    """What was fitted."""

    folder: str
    cases: tuple[str, ...]
    summaries: tuple[dict[str, Any], ...]  #: of each case, as CASE_fit.json holds it
    failures: tuple[Finding, ...]  #: cases that failed; the others are done
    notes: tuple[Finding, ...] = ()  #: images of other sequences that were left out


def fit(settings: FitSettings) -> FitResult:
    """Write the maps of every case; finished cases of the same command are kept.

    Images of a data set whose stated sequence tells no relaxation time are left out with a note; a case of which hardly
    a voxel has a value counts as failed. Raises `InputError` where there is no data set or no case came through,
    `SequenceError` for a sequence that cannot be read or where none tells a relaxation time, `SettingsError` where
    nothing says the sequence or --sequence contradicts what does, `OutputError` where OUT holds other things.
    """
    if settings.sequence:
        SequenceFit(model=parse_image_sequence(settings.sequence))
    _refuse_wrong(settings)
    dataset, notes = only_relaxation(open_dataset(settings.data))
    refuse_contradiction(dataset, settings.sequence, where="--sequence")
    _refuse_unstated(dataset, settings.sequence)
    refuse_others(dataset)
    written = for_each_train(
        find_trains(dataset, settings.sequence),
        partial(_fit, settings=settings),
        data=settings.data,
        out=settings.out,
        command="fit",
        what="fitting",
        workers=settings.workers,
    )
    summaries = tuple(read_summary(settings.out, name) for name in written.cases)
    return FitResult(
        folder=written.folder, cases=written.cases, summaries=summaries, failures=written.failures, notes=notes
    )


def _refuse_wrong(settings: FitSettings) -> None:
    load_tissues(parse_quantity(settings.field, Kind.FIELD, where="--field"))
    for name, text in (("--t1", settings.t1), ("--t2", settings.t2)):
        if text and not parse_quantity(text, Kind.TIME, where=name) > 0:
            raise SettingsError("a time above zero", text, where=name)
    if settings.contrast not in CONTRASTS:
        raise SettingsError(f"a contrast among {', '.join(CONTRASTS)}", f"'{settings.contrast}'", where="--contrast")
    if settings.noise is not None and not settings.noise > 0:
        raise SettingsError("noise above zero", f"{settings.noise:g}", where="--noise")


def _refuse_unstated(dataset: Dataset, sequence: str) -> None:
    """Raise where neither the data set nor the user says the sequence of an entry."""
    unknown = next((entry for entry in dataset.entries if not entry.sequence), None)
    if unknown is not None and not sequence:
        needed = f"the sequence that {unknown.name} was taken with"
        remedy = "Name it, such as molli(scheme=5(3)3,hr=60bpm), or state it as 'sequence' in spinbridge.json."
        raise SettingsError(needed, "none", remedy=remedy, where="--sequence")


def _fit(train: ImageTrain, *, settings: FitSettings) -> None:
    case, images = train.load(labelled=not settings.ignore_labels)
    field = case.field_strength or parse_quantity(settings.field, Kind.FIELD)
    how = {name: getattr(settings, name) for name in _DECISIVE}
    how |= {"sequence": case.sequence, "field": field, "known": known_digests(settings.known, case)}
    steps = (*case.history, step("fit", settings=how))
    if finished(settings.out, case.name, steps):
        return
    sequence_fit = _sequence_fit(case, images, settings)
    voxels = _in_order(images, sequence_fit, settings)
    assumed = assumed_of(case, field, settings.contrast)
    for name, text in (("t1", settings.t1), ("t2", settings.t2)):
        given = told(text, settings.known, case, name) if name in sequence_fit.lacks else None
        if given is not None:
            assumed = replace(assumed, **{name: given[0], f"{name}_sd": given[1]})
    found = sequence_fit(voxels)
    if not settings.apparent:
        given_times = {name: getattr(assumed, name) for name in sequence_fit.lacks}
        found = corrected(sequence_fit, found, given_times, assumed.blood)
    refuse_failed(case, found, case.sequence)
    write_fit(settings.out, replace(case, history=steps), sequence_fit, found, assumed, steps)


_DECISIVE = ("apparent", "signed", "by_time", "noise", "t1", "t2", "contrast", "ignore_labels")


def _sequence_fit(case: Case, images: Tensor, settings: FitSettings) -> SequenceFit:
    """The fit of the case's sequence, which looks for nothing in air."""
    peaks = images.abs().amax(0)
    bright = torch.quantile(peaks.flatten()[:: max(1, peaks.numel() // 1_000_000)], 0.99)
    limits = Limits(signal=_FAINT * float(bright))
    model = parse_image_sequence(case.sequence)
    return SequenceFit(model=model, signed=settings.signed, noise=settings.noise, limits=limits)


def _in_order(images: Tensor, fit: SequenceFit, settings: FitSettings) -> Tensor:
    """Images as they were acquired."""
    if not settings.by_time:
        return images
    if not isinstance(fit.model, GatedMOLLI):
        word = word_of(fit.model)
        raise SettingsError("images of MOLLI", word.name if word else type(fit.model).__name__, where="--by-time")
    place = torch.tensor(fit.model.timing.image_times, dtype=torch.float64).argsort(stable=True).argsort(stable=True)
    return images[place]

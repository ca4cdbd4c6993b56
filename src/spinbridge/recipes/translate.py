"""`translate`: target images to the source sequence, for a segmenter that is already trained (RI-T2S)."""

from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from spinbridge.core.errors import SequenceError
from spinbridge.core.image import Image
from spinbridge.core.provenance import step, write_record
from spinbridge.core.units import Kind, parse_quantity
from spinbridge.data.finding import Finding
from spinbridge.data.nifti import write_image
from spinbridge.methods.reverse_imaging.prior import BLOOD
from spinbridge.methods.reverse_imaging.rendering import rendered
from spinbridge.physics.sequence_language import parse_image_sequence
from spinbridge.recipes.claim import claim_for, refuse_inside
from spinbridge.recipes.image_trains import ImageTrain, find_trains
from spinbridge.recipes.parallel import for_each_parallel
from spinbridge.recipes.render import stored
from spinbridge.recipes.reverse import ReverseSettings, estimate_tissue


@dataclass(frozen=True, kw_only=True)
class TranslateSettings:
    """Show target images as the source sequence would have, for a segmenter that is already trained.

    Labels of the target are never looked at. One GRE image of short echo time tells nothing of T2: expect little of
    it, and more of a whole MOLLI train.
    """

    target: Path  #: images to translate
    out: Path  #: folder for CASE_0000.nii.gz, as nnU-Net predicts from
    source: str = "gre"  #: sequence the target was taken with, such as `molli(scheme=5(3)3,hr=60bpm)`
    to: str = "bssfp"  #: sequence the segmenter was trained on
    field: str = "1.5T"  #: field strength of the target
    workers: int = 0  #: processes; 0 for one per processor


@dataclass(frozen=True, kw_only=True)
class TranslateResult:
    """What was translated."""

    folder: str
    cases: tuple[str, ...]
    failures: tuple[Finding, ...]


def translate(settings: TranslateSettings) -> TranslateResult:
    """Write each case under the other sequence, in its own geometry.

    Raises `InputError` where there is no data set, `SequenceError` for a sequence that cannot be read,
    `OutputError` where OUT holds other things.
    """
    model = parse_image_sequence(settings.source)
    images = parse_image_sequence(settings.to).images
    if len(images) != 1:
        remedy = "Name one image of it, such as molli(ti=300ms)."
        raise SequenceError("a sequence of one image to translate to", f"{len(images)}", remedy=remedy, where="--to")
    parse_quantity(settings.field, Kind.FIELD, where="--field")
    refuse_inside(settings.out, settings.target)
    trains = find_trains(settings.target, model)
    claim_for(settings.out, "translate")
    work = partial(_translate, settings=settings)
    outcome = for_each_parallel(
        trains.items, work, name=_name_of, what="translating", workers=settings.workers
    ).require_some(settings.target)
    failures = (*trains.failures, *outcome.failures)
    return TranslateResult(folder=str(settings.out), cases=tuple(outcome.results), failures=failures)


def _translate(train: ImageTrain, *, settings: TranslateSettings) -> None:
    case, images = train.load(labelled=False)
    case = replace(case, sequence=settings.source)
    how = ReverseSettings(data=settings.target, out=settings.out, sequence=settings.source, field=settings.field)
    estimate = estimate_tissue(case, images, how)
    signal = rendered(estimate.tissue, estimate.share(BLOOD), parse_image_sequence(settings.to))[0]
    voxels = stored(signal.abs()).numpy()
    path = settings.out / f"{case.name}_0000.nii.gz"
    write_image(path, Image(data=voxels, affine=case.image.affine, header=case.image.header))
    made = step("translate", settings={"from": settings.source, "to": settings.to, "field": settings.field})
    write_record(path, (*case.history, made), synthetic=True, sequence=settings.to)


def _name_of(train: ImageTrain) -> str:
    return train.name

"""`translate`: target images to the source sequence, for a segmenter that is already trained (RI-T2S)."""

from dataclasses import dataclass
from functools import partial
from pathlib import Path

from spinbridge.core.errors import SequenceError, SettingsError
from spinbridge.core.files import output_errors
from spinbridge.core.provenance import read_record, sidecar, step, write_record
from spinbridge.core.units import Kind, parse_quantity
from spinbridge.data.dataset import Dataset
from spinbridge.data.detect import open_dataset
from spinbridge.data.nifti import write_image
from spinbridge.methods.reverse_imaging.inversion import InversionSettings
from spinbridge.methods.reverse_imaging.prior import BLOOD, tissue_prior
from spinbridge.methods.reverse_imaging.rendering import rendered
from spinbridge.physics.sequences.language import parse_image_sequence
from spinbridge.physics.sequences.reception import as_received
from spinbridge.physics.sequences.registry import after_agent
from spinbridge.recipes.each_train import Written, for_each_train
from spinbridge.recipes.image_trains import ImageTrain, find_trains, refuse_contradiction
from spinbridge.recipes.render import stored
from spinbridge.recipes.reverse import estimate_tissue


@dataclass(frozen=True, kw_only=True)
class TranslateSettings:
    """Show target images as the source sequence would have, for a segmenter that is already trained.

    Labels of the target are never looked at. One GRE image of short echo time tells nothing of T2: expect little of
    it, and more of a whole MOLLI train.
    """

    target: Path  #: images to translate
    out: Path  #: folder for CASE_0000.nii.gz, as nnU-Net predicts from
    source: str = ""  #: sequence of the target where its files do not say it, such as `molli(scheme=5(3)3,hr=60bpm)`
    to: str = "bssfp"  #: sequence the segmenter was trained on
    field: str = "1.5T"  #: field strength of the target, where its files do not say it
    contrast: str = "native"  #: of the target: native, or post for images after a gadolinium contrast agent
    workers: int = 0  #: processes; 0 for one per processor


def translate(settings: TranslateSettings) -> Written:
    """Write each case under the other sequence, in its own geometry; finished cases of the same command are kept.

    Raises `InputError` where there is no data set, `SequenceError` for a sequence that cannot be read, `SettingsError`
    where nothing says the sequence of the target or --from contradicts it, `OutputError` where OUT holds other things.
    """
    if settings.source:
        parse_image_sequence(settings.source)
    images = parse_image_sequence(settings.to).images
    if len(images) != 1:
        remedy = "Name one image of it, such as molli(ti=300ms)."
        raise SequenceError("a sequence of one image to translate to", f"{len(images)}", remedy=remedy, where="--to")
    tissue_prior(parse_quantity(settings.field, Kind.FIELD, where="--field"), settings.contrast)
    dataset = open_dataset(settings.target)
    refuse_contradiction(dataset, settings.source, where="--from")
    if not settings.source:
        _refuse_unstated(dataset)
    return for_each_train(
        find_trains(dataset, settings.source),
        partial(_translate, settings=settings),
        data=settings.target,
        out=settings.out,
        command="translate",
        what="translating",
        workers=settings.workers,
    )


def _refuse_unstated(dataset: Dataset) -> None:
    """Raise where the data set states no sequence of an entry."""
    unknown = next((entry for entry in dataset.entries if not entry.sequence), None)
    if unknown is not None:
        needed = f"the sequence that {unknown.name} was taken with"
        remedy = "Name it, such as gre(fa=15deg,tr=5ms), or state it as 'sequence' in spinbridge.json."
        raise SettingsError(needed, "none here or in the data set", remedy=remedy, where="--from")


def _translate(train: ImageTrain, *, settings: TranslateSettings) -> None:
    case, images = train.load(labelled=False)
    field = case.field_strength or parse_quantity(settings.field, Kind.FIELD)
    inversion = InversionSettings()
    how = {
        "from": case.sequence,
        "to": settings.to,
        "field": field,
        "contrast": settings.contrast,
        "inversion": inversion,
    }
    steps = (*case.history, step("translate", settings=how))
    path = settings.out / f"{case.name}_0000.nii.gz"
    if path.is_file() and read_record(path).get("steps") == list(steps):
        return
    with output_errors(path):
        sidecar(path).unlink(missing_ok=True)  # so that an image with a record is whole
    prior = tissue_prior(field, settings.contrast)
    estimate = estimate_tissue(case, images, sequence=case.sequence, prior=prior, inversion=inversion)
    model = parse_image_sequence(settings.to)
    native = settings.contrast == "native"
    tissue = estimate.tissue_after_agent if native and after_agent(model) else estimate.tissue
    signal = rendered(tissue, estimate.share(BLOOD), model, estimate.pools)[0]
    write_image(path, case.image.with_data(stored(as_received(model, signal)).numpy()))
    write_record(path, steps, synthetic=True, sequence=settings.to)

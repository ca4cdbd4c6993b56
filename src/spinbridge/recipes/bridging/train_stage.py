"""Tissue of every training slice, then one training for each augmentation and seed, under one budget."""

from collections.abc import Sequence
from functools import partial

from spinbridge.core.case import Case
from spinbridge.core.errors import InputError, SettingsError
from spinbridge.core.provenance import file_digest, step
from spinbridge.core.slices import Augmentation
from spinbridge.data.case_loop import Outcome
from spinbridge.data.finding import Finding
from spinbridge.methods.augment.chain import Chain, Keep, Normalise, OneOf
from spinbridge.methods.augment.gmm import LabelMixture
from spinbridge.methods.augment.intensity import Intensity
from spinbridge.methods.augment.random_contrast import RandomContrast
from spinbridge.methods.augment.spatial import Spatial
from spinbridge.methods.reverse_imaging.augmentation import PhysicsAugmentation, PhysicsSettings
from spinbridge.methods.reverse_imaging.inversion import InversionSettings
from spinbridge.methods.reverse_imaging.sequence_draws import family_of
from spinbridge.methods.reverse_imaging.spins import SpinSlice, load_spins, save_spins, spin_slices
from spinbridge.physics.protocols.catalogue import load_protocol
from spinbridge.recipes.bridging.settings import BridgeSettings, Model, Workplace
from spinbridge.recipes.bridging.source import prior_of, read_training_cases, sequence_of, split_source
from spinbridge.recipes.parallel import for_each_parallel
from spinbridge.segmentation.slices import training_slices
from spinbridge.segmentation.unet import UNetSegmenter, is_trained

_NEEDS_TISSUE = frozenset({"physics", "mixed"})
_SOURCE = 0.5  # share of samples that keep the contrast of the source, alike in all that change it


def models(settings: BridgeSettings) -> list[Model]:
    """Every training, seeds outermost, so that the first finished ones are of all augmentations."""
    return [Model(name, number) for number in range(settings.seeds) for name in settings.augmentations]


def prepare_tissue(cases: Sequence[Case], settings: BridgeSettings) -> None:
    """Invert the slices of every training case at the segmenter's spacing, once for all trainings.

    Raises `InputError` where one is missing at the end: a training without it would not be the one asked for.
    """
    if not _NEEDS_TISSUE & set(settings.augmentations):
        return
    place = Workplace(settings.out)
    waiting = [case for case in cases if not (place.tissue / f"{case.name}.safetensors").exists()]
    if not waiting or not _untrained(settings):
        return
    work = partial(_prepare_case, settings=settings)
    what = "estimating tissue of training slices"
    failures = for_each_parallel(waiting, work, name=_name_of, what=what, workers=settings.workers).failures
    if failures:
        got = f"none of {len(failures)}, the first: {failures[0]}".rstrip(".")
        raise InputError("the tissue of every training case", got, remedy="Run the same command again.")


def train_models(cases: Sequence[str], settings: BridgeSettings) -> tuple[Finding, ...]:
    """Train every model that is not trained yet on the `cases` of these names, on all of them or not at all."""
    waiting = _untrained(settings)
    if not waiting:
        return ()
    work = partial(_train, names=tuple(cases), settings=settings)
    workers = settings.training_workers
    outcome: Outcome[None] = for_each_parallel(waiting, work, name=_model_name, what="training", workers=workers)
    if len(_untrained(settings)) == len(models(settings)):
        outcome.require_some(Workplace(settings.out).out / "models")
    return outcome.failures


def _untrained(settings: BridgeSettings) -> list[Model]:
    place = Workplace(settings.out)
    return [model for model in models(settings) if not is_trained(place.model(model))]


def augmentation(name: str, cases: Sequence[Case], settings: BridgeSettings) -> Augmentation:
    """The augmentation of a name, as `--augment` has it. Spatial and intensity changes are common to all but `none`."""
    patch = settings.network.patch
    if name == "none":
        still = Spatial(patch=patch, rotation_chance=0, zoom_chance=0, mirror_chance=0)
        return Chain((Normalise(), still))
    return Chain((_contrast(name, cases, settings), Normalise(), Spatial(patch=patch), Intensity()))


def _contrast(name: str, cases: Sequence[Case], settings: BridgeSettings) -> Augmentation:
    """What changes the contrast of a slice; all that change it keep the source in half of the samples."""
    if name == "standard":
        return Keep()
    if name == "random-contrast":
        return OneOf((Keep(), RandomContrast()), (_SOURCE, 1 - _SOURCE))
    if name == "gmm":
        return OneOf((Keep(), LabelMixture()), (_SOURCE, 1 - _SOURCE))
    if name == "physics":
        return _physics(cases, settings, source_chance=_SOURCE)
    if name == "mixed":
        choices = (Keep(), _physics(cases, settings, source_chance=0.0), LabelMixture())
        return OneOf(choices, (_SOURCE, (1 - _SOURCE) / 2, (1 - _SOURCE) / 2))
    raise SettingsError("an augmentation that exists", f"'{name}'", where="--augment")


def _physics(cases: Sequence[Case], settings: BridgeSettings, *, source_chance: float) -> PhysicsAugmentation:
    folder = Workplace(settings.out).tissue
    spins: dict[str, SpinSlice] = {}
    for case in cases:
        spins |= load_spins(folder / f"{case.name}.safetensors", prior_of(case, settings))
    families = drawn_families(cases, settings)
    drawn = PhysicsSettings(families=families, source_chance=source_chance, protocol=settings.protocol)
    return PhysicsAugmentation(spins=spins, settings=drawn)


def drawn_families(cases: Sequence[Case], settings: BridgeSettings) -> tuple[str, ...]:
    """The kinds of sequence that training draws from: those asked for and those of the training cases.

    Under a named protocol the training cases' own is left out if its scanners do not play it.
    """
    own = {family_of(sequence_of(case, settings)) for case in cases}
    if settings.protocol:
        own &= set(load_protocol(settings.protocol).words)
    return tuple(sorted(own | {family_of(model) for model in settings.sequences.values()}))


def _prepare_case(case: Case, *, settings: BridgeSettings) -> None:
    network = settings.network
    slices = training_slices(case, spacing=network.spacing, field=network.field)
    spins = spin_slices(slices, sequence_of(case, settings), prior_of(case, settings), InversionSettings())
    save_spins(Workplace(settings.out).tissue / f"{case.name}.safetensors", spins)


def _train(model: Model, *, names: Sequence[str], settings: BridgeSettings) -> None:
    dataset = split_source(settings)[0]
    read = read_training_cases(dataset, settings).results
    other = sorted(set(names) ^ set(read))
    if other:
        got = f"{len(other)} that can be read at one time and not at another, such as {other[0]}"
        raise InputError("the same training cases for every model", got, remedy="Run the same command again.")
    cases = list(read.values())
    seed = settings.seed + model.number
    how = {
        "augmentation": model.augmentation,
        "families": drawn_families(cases, settings),
        "protocol": settings.protocol,
        "device": settings.device,
    }
    images = {entry.name: file_digest(entry.image) for entry in dataset.entries if entry.name in read}
    segmenter = UNetSegmenter(
        settings=settings.network,
        augmentation=augmentation(model.augmentation, cases, settings),
        seed=seed,
        device=settings.device,
        history=(step("train", settings=how, seed=seed, inputs=images),),
    )
    segmenter.train(cases, Workplace(settings.out).model(model))


def _name_of(case: Case) -> str:
    return case.name


def _model_name(model: Model) -> str:
    return model.name

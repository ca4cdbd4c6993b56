"""`bridge`, the main job: source data to tissue to unseen sequences, a segmenter with and without, tested and reported.

The stages stand one a file in `recipes.bridging`; each keeps what it finished, so the same command continues a killed
run and ends with the same bytes.
"""

import shutil
from dataclasses import dataclass

from spinbridge.core.device import resolve_device
from spinbridge.core.errors import SettingsError
from spinbridge.core.files import sweep
from spinbridge.core.progress import say
from spinbridge.data.finding import Finding
from spinbridge.recipes.bridging.inputs import content_digest, file_digests, refuse_shared_images
from spinbridge.recipes.bridging.render_stage import render_held_out, render_training
from spinbridge.recipes.bridging.report_stage import write_report
from spinbridge.recipes.bridging.settings import BridgeSettings, Workplace
from spinbridge.recipes.bridging.source import (
    open_source,
    open_test_sets,
    read_cases,
    read_training_cases,
    split_source,
)
from spinbridge.recipes.bridging.test_stage import test_models
from spinbridge.recipes.bridging.train_stage import prepare_tissue, train_models
from spinbridge.recipes.claim import claim, refuse_inside
from spinbridge.version import VERSION


@dataclass(frozen=True, kw_only=True)
class BridgeResult:
    """What came of it."""

    report: str  #: path of report.html
    sentences: tuple[str, ...]  #: what the comparisons say
    failures: tuple[Finding, ...]  #: cases and trainings that failed; the others are done


def bridge(settings: BridgeSettings) -> BridgeResult:
    """Do all stages, keeping those that an earlier run with the same settings finished.

    Raises `InputError` where SOURCE cannot be learnt from or a test set not be tested on, `SettingsError` where OUT
    belongs to other settings or this machine has no such device.
    """
    resolve_device(settings.device)
    training, held_out = split_source(settings)
    _claim(settings)
    train = read_training_cases(training, settings).require_some(settings.source)
    tests = read_cases(held_out, what="reading held-out cases").require_some(settings.source)
    cases = list(train.results.values())
    failures = [*training.problems, *train.failures, *tests.failures]
    failures += render_training(cases, settings)
    failures += render_held_out(list(tests.results.values()), settings)
    prepare_tissue(cases, settings)
    failures += train_models(list(train.results), settings)
    failures += test_models(settings)
    once = tuple({str(finding): finding for finding in failures}.values())
    sentences = write_report(settings, once)
    shutil.rmtree(Workplace(settings.out).tissue, ignore_errors=True)
    sweep(settings.out)
    report = settings.out / "report.html"
    return BridgeResult(report=str(report), sentences=sentences, failures=once)


def _claim(settings: BridgeSettings) -> None:
    """Refuse what cannot be bridged, then make the folder this run's own and clear what a killed run left."""
    if any(test.resolve() == settings.source.resolve() for test in settings.test):
        remedy = "Patients of the source are held out by themselves; name another data set."
        raise SettingsError("a test set that is not the source", str(settings.source), remedy=remedy, where="--test")
    refuse_inside(settings.out, settings.source, *settings.test)
    source, tests = open_source(settings), open_test_sets(settings)
    for dataset in (source, *tests.values()):
        for note in dataset.notes:
            say(f"note: {dataset.folder.name}: {note}")
    digests = file_digests(source, *tests.values())
    for test_set in tests.values():
        refuse_shared_images(source, test_set, digests)
    roles = {f"source/{settings.source.resolve().name}": source, **{f"test/{name}": one for name, one in tests.items()}}
    inputs = {role: content_digest(dataset, digests) for role, dataset in roles.items()}
    made = {"inputs": inputs, "precision": settings.network.precision, "spinbridge": VERSION}
    claim(settings.out, {**settings.decisive(), **made})

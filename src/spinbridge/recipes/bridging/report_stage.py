"""The report of a bridge: report.html for people, results.json for programs."""

import json
from dataclasses import replace
from pathlib import Path

from spinbridge.core.device import one_thread
from spinbridge.core.files import write_json
from spinbridge.data.finding import Finding
from spinbridge.evaluation.report import write_report as write_page
from spinbridge.evaluation.report_blocks import Block, Details, Gallery, Paragraph, ReportData, Section
from spinbridge.evaluation.statistics import summarise
from spinbridge.evaluation.verdict import outcome, verdict
from spinbridge.recipes.bridging.report_pictures import (
    inversion_curve,
    rendered_gallery,
    segmentation_galleries,
    source_gallery,
)
from spinbridge.recipes.bridging.report_tables import detail_table, overview_table, statements
from spinbridge.recipes.bridging.results import COMPARED, MEAN, Results, compare, gather
from spinbridge.recipes.bridging.settings import BridgeSettings
from spinbridge.recipes.bridging.source import named_test_sets, open_source, open_test_sets
from spinbridge.recipes.bridging.test_stage import IN_DOMAIN, test_sets
from spinbridge.version import VERSION

_STRUCTURE = "MYO"  #: drawn along the inversion time: its null is where models fail
_LIMITS = (
    "The rendered test sets are made with the same signal models and tissue table as the training images of physics "
    "and mixed: they show whether training works, not whether it carries over. Only the other test sets can show that. "
    "The tissue behind a rendered test image is estimated with the label of the held-out patient, so that its borders "
    "follow the truth more closely than those of a real image. In-domain means held-out patients of the source. "
    "Intervals are over patients and say nothing of other scanners, nor of another training of the same network."
)
_ONCE = "Each augmentation was trained once, so that a difference may be of the one training; --seeds trains more."


@one_thread()
def write_report(settings: BridgeSettings, failures: tuple[Finding, ...]) -> tuple[str, ...]:
    """Write report.html and results.json into the output folder; give back the sentences of the comparisons."""
    results = gather(settings, tuple(test_sets(settings)))
    comparisons = compare(results)
    sentences = tuple(f"{name}: {verdict(one)}" for name, found in comparisons.items() for one in found)
    pairs = [(name, one) for name, ones in comparisons.items() for one in ones]
    told = [{"test_set": name, "comparison": one, "outcome": outcome(one)} for name, one in pairs]
    made = {"settings": settings.decisive(), "network": settings.network, "spinbridge": VERSION}
    found = {"results": _table(results), "comparisons": told, "sentences": list(sentences)}
    lines = _lines(settings, failures)
    write_json(settings.out / "results.json", {**made, **found, "failures": lines})
    evidence = Section(title="Evidence", blocks=(overview_table(results), *statements(comparisons)))
    sections = (
        Section(title="Pictures", blocks=_pictures(settings)),
        Section(title="Segmentations", blocks=_segmentations(settings, results)),
        *_curves(results),
        evidence,
        Section(title="Every structure and metric", blocks=tuple(detail_table(n, results) for n in results.test_sets)),
        Section(title="What failed", blocks=_failed(lines)),
        Section(title="Settings and limits", blocks=_settings(settings, results)),
    )
    lead = f"{settings.source.resolve().name}, trained with {' and '.join(results.augmentations)}, {_budget(settings)}."
    page = ReportData(title="Does the segmenter survive an unseen sequence?", sections=sections, lead=lead)
    write_page(settings.out / "report.html", page)
    return sentences


def _pictures(settings: BridgeSettings) -> tuple[Block, ...]:
    sets = test_sets(settings)
    galleries = [source_gallery(sets[IN_DOMAIN], settings)]
    galleries += [rendered_gallery(name, sets[f"rendered-{name}"]) for name in settings.sequences]
    return tuple(gallery for gallery in galleries if gallery is not None)


def _segmentations(settings: BridgeSettings, results: Results) -> tuple[Block, ...]:
    sets = test_sets(settings)
    found: list[Gallery] = []
    for name in results.test_sets:
        found += segmentation_galleries(name, sets[name].labelled(), results)
    return tuple(found)


def _curves(results: Results) -> tuple[Section, ...]:
    found = [
        curve
        for name in results.test_sets
        if _STRUCTURE in results.structures(name) and (curve := inversion_curve(name, _STRUCTURE, results)) is not None
    ]
    return (Section(title="Along the inversion time", blocks=tuple(found)),) if found else ()


def _failed(lines: list[str]) -> tuple[Block, ...]:
    return tuple(Paragraph(text=line) for line in lines) or (Paragraph(text="Nothing."),)


def _lines(settings: BridgeSettings, failures: tuple[Finding, ...]) -> list[str]:
    """The failures with files as seen from their data set, not from this disk, so that a report can be sent on."""
    source, tests = (settings.source.resolve().name, settings.source), named_test_sets(settings).items()
    folders = (source, *tests, ("", settings.out))
    places = [(name, place) for name, path in folders for place in (path.absolute(), path.resolve())]
    lines = []
    for one in failures:
        path = one.path and one.path.absolute()
        inside = [Path(name) / path.relative_to(place) for name, place in places if path and path.is_relative_to(place)]
        shown = inside[0] if inside else path and Path(path.parent.name) / path.name
        lines.append(str(replace(one, path=shown)))
    return list(dict.fromkeys(lines))


def _settings(settings: BridgeSettings, results: Results) -> tuple[Block, ...]:
    seeds = ", ".join(f"{name}: {len(results.seeds[results.test_sets[0], name])}" for name in results.augmentations)
    sets = [(settings.source.resolve().name, open_source(settings)), *open_test_sets(settings).items()]
    plain = json.dumps({**settings.decisive(), "network": settings.network.__dict__}, indent=1, sort_keys=True)
    return (
        Paragraph(text=_LIMITS),
        Paragraph(text=f"Trainings finished: {seeds}. Each case's score is its mean over them. spinbridge {VERSION}."),
        *((Paragraph(text=_ONCE),) if settings.seeds == 1 else ()),
        *(Paragraph(text=f"{name}: {note}.") for name, dataset in sets for note in dataset.notes),
        Details(title="Settings", text=plain),
        Details(title="Provenance", text="A record of its steps stands beside every image and prediction as JSON."),
    )


def _budget(settings: BridgeSettings) -> str:
    network = settings.network
    seeds = f"{settings.seeds} seed{'s' if settings.seeds > 1 else ''}"
    return f"{network.iterations} iterations of {network.batch} patches each, {seeds}"


def _table(results: Results) -> dict[str, object]:
    return {
        f"{test_set}/{augmentation}": {
            "seeds": len(results.seeds[test_set, augmentation]),
            "mean_dice_of_seeds": results.seeds[test_set, augmentation],
            "mean_dice": results.interval(test_set, augmentation, COMPARED, MEAN),
            "summaries": summarise(scores, seed=0),
        }
        for (test_set, augmentation), scores in results.scores.items()
    }

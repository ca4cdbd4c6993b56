"""The report of a bridge: report.html for people, results.json for programs."""

import json

from spinbridge.core.device import one_thread
from spinbridge.core.files import write_json
from spinbridge.data.detect import open_dataset
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
from spinbridge.recipes.bridging.source import named_test_sets, open_source
from spinbridge.recipes.bridging.test_stage import IN_DOMAIN, test_sets
from spinbridge.version import VERSION

_STRUCTURE = "MYO"  #: drawn along the inversion time: its null is where models fail
_LIMITS = (
    "The rendered test sets are made with the same signal models and tissue table as the training images of physics "
    "and mixed: they show whether training works, not whether it carries over. Only the other test sets can show that. "
    "The tissue behind a rendered test image is estimated with the label of the held-out patient, so that its borders "
    "follow the truth more closely than those of a real image. In-domain means held-out patients of the source. "
    "Intervals are over patients and say nothing of other scanners."
)


@one_thread()
def write_report(settings: BridgeSettings, failures: tuple[Finding, ...]) -> tuple[str, ...]:
    """Write report.html and results.json into the output folder; give back the sentences of the comparisons."""
    results = gather(settings, tuple(test_sets(settings)))
    comparisons = compare(results)
    sentences = tuple(f"{name}: {verdict(one)}" for name, found in comparisons.items() for one in found)
    pairs = [(name, one) for name, ones in comparisons.items() for one in ones]
    told = [{"test_set": name, "comparison": one, "outcome": outcome(one)} for name, one in pairs]
    plain = {"settings": settings.decisive(), "spinbridge": VERSION, "results": _table(results), "comparisons": told}
    lines = [str(finding) for finding in failures]
    write_json(settings.out / "results.json", {**plain, "sentences": list(sentences), "failures": lines})
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
    lead = f"{settings.source.name}, trained with {' and '.join(results.augmentations)}, {_budget(settings)}."
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


def _settings(settings: BridgeSettings, results: Results) -> tuple[Block, ...]:
    seeds = ", ".join(f"{name}: {results.seeds[results.test_sets[0], name]}" for name in results.augmentations)
    sets = {settings.source.name: open_source(settings)}
    sets |= {name: open_dataset(path) for name, path in named_test_sets(settings).items()}
    plain = json.dumps({**settings.decisive(), "network": settings.network.__dict__}, indent=1, sort_keys=True)
    return (
        Paragraph(text=_LIMITS),
        Paragraph(text=f"Trainings finished: {seeds}. Each case's score is its mean over them. spinbridge {VERSION}."),
        *(Paragraph(text=f"{name}: {note}.") for name, dataset in sets.items() for note in dataset.notes),
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
            "seeds": results.seeds[test_set, augmentation],
            "mean_dice": results.interval(test_set, augmentation, COMPARED, MEAN),
            "summaries": summarise(scores, seed=0),
        }
        for (test_set, augmentation), scores in results.scores.items()
    }

"""The pictures of a bridge's report: source, tissue maps, rendered sequences, and segmentations as outlines."""

import re
from collections.abc import Iterator
from math import isnan, nan

import numpy as np
import torch

from spinbridge.core.case import Case
from spinbridge.core.errors import SpinbridgeError
from spinbridge.core.image import Array
from spinbridge.data.dataset import Dataset
from spinbridge.data.nifti import read_image
from spinbridge.evaluation.report_blocks import Curve, Gallery, Line, Outline, Panel
from spinbridge.evaluation.scores import select
from spinbridge.evaluation.statistics import mean_interval
from spinbridge.methods.reverse_imaging.inversion import invert
from spinbridge.recipes.bridging.results import Results, first_examined, over_structures
from spinbridge.recipes.bridging.settings import BridgeSettings, Workplace
from spinbridge.recipes.bridging.source import prior_of, sequence_of

_INVERSION_TIME = re.compile(r"ti(\d+(?:\.\d+)?)ms")
_MAPS = (("PD", 1.2, "", "grey"), ("T1", 2.0, "s", "magma"), ("T2", 0.3, "s", "viridis"))


def source_gallery(dataset: Dataset, settings: BridgeSettings) -> Gallery | None:
    """One held-out case: its image, its tissue and how sure it is; None where no case can be read."""
    case = _first_case(dataset)
    if case is None or case.label is None:
        return None
    z = fullest_slice(case)
    estimate = invert(
        torch.from_numpy(case.image.data.astype(np.float32))[None],
        sequence_of(case, settings),
        prior_of(case, settings),
        spacing=case.image.pixel,
        label=torch.from_numpy(case.label.data.astype(np.int64)),
    )
    label = Outline(name="truth", labels=case.label.data[z])
    panels = [Panel(title="source image", image=case.image.data[z], outlines=(label,), spacing=case.image.spacing[1:])]
    tissue, spread = estimate.tissue, estimate.deviation
    pairs = zip(_MAPS, ((tissue.pd, spread.pd), (tissue.t1, spread.t1), (tissue.t2, spread.t2)), strict=True)
    for (name, top, unit, colours), (mean, deviation) in pairs:
        panels.append(
            Panel(
                title=name,
                image=mean[z].numpy(),
                limits=(0.0, top),
                unit=unit or "water = 1",
                colours=colours,  # type: ignore[arg-type]
                spacing=case.image.spacing[1:],
                caption=f"standard deviation in the heart {_in_heart(deviation[z].numpy(), case.label.data[z], unit)}",
            )
        )
    caption = "Estimated from the one image; what a voxel's image cannot tell comes from the tissue table."
    return Gallery(title=f"{case.name}: one image, its tissue", panels=tuple(panels), caption=caption)


def rendered_gallery(name: str, dataset: Dataset) -> Gallery | None:
    """Every image of one sequence of the first held-out case; None where there is none."""
    first = next((entry.source or entry.name for entry in dataset.entries), None)
    panels = []
    entries = [entry for entry in dataset.entries if (entry.source or entry.name) == first]
    for entry in sorted(entries, key=lambda entry: inversion_time(entry.name) or 0.0):
        case = dataset.load(entry)
        title = entry.name.removeprefix(f"{first}_")
        image = case.image.data[fullest_slice(case)]
        panels.append(Panel(title=title, image=image, spacing=case.image.spacing[1:]))
    caption = "The same slice as this sequence would show it, estimated from the source image."
    return Gallery(title=f"rendered: {name}", panels=tuple(panels), caption=caption, width=130) if panels else None


def segmentation_galleries(test_set: str, dataset: Dataset, results: Results) -> Iterator[Gallery]:
    """A typical case and the worst one of a test set under the reference, as every augmentation segments it."""
    reference = over_structures(results.scores[test_set, results.augmentations[0]])
    ranked = sorted((s for s in reference if not isnan(s.value)), key=lambda s: (s.value, s.case))
    if not ranked:
        return
    chosen = {"a typical case": ranked[len(ranked) // 2].case, "the worst case": ranked[0].case}
    by_name = {entry.name: entry for entry in dataset.entries}
    for what, name in chosen.items():
        case = dataset.load(by_name[name])
        panels = [_segmentation(test_set, case, augmentation, results) for augmentation in results.augmentations]
        title = f"{test_set}: {what} of {results.augmentations[0]}, {name}"
        yield Gallery(title=title, panels=tuple(panels), caption="Truth and what was found, one slice.")


def inversion_curve(test_set: str, structure: str, results: Results) -> Curve | None:
    """Dice of one structure along the inversion time; None where the test set is no train of inversion times."""
    lines = []
    for augmentation in results.augmentations:
        scores = select(results.scores.get((test_set, augmentation), []), metric="Dice", structure=structure)
        times = sorted({time for score in scores if (time := inversion_time(score.case)) is not None})
        if len(times) < 3:  # noqa: PLR2004 - two points are no curve
            return None
        found = [
            mean_interval([s for s in scores if inversion_time(s.case) == time], np.random.default_rng(0))
            for time in times
        ]
        lines.append(
            Line(
                name=augmentation,
                x=times,
                y=[one.mean for one in found],
                low=[one.low for one in found],
                high=[one.high for one in found],
            )
        )
    return Curve(
        title=f"{test_set}: {structure} along the inversion time",
        lines=tuple(lines),
        x_label="TI [ms]",
        y_label=f"Dice of {structure}",
        y_limits=(0.0, 1.0),
        caption="Mean over patients with its 95 % interval. Around the null of the myocardium models fail first.",
    )


def inversion_time(name: str) -> float | None:
    """The inversion time [ms] in a case's name, such as `sub001_ED_molli-ti120ms`."""
    match = _INVERSION_TIME.search(name)
    return float(match[1]) if match else None


def fullest_slice(case: Case) -> int:
    """The slice with the most labelled voxels; the middle one where there is no label."""
    if case.label is None or not case.label.data.any():
        return int(case.image.data.shape[0] // 2)
    counts: Array = np.count_nonzero(case.label.data, axis=(1, 2))
    return int(np.argmax(counts))


def _segmentation(test_set: str, case: Case, augmentation: str, results: Results) -> Panel:
    """What the first seed that was trained found, with that seed's own score."""
    z, label, settings = fullest_slice(case), case.label, results.settings
    model, scores = first_examined(settings, augmentation, test_set)
    path = Workplace(settings.out).predictions(model, test_set) / f"{case.name}.nii.gz"
    truth = () if label is None else (Outline(name="truth", labels=label.data[z]),)
    found = Outline(name=augmentation, labels=read_image(path).data[z])
    score = next((s.value for s in over_structures(scores) if s.case == case.name), nan)
    caption = "nothing to score" if isnan(score) else f"mean Dice {score:.2f}"
    caption += f", seed {settings.seed + model.number}" if settings.seeds > 1 else ""
    image = case.image.data[z]
    return Panel(
        title=augmentation, image=image, outlines=(*truth, found), caption=caption, spacing=case.image.spacing[1:]
    )


def _first_case(dataset: Dataset) -> Case | None:
    for entry in dataset.entries:
        try:
            return dataset.load(entry)
        except SpinbridgeError:
            continue
    return None


def _in_heart(deviation: Array, label: Array, unit: str) -> str:
    heart = deviation[label > 0]
    return f"{np.median(heart):.2g} {unit}".strip() if heart.size else "unknown"

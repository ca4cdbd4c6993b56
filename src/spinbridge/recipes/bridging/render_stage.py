"""Source images to tissue to images of the asked sequences, written as data sets with their labels carried.

Training cases give an nnU-Net data set (the source's images and `renderings` of each sequence); held-out patients give
one data set a sequence with all its images, to test on.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
import torch

from spinbridge.core.case import Case
from spinbridge.core.protocols import SignalModel
from spinbridge.core.provenance import step
from spinbridge.core.random import generator
from spinbridge.data.case_loop import Outcome, for_each
from spinbridge.data.finding import Finding
from spinbridge.data.nnunet_writer import NnUNetWriter
from spinbridge.methods.reverse_imaging.inversion import InversionSettings, invert
from spinbridge.methods.reverse_imaging.prior import BLOOD
from spinbridge.methods.reverse_imaging.rendering import rendered
from spinbridge.physics.sequences.language import format_sequence
from spinbridge.physics.sequences.reception import phase_reference
from spinbridge.physics.sequences.registry import after_agent
from spinbridge.recipes.bridging.settings import BridgeSettings, Workplace
from spinbridge.recipes.bridging.source import prior_of, sequence_of, with_sequence
from spinbridge.recipes.parallel import for_each_parallel
from spinbridge.recipes.render import scanned, stored


@dataclass(frozen=True, eq=False)
class Rendering:
    """One image that is to be made of a case."""

    source: Case
    name: str
    sequence: str  #: its name among the settings' sequences
    image: int  #: which of the sequence's images

    def history(self, settings: BridgeSettings) -> tuple[dict[str, object], ...]:
        """The steps that lead to it."""
        model = settings.sequences[self.sequence]
        how = {"sequence": format_sequence(model), "image": model.images[self.image], "inversion": InversionSettings()}
        return (*self.source.history, step("render", settings=how, seed=settings.seed))


def render_training(cases: Sequence[Case], settings: BridgeSettings) -> tuple[Finding, ...]:
    """Write the nnU-Net data set of source and rendered training images; give back what failed."""
    writer = NnUNetWriter(Workplace(settings.out).data, name="Bridge")

    def add(case: Case) -> Case:
        writer.add(with_sequence(case, settings))
        return case

    written = for_each(cases, add, name=lambda case: case.name, what="writing training images")
    written.require_some(writer.folder)
    plans = [plan for case in written.results.values() for plan in _drawn(case, settings)]
    failures = _render(plans, writer, settings, test=False, what="rendering training images")
    writer.finish(seed=settings.seed)
    return (*written.failures, *failures)


def render_held_out(cases: Sequence[Case], settings: BridgeSettings) -> tuple[Finding, ...]:
    """Write each sequence's images of the held-out cases as a data set; give back what failed."""
    failures: list[Finding] = []
    for name, model in settings.sequences.items():
        writer = NnUNetWriter(Workplace(settings.out).rendered(name), name=name)
        plans = [_plan(case, name, model, image) for case in cases for image in range(len(model.images))]
        failures += _render(plans, writer, settings, test=True, what=f"rendering held-out {name}")
        writer.finish(seed=settings.seed)
    return tuple(failures)


def _drawn(case: Case, settings: BridgeSettings) -> Iterator[Rendering]:
    """Which images of each sequence a training case gets."""
    for name, model in settings.sequences.items():
        draw = generator(settings.seed, "renderings", case.name, name)
        for image in torch.randperm(len(model.images), generator=draw)[: settings.renderings].tolist():
            yield _plan(case, name, model, image)


def _plan(case: Case, sequence: str, model: SignalModel, image: int) -> Rendering:
    suffix = sequence if len(model.images) == 1 else f"{sequence}-{model.images[image]}"
    return Rendering(source=case, name=f"{case.name}_{suffix}", sequence=sequence, image=image)


def _render(
    plans: Sequence[Rendering], writer: NnUNetWriter, settings: BridgeSettings, *, test: bool, what: str
) -> tuple[Finding, ...]:
    """Make the images that are not there; of a case that fails none is left. Raises `InputError` where all fail."""
    open_plans = [plan for plan in plans if not writer.keep(plan.name, plan.history(settings))]
    by_case: dict[str, list[Rendering]] = {}
    for plan in open_plans:
        by_case.setdefault(plan.source.name, []).append(plan)
    outcome: Outcome[int] = for_each_parallel(
        list(by_case.values()),
        partial(_render_case, settings=settings, writer=writer, test=test),
        name=_case_name,
        what=what,
        workers=settings.workers,
    )
    failed = set(by_case) - set(outcome.results)
    for plan in plans:
        if plan.source.name in failed:
            writer.remove(plan.name)
        elif plan.source.name in by_case:
            writer.include(plan.name)
    if failed and failed >= {plan.source.name for plan in plans}:
        outcome.require_some(writer.folder)
    return outcome.failures


def _case_name(plans: Sequence[Rendering]) -> str:
    return plans[0].source.name


def _render_case(plans: Sequence[Rendering], *, settings: BridgeSettings, writer: NnUNetWriter, test: bool) -> int:
    """Invert one case and write all its renderings; how many they were."""
    case = plans[0].source
    images = torch.from_numpy(case.image.data.astype(np.float32))[None]
    label = None if case.label is None else torch.from_numpy(case.label.data.astype(np.int64))
    model, prior = sequence_of(case, settings), prior_of(case, settings)
    estimate = invert(images, model, prior, spacing=case.image.pixel, label=label)
    blood = estimate.share(BLOOD)
    trains: dict[str, torch.Tensor] = {}
    for plan in plans:
        target = settings.sequences[plan.sequence]
        if plan.sequence not in trains:
            draw = generator(settings.seed, "acquire", case.name, plan.sequence)
            tissue = estimate.tissue_after_agent if after_agent(target) else estimate.tissue
            signals = rendered(tissue, blood, target, estimate.pools)
            reference = phase_reference(target, tissue)
            seen = scanned(signals, spacing=case.image.spacing[1:], draw=draw, phase_reference=reference)
            trains[plan.sequence] = stored(seen)
        history = plan.history(settings)
        image = case.image.with_data(trains[plan.sequence][plan.image].numpy())
        sequence = format_sequence(target)
        derived = case.derived(name=plan.name, image=image, step=history[-1], sequence=sequence)
        writer.add(derived, source=case.name, test=test)
    return len(plans)

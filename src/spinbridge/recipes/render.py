"""`render`: tissue maps to the images of any sequence, labels carried along."""

from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import torch

from spinbridge.core.case import Case
from spinbridge.core.provenance import step
from spinbridge.core.random import generator
from spinbridge.core.structures import Heart
from spinbridge.data.finding import Finding
from spinbridge.data.nnunet_writer import NnUNetWriter
from spinbridge.methods.reverse_imaging.rendering import rendered
from spinbridge.physics.acquisition.chain import acquire, draw_acquisition
from spinbridge.physics.sequence_language import format_sequence, parse_sequence, split_sequences
from spinbridge.recipes.parallel import for_each_parallel
from spinbridge.recipes.tissue_maps import TissueMaps, case_names, read_maps

_FULL_SCALE = 4095  # as scanners store magnitudes


@dataclass(frozen=True, kw_only=True)
class RenderSettings:
    """Images of any sequence from tissue maps, as an nnU-Net data set whose labels are carried along.

    Blood flows (inflow in GRE, fresh spins in MOLLI) where the maps say it is blood.
    """

    spins: Path  #: folder of tissue maps, as `spinbridge reverse` writes them
    out: Path  #: nnU-Net data set to write, such as nnUNet_raw/Dataset901_Rendered
    sequence: str = "molli"  #: one or more, such as `molli(scheme=5(3)3,hr=60bpm),gre(fa=15deg)`
    acquisition: bool = True  #: add coil shading, the resolution of a scan and noise; off gives the bare signal
    seed: int = 0  #: of the acquisition
    workers: int = 0  #: processes; 0 for one per processor


@dataclass(frozen=True, kw_only=True)
class RenderResult:
    """What was rendered."""

    folder: str
    cases: tuple[str, ...]
    failures: tuple[Finding, ...]


def render(settings: RenderSettings) -> RenderResult:
    """Write every image of every sequence of every case; finished ones are kept.

    Raises `InputError` where there are no maps, `SequenceError` for a sequence that cannot be read.
    """
    texts = split_sequences(settings.sequence)
    for text in texts:
        parse_sequence(text)
    writer = NnUNetWriter(settings.out, channel="MRI")
    work = partial(_render, settings=settings, texts=texts, writer=writer)
    names = case_names(settings.spins)
    outcome = for_each_parallel(names, work, name=str, what="rendering", workers=settings.workers)
    made = outcome.require_some(settings.spins).results.values()
    written = tuple(name for names in made for name in names)
    for name in written:
        writer.include(name)
    writer.finish(seed=settings.seed)
    return RenderResult(folder=str(settings.out), cases=written, failures=outcome.failures)


def magnitude(signal: torch.Tensor, name: str, *, seed: int, acquisition: bool) -> torch.Tensor:
    """The stored magnitude image (z, y, x) int16 of a signal; the acquisition draws by the image's name."""
    draw = generator(seed, "acquire", name)
    image = acquire(signal, draw_acquisition(draw), draw) if acquisition else signal.abs()
    return (image / image.max().clamp_min(1e-12) * _FULL_SCALE).round().to(torch.int16)


def _render(name: str, *, settings: RenderSettings, texts: list[str], writer: NnUNetWriter) -> list[str]:
    maps = read_maps(settings.spins, name)
    written = []
    for text in texts:
        model = parse_sequence(text)
        signals = rendered(maps.tissue, maps.blood, model)
        short = text.partition("(")[0].strip()
        for signal, image in zip(signals, model.images, strict=True):
            suffix = image if image == short else f"{short}-{image}"
            case = _case(maps, f"{name}_{suffix}", signal, settings, format_sequence(model))
            writer.add(case, source=name, test=case.label is None)
            written.append(case.name)
    return written


def _case(maps: TissueMaps, name: str, signal: torch.Tensor, settings: RenderSettings, sequence: str) -> Case:
    voxels = magnitude(signal, name, seed=settings.seed, acquisition=settings.acquisition).numpy()
    how: dict[str, Any] = {"sequence": sequence, "acquisition": settings.acquisition}
    return Case(
        name=name,
        patient=maps.patient,
        image=maps.place.with_data(voxels),
        label=maps.label,
        structures=Heart.foreground(),
        sequence=sequence,
        synthetic=True,
        history=(*maps.steps, step("render", settings=how, seed=settings.seed)),
    )

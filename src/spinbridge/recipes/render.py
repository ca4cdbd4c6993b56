"""`render`: tissue maps to the images of any sequence, labels carried along."""

from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import torch

from spinbridge.core.case import Case
from spinbridge.core.errors import SettingsError
from spinbridge.core.provenance import step
from spinbridge.core.random import generator
from spinbridge.core.structures import Heart
from spinbridge.data.finding import Finding
from spinbridge.data.nnunet_writer import NnUNetWriter
from spinbridge.methods.reverse_imaging.prior import CONTRASTS
from spinbridge.methods.reverse_imaging.rendering import rendered
from spinbridge.physics.acquisition.chain import acquire, draw_acquisition
from spinbridge.physics.sequences.language import format_sequence
from spinbridge.physics.sequences.reception import as_received, phase_reference
from spinbridge.recipes.claim import claim_for, refuse_inside
from spinbridge.recipes.parallel import for_each_parallel
from spinbridge.recipes.sequence_names import named_sequences
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
    contrast: str = ""  #: native or post contrast agent; if empty, post for lge, psir, perfusion, else as the maps
    bare: bool = False  #: the signal alone, without coil shading, the resolution of a scan and noise
    seed: int = 0  #: of the acquisition
    workers: int = 0  #: processes; 0 for one per processor


@dataclass(frozen=True, kw_only=True)
class RenderResult:
    """What was rendered."""

    folder: str
    cases: tuple[str, ...]
    failures: tuple[Finding, ...]


def render(settings: RenderSettings) -> RenderResult:
    """Write every image of every sequence of every case, all of a case or none; finished ones are kept.

    Raises `InputError` where there are no maps, `SequenceError` for a sequence that cannot be read, `OutputError`
    where OUT holds other things.
    """
    named_sequences(settings.sequence)
    if settings.contrast not in ("", *CONTRASTS):
        raise SettingsError(f"a contrast among {', '.join(CONTRASTS)}", f"'{settings.contrast}'", where="--contrast")
    writer = NnUNetWriter(settings.out, channel="MRI")
    work = partial(_render, settings=settings, writer=writer)
    refuse_inside(settings.out, settings.spins)
    names = case_names(settings.spins)
    claim_for(settings.out, "render")
    outcome = for_each_parallel(names, work, name=str, what="rendering", workers=settings.workers)
    for name in (name for name in names if name not in outcome.results):
        for sequence, model in named_sequences(settings.sequence).items():
            for image in model.images:
                writer.remove(_full_name(name, sequence, image))
    made = outcome.require_some(settings.spins).results.values()
    written = tuple(name for names in made for name in names)
    for name in written:
        writer.include(name)
    writer.finish(seed=settings.seed)
    return RenderResult(folder=str(settings.out), cases=written, failures=outcome.failures)


def scanned(
    train: torch.Tensor,
    *,
    spacing: tuple[float, float],
    draw: torch.Generator,
    phase_reference: torch.Tensor | None = None,
) -> torch.Tensor:
    """The images of a train of signals, both (N, z, y, x), as a scanner gives them: one protocol, one noise level.

    `spacing` along (y, x) [mm]. Magnitudes, or signed images with the signal of a `phase_reference` (1, z, y, x).
    """
    return acquire(train, draw_acquisition(draw, spacing=spacing), draw, phase_reference=phase_reference)


def stored(image: torch.Tensor) -> torch.Tensor:
    """Images as int16 over the range that scanners store; those of a train keep their proportions and signs."""
    return (image / image.abs().max().clamp_min(1e-12) * _FULL_SCALE).round().to(torch.int16)


def _render(name: str, *, settings: RenderSettings, writer: NnUNetWriter) -> list[str]:
    maps = read_maps(settings.spins, name)
    written = []
    for sequence, model in named_sequences(settings.sequence).items():
        tissue = maps.tissue_for(model, settings.contrast)
        signals = rendered(tissue, maps.blood, model, maps.pools)
        draw = generator(settings.seed, "acquire", name, sequence)
        reference = phase_reference(model, tissue)
        seen = (
            as_received(model, signals)
            if settings.bare
            else scanned(signals, spacing=maps.place.spacing[1:], draw=draw, phase_reference=reference)
        )
        for voxels, image in zip(stored(seen), model.images, strict=True):
            case = _case(maps, _full_name(name, sequence, image), voxels, settings, format_sequence(model))
            writer.add(case, source=name, test=case.label is None)
            written.append(case.name)
    return written


def _full_name(name: str, sequence: str, image: str) -> str:
    return f"{name}_{sequence}" if sequence.startswith(image) else f"{name}_{sequence}-{image}"


def _case(maps: TissueMaps, name: str, voxels: torch.Tensor, settings: RenderSettings, sequence: str) -> Case:
    how: dict[str, Any] = {"sequence": sequence, "bare": settings.bare, "contrast": settings.contrast}
    return Case(
        name=name,
        patient=maps.patient,
        image=maps.place.with_data(voxels.numpy()),
        label=maps.label,
        structures=Heart.foreground(),
        sequence=sequence,
        synthetic=True,
        history=(*maps.steps, step("render", settings=how, seed=settings.seed)),
    )

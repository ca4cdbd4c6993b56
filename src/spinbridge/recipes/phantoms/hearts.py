"""Hearts of `phantom`: short-axis stacks of five groups under any sequence, in the nnU-Net layout.

imagesTr, labelsTr, dataset.json, ...   as `data.nnunet_writer` writes them
truth/sub000.json                       volumes, masses, tissue values
"""

from collections.abc import Sequence

from spinbridge.core.case import Case
from spinbridge.core.errors import SettingsError
from spinbridge.core.files import write_json
from spinbridge.core.protocols import SignalModel
from spinbridge.core.units import Kind, parse_quantity
from spinbridge.data.case_loop import Outcome, for_each
from spinbridge.data.nnunet_writer import NnUNetWriter
from spinbridge.phantoms.heart.acquire import acquire, case_names, history
from spinbridge.phantoms.heart.groups import GROUPS, check_group
from spinbridge.phantoms.heart.settings import HeartSettings
from spinbridge.phantoms.heart.subject import Subject, draw_subject
from spinbridge.phantoms.heart.truth import truth
from spinbridge.physics.sequences.language import parse_sequence, split_sequences
from spinbridge.recipes.claim import claim_for
from spinbridge.recipes.phantoms.settings import PhantomSettings, refuse_options_of_others

_FRAMES = ("ED", "ES")
_CONTRASTS = ("native", "post")


def hearts(settings: PhantomSettings) -> Outcome[list[str]]:
    """Write the data set. Raises `SettingsError`, `SequenceError` or `UnitError` for what cannot be asked for."""
    refuse_options_of_others(settings, "layout", "whole_head", "small")
    frames = _frames(settings.frames)
    models = [parse_sequence(text) for text in split_sequences(settings.sequence)]
    subjects = [_subject(settings, number) for number in range(settings.first, settings.first + settings.subjects)]
    claim_for(settings.out, "phantom heart")
    writer = NnUNetWriter(settings.out, name="Phantom", channel="MRI")

    def make(subject: Subject) -> list[str]:
        names = [name for model in models for name in _make(writer, subject, model, frames, named=len(models) > 1)]
        write_json(settings.out / "truth" / f"{subject.name}.json", truth(subject))
        return names

    outcome = for_each(subjects, make, name=lambda subject: subject.name, what="phantom").require_some(settings.out)
    writer.finish(seed=settings.seed)
    return outcome


def _make(
    writer: NnUNetWriter, subject: Subject, model: SignalModel, frames: Sequence[str], *, named: bool
) -> list[str]:
    """Cases of one subject under one sequence; those of an earlier run are kept unmade."""
    names: list[str] = []
    for frame in frames:
        expected = case_names(subject, model, frame, with_image=named)
        made: list[Case] = []
        if not all(writer.keep(name, history(subject, model, frame)) for name in expected):
            made = acquire(subject, model, frame, with_image=named)
        for case in made:
            writer.add(case)
        names.extend(expected)
    return names


def _subject(settings: PhantomSettings, number: int) -> Subject:
    if settings.contrast not in _CONTRASTS:
        raise SettingsError("native or post", f"'{settings.contrast}'", where="--contrast")
    groups = tuple(check_group(group) for group in settings.groups) or GROUPS
    field = parse_quantity(settings.field or "1.5T", Kind.FIELD, where="--field")
    options = HeartSettings(field_strength=field, contrast="post" if settings.contrast == "post" else "native")
    return draw_subject(settings.seed, number, groups[number % len(groups)], options)


def _frames(asked: tuple[str, ...]) -> tuple[str, ...]:
    unknown = sorted(set(asked) - set(_FRAMES))
    if unknown:
        raise SettingsError("frames among ED, ES", ", ".join(unknown), where="--frames")
    return asked or _FRAMES

"""`phantom`: a labelled data set of digital hearts in the nnU-Net layout, with the truth of every subject beside it.

    imagesTr, labelsTr, dataset.json, ...   as `data.nnunet_writer` writes them
    truth/sub000.json                       volumes, masses, tissue values

Subjects are independent of each other: subject 7 is the same heart in a set of 10 and in one of 1000. Finished cases of
an earlier run are kept.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from spinbridge.core.case import Case
from spinbridge.core.errors import SettingsError
from spinbridge.core.files import write_json
from spinbridge.core.protocols import SignalModel
from spinbridge.core.units import Kind, parse_quantity
from spinbridge.data.case_loop import for_each
from spinbridge.data.finding import Finding
from spinbridge.data.nnunet_writer import NnUNetWriter
from spinbridge.phantoms.heart.acquire import acquire, case_names, history
from spinbridge.phantoms.heart.groups import GROUPS, check_group
from spinbridge.phantoms.heart.settings import HeartSettings
from spinbridge.phantoms.heart.subject import Subject, draw_subject
from spinbridge.phantoms.heart.truth import truth
from spinbridge.physics.sequences.language import parse_sequence, split_sequences
from spinbridge.recipes.claim import claim_for

_FRAMES = ("ED", "ES")
_CONTRASTS = ("native", "post")


@dataclass(frozen=True, kw_only=True)
class PhantomSettings:
    """Beating digital hearts with exact truth: short-axis stacks of five patient groups under any sequence."""

    out: Path  #: folder to write, such as Dataset900_Phantom
    subjects: int = 10  #: how many; groups take turns
    first: int = 0  #: number of the first subject
    groups: tuple[str, ...] = ()  #: among NOR, DCM, HCM, MINF, RV; all where empty
    sequence: str = "bssfp"  #: one or more, such as `bssfp(fa=50deg,tr=3.2ms,te=1.6ms),molli`
    frames: tuple[str, ...] = ()  #: ED, ES; both where empty
    contrast: str = "native"  #: `native`, or `post` for 15 minutes after gadolinium
    field: str = "1.5T"  #: 1.5T or 3T
    seed: int = 0


@dataclass(frozen=True, kw_only=True)
class PhantomResult:
    """What was written."""

    folder: str
    cases: tuple[str, ...]
    failures: tuple[Finding, ...]


def phantom(settings: PhantomSettings) -> PhantomResult:
    """Write the data set. Raises `SettingsError`, `SequenceError` or `UnitError` for what cannot be asked for."""
    if settings.subjects < 1:
        raise SettingsError("at least one subject", f"{settings.subjects}", where="--subjects")
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
    cases = tuple(name for names in outcome.results.values() for name in names)
    return PhantomResult(folder=str(settings.out), cases=cases, failures=outcome.failures)


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
    field = parse_quantity(settings.field, Kind.FIELD, where="--field")
    options = HeartSettings(field_strength=field, contrast="post" if settings.contrast == "post" else "native")
    return draw_subject(settings.seed, number, groups[number % len(groups)], options)


def _frames(asked: tuple[str, ...]) -> tuple[str, ...]:
    unknown = sorted(set(asked) - set(_FRAMES))
    if unknown:
        raise SettingsError("frames among ED, ES", ", ".join(unknown), where="--frames")
    return asked or _FRAMES

"""Hearts of `phantom`: short-axis stacks of five groups under any sequence, in the nnU-Net layout.

imagesTr, labelsTr, dataset.json, ...   as `data.nnunet_writer` writes them
truth/sub000.json                       volumes, masses, tissue values

A named protocol draws for each patient a scanner, a stack, the values of the sequences and their acquisition.
"""

from dataclasses import dataclass, replace

from spinbridge.core.case import Case
from spinbridge.core.errors import SettingsError
from spinbridge.core.files import write_json
from spinbridge.core.protocols import SignalModel
from spinbridge.core.random import generator
from spinbridge.core.units import Kind, format_quantity, parse_quantity
from spinbridge.data.case_loop import Outcome, for_each
from spinbridge.data.nnunet_writer import NnUNetWriter
from spinbridge.phantoms.heart.acquire import acquire, case_names, history
from spinbridge.phantoms.heart.groups import GROUPS, check_group
from spinbridge.phantoms.heart.protocol_settings import heart_settings_of
from spinbridge.phantoms.heart.settings import HeartSettings
from spinbridge.phantoms.heart.subject import Subject, draw_subject
from spinbridge.phantoms.heart.truth import truth
from spinbridge.physics.acquisition.draws import draw_acquisition
from spinbridge.physics.acquisition.settings import Acquisition
from spinbridge.physics.protocols.catalogue import load_protocol
from spinbridge.physics.sequences.language import parse_sequence, split_sequences
from spinbridge.recipes.claim import claim_for
from spinbridge.recipes.phantoms.settings import PhantomSettings, refuse_options_of_others

_FRAMES = ("ED", "ES")
_CONTRASTS = ("native", "post")
_ARTEFACTS = ("", "usual", "strong")
_GENERATORS = ("polar", "implicit")


@dataclass(frozen=True)
class _Scan:
    """One sequence of one patient."""

    model: SignalModel
    acquisition: Acquisition | None  # the phantom's own receiver where None


@dataclass(frozen=True)
class _Patient:
    """A subject and what is acquired of it."""

    subject: Subject
    scans: tuple[_Scan, ...]


def hearts(settings: PhantomSettings) -> Outcome[list[str]]:
    """Write the data set. Raises `SettingsError`, `SequenceError` or `UnitError` for what cannot be asked for."""
    refuse_options_of_others(settings, "layout", "whole_head", "small")
    _refuse_unknown(settings)
    numbers = range(settings.first, settings.first + settings.subjects)
    patients = [_under_protocol(settings, n) if settings.protocol else _plain(settings, n) for n in numbers]
    claim_for(settings.out, "phantom heart")
    writer = NnUNetWriter(settings.out, name="Phantom", channel="MRI")

    def make(patient: _Patient) -> list[str]:
        named = len(patient.scans) > 1
        names = [name for scan in patient.scans for name in _make(writer, patient.subject, scan, settings, named)]
        write_json(settings.out / "truth" / f"{patient.subject.name}.json", truth(patient.subject))
        return names

    outcome = for_each(patients, make, name=_name_of, what="phantom").require_some(settings.out)
    writer.finish(seed=settings.seed)
    return outcome


def _name_of(patient: _Patient) -> str:
    return patient.subject.name


def _make(writer: NnUNetWriter, subject: Subject, scan: _Scan, settings: PhantomSettings, named: bool) -> list[str]:
    """Cases of one subject under one sequence; those of an earlier run are kept unmade."""
    names: list[str] = []
    model, acquisition = scan.model, scan.acquisition
    for frame in settings.frames or _FRAMES:
        expected = case_names(subject, model, frame, with_image=named)
        made: list[Case] = []
        steps = history(subject, model, frame, acquisition)
        if not all(writer.keep(name, steps) for name in expected):
            made = acquire(subject, model, frame, with_image=named, acquisition=acquisition)
        for case in made:
            writer.add(case)
        names.extend(expected)
    return names


def _plain(settings: PhantomSettings, number: int) -> _Patient:
    """A patient in the phantom's own ranges, the sequences as they are written."""
    field = parse_quantity(settings.field or "1.5T", Kind.FIELD, where="--field")
    subject = _subject(settings, number, HeartSettings(field_strength=field))
    models = [parse_sequence(text) for text in split_sequences(settings.sequence)]
    return _Patient(
        subject, tuple(_Scan(model, _with_artefacts(settings, subject, i)) for i, model in enumerate(models))
    )


def _with_artefacts(settings: PhantomSettings, subject: Subject, sequence: int) -> Acquisition | None:
    """The receiver of artefacts that were asked for."""
    if not settings.artefacts:
        return None
    return draw_acquisition(
        generator(settings.seed, "phantom", "artefacts", subject.name, sequence),
        spacing=(subject.protocol.spacing,) * 2,
        artefacts="usual" if settings.artefacts == "usual" else "strong",
        field_strength=subject.settings.field_strength,
    )


def _under_protocol(settings: PhantomSettings, number: int) -> _Patient:
    """A patient on a scanner of the named protocol: stack, sequences and acquisition drawn from it."""
    draw = generator(settings.seed, "phantom", "protocol", number)
    scanner = load_protocol(settings.protocol).draw_one(draw)
    words = split_sequences(settings.sequence)
    subject = _subject(settings, number, heart_settings_of(scanner, HeartSettings(), word=words[0]))
    given = {"hr": format_quantity(subject.heart_rate, "bpm", digits=4)}  # the patient decides
    pixel = (subject.protocol.spacing,) * 2
    scans = [
        _Scan(scanner.draw_sequence(word, draw, given=given), scanner.draw_acquisition(draw, spacing=pixel, word=word))
        for word in words
    ]
    return _Patient(subject, tuple(scans))


def _subject(settings: PhantomSettings, number: int, options: HeartSettings) -> Subject:
    groups = tuple(check_group(group) for group in settings.groups) or GROUPS
    chosen = replace(
        options,
        contrast="post" if settings.contrast == "post" else "native",
        generator="implicit" if settings.generator == "implicit" else "polar",
    )
    return draw_subject(settings.seed, number, groups[number % len(groups)], chosen)


def _refuse_unknown(settings: PhantomSettings) -> None:
    """Raise `SettingsError` for what a heart has not."""
    if settings.contrast not in _CONTRASTS:
        raise SettingsError("native or post", f"'{settings.contrast}'", where="--contrast")
    unknown = sorted(set(settings.frames) - set(_FRAMES))
    if unknown:
        raise SettingsError("frames among ED, ES", ", ".join(unknown), where="--frames")
    if settings.generator not in _GENERATORS:
        raise SettingsError("polar or implicit", f"'{settings.generator}'", where="--generator")
    if settings.artefacts not in _ARTEFACTS:
        raise SettingsError("usual or strong", f"'{settings.artefacts}'", where="--artefacts")
    for name in ("field", "artefacts") if settings.protocol else ():
        if getattr(settings, name):
            remedy = f"Leave --{name} away; the protocol decides."
            raise SettingsError("a protocol alone", f"--protocol and --{name}", remedy=remedy, where=f"--{name}")

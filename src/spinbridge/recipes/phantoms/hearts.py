"""Hearts of `phantom`: short-axis stacks of five groups under any sequence, in the nnU-Net layout.

imagesTr, labelsTr, dataset.json, ...   as `data.nnunet_writer` writes them
truth/sub000.json                       volumes, masses, tissue values

A named protocol draws for each patient a scanner, a stack, the values of the sequences and their acquisition.
"""

from dataclasses import dataclass, replace

import torch

from spinbridge.core.case import Case
from spinbridge.core.errors import SettingsError
from spinbridge.core.files import write_json
from spinbridge.core.protocols import SignalModel
from spinbridge.core.random import generator, uniform
from spinbridge.core.tissue import Tissue
from spinbridge.core.units import Kind, format_quantity, parse_quantity
from spinbridge.data.case_loop import Outcome, for_each
from spinbridge.data.nnunet_writer import NnUNetWriter
from spinbridge.phantoms.heart.acquire import acquire, case_names, history
from spinbridge.phantoms.heart.groups import GROUPS, check_group
from spinbridge.phantoms.heart.matter import Matter
from spinbridge.phantoms.heart.protocol_settings import heart_settings_of
from spinbridge.phantoms.heart.settings import HeartSettings
from spinbridge.phantoms.heart.subject import Subject, draw_subject
from spinbridge.phantoms.heart.tissues import tissue_values
from spinbridge.phantoms.heart.truth import truth
from spinbridge.physics.acquisition.draws import draw_acquisition
from spinbridge.physics.acquisition.settings import Acquisition
from spinbridge.physics.protocols.catalogue import load_protocol
from spinbridge.physics.sequences.language import parse_sequence, split_sequences
from spinbridge.physics.sequences.lge import LGE
from spinbridge.physics.sequences.null import null_time
from spinbridge.physics.sequences.registry import WORDS, after_agent
from spinbridge.recipes.claim import claim
from spinbridge.recipes.phantoms.settings import PhantomSettings, decisive, refuse_options_of_others
from spinbridge.recipes.sequence_names import named_sequences

_FRAMES = ("ED", "ES")
_CONTRASTS = ("", "native", "post")
_NEAR_NULL = 0.015  # of an inversion time that a technologist sets to null the myocardium [s]
_ARTEFACTS = ("", "usual", "strong")
_GENERATORS = ("polar", "implicit")


@dataclass(frozen=True)
class _Scan:
    """One sequence of one patient, native or after contrast agent."""

    label: str  # in the names of its images; empty where it is the only one
    subject: Subject
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
    claim(settings.out, decisive(settings))
    writer = NnUNetWriter(settings.out, name="Phantom", channel="MRI")

    def make(patient: _Patient) -> list[str]:
        names = [name for scan in patient.scans for name in _make(writer, scan, settings)]
        write_json(settings.out / "truth" / f"{patient.subject.name}.json", truth(patient.scans[0].subject))
        return names

    outcome = for_each(patients, make, name=_name_of, what="phantom").require_some(settings.out)
    writer.finish(seed=settings.seed)
    return outcome


def _name_of(patient: _Patient) -> str:
    return patient.subject.name


def _make(writer: NnUNetWriter, scan: _Scan, settings: PhantomSettings) -> list[str]:
    """Cases of one subject under one sequence; those of an earlier run are kept unmade."""
    names: list[str] = []
    subject, model, acquisition = scan.subject, scan.model, scan.acquisition
    for frame in settings.frames or _FRAMES:
        expected = case_names(subject, model, frame, called=scan.label)
        made: list[Case] = []
        steps = history(subject, model, frame, acquisition)
        if not all(writer.keep(name, steps) for name in expected):
            made = acquire(subject, model, frame, called=scan.label, acquisition=acquisition)
        for case in made:
            writer.add(case)
        names.extend(expected)
    return names


def _plain(settings: PhantomSettings, number: int) -> _Patient:
    """A patient in the phantom's own ranges, the sequences as they are written."""
    field = parse_quantity(settings.field or "1.5T", Kind.FIELD, where="--field")
    subject = _subject(settings, number, HeartSettings(field_strength=field))
    scans = []
    for label, text in _labelled(settings.sequence).items():
        model = parse_sequence(text)
        receiver = _with_artefacts(settings, subject, label)
        scans.append(_Scan(label, _in_contrast(subject, model, settings), model, receiver))
    return _Patient(subject, tuple(scans))


def _labelled(text: str) -> dict[str, str]:
    """The sequences of a text by what their images are called: nothing where there is one, else `molli`, `lge-2`."""
    labels = list(named_sequences(text))
    return dict(zip(labels if len(labels) > 1 else [""], split_sequences(text), strict=True))


def _in_contrast(subject: Subject, model: SignalModel, settings: PhantomSettings) -> Subject:
    """The subject as the sequence meets it: after agent where that was asked for, or not said and clinics give it."""
    contrast = settings.contrast or ("post" if after_agent(model) else "native")
    return replace(subject, settings=replace(subject.settings, contrast="post" if contrast == "post" else "native"))


def _with_artefacts(settings: PhantomSettings, subject: Subject, label: str) -> Acquisition | None:
    """The receiver of artefacts that were asked for."""
    if not settings.artefacts:
        return None
    return draw_acquisition(
        generator(settings.seed, "phantom", "artefacts", subject.name, label),
        spacing=(subject.protocol.spacing,) * 2,
        artefacts="usual" if settings.artefacts == "usual" else "strong",
        field_strength=subject.settings.field_strength,
    )


def _under_protocol(settings: PhantomSettings, number: int) -> _Patient:
    """A patient on a scanner of the named protocol: stack, sequences and acquisition drawn from it."""
    draw = generator(settings.seed, "phantom", "protocol", number)
    scanner = load_protocol(settings.protocol).draw_one(draw)
    words = _bare(settings)
    subject = _subject(settings, number, heart_settings_of(scanner, HeartSettings(), word=next(iter(words.values()))))
    given = {"hr": format_quantity(subject.heart_rate, "bpm", digits=4)}  # the patient decides
    pixel = (subject.protocol.spacing,) * 2
    scans = []
    for label, word in words.items():
        known = word in WORDS and WORDS[word].after_agent
        contrast = settings.contrast or ("post" if known else "native")
        model = scanner.draw_sequence(word, draw, given=given, contrast="post" if contrast == "post" else "native")
        seen = _in_contrast(subject, model, settings)
        receiver = scanner.draw_acquisition(draw, spacing=pixel, word=word)
        scans.append(_Scan(label, seen, _nulled(model, seen, draw), receiver))
    return _Patient(subject, tuple(scans))


def _bare(settings: PhantomSettings) -> dict[str, str]:
    """The words of the sequences. Raises `SettingsError` for one with parameters, which the protocol draws."""
    words = _labelled(settings.sequence)
    for word in words.values():
        if "(" in word:
            remedy = f"Write {word.partition('(')[0]}; the protocol draws the rest."
            raise SettingsError("the words of sequences alone", word, remedy=remedy, where="--sequence")
    return words


def _nulled(model: SignalModel, subject: Subject, draw: torch.Generator) -> SignalModel:
    """An enhancement image near the null of the patient's own myocardium, as a technologist sets it."""
    if not isinstance(model, LGE):
        return model
    values = tissue_values(subject)
    t1, t2 = (float(row[Matter.MYOCARDIUM]) for row in (values.t1, values.t2))
    missed = uniform(-_NEAR_NULL, _NEAR_NULL, draw)
    return replace(model, inversion_time=null_time(model, Tissue.voxel(t1=t1, t2=t2)) + missed)


def _subject(settings: PhantomSettings, number: int, options: HeartSettings) -> Subject:
    groups = tuple(check_group(group) for group in settings.groups) or GROUPS
    chosen = replace(options, generator="implicit" if settings.generator == "implicit" else "polar")
    return draw_subject(settings.seed, number, groups[number % len(groups)], chosen)


def _refuse_unknown(settings: PhantomSettings) -> None:
    """Raise `SettingsError` for what a heart has not."""
    if settings.contrast not in _CONTRASTS:
        raise SettingsError("native, post or nothing", f"'{settings.contrast}'", where="--contrast")
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

"""Brains of `phantom`: T1, T1ce, T2 and FLAIR of heads with a glioma, in the layout of nnU-Net or of BraTS.

nnunet   imagesTr/sub000_0000.nii.gz to _0003.nii.gz, labelsTr, dataset.json, ...
brats    BraTS2021_00000/BraTS2021_00000_t1.nii.gz, ...
truth/sub000.json   volumes of every tissue and tumour part, tissue values, protocol
"""

from collections.abc import Callable
from dataclasses import replace

from spinbridge.core.errors import SettingsError
from spinbridge.core.files import write_json
from spinbridge.core.structures import Glioma
from spinbridge.core.units import Kind, parse_quantity
from spinbridge.data.brats_writer import brats_name, keep_brats_case, write_brats_case
from spinbridge.data.case_loop import Outcome, for_each
from spinbridge.data.nnunet_writer import NnUNetWriter
from spinbridge.phantoms.brain.acquire import BrainCase, acquire, history
from spinbridge.phantoms.brain.protocol import CHANNELS
from spinbridge.phantoms.brain.settings import SMALL, BrainSettings, Grade
from spinbridge.phantoms.brain.subject import Subject, draw_subject
from spinbridge.phantoms.brain.truth import truth
from spinbridge.recipes.claim import claim
from spinbridge.recipes.phantoms.settings import PhantomSettings, decisive, refuse_options_of_others

_GROUPS = ("HGG", "LGG", "NOR")
_LAYOUTS = ("nnunet", "brats")


def brains(settings: PhantomSettings) -> Outcome[list[str]]:
    """Write the data set. Raises `SettingsError` or `UnitError` for what cannot be asked for."""
    refuse_options_of_others(settings, "sequence", "frames", "contrast", "protocol", "artefacts", "generator")
    if settings.layout not in _LAYOUTS:
        raise SettingsError("nnunet or brats", f"'{settings.layout}'", where="--layout")
    numbers = range(settings.first, settings.first + settings.subjects)
    subjects = [_subject(settings, number) for number in numbers]
    claim(settings.out, decisive(settings))
    if settings.layout == "brats":
        return _for_all(settings, subjects, lambda subject: _as_brats(settings, subject))
    writer = NnUNetWriter(settings.out, name="BrainPhantom", channel=CHANNELS, structures=Glioma.foreground())
    outcome = _for_all(settings, subjects, lambda subject: _as_nnunet(settings, writer, subject))
    writer.finish(seed=settings.seed)
    return outcome


def _for_all(
    settings: PhantomSettings, subjects: list[Subject], make: Callable[[Subject], list[str]]
) -> Outcome[list[str]]:
    return for_each(subjects, make, name=lambda subject: subject.name, what="phantom").require_some(settings.out)


def _as_nnunet(settings: PhantomSettings, writer: NnUNetWriter, subject: Subject) -> list[str]:
    if not writer.keep(subject.name, history(subject)):
        made = acquire(subject)
        _write_truth(settings, subject, made)
        writer.add(made.case, others=made.others)
    return [subject.name]


def _as_brats(settings: PhantomSettings, subject: Subject) -> list[str]:
    name = brats_name(subject.index)
    if not keep_brats_case(settings.out, name, history(subject)):
        made = acquire(subject)
        _write_truth(settings, subject, made)
        write_brats_case(settings.out, name, made.case, made.others)
    return [name]


def _write_truth(settings: PhantomSettings, subject: Subject, made: BrainCase) -> None:
    write_json(settings.out / "truth" / f"{subject.name}.json", truth(subject, made))


def _subject(settings: PhantomSettings, number: int) -> Subject:
    unknown = sorted(set(settings.groups) - set(_GROUPS))
    if unknown:
        raise SettingsError(f"groups of brains among {', '.join(_GROUPS)}", ", ".join(unknown), where="--groups")
    group = settings.groups[number % len(settings.groups)] if settings.groups else ""
    field = parse_quantity(settings.field or "3T", Kind.FIELD, where="--field")
    usual = SMALL if settings.small else BrainSettings()
    options = replace(usual, field_strength=field, whole_head=settings.whole_head, tumour=group != "NOR")
    grades: dict[str, Grade] = {"HGG": "high", "LGG": "low"}
    return draw_subject(settings.seed, number, grades.get(group), options)

"""Images of a subject: its signals through coils and k-space, with the label.

    own        the phantom's receiver (`scanner.py`): one combined coil, a window over k-space, SNR of LV blood in bSSFP
    otherwise  an `Acquisition` of `physics/acquisition`: coil array, parallel imaging, beats, folding and the rest

Another acquisition keeps the matrix and sees the whole stack through one receiver; its SNR is that of the brightest
structure of the heart. Beats that are mistriggered show the
heart a tenth of a cycle earlier or later. Ours.
"""

from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from spinbridge.core.case import Case
from spinbridge.core.errors import SequenceError
from spinbridge.core.image import Image
from spinbridge.core.protocols import SignalModel
from spinbridge.core.provenance import step
from spinbridge.core.random import generator
from spinbridge.core.structures import Heart
from spinbridge.phantoms.heart.anatomy import anatomy, majority_label
from spinbridge.phantoms.heart.blood_flow import with_stated_flow
from spinbridge.phantoms.heart.grid import affine
from spinbridge.phantoms.heart.motion import phase_of
from spinbridge.phantoms.heart.scanner import coil_sensitivity, scan
from spinbridge.phantoms.heart.signals import signals
from spinbridge.phantoms.heart.subject import Subject
from spinbridge.physics.acquisition import chain
from spinbridge.physics.acquisition.settings import Acquisition
from spinbridge.physics.sequences.language import format_sequence

_FULL_SCALE = 1000.0  # grey value of a signal of pd 1
_MISSED = 0.1  # of the cycle by which a mistriggered beat is early or late


def acquire(
    subject: Subject,
    sequence: SignalModel,
    frame: str | float = "ED",
    *,
    called: str = "",
    repeat: int = 0,
    acquisition: Acquisition | None = None,
) -> list[Case]:
    """One case per image of the sequence at `ED`, `ES` or a phase from 0 to 1.

    Names are those of `case_names`; `repeat` gives the same with other noise.
    With an `acquisition` its receiver takes the place of the phantom's own. Raises `SettingsError` for a frame that
    does not exist.
    """
    phase, when = phase_of(frame), _frame_name(frame)
    classes = anatomy(subject, phase)
    draw = generator(subject.torch_seed("noise", when, sequence_text(sequence), repeat))
    if acquisition is None:
        images = _scanned(subject, sequence, classes, phase, draw)
    else:
        images = _acquired(subject, sequence, classes, phase, draw, acquisition)
    place = affine(subject)
    label = Image(data=majority_label(classes), affine=place)
    return [
        Case(
            name=name,
            patient=subject.name,
            image=Image(data=image, affine=place),
            label=label,
            frame=when,
            group=subject.group,
            sequence=sequence_text(with_stated_flow(sequence, subject, phase)),
            field_strength=subject.settings.field_strength,
            synthetic=True,
            history=history(subject, sequence, frame, acquisition),
        )
        for name, image in zip(case_names(subject, sequence, frame, called=called), images, strict=True)
    ]


def case_names(subject: Subject, sequence: SignalModel, frame: str | float, *, called: str = "") -> tuple[str, ...]:
    """The names that `acquire` gives: `sub001_ED`, `sub001_ED_ti120ms` for one image of several, `called` before it.

    `called` tells sequences apart: `sub001_ED_lge`, `sub001_ED_molli-ti120ms`.
    """
    stem = f"{subject.name}_{_frame_name(frame)}"
    if len(sequence.images) == 1:
        return (f"{stem}_{called}" if called else stem,)
    return tuple(f"{stem}_{called}-{image}" if called else f"{stem}_{image}" for image in sequence.images)


def history(
    subject: Subject, sequence: SignalModel, frame: str | float, acquisition: Acquisition | None = None
) -> tuple[dict[str, Any], ...]:
    """The provenance of the cases, known before they are made."""
    asked: dict[str, Any] = {"subject": subject, "sequence": sequence_text(sequence), "frame": _frame_name(frame)}
    asked |= {} if acquisition is None else {"acquisition": acquisition}
    return (step("phantom heart", settings=asked, seed=subject.seed),)


def sequence_text(sequence: SignalModel) -> str:
    """The sequence in the sequence language; its class where that has no word for it."""
    try:
        return format_sequence(sequence)
    except SequenceError:
        return type(sequence).__name__


def _frame_name(frame: str | float) -> str:
    return frame if isinstance(frame, str) else f"phase{round(100 * phase_of(frame)):02d}"


def _scanned(
    subject: Subject, sequence: SignalModel, classes: npt.NDArray[np.uint8], phase: float, draw: torch.Generator
) -> npt.NDArray[np.float32]:
    """(images, z, y, x), through the phantom's own receiver."""
    coils = coil_sensitivity(subject)
    seen = signals(subject, sequence, classes, phase)
    slices = [scan(subject, one * coils, draw, None if ref is None else ref * coils) for one, ref in seen]
    return _stored(torch.stack(slices, dim=1))


def _acquired(
    subject: Subject,
    sequence: SignalModel,
    classes: npt.NDArray[np.uint8],
    phase: float,
    draw: torch.Generator,
    acquisition: Acquisition,
) -> npt.NDArray[np.float32]:
    """(images, z, y, x), through the receiver of an acquisition."""
    how = replace(acquisition, spacing=(subject.protocol.spacing,) * 2, zero_fill=1.0)
    signal, reference = _stack(subject, sequence, classes, phase, how)
    phases = None
    if how.mistriggered:
        missed = [(phase + shift) % 1 for shift in (-_MISSED, _MISSED)]
        phases = torch.stack([_stack(subject, sequence, anatomy(subject, at), at, how)[0] for at in missed])
    bright = _brightest(signal, majority_label(classes))
    image = chain.acquire(signal, how, draw, reference=bright, phase_reference=reference, phases=phases)
    return _stored(image)


def _brightest(signal: Tensor, label: npt.NDArray[np.uint8]) -> float:
    """Median signal of the structure of the heart that is brightest in any image: what an SNR is told of."""
    places = [torch.from_numpy(label == structure) for structure in Heart.foreground()]
    return max(float(signal[:, place].abs().median(dim=1).values.max()) for place in places if bool(place.any()))


def _stack(
    subject: Subject, sequence: SignalModel, classes: npt.NDArray[np.uint8], phase: float, how: Acquisition
) -> tuple[Tensor, Tensor | None]:
    """Signal of all slices (images, z, y, x), and that of the phase reference where there is one."""
    seen = list(signals(subject, sequence, classes, phase, excitation=how.excitation))
    references = [ref for _, ref in seen if ref is not None]
    return torch.stack([one for one, _ in seen], dim=1), torch.stack(references, dim=1) if references else None


def _stored(volume: Tensor) -> npt.NDArray[np.float32]:
    images: npt.NDArray[np.float32] = (volume * _FULL_SCALE).numpy().astype(np.float32)
    return images

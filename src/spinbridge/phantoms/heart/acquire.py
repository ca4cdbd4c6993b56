"""Images of a subject: complex signals of the samples mixed in the voxel, through coils and k-space, with the label.

    s = mean_j  g_j S(tissue_j) exp(i phase_j)

g is the gain of flow, magnetisation transfer and the spectrum of fat. A complex model brings the phase of its
off-resonance; to a real one it is added: 2 pi df TE in a gradient echo, the sign of the pass band in a balanced one.
Water and fat thus cancel where they share a voxel. Ours.
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
from spinbridge.core.tissue import Tissue
from spinbridge.phantoms.heart.anatomy import anatomy, majority_label
from spinbridge.phantoms.heart.blood_flow import blood_speed, fresh_share
from spinbridge.phantoms.heart.grid import affine
from spinbridge.phantoms.heart.maps import sampled_tissue
from spinbridge.phantoms.heart.matter import Matter
from spinbridge.phantoms.heart.motion import phase_of
from spinbridge.phantoms.heart.scanner import coil_sensitivity, scan
from spinbridge.phantoms.heart.subject import Subject
from spinbridge.phantoms.heart.textures import BLOOD, flow
from spinbridge.physics.sequences.bssfp import BSSFP, ShortTRBSSFP
from spinbridge.physics.sequences.flow import with_blood_of
from spinbridge.physics.sequences.language import format_sequence
from spinbridge.physics.sequences.reception import phase_reference
from spinbridge.physics.sequences.spoiled_gre import SpoiledGRE

_FULL_SCALE = 1000.0  # grey value of a signal of pd 1
# Signal that magnetisation transfer leaves in a balanced sequence; blood loses none. The effect is that of Bieri and
# Scheffler, Magn Reson Med 2006;56:1067, doi 10.1002/mrm.21056; its size is set so that LV blood is about three times
# as bright as myocardium, as in cine.
_TRANSFER = {
    Matter.MYOCARDIUM: 0.92, Matter.SCAR: 0.94, Matter.LV_MUSCLE: 0.92, Matter.RV_MUSCLE: 0.92, Matter.RV_WALL: 0.92,
    Matter.VESSEL_WALL: 0.85, Matter.MUSCLE: 0.85, Matter.LIVER: 0.8, Matter.SPLEEN: 0.85, Matter.KIDNEY: 0.85,
}  # fmt: skip

# Share of the fat signal left by the smaller peaks of its spectrum (Hamilton et al., NMR Biomed 2011;24:784,
# doi 10.1002/nbm.1622), which are not in phase with the main one; rounded, set so that fat is as bright as in cine.
_IN_PHASE = 0.88
_DEPHASED = 0.55  # of the lung at TE = 1.1 ms, exp(-TE/T2*), in models that have no T2*
_FAT = (Matter.EPICARDIAL_FAT, Matter.SUBCUTANEOUS_FAT, Matter.VISCERAL_FAT)


def acquire(
    subject: Subject, sequence: SignalModel, frame: str | float = "ED", *, with_image: bool = False, repeat: int = 0
) -> list[Case]:
    """One case per image of the sequence at `ED`, `ES` or a phase from 0 to 1.

    Names end on the image's name where there are several, or `with_image`; `repeat` gives the same with other noise.
    Raises `SettingsError` for a frame that does not exist.
    """
    phase, when = phase_of(frame), _frame_name(frame)
    classes = anatomy(subject, phase)
    draw = generator(subject.torch_seed("noise", when, sequence_text(sequence), repeat))
    images = _magnitudes(subject, sequence, classes, phase, draw)
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
            sequence=sequence_text(sequence),
            field_strength=subject.settings.field_strength,
            synthetic=True,
            history=history(subject, sequence, frame),
        )
        for name, image in zip(case_names(subject, sequence, frame, with_image=with_image), images, strict=True)
    ]


def case_names(
    subject: Subject, sequence: SignalModel, frame: str | float, *, with_image: bool = False
) -> tuple[str, ...]:
    """The names that `acquire` gives: `sub001_ED`, or `sub001_ED_ti120ms` with the image's name."""
    stem = f"{subject.name}_{_frame_name(frame)}"
    named = with_image or len(sequence.images) > 1
    return tuple(f"{stem}_{image}" for image in sequence.images) if named else (stem,)


def history(subject: Subject, sequence: SignalModel, frame: str | float) -> tuple[dict[str, Any], ...]:
    """The provenance of the cases, known before they are made."""
    asked = {"subject": subject, "sequence": sequence_text(sequence), "frame": _frame_name(frame)}
    return (step("phantom heart", settings=asked, seed=subject.seed),)


def sequence_text(sequence: SignalModel) -> str:
    """The sequence in the sequence language; its class where that has no word for it."""
    try:
        return format_sequence(sequence)
    except SequenceError:
        return type(sequence).__name__


def _frame_name(frame: str | float) -> str:
    return frame if isinstance(frame, str) else f"phase{round(100 * phase_of(frame)):02d}"


def _magnitudes(
    subject: Subject, sequence: SignalModel, classes: npt.NDArray[np.uint8], phase: float, draw: torch.Generator
) -> npt.NDArray[np.float32]:
    """(images, z, y, x)."""
    coils, swirl = coil_sensitivity(subject), flow(subject, phase)
    moving = np.isin(np.arange(256), BLOOD)
    slices = []
    for k, (codes, tissue) in enumerate(zip(classes, sampled_tissue(subject, classes), strict=True)):
        played = _with_flow(sequence, subject, codes, k, phase)
        gain = _efficiency(sequence)[codes] * np.where(moving[codes], swirl[k], np.float32(1))
        lit = replace(tissue, pd=tissue.pd * torch.from_numpy(gain))
        reference = phase_reference(played, lit)
        signal = mixed(played, played(lit), lit) * coils
        slices.append(scan(subject, signal, draw, None if reference is None else mixed(played, reference, lit) * coils))
    volume: npt.NDArray[np.float32] = (torch.stack(slices, dim=1) * _FULL_SCALE).numpy().astype(np.float32)
    return volume


def mixed(sequence: SignalModel, signal: Tensor, tissue: Tissue) -> Tensor:
    """Complex signal (images, y, x) of voxels from that of their samples (images, samples, y, x)."""
    if not signal.is_complex() and tissue.off_resonance is not None:
        signal = signal * _phasor(sequence, tissue.off_resonance)
    return signal.mean(dim=1).to(torch.complex64)


def _phasor(sequence: SignalModel, offset: Tensor) -> Tensor | float:
    """exp(i phase) of each sample for a model that gives real signals; 1 where a spin echo refocuses it."""
    phase = getattr(sequence, "off_resonance_phase", None)
    return 1.0 if phase is None else phase(offset)


def _with_flow(
    sequence: SignalModel, subject: Subject, codes: npt.NDArray[np.uint8], k: int, phase: float
) -> SignalModel:
    """The sequence as moving blood meets it: fresh spins in a gradient echo and between the readouts of a train."""
    speed = torch.from_numpy(blood_speed(subject, k, phase)[codes])
    fresh = torch.from_numpy(fresh_share()[codes])
    return with_blood_of(sequence, speed=speed, fresh=fresh, slice_thickness=subject.protocol.thickness)


def _efficiency(sequence: SignalModel) -> npt.NDArray[np.float32]:
    """Gain of every class that the pointwise models leave out, indexed by `Matter`."""
    table = np.ones(256, np.float32)
    table[list(_FAT)] = _IN_PHASE
    if not isinstance(sequence, SpoiledGRE):
        table[Matter.LUNG] = _DEPHASED
    if isinstance(sequence, BSSFP | ShortTRBSSFP):
        for kind, value in _TRANSFER.items():
            table[kind] = value
    return table

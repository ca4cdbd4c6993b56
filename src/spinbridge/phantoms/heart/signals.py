"""Complex signals of a subject before any receiver: samples mixed in the voxel, blood in motion, imperfect pulses.

    s = mean_j  g_j S(tissue_j) exp(i phase_j)

g is the gain of flow, magnetisation transfer and the spectrum of fat. A complex model brings the phase of its
off-resonance; to a real one it is added: 2 pi df TE in a gradient echo, the sign of the pass band in a balanced one.
Water and fat thus cancel where they share a voxel. Ours.
"""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from spinbridge.core.protocols import SignalModel
from spinbridge.core.tissue import Tissue
from spinbridge.phantoms.heart.blood_flow import blood_speed, fresh_share
from spinbridge.phantoms.heart.maps import sampled_tissue
from spinbridge.phantoms.heart.matter import Matter
from spinbridge.phantoms.heart.subject import Subject
from spinbridge.phantoms.heart.textures import BLOOD, flow
from spinbridge.physics.acquisition.excitation import Excitation, excited
from spinbridge.physics.acquisition.magnetisation_transfer import POOLS, has_steady_state, transfer_gain
from spinbridge.physics.sequences.bssfp import BSSFP, ShortTRBSSFP
from spinbridge.physics.sequences.flow import with_blood_of
from spinbridge.physics.sequences.reception import phase_reference

# Bound pools of the classes that lose signal by magnetisation transfer; blood, fluid and fat lose none.
_POOLS = {
    Matter.MYOCARDIUM: "myocardium", Matter.SCAR: "scar", Matter.LV_MUSCLE: "myocardium",
    Matter.RV_MUSCLE: "myocardium", Matter.RV_WALL: "myocardium", Matter.VESSEL_WALL: "skeletal_muscle",
    Matter.MUSCLE: "skeletal_muscle", Matter.LIVER: "liver", Matter.SPLEEN: "spleen", Matter.KIDNEY: "kidney_cortex",
}  # fmt: skip

# Share of the fat signal left by the smaller peaks of its spectrum (Hamilton et al., NMR Biomed 2011;24:784,
# doi 10.1002/nbm.1622), which are not in phase with the main one; rounded, set so that fat is as bright as in cine.
_IN_PHASE = 0.88
_DEPHASED = 0.55  # of the lung at TE = 1.1 ms, exp(-TE/T2*), in models that have no T2*
_FAT = (Matter.EPICARDIAL_FAT, Matter.SUBCUTANEOUS_FAT, Matter.VISCERAL_FAT)


def signals(
    subject: Subject,
    sequence: SignalModel,
    classes: npt.NDArray[np.uint8],
    phase: float,
    *,
    excitation: Excitation | None = None,
) -> Iterator[tuple[Tensor, Tensor | None]]:
    """Slice after slice, the complex signal (images, y, x), and that of the phase reference where there is one.

    Of an `excitation` the transmit field is played, the same in every slice. Its error of the main field is left out,
    since the subject has its own, and so is its pulse: blood that flows through the edges of a profile would need a
    model of its own.
    """
    swirl, moving = flow(subject, phase), np.isin(np.arange(256), BLOOD)
    for k, (codes, tissue) in enumerate(zip(classes, sampled_tissue(subject, classes), strict=True)):
        played = _with_flow(sequence, subject, codes, k, phase)
        if excitation is not None:
            draw = torch.Generator().manual_seed(subject.torch_seed("excitation"))
            played, _ = excited(played, tissue, replace(excitation, spread=0.0, pulse=None), draw)
        gain = _losses(sequence)[codes] * np.where(moving[codes], swirl[k], np.float32(1))
        lit = replace(tissue, pd=tissue.pd * torch.from_numpy(gain) * _transfer(sequence, tissue, codes))
        reference = phase_reference(sequence, lit)
        yield (
            mixed(sequence, played(lit), lit),
            None if reference is None else mixed(sequence, reference, lit),
        )


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


def _transfer(sequence: SignalModel, tissue: Tissue, codes: npt.NDArray[np.uint8]) -> Tensor | float:
    """Share of the signal that magnetisation transfer leaves in a steady state."""
    if not has_steady_state(sequence):
        return 1.0
    table = np.zeros((2, 256), np.float32)
    table[1] = 1.0
    for kind, name in _POOLS.items():
        table[:, kind] = POOLS[name]
    bound, exchange = (torch.from_numpy(row[codes]) for row in table)
    return transfer_gain(sequence, tissue, bound, exchange)


def _losses(sequence: SignalModel) -> npt.NDArray[np.float32]:
    """Gain of every class that the pointwise models leave out, indexed by `Matter`; a spin echo loses nothing."""
    balanced = isinstance(sequence, BSSFP | ShortTRBSSFP) or hasattr(sequence, "readout")
    table = np.ones(256, np.float32)
    if balanced or hasattr(sequence, "off_resonance_phase"):
        table[list(_FAT)] = _IN_PHASE
    if balanced:  # the others decay with T2* or are refocused
        table[Matter.LUNG] = _DEPHASED
    return table

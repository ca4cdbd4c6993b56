"""Images of a subject: signals of the samples mixed in the voxel, through coils and k-space, four channels, one label.

    s = mean_j  g_j S(tissue_j),   tissue_j = values of the class of sample j times texture

g is 1 but in blood, which flow makes dark in spin echoes and bright at the inflow of a gradient echo. A series in thick
slices is averaged over their thickness, received slice by slice, and interpolated to the voxels again, as BraTS does
when it brings all series to 1 mm. Ours.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from scipy.ndimage import convolve1d
from torch import Tensor

from spinbridge.core.case import Case
from spinbridge.core.image import Image
from spinbridge.core.provenance import step
from spinbridge.core.random import generator
from spinbridge.core.structures import Glioma
from spinbridge.core.tissue import Tissue
from spinbridge.phantoms.brain.anatomy import anatomy, brain_mask, extent
from spinbridge.phantoms.brain.lattice import Lattice, keys_weights, random_wave
from spinbridge.phantoms.brain.matter import Matter, glioma_labels
from spinbridge.phantoms.brain.protocol import Series, series
from spinbridge.phantoms.brain.subject import Subject
from spinbridge.phantoms.brain.tissues import spreads, textures, tissue_values
from spinbridge.physics.acquisition.chain import acquire as receive

Floats = npt.NDArray[np.float32]
Classes = npt.NDArray[np.uint8]

# gain of flowing blood: fresh in gradient echoes, washed out of echo trains, in part of a single spin echo
_FLOW = {
    "mprage": {Matter.ARTERY: 1.8, Matter.VEIN: 1.0},
    "se": {Matter.ARTERY: 0.3, Matter.VEIN: 0.9},
    "tse": {Matter.ARTERY: 0.05, Matter.VEIN: 0.3},
    "flair": {Matter.ARTERY: 0.05, Matter.VEIN: 0.3},
}
_FAR_SHADING = 90.0  # scale of the receive profile through the slices [mm]


@dataclass(frozen=True, eq=False, kw_only=True)
class BrainCase:
    """One subject: the first channel as a case with its label, and the other channels on the same voxels."""

    case: Case
    others: tuple[Image, ...]  #: in the order of `protocol.CHANNELS`, from the second on
    voxels: dict[Matter, float]  #: volume of every class inside the brain's outline [ml]


def acquire(subject: Subject) -> BrainCase:
    """The four channels and the label of a subject, grey values of 16 bit."""
    lattice, played = Lattice(subject.settings), series(subject)
    inside = extent(subject)
    kept = np.ones(inside.shape, bool) if subject.settings.whole_head else brain_mask(subject)
    signals, label, volumes = _mixed(subject, played, inside, kept)
    label[~kept] = Glioma.BACKGROUND
    images = [
        Image(data=_received(subject, lattice, one, signal, kept), affine=lattice.affine)
        for one, signal in zip(played, signals, strict=True)
    ]
    case = Case(
        name=subject.name,
        patient=subject.name,
        image=images[0],
        label=Image(data=label, affine=lattice.affine),
        structures=Glioma.foreground(),
        group=subject.group,
        sequence="+".join(one.sequence for one in played),
        field_strength=subject.settings.field_strength,
        synthetic=True,
        history=history(subject),
    )
    return BrainCase(case=case, others=tuple(images[1:]), voxels=volumes)


def history(subject: Subject) -> tuple[dict[str, Any], ...]:
    """The provenance of the case, known before it is made."""
    asked = {"subject": subject, "series": {one.channel: one.sequence for one in series(subject)}}
    return (step("phantom brain", settings=asked, seed=subject.seed),)


def _mixed(
    subject: Subject, played: tuple[Series, ...], inside: npt.NDArray[np.bool_], kept: npt.NDArray[np.bool_]
) -> tuple[list[Floats], Classes, dict[Matter, float]]:
    """Signals (z, y, x) of the series, the label of most samples, and volumes of the classes in the outline [ml]."""
    waves = [np.ascontiguousarray(wave[inside]) for wave in textures(subject)]
    rough, count = spreads(), subject.settings.samples
    total = [torch.zeros(waves[0].size) for _ in played]
    votes = np.zeros((len(Glioma), waves[0].size), np.uint8)
    sums = np.zeros(256)
    for codes in anatomy(subject):
        here = codes[inside]
        texture = [np.exp(rough[here] * wave) for wave in waves]
        for number, one in enumerate(played):
            total[number] += _signal(subject, one, here, texture) / count
        votes[glioma_labels(here), np.arange(here.size)] += 1
        sums += np.bincount(codes[kept], minlength=256)
    label = np.zeros(inside.shape, np.uint8)
    label[inside] = votes.argmax(axis=0)
    signals = []
    for flat in total:
        whole = np.zeros(inside.shape, np.float32)
        whole[inside] = flat.numpy()
        signals.append(whole)
    each = subject.settings.spacing**3 / 1000 / count
    return signals, label, {kind: float(sums[kind] * each) for kind in Matter if kind is not Matter.AIR}


def _signal(subject: Subject, one: Series, codes: Classes, texture: list[Floats]) -> Tensor:
    """Signed signal (voxels,) of one sample of every voxel."""
    values = tissue_values(subject, enhanced=one.enhanced)
    gain = np.ones(256, np.float32)
    for kind, share in _FLOW[one.sequence.partition("(")[0]].items():
        gain[kind] = share
    tissue = Tissue(
        pd=torch.from_numpy((values.pd * gain)[codes] * texture[0]),
        t1=torch.from_numpy(values.t1[codes] * texture[1]),
        t2=torch.from_numpy(values.t2[codes] * texture[2]),
        t2star=torch.from_numpy(values.t2star[codes] * texture[2]),
    )
    signal: Tensor = one.model(tissue)[0].real
    return signal


def _received(
    subject: Subject, lattice: Lattice, one: Series, signal: Floats, kept: npt.NDArray[np.bool_]
) -> npt.NDArray[np.int16]:
    """Grey values (z, y, x): shaded, received, interpolated to the voxels; nothing outside of `kept`."""
    draw = subject.draw("protocol", "shading", one.channel)
    shading = np.float32(0.5 * one.acquisition.shading) * random_wave(lattice, _FAR_SHADING, draw)
    shaded = signal * np.exp(lattice.sampler(0)(shading))
    forth, back = _slices(lattice.voxels[0], one.thickness, subject.settings.spacing)
    white = _white_level(subject, one)
    noise = generator(subject.torch_seed("protocol", "noise", one.channel))
    slices = torch.from_numpy(np.tensordot(forth, shaded, axes=(1, 0)).astype(np.float32))
    image = receive(slices, one.acquisition, noise, reference=white).numpy()
    volume = _interpolated(np.tensordot(back, image, axes=(1, 0)), one.blur) * np.float32(one.grey / white)
    grey: npt.NDArray[np.int16] = np.clip(np.rint(volume), 1, 32767).astype(np.int16)
    return np.where(kept, grey, np.int16(0))


def _interpolated(volume: Floats, shares: tuple[float, float, float]) -> Floats:
    """What linear interpolation to another grid leaves: neighbours along each axis share in a voxel."""
    for axis, share in enumerate(shares):
        volume = convolve1d(volume, [share / 2, 1 - share, share / 2], axis=axis, mode="nearest", output=np.float32)
    return volume


def _white_level(subject: Subject, one: Series) -> float:
    """Signal of white matter, the reference of the noise and of the grey values."""
    white = np.array([Matter.WHITE], np.uint8)
    return abs(float(_signal(subject, one, white, [np.ones(1, np.float32)] * 3)[0]))


def _slices(places: Floats, thickness: float, spacing: float) -> tuple[Floats, Floats]:
    """Matrices from voxels to slices and back, along z."""
    if thickness <= spacing:
        unit = np.eye(len(places), dtype=np.float32)
        return unit, unit
    centres = np.arange(float(places.min()), float(places.max()) + thickness, thickness, dtype=np.float32)
    near = np.clip(thickness / 2 + spacing / 2 - np.abs(places[None, :] - centres[:, None]), 0, spacing)
    share = near / np.maximum(near.sum(axis=1, keepdims=True), np.float32(1e-6))
    back = keys_weights(places, centres)
    return share.astype(np.float32), (back / back.sum(axis=1, keepdims=True)).astype(np.float32)

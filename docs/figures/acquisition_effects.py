"""Draw one slice of a phantom heart under the effects of the acquisition, one effect a picture."""

from dataclasses import dataclass, replace
from functools import cached_property
from math import radians
from pathlib import Path

import matplotlib as mpl
import numpy as np
import torch
from torch import Tensor

mpl.use("Agg")
from matplotlib import pyplot as plt
from PIL import Image

from spinbridge.core.random import generator
from spinbridge.core.structures import Heart
from spinbridge.core.tissue import Tissue
from spinbridge.phantoms.heart.field_map import field_map
from spinbridge.phantoms.heart.maps import TissueMaps, tissue_maps
from spinbridge.phantoms.heart.matter import Matter
from spinbridge.phantoms.heart.subject import Subject, draw_subject
from spinbridge.physics.acquisition.chain import Acquisition, acquire, draw_acquisition
from spinbridge.physics.acquisition.coil_array import SHORT_AXIS
from spinbridge.physics.acquisition.device import Device, across_voxel, device_field, device_mask, displaced
from spinbridge.physics.acquisition.magnetisation_transfer import POOLS, WithTransfer
from spinbridge.physics.acquisition.rf_pulse import RFPulse
from spinbridge.physics.acquisition.slice_profile import slice_profile, through_slice
from spinbridge.physics.acquisition.susceptibility import SUSCEPTIBILITY, field_shift, shimmed, with_off_resonance
from spinbridge.physics.sequences.bssfp import BSSFP
from spinbridge.physics.sequences.spoiled_gre import SpoiledGRE

OUT = Path(__file__).parents[1] / "images" / "acquisition_effects.png"
CINE = BSSFP(flip_angle=radians(55), repetition_time=3.4e-3, echo_time=1.7e-3)
GRE = SpoiledGRE(flip_angle=radians(15), repetition_time=6e-3, echo_time=3e-3)
LUNG = (Matter.LUNG, Matter.LUNG_VESSEL)
EMPTY = (Matter.AIR, Matter.GAS)
FAT = (Matter.SUBCUTANEOUS_FAT, Matter.EPICARDIAL_FAT, Matter.VISCERAL_FAT)
POOL_OF = {Matter.MYOCARDIUM: "myocardium", Matter.RV_WALL: "myocardium", Matter.MUSCLE: "skeletal_muscle"}
POOL_OF |= {Matter.LV_MUSCLE: "myocardium", Matter.LIVER: "liver", Matter.SPLEEN: "spleen"}


@dataclass(frozen=True, eq=False)
class Scene:
    """One slice of one heart, and what surrounds it."""

    subject: Subject
    maps: TissueMaps
    level: int
    spacing: float  # [mm]
    step: float  # between slices [mm]

    @cached_property
    def bare(self) -> Tissue:
        """Tissue of the slice without its own field error: the chemical shift alone."""
        tissue = self.maps.tissue.map(lambda volume: volume[self.level])
        fat = torch.from_numpy(np.isin(self.classes, FAT))
        return replace(tissue, off_resonance=torch.where(fat, -220.0, 0.0))

    @cached_property
    def classes(self) -> np.ndarray:
        """What each voxel's middle sample is."""
        return self.maps.classes[self.level, 0]

    @cached_property
    def signal(self) -> Tensor:
        """The cine signal of an ideal scanner."""
        return CINE(self.bare)[0]

    def field(self) -> Tensor:
        """Off-resonance at 1.5 T by the dipoles of lung, air and tissue, shimmed in the heart [Hz]."""
        classes = self.maps.classes[:, 0]
        chi = torch.full(classes.shape, SUSCEPTIBILITY["tissue"])
        for kinds, name in ((LUNG, "lung"), (EMPTY, "air"), (FAT, "fat")):
            chi[torch.from_numpy(np.isin(classes, kinds))] = SUSCEPTIBILITY[name]
        spacing = (self.step, self.spacing, self.spacing)
        heart = torch.from_numpy(self.maps.label > 0)
        return shimmed(field_shift(chi, spacing, 1.5, field_direction=SHORT_AXIS), heart, spacing)[self.level]

    def drawn_field(self) -> Tensor:
        """Off-resonance of the phantom's own images at 1.5 T [Hz]."""
        return torch.from_numpy(field_map(self.subject)[self.level]) * (1.5 / self.subject.settings.field_strength)

    def pools(self) -> tuple[Tensor, Tensor]:
        """Bound share and exchange of every voxel."""
        table = np.zeros((2, 256), np.float32)
        for kind, name in POOL_OF.items():
            table[:, kind] = POOLS[name]
        bound, exchange = (torch.from_numpy(row[self.classes]) for row in table)
        return bound, exchange

    def device(self) -> Tensor:
        """Cine near a generator under the skin: bands, mixed within the voxel, displaced along the readout."""
        device = Device(centre=(self.spacing * 45, -self.spacing * 60, 20.0), shift=400.0, radius=25.0)
        shape, sides = self.signal.shape, (self.spacing, self.spacing)
        field = device_field(device, shape, sides, field_direction=SHORT_AXIS)
        lit = across_voxel(CINE, field, sides)(with_off_resonance(self.bare, field))[0]
        return displaced(lit * device_mask(device, shape, sides), field / 900)


def scene(seed: int = 3, index: int = 0) -> Scene:
    """A healthy heart at the level of its papillary muscles."""
    subject = draw_subject(seed, index, "NOR")
    maps = tissue_maps(subject, "ED")
    level = int(np.median(np.nonzero(maps.label == Heart.LV)[0]))
    return Scene(subject, maps, level, subject.protocol.spacing, subject.protocol.step)


def panels(s: Scene) -> dict[str, Tensor]:
    """Title and image of every effect."""
    size = (s.spacing, s.spacing)
    plain = Acquisition(snr=60.0, spacing=size, acquired_spacing=(1.3 * s.spacing, s.spacing))
    array = replace(plain, coils=12, field_direction=SHORT_AXIS)
    profile = slice_profile(RFPulse(time_bandwidth=1.6), CINE.flip_angle)
    other = CINE(tissue_maps(s.subject, "ES").tissue.map(lambda volume: volume[s.level]))[0]
    bound, exchange = s.pools()

    def cine(model: object = CINE, tissue: Tissue = s.bare, how: Acquisition = plain) -> Tensor:
        return acquire(model(tissue)[0], how, generator(0, "figure"))

    null = GRE(s.bare)[0] * (1 - 2 * torch.exp(-0.85 / s.bare.t1))
    proton = GRE(s.bare)[0]
    return {
        "ideal receiver": cine(),
        "array of 12": cine(how=array),
        "normalised, R = 3": cine(how=replace(array, snr=40.0, uniformity=0.95, acceleration=3)),
        "field of the lungs x 2": cine(tissue=with_off_resonance(s.bare, 2 * s.field())),
        "slice profile": cine(through_slice(CINE, profile)),
        "magnetisation transfer": cine(WithTransfer(model=CINE, bound=bound, exchange=exchange)),
        "generator of a pacemaker": acquire(s.device(), plain, generator(0, "figure")),
        "free breathing, 12 beats": cine(how=replace(plain, beats=12, breathing=8.0)),
        "a beat in three mistriggered": acquire(
            s.signal, replace(plain, beats=12, mistriggered=0.33), generator(2, "figure"), phases=other[None]
        ),
        "field of view 70 %": cine(how=replace(plain, field_of_view=0.7)),
        "partial Fourier 5/8, zeros": cine(how=replace(plain, partial_fourier=0.625, phase=1.0)),
        "the same, homodyne": cine(how=replace(plain, partial_fourier=0.625, phase=1.0, homodyne=True)),
        "drawn, strong artefacts": cine(how=draw_acquisition(generator(1, "drawn"), spacing=size, artefacts="strong")),
        "inversion, magnitude": acquire(
            null, replace(plain, snr=30.0, phase=1.0), generator(1, "figure"), reference=0.1
        ),
        "inversion, phase-sensitive": acquire(
            null, replace(plain, snr=30.0, phase=1.0), generator(1, "figure"), reference=0.1, phase_reference=proton
        ),
    }


def main() -> None:
    """Write the picture; print how far the field differs over eight hearts, by dipoles and as the phantom has it."""
    for index in range(8):
        one = scene(3 + index, index)
        heart = torch.from_numpy(one.maps.label[one.level] > 0)
        spans = [
            float(field[heart].quantile(0.995) - field[heart].quantile(0.005))
            for field in (one.field(), one.drawn_field())
        ]
        print(f"subject {index}: {spans[0]:.0f} Hz by dipoles, {spans[1]:.0f} Hz in images, over the heart at 1.5 T")
    figure, axes = plt.subplots(3, 5, figsize=(10, 6.4), constrained_layout=True)
    for axis, (title, image) in zip(axes.flat, panels(scene()).items(), strict=True):
        high = float(torch.quantile(image.abs(), 0.6 if "inversion" in title else 0.985))
        axis.imshow(image, cmap="gray", vmin=-high if "sensitive" in title else 0, vmax=high)
        axis.set_title(title, fontsize=8)
        axis.set_axis_off()
    figure.savefig(OUT, dpi=84, metadata={"Software": ""})
    Image.open(OUT).convert("L").quantize(40).save(OUT, optimize=True)


if __name__ == "__main__":
    main()

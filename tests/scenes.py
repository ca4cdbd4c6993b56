"""A small chest with known tissue: classes of the tissue table, seen by any sequence, with its heart labelled."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from spinbridge.core.case import Case
from spinbridge.core.image import Array, Image
from spinbridge.core.protocols import SignalModel
from spinbridge.core.random import generator
from spinbridge.core.slices import Slice
from spinbridge.core.structures import Heart
from spinbridge.core.tissue import Tissue
from spinbridge.data.nnunet_writer import NnUNetWriter
from spinbridge.methods.reverse_imaging.prior import bound_pools, tissue_prior
from spinbridge.methods.reverse_imaging.rendering import with_transfer
from spinbridge.physics.sequences.language import format_sequence, parse_sequence

AFFINE = np.array([[-2.4, 0.7, 0, 90], [-0.7, -2.4, 0, 80.03], [0, 0, 8, -40], [0, 0, 0, 1.0]])  #: turned, 2.5 mm
BSSFP = "bssfp(fa=50deg,tr=3.2ms,te=1.6ms)"
GAIN = 850.0  #: grey value of a signal of 1


@dataclass(frozen=True, eq=False)
class Scene:
    """The truth of one chest, (z, y, x)."""

    tissue: Tissue
    label: Tensor
    classes: Tensor  #: numbers among the names of `tissue_prior(1.5)`

    @property
    def heart(self) -> Tensor:
        return self.label > 0

    def signal(self, model: SignalModel) -> Tensor:
        """Without gain and noise, (N, z, y, x)."""
        pools = bound_pools(tissue_prior(1.5).names)[self.classes].movedim(-1, 0)
        return model(with_transfer(self.tissue, model, pools))


def scene(seed: int = 0, *, slices: int = 2, size: int = 64) -> Scene:
    """A chest whose tissues differ from the table as those of a subject do, with texture."""
    prior = tissue_prior(1.5)
    names, label = _painted(size)
    classes = torch.tensor([[prior.index(name) for name in row] for row in names]).repeat(slices, 1, 1)
    draw = generator(seed, "scene")
    offsets = (0.8 * torch.randn(prior.log_mean.shape, generator=draw)).clamp(-1.5, 1.5)
    values = (prior.log_mean + prior.log_spread * offsets)[classes].movedim(-1, 0)
    pd, t1, t2 = (values + 0.02 * torch.randn(values.shape, generator=draw)).exp()
    tissue = Tissue(pd=pd, t1=t1, t2=t2, t2star=prior.t2star[classes], off_resonance=prior.chemical_shift[classes])
    return Scene(tissue, torch.from_numpy(label).repeat(slices, 1, 1), classes)


def seen(what: Scene, model: SignalModel, *, snr: float = 40.0, seed: int = 0) -> Tensor:
    """Magnitude images (N, z, y, x) of a chest, with noise of `GAIN / snr` times the signal of myocardium."""
    signal = GAIN * what.signal(model).abs()
    noise = float(signal[0][what.label == Heart.MYO].mean()) / snr
    return (signal + noise * torch.randn(signal.shape, generator=generator(seed, "noise"))).abs()


def scene_slices(seed: int = 0, *, size: int = 64, sequence: str = BSSFP) -> list[Slice]:
    """The slices of a chest as a segmenter trains on them."""
    what = scene(seed, size=size)
    image = seen(what, parse_sequence(sequence))[0]
    return [
        Slice(key=f"chest{seed}#{z}", image=plane, label=label.to(torch.uint8), spacing=2.5)
        for z, (plane, label) in enumerate(zip(image, what.label, strict=True))
    ]


def scene_cases(
    patient: str, seed: int = 0, *, sequence: str = BSSFP, size: int = 64, slices: int = 2, frame: str = "ED"
) -> list[Case]:
    """A case for each image of a sequence of one patient."""
    what, model = scene(seed, size=size, slices=slices), parse_sequence(sequence)
    label = Image(data=what.label.numpy().astype(np.uint8), affine=AFFINE)
    images = seen(what, model, seed=seed).round().to(torch.int16).numpy()
    name = f"{patient}_{frame}"
    return [
        Case(
            name=name if len(images) == 1 else f"{name}_{moment}",
            patient=patient,
            image=Image(data=voxels, affine=AFFINE),
            label=label,
            frame=frame,
            sequence=format_sequence(model),
            field_strength=1.5,
        )
        for moment, voxels in zip(model.images, images, strict=True)
    ]


def scene_dataset(
    folder: Path, patients: int = 4, *, first: int = 0, sequence: str = BSSFP, size: int = 64, test: bool = False
) -> Path:
    """An nnU-Net data set of chests, one frame a patient."""
    writer = NnUNetWriter(folder)
    for number in range(first, first + patients):
        for case in scene_cases(f"sub{number:03d}", number, sequence=sequence, size=size):
            writer.add(case, test=test)
    writer.finish(folds=2)
    return folder


def _painted(size: int) -> tuple[Array, Array]:
    """Names of tissues and values of `Heart`, (y, x)."""
    y, x = (np.mgrid[:size, :size] + 0.5) / size - 0.5
    names = np.full((size, size), "air", dtype=object)
    for name, inside in (
        ("subcutaneous_fat", np.hypot(y / 0.44, x / 0.47) < 1),
        ("skeletal_muscle", np.hypot(y / 0.39, x / 0.42) < 1),
        ("lung", np.hypot((y + 0.02) / 0.30, (x - 0.22) / 0.15) < 1),
        ("lung", np.hypot((y + 0.02) / 0.30, (x + 0.25) / 0.12) < 1),
        ("liver", np.hypot((y - 0.26) / 0.10, (x + 0.15) / 0.22) < 1),
        ("epicardial_fat", np.hypot(y / 0.24, (x + 0.01) / 0.29) < 1),
    ):
        names[inside] = name
    label = np.full((size, size), int(Heart.BACKGROUND))
    label[np.hypot(y / 0.18, (x + 0.12) / 0.13) < 1] = Heart.RV
    radius = np.hypot(y, x - 0.09)
    label[radius < 0.175] = Heart.MYO
    label[radius < 0.105] = Heart.LV
    for structure, name in ((Heart.RV, "rv_blood"), (Heart.MYO, "myocardium"), (Heart.LV, "lv_blood")):
        names[label == structure] = name
    return names, label.astype(np.int64)

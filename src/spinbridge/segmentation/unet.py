"""The baseline segmenter: a 2D U-Net of MONAI, trained on patches, applied in overlapping windows.

Loss: the mean of soft Dice over a batch and cross entropy, as nnU-Net trains. Normalisation has weights of its own
and rectifiers leak by a quarter, with which short trainings get further than with MONAI's defaults. Images are
normalised slice by slice to zero mean and unit variance over the field that training sees: about the heart, and in
use about the middle. Sample n of a run draws from its own generator, so a run continues after a kill with the same
numbers.

References: K. Kerfoot et al., Left-ventricle quantification using residual U-Net, STACOM 2018,
doi:10.1007/978-3-030-12029-0_40 (the network); F. Isensee et al., nnU-Net, Nat Methods 2021,
doi:10.1038/s41592-020-01008-z (loss, learning rate, windows).
"""

import warnings
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from scipy import ndimage
from torch import Tensor, nn

from spinbridge.core.case import Case
from spinbridge.core.device import keep_large_buffers, resolve_device, resolve_precision
from spinbridge.core.errors import InputError
from spinbridge.core.files import read_json, write_json
from spinbridge.core.progress import track
from spinbridge.core.random import derive_seed, generator
from spinbridge.core.settings import from_plain
from spinbridge.core.slices import Augmentation, Slice
from spinbridge.core.structures import Heart
from spinbridge.segmentation.checkpoint import load_checkpoint, load_weights, save_checkpoint, save_weights
from spinbridge.segmentation.settings import UNetSettings
from spinbridge.segmentation.slices import batch_of, plane_grid, training_slices, volume

_WEIGHTS, _CARD, _CHECKPOINT = "model.safetensors", "model.json", "checkpoint.safetensors"


@dataclass
class UNetSegmenter:
    """A 2D U-Net with an augmentation; a `Segmenter`."""

    settings: UNetSettings
    augmentation: Augmentation | None = None  #: what makes a patch of a slice; needed to train only
    seed: int = 0
    device: str = "cpu"
    network: nn.Module | None = None
    history: tuple[dict[str, Any], ...] = ()  #: how data and augmentation came to be; kept with the model

    def train(self, cases: Sequence[Case], folder: Path) -> None:
        """Learn from labelled cases into `folder`: model.safetensors, model.json; an unfinished run continues."""
        if is_trained(folder):
            self.network = load(folder, device=self.device).network
            return
        s = self.settings
        slices = [item for case in cases for item in training_slices(case, spacing=s.spacing, field=s.field)]
        if not slices or self.augmentation is None:
            raise InputError("labelled cases and an augmentation to train with", f"{len(slices)} slices", where=folder)
        self.network = self._fit(slices, self.augmentation, folder)

    def predict(self, case: Case) -> npt.NDArray[np.uint8]:
        """Structures (z, y, x) of a case, as values of `Heart`."""
        if self.network is None:
            raise InputError("a trained model", "none", remedy="Train first, or load one with `load`.")
        grid = plane_grid(case, self.settings.spacing)
        images = torch.from_numpy(grid.image(volume(case)))
        shares = torch.stack([self._share(image) for image in images])
        voxels = grid.image_back(shares.numpy())
        found = voxels.argmax(axis=1).astype(np.uint8)
        return largest_heart(found) if self.settings.keep_largest else found

    def _fit(self, slices: list[Slice], augmentation: Augmentation, folder: Path) -> nn.Module:
        s, device = self.settings, resolve_device(self.device)
        s = replace(s, precision=resolve_precision(s.precision, device))
        with _machine(s.threads):
            network = build(s, seed=self.seed).to(device)
            optimiser = torch.optim.AdamW(network.parameters(), lr=s.learning_rate, weight_decay=s.weight_decay)
            log = load_checkpoint(folder / _CHECKPOINT, network, optimiser)
            for n in track(range(len(log), s.iterations), f"training {folder.name}", total=s.iterations - len(log)):
                images, labels = batch_of([self._sample(slices, augmentation, n, b) for b in range(s.batch)])
                for group in optimiser.param_groups:
                    group["lr"] = s.learning_rate * (1 - n / s.iterations) ** s.decay_power
                loss = _step(network, optimiser, images.to(device), labels.to(device), s)
                log.append({"iteration": n, "loss": round(loss, 6)})
                if (n + 1) % s.checkpoint_every == 0:
                    save_checkpoint(folder / _CHECKPOINT, network, optimiser, log)
            save_weights(folder / _WEIGHTS, network)
            write_json(folder / "log.json", log)
            card = {"settings": s, "seed": self.seed, "slices": len(slices), "steps": list(self.history)}
            write_json(folder / _CARD, card)
            (folder / _CHECKPOINT).unlink(missing_ok=True)
        return network

    def _sample(self, slices: list[Slice], augmentation: Augmentation, iteration: int, place: int) -> Slice:
        draw = generator(self.seed, "sample", iteration, place)
        return augmentation(slices[int(torch.randint(len(slices), (), generator=draw))], draw)

    def _share(self, image: Tensor) -> Tensor:
        """Probability of each structure (structures, y, x) of one slice, by overlapping windows."""
        from monai.inferers import sliding_window_inference

        s, device = self.settings, resolve_device(self.device)
        seen = _middle(image, s.field)
        centred = (image - seen.mean()) / seen.std().clamp_min(1e-8)
        with torch.inference_mode(), _arithmetic(device, resolve_precision(s.precision, device)):
            window = (s.patch, s.patch)
            share: Tensor = sliding_window_inference(
                centred[None, None].to(device),
                window,
                16,
                self.network,
                overlap=0.5,
                mode="gaussian",
                padding_mode=_padding(image.shape, s.patch),
            )
        return share.float().softmax(dim=1)[0].cpu()


def build(settings: UNetSettings, *, seed: int) -> nn.Module:
    """The untrained network, its weights drawn from `seed`."""
    from monai.networks.nets import UNet

    channels = settings.channels
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(derive_seed(seed, "network") % 2**63)
        network: nn.Module = UNet(
            spatial_dims=2,
            in_channels=1,
            out_channels=len(Heart),
            channels=channels,
            strides=(2,) * (len(channels) - 1),
            num_res_units=settings.residual_units,
            norm=("INSTANCE", {"affine": True}),
            act=("leakyrelu", {"negative_slope": 0.25, "inplace": True}),
        )
    return network


def load(folder: Path, *, device: str = "cpu") -> UNetSegmenter:
    """A trained segmenter. Raises `InputError` where the folder holds none."""
    card = read_json(folder / _CARD)
    settings = from_plain(UNetSettings, card["settings"], where=folder / _CARD)
    network = build(settings, seed=card["seed"])
    load_weights(folder / _WEIGHTS, network)
    network.eval().to(resolve_device(device))
    return UNetSegmenter(settings=settings, seed=card["seed"], device=device, network=network)


def is_trained(folder: Path) -> bool:
    """Whether a training in this folder has ended; a checkpoint that a kill left beside the model is removed."""
    ended = (folder / _CARD).exists()
    if ended:
        (folder / _CHECKPOINT).unlink(missing_ok=True)
    return ended


def _padding(shape: torch.Size, patch: int) -> str:
    """How a slice smaller than a window is continued; a mirror must not be wider than the slice."""
    return "reflect" if all((patch - edge + 1) // 2 < edge for edge in shape) else "replicate"


def largest_heart(found: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint8]:
    """The label without anything that does not touch the largest connected foreground, faces only."""
    parts, count = ndimage.label(found > 0)
    if count <= 1:
        return found
    sizes = np.bincount(parts.ravel())[1:]
    return np.where(parts == 1 + int(sizes.argmax()), found, 0).astype(np.uint8)


def _middle(image: Tensor, size: int) -> Tensor:
    """The middle of an image (y, x), at most `size` pixels wide: what training sees of it, the heart unknown."""
    rows, columns = (slice(max(0, (edge - size) // 2), max(0, (edge - size) // 2) + size) for edge in image.shape)
    return image[rows, columns]


def _step(
    network: nn.Module, optimiser: torch.optim.AdamW, images: Tensor, labels: Tensor, settings: UNetSettings
) -> float:
    from monai.losses import DiceCELoss

    network.train()
    optimiser.zero_grad()
    with _arithmetic(images.device, settings.precision):
        scores = network(images)
    loss_of = DiceCELoss(softmax=True, to_onehot_y=True, include_background=False, batch=True)
    loss: Tensor = loss_of(scores.float(), labels)
    loss.backward()  # type: ignore[no-untyped-call]
    nn.utils.clip_grad_norm_(network.parameters(), settings.gradient_limit)
    optimiser.step()
    return float(loss.detach())


def _arithmetic(device: torch.device, precision: str) -> torch.autocast:
    """The network's layers in float32 or bfloat16; its weights stay float32."""
    return torch.autocast(device.type, dtype=torch.bfloat16, enabled=precision == "bfloat16")


class _machine:  # noqa: N801 - reads as a statement
    """Threads and warnings as a training needs them, put back afterwards."""

    def __init__(self, threads: int) -> None:
        self._threads, self._before = threads, torch.get_num_threads()
        self._warnings = warnings.catch_warnings()

    def __enter__(self) -> None:
        self._warnings.__enter__()
        warnings.simplefilter("ignore")
        keep_large_buffers()
        torch.set_num_threads(self._threads)

    def __exit__(self, *_: object) -> None:
        torch.set_num_threads(self._before)
        self._warnings.__exit__(None, None, None)

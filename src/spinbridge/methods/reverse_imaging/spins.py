"""What a training slice is made of, small enough to keep for every slice of a data set. Ours.

Logarithms of PD, T1 and T2 (times in seconds) as half precision and class shares as bytes: 1/250 is finer than any
share is known.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import torch
from safetensors.torch import load_file, save
from torch import Tensor

from spinbridge.core.files import writing
from spinbridge.core.protocols import SignalModel
from spinbridge.core.slices import Slice
from spinbridge.methods.reverse_imaging.inversion import InversionSettings, invert
from spinbridge.methods.reverse_imaging.prior import TissuePrior

_SHARE_STEPS = 250


@dataclass(frozen=True, eq=False, kw_only=True)
class SpinSlice:
    """Tissue of one slice, and the prior at whose field strength it was estimated."""

    prior: TissuePrior
    log_tissue: Tensor  #: (3, y, x) float16, logarithm of PD, T1 [s], T2 [s]
    packed_shares: Tensor  #: (K, y, x) uint8, class shares in steps of 1/250

    def mixed(self, values: Tensor) -> Tensor:
        """Values of the classes (K, c) as maps (c, y, x), by the shares of each voxel."""
        maps = (values / _SHARE_STEPS).T @ self.packed_shares.flatten(1).float()
        return maps.view(-1, *self.packed_shares.shape[1:])


def spin_slices(
    slices: Sequence[Slice], model: SignalModel, prior: TissuePrior, settings: InversionSettings
) -> dict[str, SpinSlice]:
    """The tissue of all slices of one case, by key; `model` is the sequence they were acquired with."""
    images = torch.stack([item.image for item in slices])[None]
    label = torch.stack([item.label for item in slices])
    estimate = invert(images, model, prior, spacing=slices[0].spacing, label=label, settings=settings)
    tissue = torch.stack([estimate.tissue.pd, estimate.tissue.t1, estimate.tissue.t2]).log().half()
    shares = (estimate.shares * _SHARE_STEPS).round().to(torch.uint8)
    return {
        item.key: SpinSlice(prior=prior, log_tissue=tissue[:, z].contiguous(), packed_shares=shares[:, z].contiguous())
        for z, item in enumerate(slices)
    }


def save_spins(path: Path, spins: Mapping[str, SpinSlice]) -> None:
    """Keep the tissue of a case's slices in one safetensors file."""
    tensors = {f"{key}/tissue": spin.log_tissue for key, spin in spins.items()}
    tensors |= {f"{key}/shares": spin.packed_shares for key, spin in spins.items()}
    with writing(path) as temporary:
        temporary.write_bytes(save(tensors))


def load_spins(path: Path, prior: TissuePrior) -> dict[str, SpinSlice]:
    """The tissue that `save_spins` kept."""
    tensors = load_file(path)
    keys = sorted(name.removesuffix("/tissue") for name in tensors if name.endswith("/tissue"))
    return {
        key: SpinSlice(prior=prior, log_tissue=tensors[f"{key}/tissue"], packed_shares=tensors[f"{key}/shares"])
        for key in keys
    }

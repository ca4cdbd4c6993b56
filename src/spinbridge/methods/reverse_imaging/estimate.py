"""What an inversion returns: tissue maps, how sure they are, and which tissue each voxel is. Ours.

Times in seconds, PD relative to water.
"""

from dataclasses import dataclass

import torch
from torch import Tensor

from spinbridge.core.protocols import SignalModel
from spinbridge.core.tissue import Tissue
from spinbridge.methods.reverse_imaging.prior import bound_pools, concentrations
from spinbridge.physics.contrast_agent import with_gadolinium


@dataclass(frozen=True, eq=False, kw_only=True)
class TissueEstimate:
    """Tissue of a stack of slices (z, y, x), with its uncertainty."""

    tissue: Tissue  #: PD, T1 [s], T2 [s], T2* [s], chemical shift [Hz]
    deviation: Tissue  #: standard deviation of PD, T1 [s], T2 [s]
    shares: Tensor  #: (K, z, y, x) probability of each tissue class
    names: tuple[str, ...]  #: of the K classes
    log_gain: Tensor  #: (z, y, x) logarithm of receive gain and coil shading
    model: SignalModel  #: the sequence, its flip angle as fitted

    @property
    def classes(self) -> Tensor:
        """(z, y, x) number of the most likely class."""
        return self.shares.argmax(dim=0)

    def share(self, names: frozenset[str]) -> Tensor:
        """(z, y, x) probability that a voxel is one of `names`."""
        rows = [row for name, row in zip(self.names, self.shares, strict=True) if name in names]
        return torch.stack(rows).sum(dim=0) if rows else torch.zeros(self.shares.shape[1:])

    @property
    def pools(self) -> Tensor:
        """Bound share and rate of exchange [1/s] of every voxel (2, z, y, x)."""
        return torch.einsum("kc,k...->c...", bound_pools(self.names), self.shares)

    @property
    def tissue_after_agent(self) -> Tissue:
        """The tissue, estimated without contrast agent, as it would be 15 minutes after the usual dose."""
        return with_gadolinium(self.tissue, torch.einsum("k,k...->...", concentrations(self.names), self.shares))

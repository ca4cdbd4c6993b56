"""The signal of each tissue class under a sequence: its mean, its spread between subjects, and how likely a voxel is.

    u | class k ~ N(S_k, C_k),     C_k = J_k P_k J_k^T + diag(e^2 S_k^2 + s^2)

over N images, u being the image divided by the gain, J_k = dS/dlog z at the class mean, P_k the prior variance of
log z, e the relative error of model and partial volume, s the noise divided by the gain. Times in seconds.

Source: ours; linear error propagation, see C. Bishop, Pattern Recognition and Machine Learning, 2006, section 2.3.3.
"""

from dataclasses import dataclass, fields, replace

import torch
from torch import Tensor

from spinbridge.core.protocols import SignalModel
from spinbridge.core.tissue import Tissue
from spinbridge.methods.reverse_imaging.prior import TissuePrior, bound_pools
from spinbridge.methods.reverse_imaging.rendering import with_transfer
from spinbridge.methods.reverse_imaging.voxel_solve import Forward, linearised
from spinbridge.physics.sequences.flow import with_flow
from spinbridge.physics.sequences.reception import as_received


@dataclass(frozen=True, eq=False, kw_only=True)
class ClassSignals:
    """Mean and spread of the N-image signal of each of K classes."""

    mean: Tensor  #: (N, K)
    covariance: Tensor  #: (K, N, N) from the prior's spread and the model error, noise not included

    def log_likelihood(self, scaled: Tensor, noise: Tensor) -> Tensor:
        """(K, V) for images divided by the gain `scaled` (N, V) and their noise (N,), alike for all voxels."""
        factor: Tensor = torch.linalg.cholesky(self.covariance + torch.diag_embed(noise**2))
        gap = scaled[None] - self.mean.T[:, :, None]
        whitened: Tensor = torch.linalg.solve_triangular(factor, gap, upper=False)
        log_volume: Tensor = factor.diagonal(dim1=-2, dim2=-1).log().sum(dim=-1)
        distance: Tensor = (whitened**2).sum(dim=1)
        return -0.5 * distance - log_volume[:, None]


def forward_of(model: SignalModel, prior: TissuePrior, members: Tensor) -> Forward:
    """`log z` (V, 3) -> images (N, V), as the sequence keeps them, of voxels whose classes are `members` (V,)."""
    star, shift = prior.t2star[members], prior.chemical_shift[members]
    played, pools = with_flow(model, prior.flows[members]), bound_pools(prior.names)[members].T

    def forward(latent: Tensor) -> Tensor:
        pd, t1, t2 = latent.exp().unbind(dim=-1)
        tissue = Tissue(pd=pd, t1=t1, t2=t2, t2star=star, off_resonance=shift)
        return as_received(model, played(with_transfer(tissue, model, pools)))

    return forward


def class_signals(model: SignalModel, prior: TissuePrior, *, model_error: float) -> ClassSignals:
    """What each class of the prior looks like under `model`."""
    forward = forward_of(model, prior, torch.arange(len(prior.names)))
    mean, jacobian = linearised(forward, prior.log_mean)
    spread = jacobian * prior.log_spread[:, None, :]
    covariance = spread @ spread.mT + torch.diag_embed((model_error * mean.T) ** 2)
    return ClassSignals(mean=mean, covariance=covariance)


def with_flip_angle(model: SignalModel, factor: float) -> SignalModel:
    """The same sequence with its flip angle times `factor`; as it is where it has none."""
    if not any(f.name == "flip_angle" for f in fields(model)):  # type: ignore[arg-type]
        return model
    return replace(model, flip_angle=model.flip_angle * factor)  # type: ignore[type-var, attr-defined]

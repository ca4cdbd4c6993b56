"""The most likely tissue of each voxel and its spread, for a Gaussian prior in the logarithm: Gauss-Newton, per voxel.

    minimise  sum_n (u_n - S_n(z))^2 / (2 s^2)  +  sum_c (log z_c - m_c)^2 / (2 p_c^2)
    step      log z <- m + A^-1 J^T (u - S + J (log z - m)) / s^2,      A = J^T J / s^2 + diag(1 / p^2)
    spread    covariance of log z = A^-1  (Laplace)

over N images of a voxel with signal model S and Jacobian J = dS / dlog z of shape (N, 3). Times in seconds; u and S in
units of PD times gain. One image leaves two of the three directions to the prior; the spread says so.

Source: ours; the step is the pointwise proximal map of Gauss-Newton, see B. Bell, F. Cathey, The iterated Kalman filter
update as a Gauss-Newton method, IEEE TAC 1993, doi:10.1109/9.250476.
"""

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor

Forward = Callable[[Tensor], Tensor]  #: log z (V, 3) -> magnitude (N, V)


@dataclass(frozen=True, eq=False, kw_only=True)
class Posterior:
    """Laplace approximation of V voxels."""

    log_mode: Tensor  #: (V, 3)
    covariance: Tensor  #: (V, 3, 3) of log z


def solve(
    forward: Forward, observed: Tensor, mean: Tensor, spread: Tensor, noise: Tensor, *, steps: int = 4
) -> Posterior:
    """The posterior of each voxel.

    `observed` (N, V) and `noise` (N, V), its standard deviation; `mean` and `spread` (V, 3) of log z.
    """
    latent = mean
    precision = torch.diag_embed(spread**-2)
    weight = noise.T**-2
    for _ in range(steps):
        signal, jacobian = linearised(forward, latent)
        weighted = jacobian * weight[..., None]
        normal = jacobian.mT @ weighted + precision
        gap = (observed - signal).T[..., None] + jacobian @ (latent - mean)[..., None]
        latent = mean + torch.linalg.solve(normal, weighted.mT @ gap)[..., 0].clamp(-3.0, 3.0)
    return Posterior(log_mode=latent, covariance=torch.linalg.inv(normal))


def linearised(forward: Forward, latent: Tensor) -> tuple[Tensor, Tensor]:
    """Signal (N, V) and its Jacobian (V, N, 3) at `latent` (V, 3), by forward differentiation along each property."""
    columns = []
    signal = torch.empty(0)
    for channel in range(3):
        direction = torch.zeros_like(latent)
        direction[:, channel] = 1
        signal, slope = _along(forward, latent, direction)
        columns.append(slope)
    return signal, torch.stack(columns, dim=-1).transpose(0, 1)


def _along(forward: Forward, latent: Tensor, direction: Tensor) -> tuple[Tensor, Tensor]:
    pair: tuple[Tensor, Tensor] = torch.func.jvp(forward, (latent,), (direction,))  # type: ignore[assignment]
    return pair

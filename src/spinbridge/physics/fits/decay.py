"""exp(-t/T) and its derivative by log T: what every curve of the fits is made of.

    e = exp(-t/T),   de/d(log T) = (t/T) e

Times in seconds; an infinite t stands for what has fully decayed.

Ours.
"""

import torch
from torch import Tensor

_FOREVER = 1e6  # [s]


def column(times: tuple[float, ...], reference: Tensor) -> Tensor:
    """The `times` [s] as (N, 1), of the reference's type and device."""
    return torch.tensor(times, dtype=torch.float64, device=reference.device)[:, None].to(reference)


def decay(times: Tensor, log_time: Tensor) -> tuple[Tensor, Tensor]:
    """Both, of `times` (N, 1) [s] and log T (V,), T in [s]: (N, V)."""
    share = times.clamp(max=_FOREVER) * torch.exp(-log_time)
    e = torch.exp(-share)
    return e, share * e

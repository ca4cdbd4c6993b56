"""Noise of parallel imaging: what unfolding an R-fold undersampled image makes of the coils' noise.

    S_ci    sensitivity of coil c at the i-th of the R pixels that fold onto each other, C the covariance of the noise
    G       = S^H C^-1 S                                       (R, R), for each pixel
    g       = sqrt( [G^-1]_00 [G]_00 )                         1 or more, 1 for R = 1
    SD      = g sqrt(R) / sqrt([G]_00)                         of the unfolded image, one channel

Cartesian, every R-th line along y, unregularised, the sensitivities known exactly; pixels that fold lie rows/R apart,
rounded to whole rows. Where hardly any coil sees anything g is held at `_MOST`.

Reference: K. Pruessmann et al., Magn Reson Med 1999;42:952 (SENSE; equations 21 to 23).
"""

import torch
from torch import Tensor

from spinbridge.core.errors import SettingsError

_MOST = 8.0
_RIDGE = 1e-6


def g_factor(channels: Tensor, acceleration: int, covariance: Tensor | None = None) -> Tensor:
    """The g-factor `(y, x)` of sensitivities `(coils, y, x)` at an `acceleration` along y; float32.

    Raises `SettingsError` where there are fewer coils than pixels to be told apart.
    """
    coils, rows = channels.shape[0], channels.shape[1]
    if not 1 <= acceleration <= coils:
        raise SettingsError(f"an acceleration from 1 to the {coils} coils", f"{acceleration}", where="g_factor")
    if acceleration == 1:
        return torch.ones(channels.shape[1:])
    white = whitened(channels, covariance)
    shifts = [-round(i * rows / acceleration) for i in range(acceleration)]
    folded = torch.stack([white.roll(shift, dims=1) for shift in shifts], dim=-1)  # (coils, y, x, R)
    gram = torch.einsum("cyxi,cyxj->yxij", folded.conj(), folded)
    here = gram[..., 0, 0].real
    ridge = _RIDGE * torch.diagonal(gram, dim1=-2, dim2=-1).real.mean(-1)
    inverse = torch.linalg.inv(gram + (ridge + 1e-20)[..., None, None] * torch.eye(acceleration))
    squared: Tensor = (inverse[..., 0, 0].real * here).clamp(1.0, _MOST**2)
    return squared.sqrt()


def whitened(channels: Tensor, covariance: Tensor | None) -> Tensor:
    """Channels `(coils, ...)` mixed so that their noise is independent and of spread 1."""
    if covariance is None:
        return channels
    lower = torch.linalg.cholesky(covariance.to(channels.dtype))
    mixed: Tensor = torch.linalg.solve_triangular(lower, channels.flatten(1), upper=False).reshape(channels.shape)
    return mixed

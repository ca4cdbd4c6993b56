"""ShMOLLI, 5(1)1(1)1: the second and third inversion are used only where they found the magnetisation recovered.

    T1 of 5 + 1 images         where that is below RR
    T1 of 5 + 1 + 1 images     instead, where the former is even below 0.4 RR
    T1 of 5 images             else

A single beat of rest leaves long T1 far from equilibrium at the next inversion, so the later images lie on another
curve; of short T1 the five images hold too few points before the plateau, and the later ones are what tells it. Each
T1 is that of `molli_fit.py`, Look-Locker correction included. Times in seconds.

That the interpretation is conditional, and why, is the paper's; the two limits are ascribed to it but were not checked
against it, and its comparison of goodness of fit is left out here.

Reference: S. Piechnik et al., J Cardiovasc Magn Reson 2010;12:69, doi:10.1186/1532-429X-12-69.
"""

from collections.abc import Callable
from dataclasses import fields, replace
from typing import Any

import torch
from torch import Tensor

from spinbridge.core.errors import InputError
from spinbridge.physics.fits.molli_fit import fit_molli
from spinbridge.physics.fits.relaxation_fit import Limits, RelaxationFit

USE_SIX_BELOW, USE_SEVEN_BELOW = 1.0, 0.4  #: T1 in RR intervals
_SEVEN, _SIX, _FIVE = 7, 6, 5


def fit_shmolli(
    images: Tensor,
    inversion_times: tuple[float, ...],
    *,
    rr_interval: float,
    signed: bool = False,
    noise: float | None = None,
    limits: Limits | None = None,
) -> RelaxationFit:
    """Apparent T1 of seven images (7, ...) in the order of acquisition, five after the first inversion.

    `inversion_times` and `rr_interval` in [s]; the rest as `fit_molli`. Raises `InputError` for another number of
    images.
    """
    if len(images) != _SEVEN:
        raise InputError("the seven images of 5(1)1(1)1", f"{len(images)}", remedy="Fit other schemes with fit_molli.")

    def fit(count: int, where: Tensor) -> RelaxationFit:
        times = inversion_times[:count]
        return fit_molli(images[:count, where], times, signed=signed, noise=noise, limits=limits)

    everywhere = torch.ones(images.shape[1:], dtype=torch.bool, device=images.device)
    chosen = fit(_SIX, everywhere)
    t1 = torch.zeros(0) if chosen.t1 is None else chosen.t1.reshape(images.shape[1:])
    few, many = ~(t1 < USE_SIX_BELOW * rr_interval), t1 < USE_SEVEN_BELOW * rr_interval
    return _with(_with(_shaped(chosen, t1.shape), few, fit(_FIVE, few)), many, fit(_SEVEN, many))


def _shaped(fit: RelaxationFit, shape: torch.Size) -> RelaxationFit:
    return _each(fit, lambda _, values: values.reshape(shape))


def _with(fit: RelaxationFit, where: Tensor, other: RelaxationFit) -> RelaxationFit:
    """A fit with what another one found of the voxels `where`."""
    return _each(fit, lambda name, values: values.masked_scatter(where, getattr(other, name)))


def _each(fit: RelaxationFit, change: Callable[[str, Tensor], Tensor]) -> RelaxationFit:
    maps: dict[str, Any] = {field.name: getattr(fit, field.name) for field in fields(fit)}
    changed = {name: change(name, values) for name, values in maps.items() if values is not None}
    return replace(fit, **changed)

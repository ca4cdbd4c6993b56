"""ShMOLLI, 5(1)1(1)1: the second and third inversion are used only where they found the magnetisation recovered.

    T1 of 5 + 1 + 1 images     where that is below 0.4 RR
    T1 of 5 + 1 images         else, where that is below RR
    T1 of 5 images             else

A single beat of rest leaves long T1 far from equilibrium at the next inversion, so the later images lie on another
curve; of short T1 the five images hold too few points before the plateau, and the later ones are what tells it. Each
T1 is that of `molli_fit.py`, Look-Locker correction included; a fit that fails is not used. Times in seconds.

That the interpretation is conditional, and why, is the paper's; the two limits are ascribed to it but were not checked
against it, and its comparison of goodness of fit is left out here.

Reference: S. Piechnik et al., J Cardiovasc Magn Reson 2010;12:69, doi:10.1186/1532-429X-12-69.
"""

from dataclasses import fields

import torch
from torch import Tensor

from spinbridge.core.errors import InputError
from spinbridge.physics.fits.molli_fit import fit_molli
from spinbridge.physics.fits.relaxation_fit import Limits, RelaxationFit

_SETS = (7, 6, 5)
USE_BELOW = (0.4, 1.0)  #: T1 below which seven and six images are used, in RR intervals


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
    if len(images) != max(_SETS):
        raise InputError("the seven images of 5(1)1(1)1", f"{len(images)}", remedy="Fit other schemes with fit_molli.")
    seven, six, five = (
        fit_molli(images[:n], inversion_times[:n], signed=signed, noise=noise, limits=limits) for n in _SETS
    )
    chosen = five
    for other, share in ((six, USE_BELOW[1]), (seven, USE_BELOW[0])):
        chosen = _where(_below(other, share * rr_interval), other, chosen)
    return chosen


def _below(fit: RelaxationFit, most: float) -> Tensor:
    """Where a fit has a T1 below `most` [s]."""
    return torch.zeros_like(fit.failed) if fit.t1 is None else fit.t1 < most


def _where(use: Tensor, one: RelaxationFit, other: RelaxationFit) -> RelaxationFit:
    """Voxel by voxel one of two fits."""
    maps: dict[str, Tensor | None] = {}
    for field in fields(one):
        a, b = getattr(one, field.name), getattr(other, field.name)
        maps[field.name] = None if a is None else torch.where(use, a, b)
    return RelaxationFit(**maps)  # type: ignore[arg-type]

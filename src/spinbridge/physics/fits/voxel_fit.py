"""From images to maps with one curve: start, descent, standard deviations, and what is not believed.

Every voxel is divided by its largest signal, fitted, and judged: `relaxation_fit.py` says what the maps hold and what
makes a voxel fail. Where the sign of the images is unknown, the two sign patterns that look best on the grid are both
solved, and the smaller residual wins among those whose curve can be.

Ours.
"""

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor

from spinbridge.physics.fits.relaxation_fit import Failure, Limits, RelaxationFit
from spinbridge.physics.fits.separable import VOXELS_AT_ONCE, Family, Projection, best_on_grid, solve

_EDGE = 1e-3  # of a log time: nearer to its bound counts as at it


@dataclass(frozen=True, eq=False)
class Estimate:
    """A quantity of V voxels, and its variance in units of the noise variance."""

    value: Tensor  #: (V,) NaN where the curve means nothing
    variance: Tensor  #: (V,)


@dataclass(frozen=True, eq=False, kw_only=True)
class Reading:
    """What the parameters of a curve mean."""

    amplitude: Estimate
    t1: Estimate | None = None  #: value [s]
    t2: Estimate | None = None  #: value [s]


@dataclass(frozen=True, eq=False, kw_only=True)
class Curve:
    """A family of curves with its meaning; N images, P log times that are solved."""

    family: Family
    read: Callable[[Tensor, Projection], Reading]  #: from log times (P, V) and what was projected on them
    bounds: tuple[tuple[float, float], ...]  #: of each time that is solved [s]
    points: tuple[int, ...]  #: of the grid along each
    parameters: int
    signs: Tensor | None = None  #: (C, N) sign patterns to try; None where the images have theirs
    possible: Callable[[Tensor], Tensor] | None = None  #: of linear coefficients (K, V): whether they can be


def fit_voxels(
    images: Tensor, curve: Curve, shape: torch.Size, *, limits: Limits, noise: float | None, given: Tensor | None = None
) -> RelaxationFit:
    """Maps of `shape` from real images (N, V); `given` (D, V) are further log times that the family sees.

    `noise` is the standard deviation of the images' noise, in their units; None to take each voxel's residual.
    """
    rows = images.new_empty((0, images.shape[1])) if given is None else given.to(images)
    starts = range(0, max(1, images.shape[1]), VOXELS_AT_ONCE)
    portions = [slice(start, start + VOXELS_AT_ONCE) for start in starts]
    found = [_fitted(images[:, here], rows[:, here], curve, limits, noise) for here in portions]
    maps = {name: torch.cat([part[name] for part in found]).reshape(shape) for name in found[0]}
    return RelaxationFit(
        t1=maps.get("t1"),
        t2=maps.get("t2"),
        amplitude=maps["amplitude"],
        t1_sd=maps.get("t1_sd"),
        t2_sd=maps.get("t2_sd"),
        amplitude_sd=maps["amplitude_sd"],
        residual=maps["residual"],
        failure=maps["failure"],
    )


def log_grid(curve: Curve, like: Tensor) -> tuple[Tensor, Tensor]:
    """The grid (P, G) and the bounds (P, 2) of the log times."""
    bounds = torch.tensor(curve.bounds, dtype=torch.float64).log()
    axes = [
        torch.linspace(float(low), float(high), count) for (low, high), count in zip(bounds, curve.points, strict=True)
    ]
    grid = torch.stack([axis.flatten() for axis in torch.meshgrid(*axes, indexing="ij")])
    return grid.to(like), bounds.to(like)


def _fitted(images: Tensor, given: Tensor, curve: Curve, limits: Limits, noise: float | None) -> dict[str, Tensor]:
    """All maps of (N, V) images, (V,) each."""
    peak = images.abs().amax(0)
    least = max(limits.signal, 0.0 if noise is None else limits.noises * noise)
    there = (peak > least) & images.isfinite().all(0)
    inside = _solved(images[:, there] / peak[there], given[:, there], peak[there], curve, limits, noise)
    maps = {name: peak.new_full(peak.shape, torch.nan) for name in inside}
    maps["residual"].zero_()
    maps["failure"] = torch.full(peak.shape, int(Failure.NO_SIGNAL), dtype=torch.uint8, device=peak.device)
    for name, values in inside.items():
        maps[name][there] = values
    return maps


def _solved(
    images: Tensor, given: Tensor, peak: Tensor, curve: Curve, limits: Limits, noise: float | None
) -> dict[str, Tensor]:
    """All maps of voxels with signal, scaled to a largest one of 1."""
    grid, bounds = log_grid(curve, images)
    signed, x, converged = _best(images, given, curve, grid, bounds)
    projection = Projection(signed, *curve.family(x))
    solved = x[: len(bounds)]
    reading = curve.read(solved, projection)
    spare = len(images) - curve.parameters
    residual = (projection.squares / spare).sqrt() if spare else torch.zeros_like(peak)
    own = residual if spare else torch.full_like(peak, torch.nan)
    sigma = own if noise is None else noise / peak
    named = {"t1": reading.t1, "t2": reading.t2, "amplitude": reading.amplitude}
    maps = {name: found.value for name, found in named.items() if found is not None}
    maps |= {f"{name}_sd": sigma * found.variance.sqrt() for name, found in named.items() if found is not None}
    edge = ((solved < bounds[:, :1] + _EDGE) | (solved > bounds[:, 1:] - _EDGE)).any(0)
    times = [name for name in ("t1", "t2") if name in maps]
    unsure = torch.stack([maps[f"{name}_sd"] > limits.deviation * maps[name] for name in times]).any(0)
    nothing = torch.stack([~(maps[name] > 0) for name in (*times, "amplitude")]).any(0)
    wrong = {
        Failure.UNDETERMINED: unsure,
        Failure.RESIDUAL: residual > limits.residual,
        Failure.OUT_OF_BOUNDS: edge | nothing,
        Failure.NOT_CONVERGED: ~converged,
    }
    failure = torch.zeros_like(peak, dtype=torch.uint8)
    for reason, where in wrong.items():
        failure[where] = int(reason)
    for name in ("amplitude", "amplitude_sd"):
        maps[name] = maps[name] * peak
    maps = {name: torch.where(failure == Failure.NONE, values, torch.nan) for name, values in maps.items()}
    return {**maps, "residual": residual * peak, "failure": failure}


def _best(images: Tensor, given: Tensor, curve: Curve, grid: Tensor, bounds: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """The images with the signs that fit best, their log times with the given ones, and whether these are final."""
    signs = torch.ones(1, len(images)).to(images) if curve.signs is None else curve.signs.to(images)
    keep, count = min(2, len(signs)), images.shape[1]
    chosen, start = best_on_grid(curve.family, images, grid, signs, keep=keep)
    signed = images.repeat(1, keep) * signs[chosen.flatten()].T
    x = torch.cat([start.movedim(0, 1).flatten(1), given.repeat(1, keep)])
    done = solve(curve.family, signed, x, bounds)
    squares = done.squares
    if keep > 1 and curve.possible is not None:
        coefficients = Projection(signed, *curve.family(done.log_times)).coefficients
        squares = torch.where(curve.possible(coefficients), squares, torch.inf)
    won = squares.view(keep, count).argmin(0) * count + torch.arange(count, device=images.device)
    return signed[:, won], done.log_times[:, won], done.converged[won]

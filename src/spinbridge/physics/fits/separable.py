"""Least squares for curves that are linear in most of their parameters: those are projected out, voxel by voxel.

    s_i = sum_k c_k f_k(t_i; x) + noise,      x = log of one or two relaxation times
    r(x) = s - Q Q's,   Q R = F(x)            the linear c are solved exactly by Gram-Schmidt: c = R^-1 Q's
    x <- x - (J'J)^-1 J'r,   J = -(1 - QQ') (dF/dx) c                                          (Kaufman's step)

The best point of a grid is the start, so that no start has to be guessed and no voxel ends in a local minimum that a
grid would have seen; a step that does not lower |r|^2 is shortened. Variances of any function g(c, x) follow from the
same factors, in units of the noise variance:

    y = R'^-1 dg/dc,   z = dg/dx - (Q'dF c)'y,   var g = y'y + z'(J'J)^-1 z

All voxels are solved side by side, (images, voxels), in the type of the images; single precision suffices. Times
[s], log times [log s].

References: G. Golub, V. Pereyra, SIAM J Numer Anal 1973;10:413, doi:10.1137/0710036 (variable projection);
L. Kaufman, BIT 1975;15:49, doi:10.1007/BF01932995 (the step).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

Columns = tuple[Tensor, ...]  #: the K functions f_k, each (N, V) or (N, 1)
Slopes = tuple[tuple[Tensor | None, ...], ...]  #: their derivatives by each of the P log times; None for zero
Family = Callable[[Tensor], tuple[Columns, Slopes]]  #: log times (P, V) to both

VOXELS_AT_ONCE = 8192  #: keeps the arrays of a solution in the processor's cache
_MOST_STEPS, _LONGEST_STEP, _TOLERANCE = 40, 0.7, 0.1
_TWO = 2


@dataclass(frozen=True, eq=False)
class Descent:
    """Where V voxels ended."""

    log_times: Tensor  #: (P, V) [log s]
    squares: Tensor  #: (V,) sum of squared residuals
    converged: Tensor  #: (V,) boolean


class Projection:
    """Images (N, V) less their part in the span of the functions, and how the rest moves with the log times."""

    def __init__(self, images: Tensor, columns: Columns, slopes: Slopes) -> None:
        tiny = torch.finfo(images.dtype).tiny
        self.units: list[Tensor] = []
        self._upper: list[list[Tensor]] = []
        weights, self.residual = [], images
        for column in columns:
            above = []
            for unit in self.units:
                above.append((unit * column).sum(0))
                column = torch.addcmul(column, unit, above[-1], value=-1)  # noqa: PLW2901 - Gram-Schmidt
            norm = column.square().sum(0).sqrt().clamp_min(tiny)
            self.units.append(column / norm)
            self._upper.append([*above, norm])
            weights.append((self.units[-1] * self.residual).sum(0))
            self.residual = torch.addcmul(self.residual, self.units[-1], weights[-1], value=-1)
        self.squares = self.residual.square().sum(0)
        self.coefficients = torch.stack(self._solved(weights))
        self._move(slopes)

    def step(self) -> Tensor:
        """Kaufman's step (P, V)."""
        return torch.stack(self._by_normal([(j * self.residual).sum(0) for j in self._jacobian]))

    def variance(self, by_coefficients: Sequence[Tensor | float], by_log_times: Sequence[Tensor]) -> Tensor:
        """The variance of a function of the parameters from its derivatives, in units of the noise variance."""
        y: list[Tensor] = []
        for k, value in enumerate(by_coefficients):
            known = sum((self._upper[k][j] * y[j] for j in range(k)), torch.zeros_like(self.squares))
            y.append((value - known) / self._upper[k][k])
        z = [
            value - sum((a * b for a, b in zip(within, y, strict=True)), torch.zeros_like(value))
            for value, within in zip(by_log_times, self._within, strict=True)
        ]
        outer = sum((a * b for a, b in zip(z, self._by_normal(z), strict=True)), torch.zeros_like(self.squares))
        return sum((value.square() for value in y), outer)

    def _solved(self, weights: list[Tensor]) -> list[Tensor]:
        """R^-1 of the weights, from the last row up."""
        found: list[Tensor] = []
        for k in range(len(weights) - 1, -1, -1):
            later = range(len(found))
            known = sum((self._upper[k + 1 + j][k] * found[j] for j in later), torch.zeros_like(weights[k]))
            found.insert(0, (weights[k] - known) / self._upper[k][k])
        return found

    def _move(self, slopes: Slopes) -> None:
        """The Jacobian's part within the span and across it, the latter with its sign turned."""
        self._within: list[list[Tensor]] = []
        self._jacobian: list[Tensor] = []
        for row in slopes:
            terms = [c * slope for c, slope in zip(self.coefficients, row, strict=True) if slope is not None]
            across = sum(terms[1:], terms[0])
            within = []
            for unit in self.units:
                within.append((unit * across).sum(0))
                across = torch.addcmul(across, unit, within[-1], value=-1)
            self._within.append(within)
            self._jacobian.append(across)

    def _by_normal(self, right: list[Tensor]) -> list[Tensor]:
        """(J'J)^-1 of a vector."""
        j, tiny = self._jacobian, torch.finfo(self.squares.dtype).tiny
        first = j[0].square().sum(0).clamp_min(tiny)
        if len(j) < _TWO:
            return [right[0] / first]
        second, mixed = j[1].square().sum(0).clamp_min(tiny), (j[0] * j[1]).sum(0)
        least = first * second * torch.finfo(first.dtype).eps
        determinant = (first * second - mixed.square()).maximum(least.clamp_min(tiny))
        a, b = right
        return [(second * a - mixed * b) / determinant, (first * b - mixed * a) / determinant]


def best_on_grid(family: Family, images: Tensor, grid: Tensor, signs: Tensor, *, keep: int) -> tuple[Tensor, Tensor]:
    """The `keep` best sign patterns of every voxel, (keep, V), and the best point of the grid for each, (keep, P, V).

    Images (N, V), grid (P, G) of log times, signs (C, N) of -1 and 1. A pattern is as good as the part of the signed
    images that lies in the span of the functions.
    """
    units = Projection(images.new_ones((len(images), 1)), *family(grid)).units
    rows = [(signs.T[:, :, None] * unit.expand(len(images), grid.shape[1])[:, None]).flatten(1) for unit in units]
    inside = sum((torch.matmul(row.T, images).square() for row in rows), torch.zeros_like(images[:1]))
    best, place = inside.view(len(signs), grid.shape[1], -1).max(dim=1)
    chosen = best.topk(keep, dim=0).indices
    return chosen, grid[:, place.gather(0, chosen)].movedim(0, 1)


def solve(family: Family, images: Tensor, start: Tensor, bounds: Tensor) -> Descent:
    """Descend from `start` (P, V), within `bounds` (P, 2) of the log times.

    Rows of `start` beyond those that the family has slopes for are given: the family sees them, and they stay.
    """
    x, ended = start.clone(), torch.zeros_like(images[0])
    converged = torch.zeros_like(ended, dtype=torch.bool)
    active, here = torch.arange(images.shape[1], device=images.device), start
    now = Projection(images, *family(here))
    squares, full, pace, seen = now.squares, now.step(), torch.ones_like(now.squares), images
    eps = torch.finfo(images.dtype).eps
    tolerance, slack = _TOLERANCE * eps**0.5, 8 * eps * images.square().sum(0)  # what rounding makes of the squares
    for _ in range(_MOST_STEPS):
        trial = _moved(here, pace * full, bounds)
        there = Projection(seen, *family(trial))
        better = there.squares <= squares + slack
        here, squares = torch.where(better, trial, here), torch.where(better, there.squares, squares)
        full = torch.where(better, there.step(), full)
        pace = torch.where(better, (2 * pace).clamp_max(1.0), pace / 4)
        left = (_moved(here, full, bounds) - here).abs().amax(0) > tolerance
        x[:, active], ended[active], converged[active] = here, squares, ~left
        if not bool(left.any()):
            break
        active, seen, here, full = active[left], seen[:, left], here[:, left], full[:, left]
        squares, pace, slack = squares[left], pace[left], slack[left]
    return Descent(x, ended, converged)


def _moved(x: Tensor, step: Tensor, bounds: Tensor) -> Tensor:
    """The log times after a step, within their bounds; rows that the step lacks stay."""
    count, low, high = len(step), bounds[:, :1], bounds[:, 1:]
    solved = torch.minimum(torch.maximum(x[:count] + step.clamp(-_LONGEST_STEP, _LONGEST_STEP), low), high)
    return torch.cat([solved, x[count:]])

"""A parameter of a sequence: one number, or a tensor that broadcasts against the tissue.

Every signal model checks its parameters once, when it is made, with `require_between`, and brings them to the tissue's
dtype and device with `like`. Units are those of the parameter; nothing is converted here.

Reference: broadcasting follows https://numpy.org/doc/stable/user/basics.broadcasting.html.
"""

import numpy as np
import torch
from torch import Tensor

from spinbridge.core.errors import SequenceError
from spinbridge.core.tissue import Tissue
from spinbridge.core.units import format_quantity

Parameter = float | Tensor  #: a number, or a tensor that broadcasts against the tissue


def like(parameter: Parameter, reference: Tensor) -> Tensor:
    """The parameter as a tensor of the reference's dtype and device; gradients pass."""
    return torch.as_tensor(parameter, dtype=reference.dtype, device=reference.device)


def span(parameter: Parameter) -> tuple[float, float]:
    """Smallest and largest value; NaN if any value is NaN."""
    if not isinstance(parameter, Tensor):
        return float(parameter), float(parameter)
    low, high = parameter.detach().aminmax()
    return float(low), float(high)


def is_zero(parameter: Parameter) -> bool:
    """Whether the parameter is the plain number zero, so that a term can be left out."""
    return not isinstance(parameter, Tensor) and parameter == 0


def require_between(name: str, parameter: Parameter, low: float, high: float, *, unit: str, remedy: str = "") -> None:
    """Raise `SequenceError` unless every value is finite and lies in [low, high], both in canonical units."""
    smallest, largest = span(parameter)
    if low <= smallest and largest <= high:
        return
    got = quantity(smallest, unit)
    if largest != smallest:
        got = f"values from {got} to {quantity(largest, unit)}"
    needed = f"{name} between {quantity(low, unit)} and {quantity(high, unit)}"
    raise SequenceError(needed, got, remedy=remedy)


def require_echo_inside(echo_time: Parameter, repetition_time: Parameter) -> None:
    """Raise `SequenceError` unless the echo lies between its pulse and the next: 0 <= TE < TR, voxel by voxel [s]."""
    gap = torch.as_tensor(repetition_time).detach() - torch.as_tensor(echo_time).detach()
    if span(echo_time)[0] >= 0 and bool((gap > 0).all()):
        return
    needed = f"an echo time from 0 ms to below the repetition time of {quantity(span(repetition_time)[0], 'ms')}"
    remedy = "Shorten te or lengthen tr; bSSFP is usually read at te = tr/2."
    raise SequenceError(needed, quantity(span(echo_time)[1], "ms"), remedy=remedy)


def as_image(signal: Tensor, tissue: Tissue) -> Tensor:
    """One image, `(1, *shape)`, of a signal that may lack axes which the tissue has."""
    return signal.expand(np.broadcast_shapes(signal.shape, tissue.shape)).unsqueeze(0)


def quantity(value: float, unit: str) -> str:
    """A canonical value as text in `unit`; plain digits where the unit is empty."""
    return format_quantity(value, unit) if unit else f"{value:.6g}"

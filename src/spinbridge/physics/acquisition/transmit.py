"""The transmit field: a smooth map that scales every flip angle.

    flip(r) = b(r) flip,   b smooth, from `low` to `high`: 0.90 to 1.05 at 1.5 T, 0.65 to 1.15 at 3 T

b is B1+ over its nominal value, without unit. At 3 T the wavelength in tissue, about 30 cm, comes near the size of the
chest; b then falls from one side of the heart to the other. Adiabatic pulses do not follow b and are left as they are.

Reference: K. Sung, K. Nayak, J Magn Reson Imaging 2008;27:643 (B1+ over the heart at 3 T: 31 to 66 % from end to end).
The range at 1.5 T is a usual value, the map's shape ours.
"""

from dataclasses import fields, is_dataclass, replace

import torch
from torch import Tensor

from spinbridge.core.errors import SequenceError, SettingsError
from spinbridge.core.protocols import SignalModel
from spinbridge.physics.acquisition.field import smooth_field
from spinbridge.physics.parameter import Parameter

RANGES = {1.5: (0.90, 1.05), 3.0: (0.65, 1.15)}  #: lowest and highest b by field strength [T]
_NODES = 3


def transmit_map(shape: tuple[int, int], extremes: tuple[float, float], draw: torch.Generator) -> Tensor:
    """A smooth map `(y, x)` of B1+ over its nominal value that reaches both `extremes`, (low, high); float32."""
    low, high = extremes
    if not 0 < low <= high:
        raise SettingsError("extremes (low, high) above 0", f"({low:g}, {high:g})", where="transmit_map")
    wave = smooth_field(shape, draw, nodes=_NODES)
    unit = (wave - wave.min()) / (wave.max() - wave.min()).clamp_min(torch.finfo(wave.dtype).tiny)
    return low + (high - low) * unit


def with_transmit(model: SignalModel, scale: Parameter) -> SignalModel:
    """The model with its flip angle times `scale`, a number or a map that broadcasts against the tissue.

    Raises `SequenceError` for a model without a flip angle, and where the scaled angle cannot be played.
    """
    return with_flip_angle(model, flip_angle_of(model) * scale)


def flip_angle_of(model: SignalModel) -> Parameter:
    """The flip angle [rad] of a model, or of the one it wraps. Raises `SequenceError` where there is none."""
    angle: Parameter | None = getattr(model, "flip_angle", None)
    if angle is not None:
        return angle
    inner = getattr(model, "model", None)
    if inner is None:
        raise SequenceError("a sequence with a flip angle", type(model).__name__)
    return flip_angle_of(inner)


def has_flip_angle(model: SignalModel) -> bool:
    """Whether a model, or the one it wraps, has a flip angle."""
    inner = getattr(model, "model", None)
    return getattr(model, "flip_angle", None) is not None or (inner is not None and has_flip_angle(inner))


def with_flip_angle(model: SignalModel, flip_angle: Parameter) -> SignalModel:
    """The model, or the one it wraps, with another flip angle [rad]. Raises `SequenceError` where there is none."""
    names: set[str] = {entry.name for entry in fields(model)} if is_dataclass(model) else set()
    if is_dataclass(model) and "flip_angle" in names:
        changed: SignalModel = replace(model, flip_angle=flip_angle)
        return changed
    if is_dataclass(model) and "model" in names:
        wrapped: SignalModel = replace(model, model=with_flip_angle(getattr(model, "model"), flip_angle))  # noqa: B009
        return wrapped
    raise SequenceError("a sequence with a flip angle of its own", type(model).__name__)

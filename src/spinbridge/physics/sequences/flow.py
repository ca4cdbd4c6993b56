"""Blood in motion: a sequence's flow, given as one number, put where blood is.

A model that blood's motion changes has a field `inflow_velocity` [mm/s] (fresh spins at full magnetisation enter the
slice) or `fresh` (the share of a voxel's spins replaced between preparation or readout and the next one). In an image
both are maps: tissue rests.

Ours.
"""

from dataclasses import replace
from typing import Any, cast

from torch import Tensor

from spinbridge.core.protocols import SignalModel
from spinbridge.physics.parameter import Parameter

FLOW_FIELDS = ("inflow_velocity", "fresh")


def with_flow(model: SignalModel, blood: Tensor) -> SignalModel:
    """The sequence with its flow where blood is; `blood` is a probability, of any shape that broadcasts."""
    fields = {name: getattr(model, name) * blood for name in FLOW_FIELDS if hasattr(model, name)}
    return _replaced(model, fields)


def with_blood_of(model: SignalModel, *, speed: Parameter, fresh: Parameter, slice_thickness: Parameter) -> SignalModel:
    """The sequence as blood of known motion meets it: `speed` [mm/s], `fresh` share, `slice_thickness` [mm]."""
    known = {"inflow_velocity": speed, "fresh": fresh, "slice_thickness": slice_thickness}
    return _replaced(model, {name: value for name, value in known.items() if hasattr(model, name)})


def _replaced(model: SignalModel, fields: dict[str, Any]) -> SignalModel:
    return cast(SignalModel, replace(cast(Any, model), **fields)) if fields else model

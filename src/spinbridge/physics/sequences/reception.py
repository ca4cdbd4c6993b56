"""What is kept of a signal: its magnitude, or its sign where a sequence brings a reference image for the phase.

A phase-sensitive model has a method `reference(tissue)`: the positive signal whose phase is taken off (`lge.py`).

Ours.
"""

from torch import Tensor

from spinbridge.core.protocols import SignalModel
from spinbridge.core.tissue import Tissue


def phase_reference(model: SignalModel, tissue: Tissue) -> Tensor | None:
    """The signal of the reference image, shape `(1, *tissue.shape)`; None for a model that is taken as a magnitude."""
    reference = getattr(model, "reference", None)
    return None if reference is None else reference(tissue)


def as_received(model: SignalModel, signal: Tensor) -> Tensor:
    """A signal of `model` without coils and noise, as an image has it: real, and signed only if that is kept."""
    return signal.real if hasattr(model, "reference") else signal.abs()

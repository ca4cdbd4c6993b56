"""The fit of one case, its bias taken off: with flow where blood is and without it elsewhere."""

from dataclasses import fields, replace
from typing import Any

import torch
from torch import Tensor

from spinbridge.physics.fits.of_sequence import SequenceFit
from spinbridge.physics.fits.relaxation_fit import RelaxationFit
from spinbridge.physics.sequences.flow import with_flow


def corrected(fit: SequenceFit, found: RelaxationFit, given: dict[str, Tensor], blood: Tensor) -> RelaxationFit:
    """What was `found`, corrected by the fit's model; `given` are the times that it lacks, `blood` is 0 or 1."""
    still = _corrected(fit, found, given, torch.tensor(0.0))
    if not bool(blood.any()):
        return still
    moving, maps = _corrected(fit, found, given, torch.tensor(1.0)), dict[str, Any]()
    for field in fields(still):
        one, other = getattr(moving, field.name), getattr(still, field.name)
        maps[field.name] = None if one is None else torch.where(blood > 0, one, other)
    return replace(still, **maps)


def _corrected(fit: SequenceFit, found: RelaxationFit, given: dict[str, Tensor], flowing: Tensor) -> RelaxationFit:
    correction = replace(fit, model=with_flow(fit.model, flowing)).correction()
    return correction(found, t1=given.get("t1"), t2=given.get("t2"))

"""No score from patients that the model was trained on.

A split is by patient: two frames, slices or synthetic children of one patient on both sides make a model look better
than it is (nnU-Net issues 1871, 2688 and 2660). A synthetic case carries the patient it came from, so the same rule
covers it.

Reference: Kapoor and Narayanan, Patterns 4 (2023) 100804, doi:10.1016/j.patter.2023.100804, leak L3.2.
"""

from collections.abc import Iterable

from spinbridge.core.errors import InputError

_NAMED = 5


def refuse_leak(train: Iterable[str], test: Iterable[str], *, where: object = None) -> None:
    """Raise `InputError` where a patient is both in training and in test, and name the first of them."""
    shared = sorted(set(train) & set(test))
    if shared:
        more = f" and {len(shared) - _NAMED} more" if len(shared) > _NAMED else ""
        got = f"{len(shared)} on both sides: {', '.join(shared[:_NAMED])}{more}"
        remedy = "Leave them out of one side; a synthetic case belongs to the patient it was made from."
        raise InputError("patients that are either trained on or tested on", got, remedy=remedy, where=where)

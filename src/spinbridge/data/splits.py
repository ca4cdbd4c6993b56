"""Splits by patient: no patient is ever on both sides.

Patients are shuffled within their group and dealt out in turn, so that folds are alike in size and in diagnoses.
The result depends on the set of patients and the seed, not on their order.
"""

import math
from collections.abc import Iterable, Mapping

from spinbridge.core.errors import SettingsError
from spinbridge.core.random import numpy_generator

Folds = tuple[tuple[str, ...], ...]


def patient_folds(patients: Iterable[str], folds: int, seed: int, *, groups: Mapping[str, str] | None = None) -> Folds:
    """The patients held out in each fold; every patient is held out once.

    Raises `SettingsError` for fewer than two folds or more folds than patients.
    """
    dealt = _dealt(patients, seed, groups or {})
    if not 2 <= folds <= len(dealt):  # noqa: PLR2004
        raise SettingsError(f"from 2 to {len(dealt)} folds for {len(dealt)} patients", f"{folds}")
    return tuple(tuple(sorted(dealt[fold::folds])) for fold in range(folds))


def hold_out(
    patients: Iterable[str], share: float, seed: int, *, groups: Mapping[str, str] | None = None
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The patients that stay and those held out: a `share` of all, at least one on either side.

    Raises `SettingsError` for a share outside 0 to 1 or fewer than two patients.
    """
    dealt = _dealt(patients, seed, groups or {})
    if not 0 < share < 1 or len(dealt) < 2:  # noqa: PLR2004
        raise SettingsError("a share between 0 and 1 of two patients or more", f"{share} of {len(dealt)}")
    count = min(max(1, round(share * len(dealt))), len(dealt) - 1)
    out = {dealt[math.floor((i + 0.5) * len(dealt) / count)] for i in range(count)}
    return tuple(sorted(set(dealt) - out)), tuple(sorted(out))


def _dealt(patients: Iterable[str], seed: int, groups: Mapping[str, str]) -> list[str]:
    unique = sorted(set(patients))
    order = numpy_generator(seed, "split").permutation(len(unique))
    shuffled = [unique[i] for i in order]
    return sorted(shuffled, key=lambda patient: groups.get(patient, ""))

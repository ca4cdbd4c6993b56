"""`splits_final.json` without leaks: whole patients are held out, and only with what was measured of them.

A synthetic case is trained on in the folds in which its patient is trained on, and is never held out. In a folder
without one real case (a phantom's), the cases that were made from no other one stand in for the real ones.
"""

from collections.abc import Mapping

from spinbridge.data.facts import CaseFacts
from spinbridge.data.splits import patient_folds

Split = dict[str, list[str]]


def training_splits(cases: Mapping[str, CaseFacts], folds: int, seed: int) -> list[Split]:
    """Folds as nnU-Net reads them; fewer where there are fewer patients, none where there is only one."""
    real = {name: facts for name, facts in cases.items() if not facts.synthetic}
    measured = real or {name: facts for name, facts in cases.items() if not facts.source}
    patients = {facts.patient for facts in measured.values()}
    if len(patients) < 2:  # noqa: PLR2004
        return []
    groups = {facts.patient: facts.group for facts in cases.values()}
    splits = []
    for held_out in patient_folds(patients, min(folds, len(patients)), seed, groups=groups):
        train = sorted(name for name, facts in cases.items() if facts.patient not in held_out)
        validation = sorted(name for name, facts in measured.items() if facts.patient in held_out)
        splits.append({"train": train, "val": validation})
    return splits

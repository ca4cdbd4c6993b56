"""Clinical measures of every patient, measured against true: volumes at ED and ES, ejection fractions, mass."""

import math
from collections import defaultdict

from spinbridge.core.structures import Heart
from spinbridge.evaluation.cardiac import Agreement, agreement, ejection_fraction, myocardial_mass
from spinbridge.recipes.evaluating.scoring import CaseResult

_ED, _ES = "ED", "ES"


def heart_agreement(cases: dict[str, CaseResult]) -> dict[str, Agreement]:
    """How each measure agrees over patients, such as `LV EF [%]`; empty where no case says that it is ED or ES."""
    found, true = (_measures(cases, predicted=predicted) for predicted in (True, False))
    return {
        name: agreement([found[name].get(patient, math.nan) for patient in values], list(values.values()))
        for name, values in true.items()
    }


def _measures(cases: dict[str, CaseResult], *, predicted: bool) -> dict[str, dict[str, float]]:
    frames: dict[str, dict[str, dict[str, float]]] = defaultdict(dict)
    for case in cases.values():
        if case.frame in (_ED, _ES):
            frames[case.patient][case.frame] = case.found_volumes if predicted else case.true_volumes
    measures: dict[str, dict[str, float]] = defaultdict(dict)
    for patient in sorted(frames):
        for name, value in _of_patient(frames[patient]).items():
            measures[name][patient] = value
    return dict(measures)


def _of_patient(frames: dict[str, dict[str, float]]) -> dict[str, float]:
    ed, es = frames.get(_ED, {}), frames.get(_ES, {})
    found: dict[str, float] = {}
    for cavity in (Heart.LV.name, Heart.RV.name):
        if cavity in ed:
            found[f"{cavity} EDV [ml]"] = ed[cavity]
        if cavity in es:
            found[f"{cavity} ESV [ml]"] = es[cavity]
        if cavity in ed and cavity in es:
            found[f"{cavity} EF [%]"] = 100 * ejection_fraction(ed[cavity], es[cavity])
    if Heart.MYO.name in ed:
        found["LV mass [g]"] = myocardial_mass(ed[Heart.MYO.name])
    return found

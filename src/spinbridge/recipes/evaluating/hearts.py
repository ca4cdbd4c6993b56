"""Clinical measures of every patient, measured against true: volumes at ED and ES, ejection fractions, mass.

Several cases of one patient and frame, such as the images of a train, count with the mean of their volumes.
"""

import math
from collections import defaultdict
from statistics import fmean

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
    """Measure -> patient -> value, from the mean volumes of the cases that a patient has of a frame."""
    volumes: dict[tuple[str, str], dict[str, list[float]]] = defaultdict(lambda: defaultdict(list))
    for case in cases.values():
        if case.frame in (_ED, _ES):
            for structure, volume in (case.found_volumes if predicted else case.true_volumes).items():
                volumes[case.patient, case.frame][structure].append(volume)
    measures: dict[str, dict[str, float]] = defaultdict(dict)
    for patient in sorted({patient for patient, _ in volumes}):
        ed, es = ({s: fmean(each) for s, each in volumes[patient, frame].items()} for frame in (_ED, _ES))
        for name, value in _of_patient(ed, es).items():
            measures[name][patient] = value
    return dict(measures)


def _of_patient(ed: dict[str, float], es: dict[str, float]) -> dict[str, float]:
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

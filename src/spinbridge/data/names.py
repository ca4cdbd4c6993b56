"""Whose case it is and which moment of the heartbeat it shows, read from the name of the case.

Splits part patients, never cases, so a wrong patient leaks. The rules are tried in order; `spinbridge.json` and the
option `patient_pattern` (a regular expression whose group `patient`, or else the first, is the patient) win over them.
"""

import re

from spinbridge.core.errors import SettingsError

_MOMENT = r"(?:ED|ES|frame\d+|fr\d+|t\d+|slice\d+|sl\d+|z\d+|SA|LA|sa|la|sax|4d)"
_PATIENT_RULES = tuple(
    re.compile(rule)
    for rule in (
        rf"(?P<patient>patient\d+)(?:_{_MOMENT})*",  # ACDC
        r"(?P<patient>SC-(?:HF-I|HF-NI|HYP|N)-\d+)(?:_.*)?",  # Sunnybrook: patient, then series and slice
        r"(?P<patient>BraTS-[A-Z]+-\d{5})-\d{3}",  # BraTS 2023: patient, then time point
        r"(?P<patient>BraTS\d{4}_\d{5})",
        r"(?P<patient>sub-[A-Za-z0-9]+)(?:_.*)?",  # BIDS
        rf"(?P<patient>.+?)(?:_{_MOMENT})+",  # M&Ms, ours: a name, then moments and views
    )
)
_FRAME = re.compile(r".*_(?:(?P<name>ED|ES)|(?:frame|fr|t)(?P<number>\d+))(?:_.*)?")


def patient_of(name: str, pattern: str = "") -> str | None:
    """The patient that a case's name tells, or None where no rule fits."""
    if pattern:
        return _by_pattern(name, pattern)
    for rule in _PATIENT_RULES:
        match = rule.fullmatch(name)
        if match is not None:
            return match["patient"]
    return None


def frame_of(name: str) -> str:
    """`ED`, `ES`, a frame number as in the name, or empty."""
    match = _FRAME.fullmatch(name)
    return "" if match is None else match["name"] or str(int(match["number"]))


def _by_pattern(name: str, pattern: str) -> str | None:
    try:
        rule = re.compile(pattern)
    except re.error as error:
        raise SettingsError("a regular expression for the patient", f"'{pattern}' ({error})") from error
    match = rule.match(name)
    if match is None:
        return None
    if "patient" in rule.groupindex:
        return match["patient"]
    return match[1] if rule.groups else match[0]

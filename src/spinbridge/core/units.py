"""Quantities with units: read at the edge of the package, plain floats in canonical units inside.

Canonical units: seconds, hertz, radians, tesla, millimetres, millilitres, mm/s, mmol/L; a share runs from 0 to 1.
"""

import math
import re
from enum import Enum

from spinbridge.core.errors import UnitError


class Kind(Enum):
    """What a quantity measures; the value maps each accepted spelling to its canonical size, the usual first."""

    TIME = {"ms": 1e-3, "s": 1.0, "us": 1e-6, "min": 60.0}  # [s]
    ANGLE = {"deg": math.pi / 180, "rad": 1.0}  # [rad]
    FREQUENCY = {"Hz": 1.0, "kHz": 1e3}  # [Hz]
    RATE = {"bpm": 1 / 60, "/min": 1 / 60, "/s": 1.0}  # [1/s]
    FIELD = {"T": 1.0, "mT": 1e-3}  # [T]
    LENGTH = {"mm": 1.0, "cm": 10.0, "m": 1e3}  # [mm]
    VOLUME = {"ml": 1.0, "mL": 1.0, "l": 1e3, "L": 1e3}  # [ml]
    SPEED = {"mm/s": 1.0, "cm/s": 10.0, "m/s": 1e3}  # [mm/s]
    CONCENTRATION = {"mM": 1.0, "mmol/L": 1.0}  # [mmol/L]
    SHARE = {"%": 0.01}  # [1]


_QUANTITY = re.compile(r"\s*([-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?)\s*([^\d\s].*?)?\s*")


def parse_quantity(text: str, kind: Kind, *, where: object = None) -> float:
    """Read a number with its unit, such as `50deg` or `3.2ms`.

    Returns the value in the canonical unit of `kind`. Raises `UnitError` for a bare number or another kind's unit.
    """
    accepted = " or ".join(f"'{text.strip() or 1}{unit}'" for unit in kind.value) if _is_number(text) else None
    spellings = accepted or ", ".join(kind.value)
    match = _QUANTITY.fullmatch(text)
    if match is None or match[2] is None:
        raise UnitError(f"{kind.name.lower()} with a unit", f"'{text}'", remedy=f"Write {spellings}.", where=where)
    if match[2] not in kind.value:
        known = ", ".join(kind.value)
        raise UnitError(f"{kind.name.lower()} in {known}", f"'{text}'", remedy=f"Use one of: {known}.", where=where)
    return float(match[1]) * kind.value[match[2]]


def format_quantity(value: float, unit: str, *, digits: int = 6) -> str:
    """Write a canonical value in `unit`, such as `format_quantity(0.3, "ms")` -> `300ms`."""
    for kind in Kind:
        if unit in kind.value:
            return f"{value / kind.value[unit]:.{digits}g}{unit}"
    known = ", ".join(unit for kind in Kind for unit in kind.value)
    raise UnitError("a known unit", f"'{unit}'", remedy=f"Use one of: {known}.")


def _is_number(text: str) -> bool:
    match = _QUANTITY.fullmatch(text)
    return match is not None and match[2] is None

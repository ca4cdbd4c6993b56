"""How far the heart has contracted at a phase of its cycle: 0 at end-diastole (phase 0), 1 at end-systole (phase 0.37).

A monotone cubic through the usual landmarks of a volume curve: ejection, rapid filling, diastasis, atrial kick. Ours.
"""

import numpy as np
from scipy.interpolate import PchipInterpolator

from spinbridge.core.errors import SettingsError

END_SYSTOLE = 0.37  #: phase of the smallest volume
_CURVE = ((0.0, 0.0), (0.05, 0.06), (0.15, 0.52), (0.27, 0.92), (END_SYSTOLE, 1.0), (0.43, 0.93), (0.53, 0.48),
          (0.62, 0.27), (0.78, 0.21), (0.85, 0.18), (0.94, 0.03), (1.0, 0.0))  # fmt: skip
_contraction = PchipInterpolator(*np.array(_CURVE).T)


def phase_of(frame: str | float) -> float:
    """The phase of `ED`, `ES`, or of a number in [0, 1). Raises `SettingsError` for anything else."""
    if isinstance(frame, str):
        if frame not in ("ED", "ES"):
            raise SettingsError("'ED', 'ES' or a phase from 0 to 1", f"'{frame}'", where="frame")
        return 0.0 if frame == "ED" else END_SYSTOLE
    if not 0 <= frame < 1:
        raise SettingsError("'ED', 'ES' or a phase from 0 to 1", f"{frame}", where="frame")
    return float(frame)


def contraction(phase: float) -> float:
    """Share of the stroke volume that has left the ventricle [1]."""
    return float(_contraction(phase))

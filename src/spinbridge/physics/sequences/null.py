"""The inversion time at which a tissue gives no signal in LGE or PSIR: the zero of the exact steady state.

    S(TI) = 0,   nc TR < TI < P - (N - nc) TR:  the segment after its inversion and before the next one

Times in seconds. S rises with TI; between its ends it is bracketed and solved (Brent). T1 ln[2/(1 + exp(-P/T1))], the
null of the form without pulses, is some 50 ms later.

Source: `inversion_segment.py`; R. Brent, Algorithms for Minimization without Derivatives, 1973, chapter 4.
"""

from dataclasses import fields, replace

from scipy.optimize import brentq

from spinbridge.core.errors import SequenceError
from spinbridge.core.tissue import Tissue
from spinbridge.physics.sequences.lge import LGE

_NEXT_TO = 1e-6  # the ends of what can be played [s]


def null_time(model: LGE, tissue: Tissue) -> float:
    """The inversion time [s] that nulls one voxel; the model's own is not looked at.

    Raises `SequenceError` for a tissue that no inversion time nulls.
    """
    tr, period = float(model.repetition_time), model.beats / float(model.heart_rate)
    shortest, longest = model.centre_line * tr + _NEXT_TO, period - (model.lines - model.centre_line) * tr - _NEXT_TO

    plain = LGE(**{field.name: getattr(model, field.name) for field in fields(LGE)})  # PSIR has one signal with it

    def signal(inversion_time: float) -> float:
        return float(replace(plain, inversion_time=inversion_time)(tissue))

    if signal(shortest) > 0 or signal(longest) < 0:
        needed = f"a tissue that an inversion time from {1e3 * shortest:.0f} to {1e3 * longest:.0f} ms nulls"
        raise SequenceError(needed, f"one of T1 {1e3 * float(tissue.t1):.0f} ms")
    return float(brentq(signal, shortest, longest, xtol=1e-6))

"""Tissue after a gadolinium contrast agent: shorter T1 and T2 in proportion to its concentration.

    1/T1 = 1/T1_0 + r1 C,   1/T2 = 1/T2_0 + r2 C,   1/T2* = 1/T2*_0 + r2 C

Concentration in mmol/l of the tissue, relaxivities in l/mmol/s, times in seconds. Fast exchange of water within a
voxel; the susceptibility of the agent is left out.

Reference: M. Rohrer et al., Invest Radiol 2005;40:715, doi:10.1097/01.rli.0000184756.66360.d3 (relaxivities of agents
in plasma; the defaults are round values for extracellular agents at 1.5 T).
"""

from dataclasses import replace

from spinbridge.core.errors import SettingsError
from spinbridge.core.tissue import Tissue
from spinbridge.physics.parameter import Parameter, like, span


def with_gadolinium(tissue: Tissue, concentration: Parameter, *, r1: float = 5.0, r2: float = 6.5) -> Tissue:
    """The tissue with `concentration` [mmol/l] of an agent of relaxivities `r1`, `r2` [l/mmol/s].

    The concentration broadcasts against the tissue. Raises `SettingsError` where it or a relaxivity is negative or no
    number.
    """
    lowest = min(span(concentration)[0], r1, r2)
    if not lowest >= 0:
        raise SettingsError("a concentration and relaxivities of zero or more", f"{lowest:g}", where="with_gadolinium")
    c = like(concentration, tissue.t1)
    t1 = 1 / (1 / tissue.t1 + r1 * c)
    t2 = 1 / (1 / tissue.t2 + r2 * c)
    t2star = None if tissue.t2star is None else 1 / (1 / tissue.t2star + r2 * c)
    return replace(tissue, t1=t1, t2=t2, t2star=t2star)

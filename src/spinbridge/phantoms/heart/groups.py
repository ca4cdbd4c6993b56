"""The five groups of the phantom and the distributions their volumes and masses are drawn from.

Numbers and their sources stand in `groups.toml`: Petersen et al. 2017 for healthy hearts, the group definitions of
Bernard et al. 2018.
"""

import tomllib
from functools import cache
from importlib.resources import files

import numpy as np

from spinbridge.core.errors import SettingsError

GROUPS = ("NOR", "DCM", "HCM", "MINF", "RV")


@cache
def _table() -> dict[str, dict[str, list[float]]]:
    return tomllib.loads(files("spinbridge.phantoms.heart").joinpath("groups.toml").read_text(encoding="utf-8"))


def check_group(group: str) -> str:
    """The group's name, or `SettingsError`."""
    if group not in GROUPS:
        raise SettingsError(f"a group among {', '.join(GROUPS)}", f"'{group}'", where="group")
    return group


def draw_measures(group: str, draw: np.random.Generator) -> dict[str, float]:
    """One subject's volumes [ml], mass [g] and shares; volumes and mass of a heart deviate together by half."""
    common = draw.standard_normal()
    measures = {}
    for name, (mean, spread, low, high) in _table()[check_group(group)].items():
        own = draw.standard_normal()
        shared = 0.7 if name in ("lv_edv", "rv_edv", "lv_mass") else 0.0
        measures[name] = float(np.clip(mean + spread * (shared * common + np.sqrt(1 - shared**2) * own), low, high))
    return measures

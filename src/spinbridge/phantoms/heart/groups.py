"""The five groups of the phantom: the distributions of their volumes and masses, and how these hang together.

    measure = clip(mean + spread score, lowest, highest),     score = A factors,   variance 1

Rows of A follow from the loadings of `couplings.toml`; the rest of every score's variance is its own. Numbers and their
sources stand in `groups.toml`: Petersen et al. 2017 for healthy hearts, the group definitions of Bernard et al. 2018.
"""

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

import numpy as np
import numpy.typing as npt

from spinbridge.core.errors import SettingsError
from spinbridge.phantoms.heart.streams import stream

Doubles = npt.NDArray[np.float64]

GROUPS = ("NOR", "DCM", "HCM", "MINF", "RV")
MEASURES = ("lv_edv", "lv_mass", "rv_edv", "lv_ef", "rv_ef", "shortening", "elongation")  #: in the order of coupling
_OF_ANATOMY = ("lv_edv", "lv_mass", "rv_edv", "elongation")  # the own share of the others is physiology
_FACTORS = ("body", "severity", *MEASURES)


@cache
def group_table() -> dict[str, dict[str, list[float]]]:
    """[mean, spread, lowest, highest] of every measure of every group, in ml, g and shares."""
    return tomllib.loads(_text("groups.toml"))


@cache
def _couplings() -> dict[str, dict[str, dict[str, float]]]:
    return tomllib.loads(_text("couplings.toml"))


def _text(name: str) -> str:
    return files("spinbridge.phantoms.heart").joinpath(name).read_text(encoding="utf-8")


def check_group(group: str) -> str:
    """The group's name, or `SettingsError`."""
    if group not in GROUPS:
        raise SettingsError(f"a group among {', '.join(GROUPS)}", f"'{group}'", where="group")
    return group


def draw_factors(seed: int, index: int) -> dict[str, float]:
    """The independent normal numbers of a subject; the same whatever its group and protocol."""
    anatomy, physiology = (stream(seed, index, name, "measures") for name in ("anatomy", "physiology"))
    factors = {"body": anatomy.standard_normal(), "severity": stream(seed, index, "disease").standard_normal()}
    return factors | {
        name: (anatomy if name in _OF_ANATOMY else physiology).standard_normal() for name in sorted(MEASURES)
    }


def scores(group: str, factors: Mapping[str, float]) -> dict[str, float]:
    """Standard scores of a subject's measures, correlated as in its group."""
    drawn = np.array([factors[name] for name in _FACTORS])
    return {name: float(row @ drawn) for name, row in _rows(check_group(group)).items()}


def correlation(group: str, one: str, other: str) -> float:
    """Correlation of two measures of a group, before their limits."""
    rows = _rows(check_group(group))
    return float(rows[one] @ rows[other])


@cache
def _rows(group: str) -> dict[str, Doubles]:
    """A: every measure as a unit vector over the factors."""
    units = dict(zip(_FACTORS, np.eye(len(_FACTORS)), strict=True))
    rows: dict[str, Doubles] = {}
    for name in MEASURES:
        known = {"body": units["body"], "severity": units["severity"], **rows}
        if name == "rv_ef":
            known["balance"] = _balance(group, rows)
        shared = sum((size * known[k] for k, size in _couplings()[group][name].items()), np.zeros(len(_FACTORS)))
        left = 1 - float(shared @ shared)
        row = shared + np.sqrt(max(left, 0.0)) * units[name]
        rows[name] = row / np.linalg.norm(row)
    return rows


def _balance(group: str, rows: Mapping[str, Doubles]) -> Doubles:
    """The score of the right EF at which both stroke volumes are equal, to first order, scaled to variance 1."""
    table = group_table()[group]
    cv = {name: table[name][1] / table[name][0] for name in ("lv_edv", "lv_ef", "rv_edv")}
    needed = cv["lv_edv"] * rows["lv_edv"] + cv["lv_ef"] * rows["lv_ef"] - cv["rv_edv"] * rows["rv_edv"]
    unit: Doubles = needed / np.linalg.norm(needed)
    return unit


def measures(group: str, factors: Mapping[str, float]) -> dict[str, float]:
    """One subject's volumes [ml], mass [g] and shares, inside the group's limits."""
    found = {}
    for name, score in scores(group, factors).items():
        mean, spread, low, high = group_table()[group][name]
        found[name] = float(np.clip(mean + spread * score, low, high))
    return found

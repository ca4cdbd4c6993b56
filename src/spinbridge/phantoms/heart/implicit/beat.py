"""The implicit heart at a phase: its few numbers, found so that volumes and mass are those of the subject.

    end-diastole   a from V_LV,   h from the mass,   size of the right ventricle from V_RV
    later          c from V_LV = EDV (1 - EF share),   g from the wall's volume, which stays,   right squeeze from V_RV

each by Brent's method on volumes counted over a grid with a share for cells at the surface. Volumes [ml]. Ours.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TypeVar

import numpy as np
from scipy.optimize import brentq

from spinbridge.phantoms.heart.implicit.left import LeftPlaces, LeftState, left_places
from spinbridge.phantoms.heart.implicit.right import RightState, right_distance
from spinbridge.phantoms.heart.implicit.solids import Floats, Points, share_inside
from spinbridge.phantoms.heart.motion import contraction
from spinbridge.phantoms.heart.subject import Subject

DENSITY = 1.05  #: of myocardium [g/ml]
_COARSE, _FINE = 3.0, 1.5  # side of a cell where numbers are found, and where volumes are told [mm]
_CLOSE = 1e-3
State = TypeVar("State", LeftState, RightState)


@dataclass(frozen=True, kw_only=True)
class Beat:
    """Both ventricles at one phase."""

    left: LeftState
    right: RightState


@lru_cache(maxsize=32)
def beat(subject: Subject, phase: float) -> Beat:
    """The heart at a phase from 0 to 1."""
    share = contraction(phase)
    rest = _diastole(subject)
    if share == 0:
        return rest
    length = rest.left.length * (1 - subject.shortening * share)
    at = _grid(subject, _COARSE)
    left = replace(rest.left, share=share, length=length, base=rest.left.length - length)
    near = _grid(subject, _COARSE, rest.left.radius + 2 * rest.left.wall)
    left = _solved(left, "squeeze", (0.0, 0.85), subject.lv_edv * (1 - subject.lv_ef * share), _left_of(subject, near))
    left = _solved(left, "thickening", (-0.3, 2.5), subject.lv_mass / DENSITY, _wall_of(subject, near))
    places = left_places(subject, left, at)
    target = subject.rv_edv * (1 - subject.rv_ef * share)
    right = _solved(rest.right, "squeeze", (-0.2, 0.75), target, _right_of(subject, left, places))
    return Beat(left=left, right=right)


@lru_cache(maxsize=32)
def _diastole(subject: Subject) -> Beat:
    at = _grid(subject, _COARSE)
    length = subject.shape.length
    left = LeftState(share=0.0, base=0.0, length=length, radius=25.0, squeeze=0.0, wall=9.0, thickening=0.0)
    near = _grid(subject, _COARSE, 75.0)
    left = _solved(left, "radius", (10.0, 60.0), subject.lv_edv, _left_of(subject, near))
    left = _solved(left, "wall", (2.0, 45.0), subject.lv_mass / DENSITY, _wall_of(subject, near))
    places = left_places(subject, left, at)
    right = RightState(size=45.0, squeeze=0.0)
    right = _solved(right, "size", (15.0, 95.0), subject.rv_edv, _right_of(subject, left, places))
    return Beat(left=left, right=right)


@lru_cache(maxsize=64)
def volumes(subject: Subject, phase: float) -> dict[str, float]:
    """What the shape holds at a phase [ml], counted on a fine grid: `left` and `right` cavity, left `wall`, `scar`."""
    now, at = beat(subject, phase), _grid(subject, _FINE)
    places = left_places(subject, now.left, at)
    transmural = 0.0 if subject.scar is None else subject.scar.transmural
    patch = np.where(places.scar > 0.5, places.wall * np.float32(transmural), np.float32(0))  # noqa: PLR2004
    cavity = _held(places.distance, places.depth, _FINE)
    return {
        "left": cavity,
        "right": _right_of(subject, now.left, places, _FINE)(now.right),
        "wall": _held(places.distance - places.wall, places.depth, _FINE) - cavity,
        "scar": _held(places.distance - patch, places.depth, _FINE) - cavity,
    }


def _solved(
    state: State, name: str, bounds: tuple[float, float], target: float, volume: Callable[[State], float]
) -> State:
    """The state whose `name` gives the volume `target`; the nearer bound where none does."""

    def missed(value: float) -> float:
        return volume(replace(state, **{name: value})) - target

    ends = [missed(bound) for bound in bounds]
    if ends[0] * ends[1] > 0:
        return replace(state, **{name: bounds[int(np.argmin(np.abs(ends)))]})
    return replace(state, **{name: float(brentq(missed, *bounds, xtol=_CLOSE))})


def _left_of(subject: Subject, at: Points) -> Callable[[LeftState], float]:
    def volume(state: LeftState) -> float:
        places = left_places(subject, state, at)
        return _held(places.distance, places.depth, _COARSE)

    return volume


def _wall_of(subject: Subject, at: Points) -> Callable[[LeftState], float]:
    def volume(state: LeftState) -> float:
        places = left_places(subject, state, at)
        outer = _held(places.distance - places.wall, places.depth, _COARSE)
        return outer - _held(places.distance, places.depth, _COARSE)

    return volume


def _right_of(
    subject: Subject, left: LeftState, places: LeftPlaces, step: float = _COARSE
) -> Callable[[RightState], float]:
    def volume(state: RightState) -> float:
        distance = right_distance(subject, left, state, places)
        return _held(np.maximum(distance, places.wall - places.distance), places.depth, step)

    return volume


def _held(distance: Floats, depth: Floats, step: float) -> float:
    """Volume inside a surface and below the base [ml]."""
    inside = share_inside(np.maximum(distance, -depth), step)
    return float(inside.sum(dtype=np.float64)) * step**3 / 1000


def _grid(subject: Subject, step: float, reach: float | None = None) -> Points:
    """Points (x, y, z) in one row [mm]: as far as `reach` from the long axis, or around both ventricles."""
    across, down = ((-reach, reach),) * 2 if reach else ((-125.0, 75.0), (-95.0, 95.0))
    spans = (across, down, (-22.0, subject.shape.length + 14.0))
    axes = [np.arange(low, high, step, dtype=np.float32) for low, high in spans]
    x, y, z = (axis.ravel() for axis in np.meshgrid(*axes, indexing="ij"))
    return Points(x, y, z)

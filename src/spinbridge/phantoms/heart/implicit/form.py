"""What an implicit heart is drawn from, next to its subject's volumes, length, scar and thickened walls. Ours."""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from spinbridge.phantoms.heart.subject import Subject


@dataclass(frozen=True, kw_only=True)
class Column:
    """A papillary muscle: an oblique cone from its foot on the wall to its tip."""

    foot: tuple[float, float, float]  #: angle from the septum [rad], share of the cavity's radius, level
    tip: tuple[float, float, float]  #: the same
    radii: tuple[float, float]  #: at foot and tip, as shares of the cavity's radius


@dataclass(frozen=True, kw_only=True)
class Form:
    """One heart's form."""

    oval: float  #: short over long axis of the left cross-section
    oval_turn: float  #: direction of its long axis [rad]
    cone: float  #: radius of the paraboloid at the base over that of the ellipsoid
    middle: float  #: level of the ellipsoid's centre
    lean: tuple[float, float]  #: of the long axis against the stack (x, y) [mm/mm]
    bow: tuple[float, float]  #: of the long axis (x, y) [mm]
    base_tilt: tuple[float, float]  #: of the base (x, y) [mm/mm]
    saddle: float  #: how far the base's rim bends [1/mm]
    cap: float  #: thickness of the apex [mm]
    waves: tuple[tuple[float, ...], ...]  #: of the wall: amplitude, three wave numbers [1/mm], phase
    right_turn: float  #: direction of the right ventricle's middle from the septum's [rad]
    right_offset: float  #: its distance from the left axis over the left outer radius
    right_slim: float  #: its radial over its tangential half-axis
    right_end: float  #: level of its apex
    right_floor: float  #: distance of its flat lower face over its tangential half-axis
    columns: tuple[Column, ...]
    weave: tuple[float, float]  #: wave numbers of the trabeculae across and along [1/mm]
    twist: float  #: of the apex against the base at end-systole [rad]


@lru_cache(maxsize=16)
def form(subject: Subject) -> Form:
    """The form of a subject."""
    draw = subject.draw("anatomy", "implicit", "form")

    def uniform(low: float, high: float) -> float:
        return float(draw.uniform(low, high))

    waves = tuple(
        (uniform(0.03, 0.08), *(float(n) for n in draw.normal(0, 1 / 14, 3)), uniform(0, 6.28)) for _ in range(4)
    )
    return Form(
        oval=uniform(0.84, 0.95),
        oval_turn=uniform(0, np.pi),
        cone=uniform(0.96, 1.1),
        middle=uniform(0.1, 0.24),
        lean=(float(draw.normal(0, 0.06)), float(draw.normal(0, 0.06))),
        bow=(float(draw.normal(0, 2.5)), float(draw.normal(0, 2.5))),
        base_tilt=(uniform(-0.05, 0.14), uniform(-0.08, 0.14)),
        saddle=uniform(0.0015, 0.0035),
        cap=uniform(3.5, 6.0),
        waves=waves,
        right_turn=uniform(0.12, 0.5),
        right_offset=uniform(0.5, 0.75),
        right_slim=uniform(0.78, 0.95),
        right_end=uniform(0.93, 1.02),
        right_floor=uniform(0.62, 0.85),
        columns=tuple(_columns(draw)),
        weave=(uniform(0.45, 0.65), uniform(0.15, 0.25)),
        twist=uniform(0.1, 0.26),
    )


def _columns(draw: np.random.Generator) -> list[Column]:
    """Three or four columns in two families, some of them nearly touching."""
    angles = [1.75, -1.25, 3.05, -2.2][: int(draw.integers(3, 5))]
    columns = []
    for angle in angles:
        turn = angle + draw.normal(0, 0.15)
        size = draw.uniform(0.12, 0.19)
        foot = (float(turn), float(draw.uniform(0.86, 0.98)), float(draw.uniform(0.62, 0.78)))
        tip = (float(turn + draw.normal(0, 0.25)), float(draw.uniform(0.42, 0.6)), float(draw.uniform(0.2, 0.36)))
        columns.append(Column(foot=foot, tip=tip, radii=(float(size * 1.25), float(size * 0.7))))
    return columns

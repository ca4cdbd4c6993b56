"""The right ventricle: an ellipsoid flattened from below, with its outflow, less all of the left ventricle.

    cavity  d_r < 0 and d > h,   wall  0 <= d_r < w,   d and h of `left.py`

Its radial half-axis shrinks as a bellows, the tangential one by half as much. Ours; lengths in millimetres.
"""

from dataclasses import dataclass

import numpy as np

from spinbridge.phantoms.heart.implicit.form import form
from spinbridge.phantoms.heart.implicit.left import LeftPlaces, LeftState, ripple
from spinbridge.phantoms.heart.implicit.solids import Floats, Points, capsule, common, ellipsoid, join
from spinbridge.phantoms.heart.subject import Subject

_UNEVEN = 18.0  # height of its waves per unit of the ripple [mm]
_OUTFLOW = 1.0  # direction of the outflow from the middle of the right ventricle [rad]


@dataclass(frozen=True, kw_only=True)
class RightState:
    """The numbers of the right ventricle at one phase."""

    size: float  #: tangential half-axis at end-diastole [mm]
    squeeze: float  #: share of the radial half-axis that is gone


@dataclass(frozen=True, kw_only=True)
class RightFrame:
    """Where the right ventricle is put together, in coordinates along its radial and tangential direction [mm]."""

    cos: float
    sin: float
    centre: float  #: distance of the ellipsoid's centre from the left axis
    axes: tuple[float, float, float]  #: radial, tangential, along z


def right_frame(subject: Subject, left: LeftState, state: RightState) -> RightFrame:
    """The frame at one phase."""
    made = form(subject)
    angle = subject.shape.septum + made.right_turn
    outer = left.radius + left.wall - 2.0 * left.share
    radial = state.size * made.right_slim * (1 - state.squeeze)
    tangential = state.size * (1 - 0.5 * state.squeeze)
    return RightFrame(
        cos=float(np.cos(angle)),
        sin=float(np.sin(angle)),
        centre=made.right_offset * outer + 0.25 * state.size * made.right_slim * state.squeeze,
        axes=(radial, tangential, made.right_end * left.length - 0.08 * left.length),
    )


def right_distance(subject: Subject, left: LeftState, state: RightState, places: LeftPlaces) -> Floats:
    """Distance from the right ventricle's inner surface, its septum left out [mm]."""
    frame = right_frame(subject, left, state)
    own = Points(
        np.float32(frame.cos) * places.x + np.float32(frame.sin) * places.y - np.float32(frame.centre),
        np.float32(frame.cos) * places.y - np.float32(frame.sin) * places.x,
        places.depth,
    )
    body = ellipsoid(own, (0.0, 0.0, 0.08 * left.length), frame.axes)
    below = _tilted(own, -1.9) - np.float32(form(subject).right_floor * frame.axes[1])
    body = common(body, below, 9.0)
    start, end, width = outflow(frame, left)
    whole = join(body, capsule(own, start, end, (width, width * 0.9)), 12.0)
    return whole + np.float32(_UNEVEN) * ripple(form(subject), own)


def outflow(frame: RightFrame, left: LeftState) -> tuple[tuple[float, float, float], tuple[float, float, float], float]:
    """Axis and radius of the outflow tract, in the right ventricle's frame, from its body to above the base [mm]."""
    width = 0.34 * frame.axes[1]
    away = 0.72 * frame.axes[1]
    across, along = away * float(np.cos(_OUTFLOW)), away * float(np.sin(_OUTFLOW))
    return (across, along, 0.25 * left.length), (across - 6.0, along + 3.0, -26.0), width


def _tilted(at: Points, angle: float) -> Floats:
    """Distance along a direction in the plane."""
    far: Floats = np.float32(np.cos(angle)) * at.x + np.float32(np.sin(angle)) * at.y
    return far

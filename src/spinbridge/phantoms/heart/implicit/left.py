"""The left ventricle: a truncated ellipsoid and a paraboloid in one, its wall the set within a distance of the cavity.

    cavity  d < 0,   wall  0 <= d < h(p),   both below the base's surface
    d = union(ellipsoid, paraboloid)   with radii a (1 - c m(p)),   cut by a plane where the septum is pressed flat
    h(p) = h (1 + septum + waves - taper) (1 - thinning scar)(1 + g m(p))

m is 1 in healthy wall and near 0 in a scar, c the squeeze and g the thickening at a phase; both follow from volumes.
Ours; lengths in millimetres, angles in radians.
"""

from dataclasses import dataclass

import numpy as np

from spinbridge.phantoms.heart.implicit.form import Form, form
from spinbridge.phantoms.heart.implicit.solids import Floats, Points, common, gauged, join, paraboloid
from spinbridge.phantoms.heart.subject import HeartShape, Subject

_ROUND = 6.0  # of the union [mm]
_STIFF = 0.95  # share of its motion that the middle of a scar loses
_UNEVEN = 7.0  # height of the cavity's waves per unit of the ripple [mm]
_LEAST = 0.12  # share of its radius that a cavity keeps


@dataclass(frozen=True, kw_only=True)
class LeftState:
    """The numbers of the left ventricle at one phase."""

    share: float  #: contraction, 0 to 1
    base: float  #: z of the base [mm]
    length: float  #: base to apex [mm]
    radius: float  #: a, at end-diastole [mm]
    squeeze: float  #: c
    wall: float  #: h, at end-diastole [mm]
    thickening: float  #: g


@dataclass(frozen=True, eq=False, kw_only=True)
class LeftPlaces:
    """Points in the left ventricle's own coordinates."""

    x: Floats  #: from the long axis [mm]
    y: Floats  #: from the long axis [mm]
    depth: Floats  #: below the base [mm]
    level: Floats  #: depth over length
    scar: Floats  #: 0 healthy to 1 the middle of the scar
    distance: Floats  #: from the cavity's surface [mm]
    wall: Floats  #: h [mm]


def left_places(subject: Subject, state: LeftState, at: Points) -> LeftPlaces:
    """Where points lie in the left ventricle at one phase."""
    made = form(subject)
    x0, y0 = axis_at(subject, at.z)
    x, y = at.x - x0, at.y - y0
    depth = below_base(made, state, x, y, at.z)
    level = depth / np.float32(state.length)
    scar = _scar(subject, x, y, level)
    mobile = 1 - np.float32(_STIFF) * scar
    distance = _cavity(subject.shape, made, state, Points(x, y, depth), mobile)
    wall = _thickness(subject, state, Points(x, y, level), scar, mobile)
    return LeftPlaces(x=x, y=y, depth=depth, level=level, scar=scar, distance=distance, wall=wall)


def axis_at(subject: Subject, z: Floats) -> tuple[Floats, Floats]:
    """Where the long axis is at a height z: (x, y) [mm]."""
    made, along = form(subject), z - np.float32(subject.shape.length / 2)
    bend = (2 * along / np.float32(subject.shape.length)) ** 2
    x, y = (np.float32(lean) * along + np.float32(bow) * bend for lean, bow in zip(made.lean, made.bow, strict=True))
    return x, y


def below_base(made: Form, state: LeftState, x: Floats, y: Floats, z: Floats) -> Floats:
    """Depth below the base, a tilted saddle that is flat from a third of the length on [mm]."""
    middle = z - np.float32(state.base)
    fade = np.clip(1 - np.maximum(middle, 0) / np.float32(0.35 * state.length), 0, 1)
    rim = np.float32(made.base_tilt[0]) * x + np.float32(made.base_tilt[1]) * y
    rim = rim + np.float32(made.saddle) * np.clip(x * x - y * y, -900, 900)
    depth: Floats = middle + fade * rim
    return depth


def _cavity(shape: HeartShape, made: Form, state: LeftState, at: Points, mobile: Floats) -> Floats:
    radius = np.float32(state.radius) * np.clip(1 - np.float32(state.squeeze) * mobile, _LEAST, None)
    cos, sin = np.float32(np.cos(made.oval_turn)), np.float32(np.sin(made.oval_turn))
    u, v = (cos * at.x + sin * at.y) / radius, (cos * at.y - sin * at.x) / (radius * np.float32(made.oval))
    end, middle = state.length - made.cap, made.middle * state.length
    w = (at.z - np.float32(middle)) / np.float32(end - middle)
    w = np.where(w < 0, w * np.float32(0.5), w)
    across = (u * u + v * v / np.float32(made.oval**2)) / radius**2
    round_one = gauged(u * u + v * v + w * w, across + (w / np.float32(end - middle)) ** 2)
    wide = np.float32(made.cone**2)
    pointed = paraboloid((u * u + v * v) / wide, across / wide**2, at.z, end)
    cavity = join(round_one, pointed, _ROUND) + np.float32(_UNEVEN) * ripple(made, at)
    pressed = 0.5 * (shape.flattening - 0.25)
    if pressed <= 0:
        return cavity
    towards = np.float32(np.cos(shape.septum)) * at.x + np.float32(np.sin(shape.septum)) * at.y
    reach = np.sqrt(np.clip(1 - at.z / np.float32(end), 0.05, 1)) * np.float32(1 - pressed)
    return common(cavity, towards - reach * radius, 4.0)


def _thickness(subject: Subject, state: LeftState, at: Points, scar: Floats, mobile: Floats) -> Floats:
    shape, made = subject.shape, form(subject)
    septal = np.exp(-_turned(at.x, at.y, shape.septum + 0.35) / np.float32(0.56))
    septal = septal * np.exp(-(((at.z - np.float32(0.35)) / np.float32(0.35)) ** 2))
    waves = ripple(made, Points(at.x, at.y, at.z * np.float32(state.length)))
    deep = np.clip(at.z, 0, 1) ** 2
    least = np.float32(made.cap / max(state.wall, 1.0))
    form_ = (1 + np.float32(shape.septal_hypertrophy) * septal + waves) * (1 - deep * deep) + least * deep * deep
    lost = 0.0 if subject.scar is None else subject.scar.thinning
    grown = 1 + np.float32(state.thickening) * mobile * (1 - deep * deep * deep)
    wall: Floats = np.float32(state.wall) * form_ * grown * (1 - np.float32(lost) * scar)
    return wall


def ripple(made: Form, at: Points, finer: float = 1.0) -> Floats:
    """Waves of the heart's own, some 0.1 high and 40 mm long [1]."""
    waves = np.zeros_like(at.x)
    for size, p, q, r, start in made.waves:
        place = np.float32(p * finer) * at.x + np.float32(q * finer) * at.y + np.float32(r * finer) * at.z
        waves += np.float32(size) * np.sin(place + np.float32(start))
    return waves


def _scar(subject: Subject, x: Floats, y: Floats, level: Floats) -> Floats:
    """0 to 1, flat in the middle of the scar."""
    if subject.scar is None:
        return np.zeros_like(x)
    patch = subject.scar
    far = _turned(x, y, patch.angle) / np.float32(patch.width**2)
    far = far + ((level - np.float32(patch.level)) / np.float32(patch.height)) ** 2
    soft = np.clip((np.float32(1.2) - far) / np.float32(0.5), 0, 1)
    scar: Floats = soft * soft * (3 - 2 * soft)
    return scar


def _turned(x: Floats, y: Floats, angle: float) -> Floats:
    """Square of the chord between the directions of points and an angle, on the unit circle."""
    along = np.float32(np.cos(angle)) * x + np.float32(np.sin(angle)) * y
    chord = 2 - 2 * along / np.sqrt(x * x + y * y + np.float32(1e-3))
    return chord.astype(np.float32, copy=False)

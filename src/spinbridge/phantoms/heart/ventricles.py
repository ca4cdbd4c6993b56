"""The two ventricles as a continuous shape at any phase, with volumes integrated from the shape itself.

In polar coordinates about the long axis, at angle t and level s = (z - base) / length:

    inner  r_i(t, s) = R g(t) f(s; s_i)              f an ellipsoid truncated at its base, s_i the endocardial apex
    outer  r_o(t, s) = (R g(t) + h w(t, s)) f(s; 1)
    right  r_r(t, s) = r_o + D d(t, s)               d > 0 within the reach of the right ventricle

    V_LV = L/2 sum r_i^2 dt ds,  V_wall = L/2 sum (r_o^2 - r_i^2) dt ds,  V_RV = L/2 sum (r_r^2 - r_o^2) dt ds

R, h and D follow from the drawn volumes. Contraction shortens L and shrinks each sector's cavity by c k(t, s),
where k is 1 in healthy wall and near 0 in a scar; c follows from the ejection fraction. Every sector of the wall
keeps its volume, so

    r_o^2 = r_i^2 + (r_o^2 - r_i^2 at end-diastole) L_ED / L

and the wall thickens by as much as its cavity gives way. Lengths [mm], volumes [ml], mass [g] at 1.05 g/ml. Ours.
"""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from spinbridge.phantoms.heart.motion import contraction
from spinbridge.phantoms.heart.subject import Subject

Array = npt.NDArray[np.float64]

DENSITY = 1.05  #: of myocardium [g/ml]
_ANGLES, _LEVELS = 240, 161
ANGLES = np.arange(_ANGLES) * 2 * np.pi / _ANGLES  #: nodes in angle [rad], periodic
LEVELS = np.linspace(0, 1, _LEVELS)  #: nodes from base to apex
_SHOULDER = 0.28  #: level of the widest part
_MAX_SQUEEZE = 0.94  #: a sector keeps at least this share's complement of its cavity


@dataclass(frozen=True, eq=False, kw_only=True)
class Ventricles:
    """Radii (levels, angles) at one phase [mm]; where the right ventricle does not reach, `right` equals `outer`."""

    base: float  #: z of the base [mm]
    length: float  #: base to epicardial apex [mm]
    inner: Array
    outer: Array
    right: Array
    right_wall: Array  #: thickness of the right wall, 0 where there is none
    scar: Array  #: 0 healthy to 1 the middle of the scar
    squeeze: float  #: c, share of a healthy sector's cavity area that is gone [1]

    @property
    def lv_volume(self) -> float:
        """Left cavity, papillary muscles included [ml]."""
        return integrate(self.inner**2, self.length)

    @property
    def wall_volume(self) -> float:
        """Left myocardium [ml]."""
        return integrate(self.outer**2 - self.inner**2, self.length)

    @property
    def rv_volume(self) -> float:
        """Right cavity [ml]."""
        return integrate(self.right**2 - self.outer**2, self.length)


def integrate(squares: Array, length: float) -> float:
    """Volume [ml] of a region whose squared radius (levels, angles) is given [mm^2]; trapezoids along the axis."""
    area = squares.mean(axis=1) * np.pi
    return float(np.trapezoid(area, LEVELS) * length / 1000)


@lru_cache(maxsize=16)
def ventricles(subject: Subject, phase: float) -> Ventricles:
    """The shape at a phase from 0 to 1."""
    rest = _diastole(subject)
    share = contraction(phase)
    if share == 0:
        return rest
    length = rest.length * (1 - subject.shortening * share)
    stretch = rest.length / length
    mobility = 1 - rest.scar * 0.95
    target = subject.lv_edv * (1 - subject.lv_ef * share) * stretch
    squeeze = _squeeze(rest, mobility, target)
    inner2 = rest.inner**2 * (1 - np.minimum(squeeze * mobility, _MAX_SQUEEZE))
    outer2 = inner2 + (rest.outer**2 - rest.inner**2) * stretch
    right2 = outer2 + (rest.right**2 - rest.outer**2) * stretch * (1 - subject.rv_ef * share)
    return Ventricles(
        base=rest.length - length,
        length=length,
        inner=np.sqrt(inner2),
        outer=np.sqrt(outer2),
        right=np.sqrt(right2),
        right_wall=rest.right_wall * (1 + 0.35 * share),
        scar=rest.scar,
        squeeze=squeeze,
    )


def _squeeze(rest: Ventricles, mobility: Array, target: float) -> float:
    """The c at which the cavity, with sectors limited, has the volume `target` on the end-diastolic axis."""
    low, high = 0.0, 3.0
    for _ in range(40):
        middle = (low + high) / 2
        left = 1 - np.minimum(middle * mobility, _MAX_SQUEEZE)
        low, high = (middle, high) if integrate(rest.inner**2 * left, rest.length) > target else (low, middle)
    return low


@lru_cache(maxsize=16)
def _diastole(subject: Subject) -> Ventricles:
    shape = subject.shape
    outline = _outline(subject)
    inside = _ellipsoid(1 - shape.apical_cap / shape.length)[:, None] * outline
    radius = np.sqrt(subject.lv_edv / integrate(inside**2, shape.length))
    inner = radius * inside
    scar = _scar(subject)
    weight = _wall_weight(subject, scar)
    cover = _ellipsoid(1.0)[:, None]
    low, high = 0.5, 60.0
    for _ in range(40):
        thickness = (low + high) / 2
        outer = np.maximum((radius * outline + thickness * weight) * cover, inner)
        heavy = integrate(outer**2 - inner**2, shape.length) * DENSITY > subject.lv_mass
        low, high = (low, thickness) if heavy else (thickness, high)
    depth = _right_depth(subject)
    linear = integrate(outer * depth * 2, shape.length)
    square = integrate(depth**2, shape.length)
    size = (-linear + np.sqrt(linear**2 + 4 * square * subject.rv_edv)) / (2 * square)
    wall = shape.right_wall * np.minimum(1, 2.5 * depth / depth.max(axis=1, keepdims=True).clip(1e-6))
    wall = np.where(depth.max(axis=1, keepdims=True) > 0.05, wall, 0.0)  # noqa: PLR2004
    return Ventricles(
        base=0.0,
        length=shape.length,
        inner=inner,
        outer=outer,
        right=outer + size * depth,
        right_wall=wall,
        scar=scar,
        squeeze=0.0,
    )


def volumes(subject: Subject, phase: float) -> dict[str, float]:
    """What the shape holds at a phase [ml]: `left` and `right` cavity, left `wall`, `scar`."""
    heart = ventricles(subject, phase)
    return {
        "left": heart.lv_volume,
        "right": heart.rv_volume,
        "wall": heart.wall_volume,
        "scar": _scar_volume(subject, heart),
    }


def _scar_volume(subject: Subject, heart: Ventricles) -> float:
    """The inner `transmural` share of the wall's thickness where the patch is [ml]."""
    if subject.scar is None:
        return 0.0
    edge = heart.inner + subject.scar.transmural * (heart.outer - heart.inner)
    return integrate(np.where(heart.scar > 0.5, edge**2 - heart.inner**2, 0.0), heart.length)  # noqa: PLR2004


def angle_from(centre: float) -> Array:
    """Signed angle of each node from a direction, -pi to pi [rad]."""
    turned: Array = np.mod(ANGLES - centre + np.pi, 2 * np.pi) - np.pi
    return turned


def _ellipsoid(end: float) -> Array:
    """Radius of an ellipsoid that is 1 at the shoulder and 0 at the level `end`, cut at the base."""
    far = np.where(
        LEVELS < _SHOULDER, (LEVELS - _SHOULDER) / (2.6 * _SHOULDER), (LEVELS - _SHOULDER) / (end - _SHOULDER)
    )
    profile: Array = np.clip(1 - np.abs(far) ** 2.15, 0, None) ** 0.5
    return profile


def _outline(subject: Subject) -> Array:
    """g(t): waves of a few per cent, and the septum flattened where the right ventricle presses."""
    shape = subject.shape
    waves = sum(
        size * np.cos(order * ANGLES + start + 0.8 * order * LEVELS[:, None])
        for order, (size, start) in enumerate(shape.harmonics, start=2)
    )
    near = np.exp(-((angle_from(shape.septum) / 0.7) ** 2))
    outline: Array = 1 + waves - 0.22 * shape.flattening * near * (1 - 0.5 * LEVELS[:, None])
    return outline


def _wall_weight(subject: Subject, scar: Array) -> Array:
    """w(t, s): thicker at the septum where hypertrophy is asymmetric, a little thinner to the apex, thin in a scar."""
    shape = subject.shape
    septal = np.exp(-((angle_from(shape.septum + 0.35) / 0.75) ** 2)) * np.exp(-(((LEVELS - 0.3) / 0.35) ** 2))[:, None]
    draw = subject.draw("anatomy", "wall")
    waves = sum(
        draw.normal(0, 0.05) * np.cos(k * ANGLES + draw.uniform(0, 2 * np.pi) + k * LEVELS[:, None])
        for k in (1, 2, 3, 5)
    )
    taper = (1.0 - 0.25 * LEVELS**2)[:, None]
    lost = 0.0 if subject.scar is None else subject.scar.thinning
    weight: Array = (1 + shape.septal_hypertrophy * septal + waves) * taper * (1 - lost * scar)
    return weight


def _scar(subject: Subject) -> Array:
    """0 to 1 over the wall, flat in the middle of the scar."""
    if subject.scar is None:
        return np.zeros((_LEVELS, _ANGLES))
    patch = subject.scar
    far = (angle_from(patch.angle) / patch.width)[None, :] ** 2 + (((LEVELS - patch.level) / patch.height) ** 2)[
        :, None
    ]
    soft = np.clip((1.25 - far) / 0.6, 0, 1)
    bump: Array = soft * soft * (3 - 2 * soft)
    return bump


def _right_depth(subject: Subject) -> Array:
    """d(t, s): a crescent on the septum that narrows and thins to the apex and bulges to the outflow at the base."""
    shape = subject.shape
    level = LEVELS[:, None]
    end = np.clip(level / shape.right_end, 0, 1)
    reach = shape.right_reach * (1 - 0.38 * end**1.5)
    far = angle_from(shape.septum)[None, :] / reach
    crescent = np.clip(1 - np.abs(far) ** 2.6, 0, None) ** 0.8
    profile = np.clip(1 - end**2.0, 0, None) ** 0.75
    outflow = 1 + 0.35 * np.exp(-(((far - 0.55) / 0.4) ** 2)) * np.clip(1 - level / 0.45, 0, 1)
    corner = 1 + 0.18 * np.exp(-(((far + 0.5) / 0.3) ** 2))
    depth: Array = crescent * profile * outflow * corner
    return depth

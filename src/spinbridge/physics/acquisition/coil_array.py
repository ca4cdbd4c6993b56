"""Receive coils as circular loops: complex sensitivities by the law of Biot and Savart, and the noise they share.

    field of a loop of radius a, at r from its axis and h above its plane, in units of that at its centre, mu0 I/(2 a):
    B_h = a/(pi b) [ K + (a^2 - r^2 - h^2)/c^2 E ]             b^2 = (a + r)^2 + h^2
    B_r = a h/(pi r b) [ -K + (a^2 + r^2 + h^2)/c^2 E ]        c^2 = (a - r)^2 + h^2
    K, E   complete elliptic integrals of parameter 1 - c^2/b^2;   on the axis B_h = (1 + h^2/a^2)^(-3/2)
    sensitivity  B . u - i B . v,   u, v, main field a right-handed frame
    noise        cov(n_j, n_k) = correlation^(d_jk / smallest d),   d the distance of two loops

Lengths in mm in the frame of the image, x along its columns, y along its rows, z through the slice, 0 in the middle of
the field of view. Quasi-static: no wavelength effects and no currents in the body, thin wire, no coupling. The
sensitivities are scaled so that the root of their sum of squares has mean 1 in the middle half of the image, where the
organ is that the SNR is told of.

References: W. R. Smythe, Static and Dynamic Electricity, 3rd ed. 1968, section 7.10 (the loop); D. Hoult, R. Richards,
J Magn Reson 1976;24:71 (reciprocity); P. Roemer et al., Magn Reson Med 1990;16:192, doi:10.1002/mrm.1910160203
(arrays, their noise). The exponential correlation is ours.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import cos, hypot, pi, sin

import torch
from torch import Tensor

from spinbridge.core.random import uniform

Direction = tuple[float, float, float]

AXIAL: Direction = (0.0, 0.0, 1.0)  #: of the main field in the frame of an axial image
SHORT_AXIS: Direction = (-0.22, -0.95, -0.22)  #: the same for a usual short-axis image, whose y runs to the feet
_ROUNDS = 7  # of the arithmetic-geometric mean; its digits double in each
_WIRE = 10.0  # what a coil's housing keeps between its conductor and the body [mm]
_BODY = 120.0  # half of the body across an image's plane [mm]
_TWO_ROWS, _THREE_ROWS = (-60.0, 60.0), (0.0, 95.0, -95.0)  # of an array along the body [mm]
_MANY = 10  # coils from which an array has three rows
_WIDEST = 95.0  # radius of a loop [mm]
_NEAR_AXIS = 1e-6  # radius below which the radial field is zero, in radii of the loop


@dataclass(frozen=True, kw_only=True)
class Loop:
    """One circular receive coil."""

    centre: Direction  #: (x, y, z) [mm]
    normal: Direction  #: its axis, of any length
    radius: float = 70.0  #: [mm]


def body_array(
    coils: int, field_of_view: tuple[float, float], draw: torch.Generator, *, field_direction: Direction = AXIAL
) -> tuple[Loop, ...]:
    """Loops around a body that fills most of a `field_of_view` along (y, x) [mm], facing it, in two or three rows.

    They lie on a rounded box about the main field, and are wide enough to meet their neighbours, as in a cardiac array.
    """
    side, front, along = frame(field_direction)
    extent = torch.tensor([field_of_view[1] / 2, field_of_view[0] / 2, _BODY], dtype=torch.float64)
    half_side, half_front = float((side * extent).norm()), float((front * extent).norm())
    radius = min(_WIDEST, 0.55 * 2 * pi * hypot(half_side, half_front) / 2**0.5 / coils)
    rows = _TWO_ROWS if coils < _MANY else _THREE_ROWS
    loops = []
    for number in range(coils):
        angle = 2 * pi * (number + uniform(-0.2, 0.2, draw)) / coils
        far = uniform(1.1, 1.3, draw) / (cos(angle) ** 4 + sin(angle) ** 4) ** 0.25
        place = far * (half_side * cos(angle) * side + half_front * sin(angle) * front)
        place = place + (rows[number % len(rows)] + uniform(-20, 20, draw)) * along
        normal = cos(angle) ** 3 / half_side * side + sin(angle) ** 3 / half_front * front
        loops.append(Loop(centre=_triple(place), normal=_triple(-normal), radius=uniform(0.9, 1.1, draw) * radius))
    return tuple(loops)


def sensitivities(
    loops: Sequence[Loop], shape: tuple[int, int], spacing: tuple[float, float], *, field_direction: Direction = AXIAL
) -> Tensor:
    """Complex sensitivities `(loops, y, x)`, complex64, of an image of `shape` with `spacing` along (y, x) [mm]."""
    y, x = ((torch.arange(n, dtype=torch.float64) - (n - 1) / 2) * d for n, d in zip(shape, spacing, strict=True))
    rows, columns = torch.meshgrid(y, x, indexing="ij")
    points = torch.stack([columns, rows, torch.zeros_like(rows)], dim=-1)
    u, v, _ = frame(field_direction)
    fields = (loop_field(loop, points) for loop in loops)
    raw = torch.stack([torch.complex(field @ u, -(field @ v)) for field in fields])
    rows_in, columns_in = (slice(n // 4, n - n // 4) for n in shape)
    level = root_sum_of_squares(raw[:, rows_in, columns_in]).mean()
    return torch.div(raw, level.clamp_min(torch.finfo(level.dtype).tiny)).to(torch.complex64)


def loop_field(loop: Loop, points: Tensor) -> Tensor:
    """Field (..., 3) of a loop at points (..., 3) [mm], in units of the field at its centre; float64."""
    centre, normal = (torch.tensor(value, dtype=torch.float64) for value in (loop.centre, loop.normal))
    normal = normal / normal.norm()
    away = points.to(torch.float64) - centre
    h = away @ normal
    outward = away - h[..., None] * normal
    a = loop.radius
    r = outward.norm(dim=-1).clamp_min(_NEAR_AXIS * a)
    b2 = (a + r).square() + h.square()
    c2 = ((a - r).square() + h.square()).clamp_min(_WIRE**2)
    k, e = elliptic_integrals((c2 / b2).clamp_max(1.0))
    scale = a / (pi * b2.sqrt())
    axial = scale * (k + (a**2 - r.square() - h.square()) / c2 * e)
    radial = scale * h / r * (-k + (a**2 + r.square() + h.square()) / c2 * e)
    field: Tensor = axial[..., None] * normal + (radial / r)[..., None] * outward
    return field


def elliptic_integrals(complement: Tensor) -> tuple[Tensor, Tensor]:
    """Complete elliptic integrals K and E of the parameter `1 - complement`, by the arithmetic-geometric mean."""
    mean, root = torch.ones_like(complement), complement.sqrt()
    lost = (1 - complement) / 2
    for number in range(_ROUNDS):
        half = (mean - root) / 2
        mean, root = (mean + root) / 2, (mean * root).sqrt()
        lost = lost + 2.0**number * half.square()
    k = pi / (2 * mean)
    return k, k * (1 - lost)


def frame(field_direction: Direction) -> tuple[Tensor, Tensor, Tensor]:
    """Unit vectors u, v, b with b along the main field and u as near to the image's x as can be; right-handed."""
    b = torch.tensor(field_direction, dtype=torch.float64)
    b = b / b.norm()
    start = torch.eye(3, dtype=torch.float64)[0 if abs(float(b[0])) < 0.9 else 2]  # noqa: PLR2004 - x, unless b is x
    u = start - (start @ b) * b
    u = u / u.norm()
    return u, torch.linalg.cross(b, u), b


def root_sum_of_squares(channels: Tensor) -> Tensor:
    """The magnitude of complex images `(coils, ...)` taken together."""
    if channels.shape[0] == 1:
        channels = channels[0]
        return (channels.real.square() + channels.imag.square()).sqrt_()  # less than half the time of a complex abs
    return (channels.real.square() + channels.imag.square()).sum(0).sqrt_()


def noise_covariance(loops: Sequence[Loop], correlation: float) -> Tensor:
    """Covariance `(loops, loops)` of the channels' noise, ones on the diagonal, `correlation` of nearest neighbours."""
    places = torch.tensor([loop.centre for loop in loops], dtype=torch.float64)
    distance = torch.linalg.vector_norm(places[:, None] - places[None], dim=-1)
    if correlation == 0 or len(loops) == 1:
        return torch.eye(len(loops), dtype=torch.float64)
    nearest = distance[distance > 0].min()
    covariance: Tensor = correlation ** (distance / nearest)
    return covariance


def _triple(vector: Tensor) -> Direction:
    x, y, z = vector.tolist()
    return x, y, z

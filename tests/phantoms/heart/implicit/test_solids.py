"""Solids have the volumes and distances that geometry gives them."""

import numpy as np
import pytest

from spinbridge.phantoms.heart.implicit.solids import (
    Points,
    capsule,
    common,
    ellipsoid,
    gauged,
    join,
    paraboloid,
    share_inside,
)

STEP = 1.0
AXIS = np.arange(-40, 40, STEP, dtype=np.float32) + STEP / 2
AT = Points(*(axis.ravel() for axis in np.meshgrid(AXIS, AXIS, AXIS, indexing="ij")))


def volume(distance: np.ndarray) -> float:
    return float(share_inside(distance, STEP).sum(dtype=np.float64)) * STEP**3


def test_an_ellipsoid_has_its_volume() -> None:
    assert volume(ellipsoid(AT, (1.0, -2.0, 3.0), (12.0, 20.0, 30.0))) == pytest.approx(
        4 / 3 * np.pi * 12 * 20 * 30, rel=2e-3
    )


def test_a_paraboloid_has_half_the_volume_of_its_cylinder() -> None:
    radius, height = 20.0, 35.0
    rho2 = (AT.x**2 + AT.y**2) / np.float32(radius**2)
    distance = paraboloid(rho2, rho2 / np.float32(radius**2), AT.z, height)
    assert volume(np.maximum(distance, -AT.z)) == pytest.approx(np.pi * radius**2 * height / 2, rel=5e-3)


def test_a_cone_with_round_ends_is_as_far_as_the_nearest_ball_along_it() -> None:
    start, end, radii = (-10.0, 5.0, 0.0), (12.0, -3.0, 9.0), (5.0, 2.0)
    share = np.linspace(0, 1, 801)
    at = Points(*np.random.default_rng(0).uniform(-25, 25, (3, 40)).astype(np.float32))
    centres = np.array(start) + share[:, None] * np.subtract(end, start)
    far = np.linalg.norm(np.stack(at, -1)[:, None] - centres, axis=-1)
    nearest = far.argmin(axis=1)
    expected = far.min(axis=1) - radii[0] - share[nearest] * (radii[1] - radii[0])
    assert capsule(at, start, end, radii) == pytest.approx(expected, abs=0.02)


@pytest.mark.parametrize("away", [-2.0, 0.5, 3.0])
def test_distances_of_a_ball_are_exact(away: float) -> None:
    place = Points(*(np.array([c * (10 + away)], np.float32) for c in (0.6, 0.0, 0.8)))
    square = np.float32((10 + away) ** 2 / 100) * np.ones(1, np.float32)
    assert float(ellipsoid(place, (0, 0, 0), (10, 10, 10))[0]) == pytest.approx(away, abs=1e-4)
    assert float(gauged(square, square / 100)[0]) == pytest.approx(away, abs=1e-4)


def test_a_rounded_union_holds_both_solids_and_little_more() -> None:
    one, other = ellipsoid(AT, (-8, 0, 0), (14, 14, 14)), ellipsoid(AT, (8, 0, 0), (14, 14, 14))
    both = join(one, other, 6.0)
    assert (both <= np.minimum(one, other) + 1e-6).all()
    assert volume(np.minimum(one, other)) < volume(both) < 1.1 * volume(np.minimum(one, other))
    assert (common(one, other, 6.0) >= np.maximum(one, other) - 1e-6).all()

"""Depths below surfaces are what geometry says."""

import numpy as np
import pytest

from spinbridge.phantoms.brain.lattice import keys_weights
from spinbridge.phantoms.brain.solids import Points, ellipsoid, tube, union


def line(*values: float) -> Points:
    x = np.array(values, np.float32)
    return Points(x=x, y=np.zeros_like(x), z=np.zeros_like(x))


def test_the_depth_in_a_ball_is_the_radius_less_the_distance() -> None:
    assert ellipsoid(line(4, 10, 13), (0, 0, 0), (10, 10, 10)) == pytest.approx([6, 0, -3], abs=0.01)


def test_the_depth_below_a_flat_side_of_an_ellipsoid_is_of_first_order() -> None:
    assert ellipsoid(line(9), (0, 0, 0), (10, 40, 25)) == pytest.approx([1], abs=0.1)


def test_a_turned_ellipsoid_has_its_long_axis_where_it_was_turned() -> None:
    turned = ellipsoid(line(19.9, 20.1), (0, 0, 0), (5, 20, 5), yaw=-np.pi / 2)
    assert (turned > 0).tolist() == [True, False]


def test_a_tube_has_the_radius_between_its_ends() -> None:
    depth = tube(line(5), [(0, 0, 0, 1.0), (10, 0, 0, 3.0)])
    assert depth == pytest.approx([2.0])


def test_a_soft_union_is_never_below_the_hard_one_and_equal_away_from_the_seam() -> None:
    one, other = np.linspace(-5, 5, 41, dtype=np.float32), np.zeros(41, np.float32)
    soft = union(one, other, 2.0)
    assert (soft >= union(one, other)).all()
    assert soft[[0, -1]] == pytest.approx(union(one, other)[[0, -1]])


def test_the_look_up_between_nodes_is_exact_for_a_parabola() -> None:
    nodes, places = np.arange(12, dtype=np.float32), np.array([3.25, 4.5, 6.9], np.float32)
    assert keys_weights(places, nodes) @ nodes**2 == pytest.approx(places**2, rel=1e-5)

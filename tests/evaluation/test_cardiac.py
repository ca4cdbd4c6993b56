"""Volumes by true voxel size, and agreement against numbers worked out by hand."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.evaluation.shapes import sphere

from spinbridge.core.errors import InputError
from spinbridge.core.structures import Heart
from spinbridge.evaluation.cardiac import agreement, ejection_fraction, myocardial_mass, structure_volume, voxel_volume


def test_the_volume_of_a_ball_is_that_of_the_formula() -> None:
    spacing = (1.0, 0.7, 0.9)
    label = sphere((81, 91, 91), spacing, 30.0) * int(Heart.LV)
    volume = structure_volume(label, Heart.LV, np.diag([0.9, 0.7, 1.0, 1.0]))
    assert volume == pytest.approx(4 / 3 * math.pi * 3.0**3, rel=0.002)


def test_an_oblique_and_mirrored_affine_keeps_the_volume() -> None:
    turn = np.array([[0.6, -0.8, 0], [0.8, 0.6, 0], [0, 0, -1]])
    affine = np.eye(4)
    affine[:3, :3] = turn @ np.diag([1.5, 1.5, 8.0])
    assert voxel_volume(affine) == pytest.approx(1.5 * 1.5 * 8 / 1000)


def test_ejection_fraction_and_mass() -> None:
    assert ejection_fraction(120.0, 48.0) == pytest.approx(0.6)
    assert math.isnan(ejection_fraction(0.0, 0.0))
    assert myocardial_mass(100.0) == pytest.approx(105.0)


def test_agreement_against_numbers_worked_out_by_hand() -> None:
    """d = 2, 4, 6, 8: mean 5, sd sqrt(20/3), t(0.975; 3) = 3.182446."""
    result = agreement([12, 24, 36, 48], [10, 20, 30, 40])
    sd = math.sqrt(20 / 3)
    assert (result.patients, result.bias, result.mean_absolute_error) == (4, 5.0, 5.0)
    assert result.upper_limit - result.bias == pytest.approx(1.96 * sd)
    assert result.bias_high - result.bias == pytest.approx(3.182446 * sd / 2, rel=1e-6)


@given(bias=st.floats(-50, 50), values=st.lists(st.floats(10, 300), min_size=3, max_size=20, unique=True))
def test_a_pure_bias_is_reported_though_the_correlation_is_perfect(bias: float, values: list[float]) -> None:
    result = agreement([v + bias for v in values], values)
    assert result.bias == pytest.approx(bias, abs=1e-9)
    assert result.correlation == pytest.approx(1.0, abs=1e-6) or math.isnan(result.correlation)


def test_pairs_without_a_number_are_left_out_and_counted() -> None:
    result = agreement([1.0, math.nan, 3.0], [1.0, 2.0, math.nan])
    assert (result.patients, result.left_out, result.bias) == (1, 2, 0.0)
    assert math.isnan(result.upper_limit)
    assert math.isnan(agreement([], []).bias)


def test_unequal_lengths_are_refused() -> None:
    with pytest.raises(InputError, match="2 and 1"):
        agreement([1, 2], [1])

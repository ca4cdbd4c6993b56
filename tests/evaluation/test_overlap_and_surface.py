"""Scores of exact shapes, of shapes that move, grow or swap, and MONAI's opinion of them."""

import math

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from monai.metrics import (
    compute_average_surface_distance,
    compute_dice,
    compute_hausdorff_distance,
    compute_surface_dice,
)
from tests.evaluation.shapes import Mask, blob, box, sphere

from spinbridge.core.errors import GeometryError, SettingsError
from spinbridge.core.protocols import Metric
from spinbridge.evaluation.distances import surface, surface_distances
from spinbridge.evaluation.overlap import Dice
from spinbridge.evaluation.pair import PairMetric
from spinbridge.evaluation.surface import Hausdorff95, MeanSurfaceDistance, SurfaceDice

METRICS = (Dice(), SurfaceDice(2.0), Hausdorff95(), MeanSurfaceDistance())
SPACING = (8.0, 1.5, 1.25)


def shifted_boxes(shift: int, size: tuple[int, int, int]) -> tuple[Mask, Mask]:
    shape = tuple(n + 6 for n in size)
    return box(shape, (3, 3, 1), size), box(shape, (3, 3, 1 + shift), size)


def distances_of_shifted_boxes(
    shift: int, size: tuple[int, int, int], spacing: tuple[float, float, float]
) -> np.ndarray:
    """Surface of a box to that of its copy moved along x, from the planes that bound it (exact)."""
    z, y, x = np.indices(size)
    (nz, ny, nx), (sz, sy, sx) = size, spacing
    inside = (z > 0) & (z < nz - 1) & (y > 0) & (y < ny - 1) & (x > 0) & (x < nx - 1)
    left = np.maximum(shift - x, 0) * sx
    walls = np.stack(
        [z * sz, (nz - 1 - z) * sz, y * sy, (ny - 1 - y) * sy, np.abs(x - shift) * sx, (nx - 1 + shift - x) * sx]
    )
    return np.where(x < shift, left, walls.min(axis=0))[~inside]


@pytest.mark.parametrize("shift", [1, 2, 3])
def test_shifted_boxes_have_their_exact_distances(shift: int) -> None:
    size = (5, 12, 14)
    exact = distances_of_shifted_boxes(shift, size, SPACING)
    truth, found = shifted_boxes(shift, size)
    assert MeanSurfaceDistance()(truth, found, SPACING) == pytest.approx(exact.mean(), rel=1e-12)
    assert Hausdorff95()(truth, found, SPACING) == pytest.approx(np.percentile(exact, 95), rel=1e-12)
    assert SurfaceDice(1.3)(truth, found, SPACING) == pytest.approx((exact <= 1.3).mean(), rel=1e-12)
    assert Dice()(truth, found, SPACING) == pytest.approx(1 - shift / 14, rel=1e-12)


def test_a_cube_moved_along_each_axis_is_as_far_as_the_spacing_says() -> None:
    truth = box((16, 16, 16), (3, 3, 3), (8, 8, 8))
    moved = [np.roll(truth, 2, axis) for axis in range(3)]
    assert [Hausdorff95()(truth, m, SPACING) for m in moved] == pytest.approx([16.0, 3.0, 2.5], rel=1e-12)


@pytest.mark.parametrize("spacing", [(1.0, 1.0, 1.0), (3.0, 1.5, 1.25), (8.0, 1.5, 1.5)])
def test_concentric_spheres_are_their_radii_apart(spacing: tuple[float, float, float]) -> None:
    """Tolerance: half the diagonal of a voxel, by which the surface of a sphere of voxels lies off the true one."""
    shape = tuple(int(70 / s) | 1 for s in spacing)
    small, large = sphere(shape, spacing, 22.0), sphere(shape, spacing, 30.0)
    off = math.hypot(*spacing) / 2
    assert MeanSurfaceDistance()(small, large, spacing) == pytest.approx(8.0, abs=off)
    assert Hausdorff95()(small, large, spacing) == pytest.approx(8.0, abs=2 * off)
    assert SurfaceDice(8.0 + 2 * off)(small, large, spacing) == 1.0
    assert SurfaceDice(max(8.0 - 2 * off, 0.0))(small, large, spacing) < 0.2


def test_dice_of_spheres_is_that_of_their_volumes() -> None:
    spacing = (1.0, 0.8, 0.8)
    small, large = (sphere((71, 89, 89), spacing, r) for r in (20.0, 30.0))
    assert Dice()(small, large, spacing) == pytest.approx(2 * 20**3 / (20**3 + 30**3), rel=0.01)


def test_hd95_is_the_larger_directed_percentile_not_the_pooled_one() -> None:
    """A speck of 4 % of the surface voxels, far away, is seen from the side where it is more than 5 %."""
    truth = box((1, 80, 80), (0, 2, 2), (1, 40, 40))
    found = truth | box((1, 80, 80), (0, 70, 70), (1, 3, 4))
    assert Hausdorff95()(truth, found, (1, 1, 1)) > 30
    assert np.percentile(surface_distances(truth, found, (1, 1, 1)).pooled, 95) == 0


@pytest.mark.parametrize("seed", range(6))
def test_scores_agree_with_monai(seed: int) -> None:
    truth, found = blob(seed), blob(seed) & ~blob(seed + 100) | blob(seed + 200)
    a, b = (torch.from_numpy(m)[None, None].float() for m in (found, truth))
    options = {"include_background": True, "spacing": SPACING}
    monai = [
        compute_dice(a, b).item(),
        compute_surface_dice(a, b, class_thresholds=[2.0], **options).item(),
        compute_hausdorff_distance(a, b, percentile=95, **options).item(),
        compute_average_surface_distance(a, b, symmetric=True, **options).item(),
    ]
    assert [metric(truth, found, SPACING) for metric in METRICS] == pytest.approx(monai, rel=1e-5)


@pytest.mark.parametrize("metric", METRICS)
@settings(max_examples=25, deadline=None)
@given(seeds=st.tuples(st.integers(0, 999), st.integers(0, 999)))
def test_truth_and_prediction_may_swap(metric: PairMetric, seeds: tuple[int, int]) -> None:
    a, b = map(blob, seeds)
    assert metric(a, b, SPACING) == pytest.approx(metric(b, a, SPACING), rel=1e-12)


@pytest.mark.parametrize("metric", METRICS)
@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 999), move=st.tuples(*[st.integers(0, 5)] * 3))
def test_a_score_moves_with_the_image(metric: PairMetric, seed: int, move: tuple[int, int, int]) -> None:
    a, b = (np.pad(blob(s), 6) for s in (seed, seed + 1))
    moved = [np.roll(m, move, axis=(0, 1, 2)) for m in (a, b)]
    assert metric(*moved, SPACING) == pytest.approx(metric(a, b, SPACING), rel=1e-12)


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 999), scale=st.floats(0.05, 50))
def test_distances_grow_with_the_spacing_and_shares_do_not(seed: int, scale: float) -> None:
    a, b, scaled = blob(seed), blob(seed + 1), [scale * s for s in SPACING]
    for metric in (Hausdorff95(), MeanSurfaceDistance()):
        assert metric(a, b, scaled) == pytest.approx(scale * metric(a, b, SPACING), rel=1e-9)
    assert Dice()(a, b, scaled) == Dice()(a, b, SPACING)
    assert SurfaceDice(1.9 * scale)(a, b, scaled) == SurfaceDice(1.9)(a, b, SPACING)


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 999))
def test_a_mask_agrees_wholly_with_itself_and_every_score_keeps_its_range(seed: int) -> None:
    a, b = blob(seed), blob(seed + 1)
    assert [metric(a, a, SPACING) for metric in METRICS] == [1, 1, 0, 0]
    shares = [metric(a, b, SPACING) for metric in METRICS[:2]]
    farthest = math.hypot(*(n * s for n, s in zip(a.shape, SPACING, strict=True)))
    assert all(0 <= s <= 1 for s in shares)
    assert all(0 <= metric(a, b, SPACING) <= farthest for metric in METRICS[2:])


@pytest.mark.parametrize("metric", METRICS)
def test_empty_masks_follow_the_policy(metric: PairMetric) -> None:
    mask, none = box((4, 30, 40), (1, 5, 5), (2, 8, 8)), np.zeros((4, 30, 40), bool)
    penalty = math.hypot(4 * 8.0, 30 * 1.5, 40 * 1.25) if metric.unit == "mm" else 0.0
    assert math.isnan(metric(none, none, SPACING))
    assert metric(mask, none, SPACING) == metric(none, mask, SPACING) == pytest.approx(penalty)


def test_a_single_slice_is_measured_in_its_plane() -> None:
    square = box((1, 20, 20), (0, 5, 5), (1, 10, 10))
    assert surface(square, flat=(True, False, False)).sum() == 36
    assert MeanSurfaceDistance()(square, np.roll(square, 1, axis=2), SPACING) == pytest.approx((10 + 8) * 1.25 / 36)


@pytest.mark.parametrize("metric", METRICS)
def test_metrics_fill_the_seam_of_core(metric: PairMetric) -> None:
    assert isinstance(metric, Metric)


@pytest.mark.parametrize(
    ("found", "spacing"),
    [((4, 5, 7), SPACING), ((4, 5, 6), (1, 1)), ((4, 5, 6), (1, 0, 1)), ((4, 5, 6), (1, math.nan, 1))],
)
def test_what_cannot_be_compared_is_refused(found: tuple[int, ...], spacing: tuple[float, ...]) -> None:
    with pytest.raises(GeometryError, match="needed"):
        Dice()(np.ones((4, 5, 6), bool), np.ones(found, bool), spacing)


def test_a_negative_tolerance_is_refused() -> None:
    with pytest.raises(SettingsError, match="-1"):
        SurfaceDice(-1.0)

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.ndimage import gaussian_filter
from tests.data.hearts import heart_label

from spinbridge.core.errors import SettingsError
from spinbridge.data.transforms import InPlaneGrid, crop_or_pad

SIZES = st.integers(4, 40)
SPACINGS = st.floats(0.6, 3.0)


def smooth(shape: tuple[int, ...] = (3, 60, 50), sigma: float = 4) -> np.ndarray:
    return gaussian_filter(np.random.default_rng(0).normal(size=shape), (0, sigma, sigma)) * 10


def resampled(
    voxels: np.ndarray, spacing: tuple[float, float], new: tuple[float, float], *, order: int = 1
) -> np.ndarray:
    return InPlaneGrid((voxels.shape[-2], voxels.shape[-1]), spacing, new).image(voxels, order=order)


@pytest.mark.parametrize("order", [1, 3])
def test_the_same_spacing_changes_nothing(order: int) -> None:
    voxels = smooth().astype(np.float32)
    assert np.allclose(resampled(voxels, (1.4, 1.4), (1.4, 1.4), order=order), voxels, atol=1e-6)


@pytest.mark.parametrize("order", [1, 3])
@given(y=SIZES, x=SIZES, spacing=SPACINGS, new=SPACINGS)
def test_a_constant_stays_constant(order: int, y: int, x: int, spacing: float, new: float) -> None:
    found = resampled(np.full((1, y, x), 3.0), (spacing, spacing), (new, new), order=order)
    assert np.allclose(found, 3, atol=1e-5)


@given(y=SIZES, x=SIZES, spacing=SPACINGS, new=SPACINGS)
def test_the_way_back_has_the_first_shape_and_no_new_label(y: int, x: int, spacing: float, new: float) -> None:
    label = np.random.default_rng(y * x).choice([0, 2, 3], (2, y, x)).astype(np.uint8)
    grid = InPlaneGrid((y, x), (spacing, spacing), (new, new))
    there = grid.label(label)
    assert there.shape == (2, *grid.new_shape)
    assert set(np.unique(there)) <= set(np.unique(label))
    assert grid.image_back(grid.image(label)).shape == label.shape


@pytest.mark.parametrize(
    ("spacing", "new", "worst"),  # [mm]; a widened kernel that is sampled reproduces a ramp nearly, not exactly
    [((1.0, 1.0), (1.7, 1.7), 0.09), ((1.5, 1.5), (0.9, 0.9), 1e-4), ((1.0, 2.0), (1.5, 1.5), 0.06)],
)
def test_a_ramp_is_sampled_at_the_same_places(
    spacing: tuple[float, float], new: tuple[float, float], worst: float
) -> None:
    y = (np.arange(60) - 29.5) * spacing[0]
    x = (np.arange(50) - 24.5) * spacing[1]
    ramp = (2 * y[:, None] + 3 * x)[None]
    found = resampled(ramp, spacing, new)[0]
    v = (np.arange(found.shape[0]) - (found.shape[0] - 1) / 2) * new[0]
    u = (np.arange(found.shape[1]) - (found.shape[1] - 1) / 2) * new[1]
    assert np.allclose(found[5:-5, 5:-5], (2 * v[:, None] + 3 * u)[5:-5, 5:-5], atol=worst * (2 + 3))


@pytest.mark.parametrize(("order", "worst"), [(1, 0.06), (3, 0.02)])
def test_a_smooth_image_survives_there_and_back(order: int, worst: float) -> None:
    voxels = smooth()
    grid = InPlaneGrid((60, 50), (1.4, 1.4), (1.1, 1.1))
    back = grid.image_back(grid.image(voxels, order=order), order=order)
    assert np.abs(back - voxels)[:, 4:-4, 4:-4].max() < worst * np.abs(voxels).max()


def test_detail_finer_than_the_new_grid_does_not_alias() -> None:
    stripes = np.tile([0.0, 1.0], 32)[None, None].repeat(64, axis=1)
    coarse = resampled(stripes, (1, 1), (4, 4))
    assert np.abs(coarse[:, 2:-2, 2:-2] - 0.5).max() < 0.05


def test_a_heart_label_survives_there_and_back() -> None:
    label = heart_label(2, 48)
    grid = InPlaneGrid((48, 48), (1.5, 1.5), (1.25, 1.25))
    back = InPlaneGrid(grid.new_shape, grid.new_spacing, grid.spacing).label(grid.label(label))
    assert (back == label).mean() > 0.985


def test_an_unknown_order_is_refused() -> None:
    with pytest.raises(SettingsError, match=r"order 1 .linear. or 3"):
        resampled(np.zeros((1, 4, 4)), (1, 1), (2, 2), order=2)


@given(n=st.tuples(SIZES, SIZES), m=st.tuples(SIZES, SIZES))
def test_cropping_and_back_puts_voxels_where_they_were(n: tuple[int, int], m: tuple[int, int]) -> None:
    voxels = np.arange(1, 2 * n[0] * n[1] + 1).reshape(2, *n)
    there = crop_or_pad(voxels, m)
    back = crop_or_pad(there, n, fill=0)
    assert there.shape == (2, *m)
    assert ((back == voxels) | (back == 0)).all()
    assert (back > 0).sum() == 2 * min(n[0], m[0]) * min(n[1], m[1])

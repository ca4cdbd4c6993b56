"""Simple bodies whose scores are known."""

import numpy as np
import numpy.typing as npt

Mask = npt.NDArray[np.bool_]


def box(shape: tuple[int, int, int], start: tuple[int, int, int], size: tuple[int, int, int]) -> Mask:
    mask = np.zeros(shape, bool)
    mask[tuple(slice(a, a + n) for a, n in zip(start, size, strict=True))] = True
    return mask


def sphere(shape: tuple[int, int, int], spacing: tuple[float, float, float], radius: float) -> Mask:
    """A ball in millimetres about the centre of the image."""
    grids = np.meshgrid(*[(np.arange(n) - (n - 1) / 2) * s for n, s in zip(shape, spacing, strict=True)], indexing="ij")
    return np.sqrt(sum(g**2 for g in grids)) <= radius


def blob(seed: int, shape: tuple[int, int, int] = (6, 40, 40)) -> Mask:
    """A random body of rough outline, never empty."""
    from scipy import ndimage

    noise = np.random.default_rng(seed).normal(size=shape)
    smooth = ndimage.gaussian_filter(noise, (1, 4, 4))
    return smooth > np.quantile(smooth, 0.8)

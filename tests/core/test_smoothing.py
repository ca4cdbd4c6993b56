import pytest
import torch
from scipy.ndimage import gaussian_filter

from spinbridge.core.random import generator
from spinbridge.core.smoothing import blurred, smooth_field


def an_image(shape: tuple[int, ...] = (3, 40, 50)) -> torch.Tensor:
    return torch.rand(shape, generator=generator(1, "smoothing"), dtype=torch.float64)


@pytest.mark.parametrize("sigma", [0.7, 2.0, 4.0])
def test_a_blur_is_that_of_scipy(sigma: float) -> None:
    plane = an_image((40, 50))
    expected = gaussian_filter(plane.numpy(), sigma, mode="mirror", radius=int(3 * sigma + 0.5))
    assert torch.allclose(blurred(plane, sigma), torch.from_numpy(expected), atol=1e-12)


@pytest.mark.parametrize("smooth", [blurred, smooth_field])
def test_what_is_constant_stays_constant(smooth: type) -> None:
    constant = torch.full((2, 40, 50), 3.0)
    assert torch.allclose(smooth(constant, 12.0), constant, atol=1e-5)


def test_planes_are_smoothed_each_on_its_own() -> None:
    image = an_image()
    assert torch.allclose(blurred(image, 2.0)[1], blurred(image[1], 2.0))


def test_the_coarse_way_is_close_to_the_exact_one() -> None:
    image = an_image((96, 96))
    exact, coarse = blurred(image, 12.0), smooth_field(image, 12.0)
    assert (exact - coarse).abs().max() < 0.2 * (exact - exact.mean()).abs().max() + 0.01

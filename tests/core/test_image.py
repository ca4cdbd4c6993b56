import numpy as np
import pytest

from spinbridge.core.errors import GeometryError
from spinbridge.core.image import Image

OBLIQUE = np.array([[1.2, 0.3, 2.0, -10.0], [-0.3, 1.1, 4.0, 5.0], [0.1, 0.5, -6.0, 7.0], [0.0, 0.0, 0.0, 1.0]])


def an_image(shape: tuple[int, ...] = (2, 3, 4), affine: np.ndarray = OBLIQUE) -> Image:
    return Image(data=np.zeros(shape), affine=affine)


def test_spacing_is_that_of_z_y_x() -> None:
    assert an_image(affine=np.diag([1.5, 1.6, 8.0, 1.0])).spacing == (8.0, 1.6, 1.5)


def test_spacing_of_an_oblique_image_is_the_length_of_its_axes() -> None:
    assert an_image().spacing == pytest.approx([np.linalg.norm(OBLIQUE[:3, axis]) for axis in (2, 1, 0)])


def test_the_pixel_is_between_both_spacings_of_the_plane_and_exact_where_they_agree() -> None:
    assert an_image(affine=np.diag([1.5, 1.6, 8.0, 1.0])).pixel == pytest.approx(1.55)
    assert an_image(affine=np.diag([1.3, 1.3, 8.0, 1.0])).pixel == 1.3


def test_frames_are_the_first_axis_of_four() -> None:
    assert (an_image().frames, an_image((5, 2, 3, 4)).frames) == (1, 5)


def test_other_voxels_keep_the_place_to_the_last_bit() -> None:
    image = an_image()
    assert image.with_data(np.ones((7, 2, 3, 4))).affine.tobytes() == image.affine.tobytes()


def test_voxels_of_another_shape_are_refused() -> None:
    with pytest.raises(GeometryError, match=r"\(2, 3, 4\), got \(2, 3, 5\)"):
        an_image().with_data(np.ones((2, 3, 5)))


@pytest.mark.parametrize("shape", [(3,), (3, 4), (1, 1, 1, 1, 1)])
def test_what_is_no_volume_is_refused(shape: tuple[int, ...]) -> None:
    with pytest.raises(GeometryError, match="shape"):
        an_image(shape)


@pytest.mark.parametrize("affine", [np.zeros((4, 4)), np.eye(3), np.diag([1.0, 1.0, np.nan, 1.0])])
def test_what_is_no_mapping_is_refused(affine: np.ndarray) -> None:
    with pytest.raises(GeometryError, match="affine"):
        an_image(affine=affine)


def test_the_same_place_is_shape_and_affine() -> None:
    moved = OBLIQUE + np.array([[0, 0, 0, 0.01]] * 3 + [[0, 0, 0, 0]])
    assert an_image().same_place(an_image((5, 2, 3, 4)))
    assert not an_image().same_place(an_image((2, 3, 5)))
    assert not an_image().same_place(an_image(affine=moved))
    assert an_image().same_place(an_image(affine=moved), tolerance=0.1)

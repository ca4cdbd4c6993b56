"""The head is a head: volumes of adults, a folded cortex, and a tumour that pushes, spreads and spares."""

from dataclasses import replace

import numpy as np
import pytest
from scipy.ndimage import binary_dilation, binary_erosion
from tests.phantoms.brain.heads import head, images

from spinbridge.core.structures import Glioma
from spinbridge.phantoms.brain.anatomy import anatomy, brain_mask, grown, shapes
from spinbridge.phantoms.brain.folds import Pattern, band_noise
from spinbridge.phantoms.brain.growth import growth
from spinbridge.phantoms.brain.lattice import Lattice
from spinbridge.phantoms.brain.matter import GREY, Matter
from spinbridge.phantoms.brain.solids import Points
from spinbridge.phantoms.brain.subject import draw_subject
from spinbridge.phantoms.brain.truth import truth
from spinbridge.phantoms.brain.warp import _before_growth, midline_shift


@pytest.mark.parametrize(
    ("what", "low", "high"),
    [("grey", 450, 900), ("white", 330, 720), ("ventricles", 8, 60), ("fluid", 100, 420)],
)
def test_volumes_are_those_of_adults(what: str, low: float, high: float) -> None:
    assert low < truth(head(), images())["volumes"][what] < high


def test_tumour_parts_and_tissues_fill_the_outline() -> None:
    voxel = head().settings.spacing ** 3 / 1000
    assert sum(images().voxels.values()) == pytest.approx(voxel * brain_mask(head()).sum(), rel=0.01)


def test_the_distance_from_a_sulcus_is_exact_for_a_plane_wave() -> None:
    x = np.linspace(0, 6, 25, dtype=np.float32)
    k = np.float32(2 * np.pi / 28)
    pattern = Pattern(wave=x, slope=x, room=x, wavelength=28.0)
    far = pattern.distance(k * np.sin(k * x), k * np.abs(np.cos(k * x)), np.ones_like(x))
    assert far == pytest.approx(x, abs=1e-4)


def test_a_pattern_has_its_wavelength() -> None:
    field = band_noise(np.random.default_rng(3), 24.0)
    power = np.abs(np.fft.fftn(field)) ** 2
    grid = np.meshgrid(*[np.fft.fftfreq(n, 3.0) for n in field.shape], indexing="ij")
    mean = (np.sqrt(sum(g**2 for g in grid)) * power).sum() / power.sum()
    assert 1 / mean == pytest.approx(24.0, rel=0.08)


def test_the_cortex_is_folded() -> None:
    """Its surface is more than twice that of the outline: gyrification indices of adults lie about 2.5."""
    codes = next(anatomy(head(tumour=False)))
    tissue = np.isin(codes, (*GREY, Matter.WHITE))
    outline = brain_mask(head(tumour=False))
    faces = [np.count_nonzero(np.diff(mask.astype(np.int8), axis=a)) for mask in (tissue, outline) for a in range(3)]
    assert sum(faces[:3]) > 2 * sum(faces[3:])


def test_grey_lies_between_white_and_fluid() -> None:
    codes = next(anatomy(head(tumour=False)))
    white, fluid = codes == Matter.WHITE, codes == Matter.CSF
    assert (binary_dilation(white) & fluid).sum() < 0.12 * fluid.sum()


def test_nothing_is_compressed_around_a_tumour() -> None:
    """What lay in a ball of 20 mm has made room for what the tumour took."""
    tumour = head().tumour
    assert tumour is not None
    far = np.array([20.0], np.float32)
    small = replace(tumour, centre=(-30.0, -10.0, 20.0), radius=10.0, oedema=0.0, push=0.6)
    here = Points(x=-30 + far, y=-10 + 0 * far, z=20 + 0 * far)
    before = _before_growth(here, small)
    assert float(before.x[0] + 30) ** 3 == pytest.approx(20.0**3 - 0.6 * 10.0**3, rel=0.01)


def test_a_tumour_moves_the_midline_to_the_other_side() -> None:
    subject = head()
    assert subject.tumour is not None
    shift = midline_shift(subject, Lattice(subject.settings))
    assert np.sign(shift) == -np.sign(subject.tumour.centre[0])
    assert 0.5 < abs(shift) < 15


def test_oedema_spares_the_cortex() -> None:
    volumes = images().voxels
    spread = volumes[Matter.OEDEMA] / (volumes[Matter.OEDEMA] + volumes[Matter.WHITE])
    cortex = volumes[Matter.CORTEX] + volumes[Matter.DEEP_CORTEX]
    entered = volumes[Matter.INFILTRATION] / (volumes[Matter.INFILTRATION] + cortex)
    assert spread > 1.5 * entered


def test_oedema_runs_as_far_as_asked_in_even_white_matter() -> None:
    subject = head()
    assert subject.tumour is not None
    lattice = Lattice(subject.settings)
    even = replace(subject.tumour, oedema=20.0, centre=(0.0, -20.0, 10.0))
    grew = growth(subject, even, lattice, np.ones_like(lattice.points.x))
    volume = lattice.settings.lattice**3
    radius = [(3 * volume * mask.sum() / 4 / np.pi) ** (1 / 3) for mask in (grew.core > 0, grew.oedema > 0)]
    assert radius[1] - radius[0] == pytest.approx(20.0, rel=0.2)


def test_necrosis_lies_inside_the_rim() -> None:
    label = images().case.label
    assert label is not None
    core = label.data == Glioma.NECROTIC_CORE
    bare = core & ~binary_erosion(np.isin(label.data, (Glioma.NECROTIC_CORE, Glioma.ENHANCING)))
    assert bare.sum() < 0.35 * core.sum()


def test_without_a_tumour_there_is_none() -> None:
    assert grown(head(tumour=False)) is None
    assert midline_shift(head(tumour=False), Lattice(head().settings)) == 0


def test_a_finer_lattice_gives_the_same_head() -> None:
    fine = replace(head(tumour=False), settings=replace(head(tumour=False).settings, lattice=2.0))
    one, other = (shapes(subject) for subject in (head(tumour=False), fine))
    cut = one.lattice.sampler(0)(one.head.cavity) > 0
    same = other.lattice.sampler(0)(other.head.cavity) > 0
    assert (cut == same).mean() > 0.99


def test_a_low_grade_glioma_has_no_necrosis() -> None:
    low = draw_subject(1, 1, "low", head().settings)
    classes = set(np.unique(np.concatenate([codes.ravel() for codes in anatomy(low)])))
    assert Matter.NECROSIS not in classes
    assert Matter.CORE in classes

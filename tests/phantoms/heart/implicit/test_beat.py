"""The implicit heart has the drawn volumes at every phase, and contracts as a heart does."""

import numpy as np
import pytest
from tests.phantoms.heart.subjects import another, fine

from spinbridge.phantoms.heart.groups import GROUPS
from spinbridge.phantoms.heart.implicit.beat import beat, volumes
from spinbridge.phantoms.heart.implicit.left import left_places
from spinbridge.phantoms.heart.implicit.solids import Points
from spinbridge.phantoms.heart.motion import END_SYSTOLE, contraction
from spinbridge.phantoms.heart.truth import continuous_truth, voxel_truth


@pytest.mark.parametrize("group", GROUPS)
@pytest.mark.parametrize("index", [0, 1])
def test_volumes_fractions_and_mass_are_the_drawn_ones(group: str, index: int) -> None:
    subject = another(group, index)
    found = continuous_truth(subject)
    for name in ("lv_edv", "lv_ef", "rv_edv", "rv_ef", "lv_mass"):
        assert found[name] == pytest.approx(getattr(subject, name), rel=0.012), name


@pytest.mark.parametrize("group", GROUPS)
@pytest.mark.parametrize("phase", [0.2, 0.6])
def test_every_phase_has_its_volume_and_the_same_wall(group: str, phase: float) -> None:
    subject = another(group)
    rest, now = volumes(subject, 0.0), volumes(subject, phase)
    expected = subject.lv_edv * (1 - subject.lv_ef * contraction(phase))
    assert now["left"] == pytest.approx(expected, rel=0.012)
    assert now["wall"] == pytest.approx(rest["wall"], rel=0.01)


@pytest.mark.parametrize("group", GROUPS)
def test_fine_voxels_have_the_volumes_of_the_shape(group: str) -> None:
    subject = fine(another(group))
    exact, voxels = continuous_truth(subject), voxel_truth(subject)
    for name in ("lv_edv", "lv_esv", "rv_edv", "rv_esv", "lv_mass"):
        assert voxels[name] == pytest.approx(exact[name], rel=0.03), name


def test_the_scar_in_voxels_weighs_what_it_weighs() -> None:
    subject = fine(another("MINF"))
    exact = continuous_truth(subject)["scar_mass"]
    assert exact > 2
    assert voxel_truth(subject)["scar_mass"] == pytest.approx(exact, rel=0.06)


@pytest.mark.parametrize("group", GROUPS)
def test_the_wall_thickens_and_the_base_comes_down(group: str) -> None:
    rest, squeezed = (beat(another(group), phase).left for phase in (0.0, END_SYSTOLE))
    assert squeezed.thickening > 0 < squeezed.squeeze
    assert squeezed.base + squeezed.length == pytest.approx(rest.length)
    assert squeezed.length < rest.length


def test_a_scar_does_not_move() -> None:
    subject = another("MINF")
    assert subject.scar is not None
    angles = np.array([subject.scar.angle, subject.scar.angle + np.pi])
    radii = np.linspace(5, 60, 221)
    moved = []
    for angle in angles:
        x, y = (np.float32(radii * turn(angle)) for turn in (np.cos, np.sin))
        inner = []
        for phase in (0.0, END_SYSTOLE):
            left = beat(subject, phase).left
            z = np.full_like(x, left.base + subject.scar.level * left.length)
            inner.append(radii[int(np.argmax(left_places(subject, left, Points(x, y, z)).distance > 0))])
        moved.append(inner[0] - inner[1])
    assert moved[0] < 0.35 * moved[1]

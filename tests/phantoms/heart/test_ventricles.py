"""The continuous shape has the drawn volumes at every phase, and contracts as a heart does."""

import numpy as np
import pytest
from tests.phantoms.heart.subjects import a_subject

from spinbridge.phantoms.heart.groups import GROUPS
from spinbridge.phantoms.heart.motion import END_SYSTOLE
from spinbridge.phantoms.heart.truth import continuous_truth
from spinbridge.phantoms.heart.ventricles import DENSITY, ventricles

PHASES = (0.1, 0.2, END_SYSTOLE, 0.5, 0.7, 0.9)
EVERY = [(group, index) for group in GROUPS for index in range(4)]


@pytest.mark.parametrize(("group", "index"), EVERY)
def test_volumes_fractions_and_mass_are_the_drawn_ones(group: str, index: int) -> None:
    subject = a_subject(group, index)
    found = continuous_truth(subject)
    for name in ("lv_edv", "lv_ef", "rv_edv", "rv_ef", "lv_mass"):
        assert found[name] == pytest.approx(getattr(subject, name), rel=2e-3), name


@pytest.mark.parametrize(("group", "index"), EVERY)
@pytest.mark.parametrize("phase", PHASES)
def test_the_wall_keeps_its_volume(group: str, index: int, phase: float) -> None:
    rest, now = (ventricles(a_subject(group, index), at) for at in (0.0, phase))
    assert now.wall_volume == pytest.approx(rest.wall_volume, rel=0.01)


@pytest.mark.parametrize("group", GROUPS)
def test_the_wall_thickens_and_the_base_comes_down(group: str) -> None:
    rest, squeezed = (ventricles(a_subject(group), phase) for phase in (0.0, END_SYSTOLE))
    level = slice(40, 90)
    assert (squeezed.outer - squeezed.inner)[level].mean() > (rest.outer - rest.inner)[level].mean()
    assert squeezed.length < rest.length
    assert squeezed.base + squeezed.length == pytest.approx(rest.length)


@pytest.mark.parametrize("group", GROUPS)
def test_the_volume_is_smallest_at_end_systole(group: str) -> None:
    volumes = [ventricles(a_subject(group), phase).lv_volume for phase in np.linspace(0, 0.99, 34)]
    assert np.argmin(volumes) == np.argmin(np.abs(np.linspace(0, 0.99, 34) - END_SYSTOLE))
    assert max(volumes) == pytest.approx(volumes[0], rel=1e-3)


def test_a_scar_does_not_move() -> None:
    rest, squeezed = (ventricles(a_subject("MINF"), phase) for phase in (0.0, END_SYSTOLE))
    moved = 1 - squeezed.inner / np.maximum(rest.inner, 1e-6)
    middle = (rest.inner > 5) & (rest.scar > 0.99)
    healthy = (rest.inner > 5) & (rest.scar < 0.01)
    assert moved[middle].mean() < 0.25 * moved[healthy].mean()


def test_density_is_that_of_muscle() -> None:
    assert pytest.approx(1.05) == DENSITY

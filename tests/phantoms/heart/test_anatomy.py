"""The class map is the continuous shape seen in voxels."""

import numpy as np
import pytest
from scipy.ndimage import binary_dilation
from tests.phantoms.heart.subjects import a_subject, fine

from spinbridge.core.errors import SettingsError
from spinbridge.core.structures import Heart
from spinbridge.phantoms.heart.anatomy import anatomy, majority_label
from spinbridge.phantoms.heart.groups import GROUPS
from spinbridge.phantoms.heart.matter import Matter
from spinbridge.phantoms.heart.truth import continuous_truth, voxel_truth


@pytest.mark.parametrize("group", GROUPS)
def test_fine_voxels_have_the_volumes_of_the_shape(group: str) -> None:
    subject = fine(a_subject(group))
    exact, voxels = continuous_truth(subject), voxel_truth(subject)
    for name in ("lv_edv", "lv_esv", "rv_edv", "rv_esv", "lv_mass"):
        assert voxels[name] == pytest.approx(exact[name], rel=0.04), name
    assert voxels["lv_ef"] == pytest.approx(subject.lv_ef, abs=0.03)
    assert voxels["rv_ef"] == pytest.approx(subject.rv_ef, abs=0.03)


@pytest.mark.parametrize("group", GROUPS)
def test_clinical_slices_have_the_volumes_of_the_shape(group: str) -> None:
    exact, voxels = (measure(a_subject(group)) for measure in (continuous_truth, voxel_truth))
    for name in ("lv_edv", "rv_edv", "lv_mass"):
        assert voxels[name] == pytest.approx(exact[name], rel=0.09), name


def test_the_scar_in_voxels_weighs_what_it_weighs() -> None:
    subject = fine(a_subject("MINF"))
    exact = continuous_truth(subject)["scar_mass"]
    assert exact > 3
    assert voxel_truth(subject)["scar_mass"] == pytest.approx(exact, rel=0.06)


@pytest.mark.parametrize("group", [group for group in GROUPS if group != "MINF"])
def test_no_scar_elsewhere(group: str) -> None:
    assert not (anatomy(a_subject(group), "ED") == Matter.SCAR).any()


@pytest.mark.parametrize("group", GROUPS)
@pytest.mark.parametrize("frame", ["ED", "ES"])
def test_myocardium_rings_the_cavity_in_middle_slices(group: str, frame: str) -> None:
    label = majority_label(anatomy(a_subject(group), frame))
    for plane in label[len(label) // 3 : 2 * len(label) // 3]:
        cavity = plane == Heart.LV
        around = binary_dilation(cavity) & ~cavity
        assert cavity.sum() > 20
        assert (plane[around] == Heart.MYO).all()


def test_the_heart_lies_in_its_chest() -> None:
    classes = anatomy(a_subject(), "ED")
    assert set(np.unique(classes)) >= {
        Matter.LUNG,
        Matter.LIVER,
        Matter.SUBCUTANEOUS_FAT,
        Matter.EPICARDIAL_FAT,
        Matter.AIR,
    }
    border = np.concatenate([classes[..., 0, :].ravel(), classes[..., :, 0].ravel()])
    assert not np.isin(border, (Matter.LV_BLOOD, Matter.RV_BLOOD, Matter.MYOCARDIUM)).any()


def test_muscle_in_a_cavity_counts_as_cavity() -> None:
    classes = anatomy(a_subject(), "ED")
    muscle = (classes == Matter.LV_MUSCLE).all(axis=1)
    assert muscle.any()
    assert (majority_label(classes)[muscle] == Heart.LV).all()


def test_a_frame_that_does_not_exist_is_refused() -> None:
    with pytest.raises(SettingsError, match="'ED', 'ES'"):
        anatomy(a_subject(), "XX")

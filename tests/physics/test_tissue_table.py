"""Tissue tables: complete, possible, sourced."""

import pytest

from spinbridge.core.errors import SettingsError
from spinbridge.physics.tissue_table import FIELD_STRENGTHS, TissueEntry, load_tissues

HEART = {
    "lv_blood",
    "rv_blood",
    "myocardium",
    "scar",
    "oedema",
    "lv_blood_post_gd",
    "rv_blood_post_gd",
    "myocardium_post_gd",
    "scar_post_gd",
}
THORAX = {
    "epicardial_fat",
    "subcutaneous_fat",
    "skeletal_muscle",
    "liver",
    "spleen",
    "bone_marrow",
    "lung",
    "stomach_wall",
    "stomach_fluid",
    "air",
}
BRAIN = {"csf", "grey_matter", "white_matter", "glioma_core"}
ENTRIES = [entry for field in FIELD_STRENGTHS for entry in load_tissues(field).values()]


@pytest.mark.parametrize("field_strength", FIELD_STRENGTHS)
def test_table_holds_heart_thorax_and_brain(field_strength: float) -> None:
    assert set(load_tissues(field_strength)) >= HEART | THORAX | BRAIN


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: f"{entry.name}-{entry.field_strength:g}T")
def test_every_value_is_possible_spread_and_sourced(entry: TissueEntry) -> None:
    assert 0 <= entry.pd <= 1
    assert 0 < entry.t2star <= entry.t2 <= entry.t1 < 5
    for name in ("pd", "t1", "t2", "t2star"):
        assert getattr(entry, f"{name}_source").startswith(("read: ", "verify: ", "derived: "))
        assert getattr(entry, f"{name}_sd") > 0 or entry.name == "air"


def test_published_values_are_met() -> None:
    low, high = load_tissues(1.5), load_tissues(3.0)
    assert low["myocardium"].t1 == pytest.approx(1.170)
    assert (high["myocardium"].t1, high["myocardium"].t2) == pytest.approx((1.523, 0.0371))
    assert high["liver"].t1 == pytest.approx(0.809)


def test_fat_alone_is_shifted_and_by_220_hertz_at_1_5_tesla() -> None:
    shifted = {entry.name for entry in ENTRIES if entry.chemical_shift}
    assert shifted == {"epicardial_fat", "subcutaneous_fat"}
    assert load_tissues(1.5)["epicardial_fat"].off_resonance == pytest.approx(-220, abs=1)
    assert load_tissues(3.0)["epicardial_fat"].off_resonance == pytest.approx(-440, abs=2)


def test_contrast_agent_shortens_both_times() -> None:
    for field in FIELD_STRENGTHS:
        table = load_tissues(field)
        for name in ("lv_blood", "rv_blood", "myocardium", "scar"):
            assert table[f"{name}_post_gd"].t1 < 0.5 * table[name].t1
            assert table[f"{name}_post_gd"].t2 < table[name].t2


def test_voxel_carries_the_mean_values() -> None:
    voxel = load_tissues(1.5)["epicardial_fat"].voxel()
    assert (voxel.pd.item(), voxel.t1.item(), voxel.off_resonance.item()) == pytest.approx((0.9, 0.3, -219.7), abs=0.1)


def test_other_field_strengths_are_refused() -> None:
    with pytest.raises(SettingsError, match="3 T, got 7 T"):
        load_tissues(7.0)

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from spinbridge.core.errors import LabelError
from spinbridge.core.structures import Heart
from spinbridge.data.labels import (
    CONVENTIONS,
    consecutive,
    convention_from_names,
    from_heart,
    known_convention,
    structure_of,
    to_heart,
)


@pytest.mark.parametrize("convention", CONVENTIONS.values(), ids=lambda c: c.name)
@given(draw=st.integers(0, 2**32 - 1))
def test_labels_go_out_and_come_back(convention: object, draw: int) -> None:
    structures = [Heart.BACKGROUND, *convention.structures]
    label = np.random.default_rng(draw).choice(structures, (2, 3, 4)).astype(np.uint8)
    assert (to_heart(from_heart(label, convention), convention) == label).all()


def test_acdc_and_mnms_disagree_on_left_and_right() -> None:
    file = np.array([[[0, 1, 2, 3]]])
    assert to_heart(file, CONVENTIONS["acdc"]).tolist() == [[[0, Heart.RV, Heart.MYO, Heart.LV]]]
    assert to_heart(file, CONVENTIONS["mnms"]).tolist() == [[[0, Heart.LV, Heart.MYO, Heart.RV]]]


@pytest.mark.parametrize(
    ("name", "structure"),
    [
        ("LVBP", Heart.LV),
        ("LVC", Heart.LV),
        ("LV cavity", Heart.LV),
        ("left_ventricle", Heart.LV),
        ("LVM", Heart.MYO),
        ("MLV", Heart.MYO),
        ("Myocardium", Heart.MYO),
        ("RV", Heart.RV),
        ("right ventricular cavity", Heart.RV),
        ("left atrium", None),
    ],
)
def test_usual_names_are_understood(name: str, structure: Heart | None) -> None:
    assert structure_of(name) is structure


def test_other_organs_become_background_and_are_not_annotated() -> None:
    found = convention_from_names({"background": 0, "LA": 1, "LV": 2}, name="x")
    assert found.structures == (Heart.LV,)
    assert to_heart(np.array([[[0, 1, 2]]]), found).tolist() == [[[0, 0, Heart.LV]]]


@pytest.mark.parametrize(
    "names", [{"background": 0, "liver": 1}, {"background": 0, "LV": 1, "ignore": 2}, {"LV": [1, 2]}]
)
def test_names_that_cannot_be_used_are_refused(names: dict[str, int]) -> None:
    with pytest.raises(LabelError):
        convention_from_names(names, name="x")


def test_an_unknown_value_is_named() -> None:
    with pytest.raises(LabelError, match="got also 4, 7"):
        to_heart(np.array([[[0, 4, 7]]]), CONVENTIONS["acdc"], where="case")


@pytest.mark.parametrize("bad", [0.5, -1, np.nan, np.inf])
def test_values_that_are_no_labels_are_refused(bad: float) -> None:
    with pytest.raises(LabelError, match="whole label numbers"):
        to_heart(np.array([[[0.0, bad]]]), CONVENTIONS["acdc"])


def test_a_structure_without_a_number_is_not_written() -> None:
    with pytest.raises(LabelError, match="structures of 'lv-only'"):
        from_heart(np.array([[[Heart.RV]]]), CONVENTIONS["lv-only"])


def test_consecutive_numbers_start_at_one() -> None:
    assert consecutive((Heart.LV,)).describe() == "LV 1"
    assert consecutive((Heart.LV, Heart.RV)).describe() == "RV 1, LV 2"


def test_an_unknown_convention_lists_the_known_ones() -> None:
    with pytest.raises(LabelError, match=r"acdc .RV 1, MYO 2, LV 3."):
        known_convention("acdd")


def test_oedema_of_a_brain_is_not_taken_for_myocardium() -> None:
    names = {"background": 0, "NECROTIC_CORE": 1, "OEDEMA": 2, "ENHANCING": 3}
    with pytest.raises(LabelError, match="needed labels of a heart, got those of a tumour"):
        convention_from_names(names, name="x")

import numpy as np
import pytest

from spinbridge.core.case import Case
from spinbridge.core.errors import GeometryError
from spinbridge.core.image import Image
from spinbridge.core.provenance import step
from spinbridge.core.structures import Heart


def a_volume(spacing: float = 1.0) -> Image:
    return Image(data=np.zeros((2, 3, 4)), affine=np.diag([spacing, spacing, 8.0, 1.0]))


def a_case() -> Case:
    return Case(name="p1_ED", patient="p1", image=a_volume(), label=a_volume(), frame="ED", group="DCM")


def test_a_label_of_another_geometry_is_refused_by_the_name_of_the_case() -> None:
    with pytest.raises(GeometryError, match=r"p1_ED: needed image and label of one geometry"):
        Case(name="p1_ED", patient="p1", image=a_volume(), label=a_volume(1.1))


def test_a_derived_case_follows_its_patient_and_keeps_its_label() -> None:
    case = a_case()
    made = case.derived(name="p1_ED_molli", image=a_volume(), step=step("render"), sequence="molli")
    assert (made.patient, made.frame, made.group, made.label) == ("p1", "ED", "DCM", case.label)


def test_a_derived_case_is_synthetic_and_remembers_every_step() -> None:
    once = a_case().derived(name="a", image=a_volume(), step=step("reverse"))
    twice = once.derived(name="b", image=a_volume(), step=step("render"), sequence="gre")
    assert (twice.synthetic, twice.sequence) == (True, "gre")
    assert [record["what"] for record in twice.history] == ["reverse", "render"]


def test_the_structures_of_the_heart_are_named() -> None:
    assert a_case().structures == (Heart.RV, Heart.MYO, Heart.LV)
    assert Heart.BACKGROUND not in Heart.foreground()

"""Measures of the heart by patient: several cases of one frame count together."""

import math
from dataclasses import replace

import pytest

from spinbridge.recipes.evaluating.hearts import heart_agreement
from spinbridge.recipes.evaluating.scoring import CaseResult


def case(frame: str, true: float, found: float, *, patient: str = "sub001") -> CaseResult:
    return CaseResult(patient=patient, frame=frame, scores=(), true_volumes={"LV": true}, found_volumes={"LV": found})


PLAIN = {"ED": case("ED", 100, 110), "ES": case("ES", 40, 44)}


def test_the_images_of_a_train_count_with_their_mean_volume() -> None:
    train = {"ED_ti120ms": case("ED", 100, 90), "ED_ti200ms": case("ED", 100, 100), "ES": case("ES", 40, 57)}
    found = heart_agreement(train)
    assert found["LV EDV [ml]"].bias == pytest.approx(-5)
    assert found["LV EF [%]"].bias == pytest.approx(40 - 60)
    assert found["LV EDV [ml]"].patients == 1


def test_the_order_of_the_cases_does_not_matter() -> None:
    several = {**PLAIN, "more": case("ED", 100, 20), "most": case("ED", 100, 50)}
    assert str(heart_agreement(several)) == str(heart_agreement(dict(reversed(several.items()))))


def test_a_patient_with_an_image_without_prediction_is_left_out_and_counted() -> None:
    other = {name: replace(one, patient="sub002") for name, one in PLAIN.items()}
    missing = {**PLAIN, "more": case("ED", 100, math.nan), **{f"other_{name}": one for name, one in other.items()}}
    found = heart_agreement(missing)["LV EDV [ml]"]
    assert (found.patients, found.left_out, found.bias) == (1, 1, 10)


def test_cases_of_no_known_frame_are_not_measured() -> None:
    assert heart_agreement({"a": case("", 100, 90), "b": case("7", 100, 90)}) == {}

"""The two generators make different anatomies for the same pipeline, and nothing learns from the second one."""

import ast
from pathlib import Path

import numpy as np
import pytest
from tests.phantoms.heart.shapes import describe
from tests.phantoms.heart.subjects import another
from tests.shape.package_sources import SOURCE, layer_files, parsed

from spinbridge.core.errors import SettingsError
from spinbridge.core.structures import Heart
from spinbridge.data.nnunet_writer import NnUNetWriter
from spinbridge.phantoms.heart.acquire import acquire
from spinbridge.phantoms.heart.anatomy import anatomy
from spinbridge.phantoms.heart.groups import GROUPS
from spinbridge.phantoms.heart.matter import Matter
from spinbridge.phantoms.heart.settings import HeartSettings
from spinbridge.phantoms.heart.subject import draw_subject
from spinbridge.physics.sequences.bssfp import BSSFP
from spinbridge.recipes.check import CheckSettings, check
from spinbridge.recipes.demo import subject_cases

WHOLE = {"samples": 1, "matrix": (192, 192), "field_of_view": (345.0, 345.0), "slices": (8, 8)}
MAKES_DATA = {"recipes/phantoms/hearts.py"}  # what writes phantoms for a user may offer both


def table(count: int, settings: HeartSettings) -> dict[str, np.ndarray]:
    rows = [describe(draw_subject(31, index, None, settings)) for index in range(count)]
    return {name: np.array([row[name] for row in rows]) for name in rows[0]}


def test_the_other_hearts_lie_outside_of_the_range_of_50() -> None:
    usual, other = table(50, HeartSettings(**WHOLE)), table(15, HeartSettings(**WHOLE, generator="implicit"))
    outside = {name: (other[name] < usual[name].min()) | (other[name] > usual[name].max()) for name in usual}
    shares = {name: float(flags.mean()) for name, flags in outside.items()}
    assert sum(share > 0.4 for share in shares.values()) >= 6, shares
    assert np.sum(list(outside.values()), axis=0).min() >= 3


@pytest.mark.parametrize("group", GROUPS)
def test_they_pass_the_check_of_any_data_set(group: str, tmp_path: Path) -> None:
    writer = NnUNetWriter(tmp_path, name="Other", channel="MRI")
    for frame in ("ED", "ES"):
        (case,) = acquire(another(group), BSSFP(), frame)
        writer.add(case)
    writer.finish(seed=0)
    result = check(CheckSettings(data=tmp_path))
    assert result.usable
    assert result.findings == ()
    assert set(result.structures) == {"LV", "MYO", "RV"}


def test_they_have_the_look_of_a_cine() -> None:
    (case,) = acquire(another(), BSSFP())
    assert case.label is not None
    blood, muscle, air = (
        np.median(case.image.data[where])
        for where in (
            case.label.data == Heart.LV,
            case.label.data == Heart.MYO,
            (anatomy(another(), "ED") == Matter.AIR).all(axis=1),
        )
    )
    assert 1.8 < blood / muscle < 5
    assert air < 0.15 * muscle
    assert case.patient == "alt000"


def test_the_same_seed_gives_the_same_heart_again() -> None:
    first = anatomy(another("HCM"), "ES")
    anatomy(another("RV", 3), "ED")
    assert np.array_equal(first, anatomy(another("HCM"), "ES"))


def test_a_patient_has_the_same_volumes_and_disease_in_both() -> None:
    polar, implicit = (draw_subject(11, 3, "MINF", HeartSettings(generator=name)) for name in ("polar", "implicit"))
    for name in ("lv_edv", "lv_ef", "rv_edv", "lv_mass", "heart_rate", "severity", "scar"):
        assert getattr(polar, name) == getattr(implicit, name), name


@pytest.mark.parametrize("path", layer_files("recipes", "methods", "segmentation", "cli", "data"), ids=str)
def test_nothing_that_trains_knows_the_other_hearts(path: Path) -> None:
    if path.relative_to(SOURCE).as_posix() in MAKES_DATA:
        return
    named = [node.module or "" for node in ast.walk(parsed(path)) if isinstance(node, ast.ImportFrom)]
    words = [node.value for node in ast.walk(parsed(path)) if isinstance(node, ast.Constant)]
    assert not [name for name in named if "heart.implicit" in name]
    assert "implicit" not in words


def test_the_demo_trains_on_polar_hearts() -> None:
    assert HeartSettings().generator == "polar"
    assert all(case.patient.startswith("sub") for case in subject_cases(0, name="source", seed=0))


def test_a_generator_that_does_not_exist_is_refused() -> None:
    with pytest.raises(SettingsError, match="'polar' or 'implicit'"):
        HeartSettings(generator="other")  # type: ignore[arg-type]

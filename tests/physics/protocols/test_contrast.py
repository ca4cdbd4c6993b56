"""What the drawn sequences are for comes out of them, in the tissue of their field."""

import pytest

from spinbridge.core.random import generator
from spinbridge.physics.protocols.catalogue import load_protocol
from spinbridge.physics.sequences.language import parse_sequence
from spinbridge.physics.tissue_table import load_tissues

VENDORS = ("siemens", "ge", "philips", "canon")
FIELDS = (1.5, 3.0)


def signals(vendor: str, field: float, word: str, *tissues: str) -> list[list[float]]:
    """Magnitudes of the tissues in 20 draws."""
    table, protocol = load_tissues(field), load_protocol(f"{vendor}-{field:g}T")
    draws = [protocol.draw_sequence(word, generator(2, vendor, word, number)) for number in range(20)]
    return [[float(model(table[name].voxel())[-1].abs()) for name in tissues] for model in draws]


@pytest.mark.parametrize("field", FIELDS)
@pytest.mark.parametrize("vendor", VENDORS)
def test_late_enhancement_shows_the_scar(vendor: str, field: float) -> None:
    for scar, myocardium in signals(vendor, field, "lge", "scar_post_gd", "myocardium_post_gd"):
        assert scar > 1.5 * myocardium


@pytest.mark.parametrize("field", FIELDS)
@pytest.mark.parametrize("vendor", VENDORS)
def test_cine_shows_blood_brighter_than_myocardium(vendor: str, field: float) -> None:
    for blood, myocardium in signals(vendor, field, "bssfp", "lv_blood", "myocardium"):
        assert blood > 1.4 * myocardium


@pytest.mark.parametrize("field", FIELDS)
@pytest.mark.parametrize("word", ["stir", "triple-ir"])
def test_short_inversion_times_darken_fat(word: str, field: float) -> None:
    for fat, myocardium in signals("siemens", field, word, "epicardial_fat", "myocardium"):
        assert fat < 0.35 * myocardium


@pytest.mark.parametrize("field", FIELDS)
def test_flair_darkens_cerebrospinal_fluid(field: float) -> None:
    for fluid, grey in signals("siemens", field, "flair", "csf", "grey_matter"):
        assert fluid < 0.5 * grey


@pytest.mark.parametrize("field", FIELDS)
def test_the_brain_is_white_before_grey_in_t1_and_grey_before_white_in_t2(field: float) -> None:
    assert all(white > grey for white, grey in signals("ge", field, "mprage", "white_matter", "grey_matter"))
    assert all(white < grey for white, grey in signals("ge", field, "tse", "white_matter", "grey_matter"))


@pytest.mark.parametrize("vendor", VENDORS)
def test_the_language_reads_what_was_drawn_as_it_was_meant(vendor: str) -> None:
    text = load_protocol(f"{vendor}-1.5T").draw_text("lge", generator(0, vendor))
    words = dict(part.split("=") for part in text[4:-1].split(","))
    assert parse_sequence(text).inversion_time == pytest.approx(1e-3 * float(words["ti"].removesuffix("ms")))

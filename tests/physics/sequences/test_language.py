"""Sequences as text: read, written, refused."""

from math import radians

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from spinbridge.core.errors import SequenceError, UnitError
from spinbridge.core.tissue import Tissue
from spinbridge.physics.sequences.bssfp import BSSFP, ShortTRBSSFP
from spinbridge.physics.sequences.ir_bssfp import ContinuousMOLLI
from spinbridge.physics.sequences.language import format_sequence, parse_image_sequence, parse_sequence, split_sequences
from spinbridge.physics.sequences.molli import GatedMOLLI
from spinbridge.physics.sequences.spoiled_gre import SpoiledGRE

TISSUE = Tissue.voxel(pd=0.8, t1=1.1, t2=0.05, t2star=0.03, off_resonance=20.0)
TEXTS = [
    "bssfp",
    "bssfp(fa=50deg,tr=3.2ms,te=1.6ms)",
    "bssfp-short(fa=0.8rad)",
    "gre(fa=15deg,tr=5ms,te=2.5ms,v=50mm/s,slice=6mm)",
    "molli(scheme=5(3)3,hr=60bpm,fa=35deg)",
    "molli(scheme=5(3s)3,hr=73bpm)",
    "molli(scheme=2(1)1,rr=900ms/1010ms/955ms,ti0=120ms/180ms,ramp=0,fresh=30%)",
    "molli(ti=300ms,hr=90bpm,lines=60,centre=25,tr=2.6ms,inv=90%)",
    "ir-bssfp(ti=300ms/1300ms,fa=35deg,inv=96%)",
]


@pytest.mark.parametrize("text", TEXTS)
def test_text_survives_reading_and_writing(text: str) -> None:
    model = parse_sequence(text)
    again = parse_sequence(format_sequence(model))
    assert type(again) is type(model)
    assert again.images == model.images
    torch.testing.assert_close(again(TISSUE), model(TISSUE), rtol=1e-11, atol=1e-13)
    assert format_sequence(again) == format_sequence(model)


@given(angle=st.floats(1, 89), tr=st.floats(1, 100), share=st.floats(0.01, 0.99))
def test_any_gradient_echo_survives_writing(angle: float, tr: float, share: float) -> None:
    model = SpoiledGRE(flip_angle=radians(angle), repetition_time=tr * 1e-3, echo_time=tr * share * 1e-3)
    torch.testing.assert_close(parse_sequence(format_sequence(model))(TISSUE), model(TISSUE), rtol=1e-9, atol=0)


@pytest.mark.parametrize(
    ("name", "model"),
    [
        ("bssfp", BSSFP),
        ("bssfp-short", ShortTRBSSFP),
        ("gre", SpoiledGRE),
        ("molli", GatedMOLLI),
        ("ir-bssfp", ContinuousMOLLI),
    ],
)
def test_bare_names_take_the_defaults(name: str, model: type) -> None:
    read = parse_sequence(name)
    assert type(read) is model
    torch.testing.assert_close(read(TISSUE), model()(TISSUE))


def test_quantities_arrive_in_canonical_units() -> None:
    model = parse_sequence(" BSSFP( FA = 50deg , tr=3.2ms ) ")
    assert (model.flip_angle, model.repetition_time, model.echo_time) == pytest.approx((radians(50), 3.2e-3, 1.6e-3))
    assert parse_sequence("gre(v=5cm/s)").inflow_velocity == pytest.approx(50.0)


def test_one_inversion_time_makes_one_image_of_a_single_inversion() -> None:
    model = parse_sequence("molli(ti=300ms)")
    assert model.images == ("ti300ms",)
    train = GatedMOLLI(trains=(5, 3), pauses=(3,), inversion_times=(0.3, 0.4))
    torch.testing.assert_close(model(TISSUE)[0], train(TISSUE)[0])


@pytest.mark.parametrize("lines", [58, 60, 66, 72])
def test_centre_line_follows_the_lines_and_stays_even(lines: int) -> None:
    centre = parse_sequence(f"molli(lines={lines})").readout.centre_line
    assert centre % 2 == 0
    assert centre / lines == pytest.approx(28 / 66, abs=0.02)


def test_commas_inside_parentheses_do_not_split() -> None:
    assert split_sequences("molli, gre(fa=15deg,tr=5ms) ,bssfp") == ["molli", "gre(fa=15deg,tr=5ms)", "bssfp"]


@pytest.mark.parametrize(
    ("text", "needed"),
    [
        ("epi", "got 'epi'"),
        ("bssfp(q=3deg)", "a parameter of bssfp among fa, tr, te, got 'q'"),
        ("bssfp(fa=50deg", "one too few"),
        ("bssfp(fa=50deg))", "one too many"),
        ("bssfp)fa=50deg(", "one too many"),
        ("bssfp(fa=50deg)x", "its closing parenthesis"),
        ("bssfp(fa)", "key=value"),
        ("bssfp(fa=50deg,)", "key=value"),
        ("bssfp(fa=50deg,fa=60deg)", "'fa' once"),
        ("bssfp(tr=3ms,te=3ms)", "below the repetition time of 3ms"),
        ("gre(fa=120deg)", "a flip angle between 0deg and 90deg"),
        ("molli(ti=1500ms,hr=60bpm)", "895ms, the longest that a heartbeat of 1000ms allows, got 1500ms"),
        ("molli(scheme=5(3)3,hr=220bpm)", "the longest that a heartbeat of 272.7ms allows"),
        ("molli(ti=300ms,scheme=5(3)3)", "either ti or scheme"),
        ("molli(hr=60bpm,rr=900ms)", "either hr or rr"),
        ("molli(hr=0bpm)", "a heart rate between 20bpm and 300bpm"),
        ("molli(lines=6.5)", "a whole number"),
        ("", "a sequence among"),
    ],
)
def test_what_is_no_sequence_is_refused(text: str, needed: str) -> None:
    with pytest.raises(SequenceError) as caught:
        parse_sequence(text)
    assert needed in str(caught.value)


@pytest.mark.parametrize(
    ("text", "spellings"),
    [("bssfp(fa=50)", "'50deg' or '50rad'"), ("bssfp(fa=50ms)", "deg, rad"), ("molli(hr=60)", "'60bpm'")],
)
def test_missing_and_foreign_units_are_refused_with_the_spellings(text: str, spellings: str) -> None:
    with pytest.raises(UnitError, match=spellings):
        parse_sequence(text)


@pytest.mark.parametrize("text", ["", "  "])
def test_an_empty_text_is_no_sequence(text: str) -> None:
    with pytest.raises(SequenceError, match=r"^needed a sequence among .*, got no name\. Write for example bssfp\("):
        parse_sequence(text)


def test_empty_entries_of_a_list_are_refused() -> None:
    with pytest.raises(SequenceError, match="single commas"):
        split_sequences("molli,,gre")


def test_maps_have_no_spelling() -> None:
    with pytest.raises(SequenceError, match=r"a map of shape \(2,\)"):
        format_sequence(BSSFP(flip_angle=torch.tensor([0.5, 0.6])))


def test_blood_flows_in_an_image_unless_the_text_says_otherwise() -> None:
    flowing, still = parse_image_sequence("gre"), parse_image_sequence("gre(v=0mm/s)")
    assert (flowing.inflow_velocity, still.inflow_velocity) == (50.0, 0.0)  # type: ignore[attr-defined]
    assert parse_sequence("gre").inflow_velocity == 0.0  # type: ignore[attr-defined]
    assert parse_image_sequence("molli").fresh == 0.5  # type: ignore[attr-defined]
    assert "v=50mm/s" in format_sequence(flowing)


def test_a_word_that_is_nearly_known_is_guessed() -> None:
    with pytest.raises(SequenceError, match="Did you mean 'lge'"):
        parse_sequence("lgee(ti=260ms)")

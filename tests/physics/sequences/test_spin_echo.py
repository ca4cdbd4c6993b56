"""Spin echo and turbo spin echo: limits, and each as the other."""

from math import exp

import pytest

from spinbridge.core.errors import SequenceError
from spinbridge.core.tissue import Tissue
from spinbridge.physics.sequences.language import parse_sequence
from spinbridge.physics.sequences.spin_echo import SpinEcho
from spinbridge.physics.sequences.tse import TSE

TISSUE = Tissue.voxel(pd=0.8, t1=1.0, t2=0.08)


def test_long_repetition_leaves_t2_decay_alone() -> None:
    assert SpinEcho(repetition_time=60.0, echo_time=0.08)(TISSUE).item() == pytest.approx(0.8 * exp(-1), rel=1e-9)
    assert TSE(repetition_time=60.0, echo_time=0.08)(TISSUE).item() == pytest.approx(0.8 * exp(-1), rel=1e-9)


def test_short_echo_leaves_saturation_recovery_alone() -> None:
    short = SpinEcho(repetition_time=0.5, echo_time=1e-6)
    assert short(TISSUE).item() == pytest.approx(0.8 * (1 - exp(-0.5)), rel=1e-4)


def test_train_of_one_echo_is_a_spin_echo() -> None:
    train = TSE(repetition_time=0.6, echo_time=0.02, echo_spacing=0.02, echo_train_length=1)
    assert train(TISSUE).item() == pytest.approx(
        SpinEcho(repetition_time=0.6, echo_time=0.02)(TISSUE).item(), rel=1e-12
    )


def test_longer_train_costs_recovery() -> None:
    short, long = (TSE(repetition_time=1.0, echo_time=0.02, echo_train_length=n)(TISSUE).item() for n in (2, 60))
    assert long < 0.8 * short


def test_language_fits_the_train_to_the_echo_time() -> None:
    model = parse_sequence("tse(tr=4000ms,te=95ms)")
    assert isinstance(model, TSE)
    assert model.echo_time / model.echo_spacing == pytest.approx(10)
    with pytest.raises(SequenceError, match="times the echo spacing"):
        parse_sequence("tse(tr=4000ms,te=95ms,esp=10ms)")

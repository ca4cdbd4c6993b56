"""The Bloch equations against exact answers, and every closed form against the Bloch equations."""

from math import exp, pi, radians

import numpy as np
import numpy.typing as npt
import pytest

from spinbridge.core.tissue import Tissue
from spinbridge.physics.proof import comparison as against_bloch
from spinbridge.physics.proof.bloch import Spins, play
from spinbridge.physics.sequences.program import Echo, Exchange, Invert, Program, Pulse, Wait
from spinbridge.physics.sequences.registry import WORDS
from spinbridge.physics.sequences.word import Word

TISSUE = Tissue.voxel(t1=1.0, t2=0.1, off_resonance=25.0)


def magnetisation(spins: Spins) -> npt.NDArray[np.float64]:
    return np.array([spins.m_plus.real, spins.m_plus.imag, spins.mz])


def test_pulses_add_up_and_keep_the_length() -> None:
    once, twice = Spins.at_equilibrium(TISSUE), Spins.at_equilibrium(TISSUE)
    once.pulse(np.array(radians(70)), 0.3)
    for angle in (30, 40):
        twice.pulse(np.array(radians(angle)), 0.3)
    np.testing.assert_allclose(magnetisation(once), magnetisation(twice), atol=1e-14)
    assert np.linalg.norm(magnetisation(once)) == pytest.approx(1.0, abs=1e-14)


def test_opposite_pulse_undoes_a_pulse() -> None:
    spins = Spins.at_equilibrium(TISSUE)
    spins.pulse(np.array(radians(50)), 0.2)
    spins.pulse(np.array(radians(50)), 0.2 + pi)
    np.testing.assert_allclose(magnetisation(spins), [0, 0, 1], atol=1e-14)


def test_spins_precess_and_relax_as_bloch_says() -> None:
    spins = Spins.at_equilibrium(TISSUE)
    spins.pulse(np.array(pi / 2))
    spins.wait(0.05)
    assert abs(spins.m_plus) == pytest.approx(exp(-0.5))
    assert np.angle(spins.m_plus / -1j) == pytest.approx(((2 * pi * 25 * 0.05 + pi) % (2 * pi)) - pi)
    assert spins.mz == pytest.approx(1 - exp(-0.05))


def test_steady_state_is_the_one_that_playing_for_ever_reaches() -> None:
    period = (Invert(0.9), Wait(0.3), Pulse(radians(40), 0.3), Echo(0.002, 0.3), Wait(0.02), Pulse(0.5), Wait(0.4))
    for_ever = play(Program(period * 40), TISSUE)
    np.testing.assert_allclose(play(Program(period, periodic=True), TISSUE), for_ever[-1:], rtol=1e-9)


def test_fresh_spins_have_felt_what_is_not_selective_alone() -> None:
    events = (Invert(), Invert(everywhere=False), Wait(0.5), Exchange(0.25), Pulse(pi / 2), Echo())
    rest, moving = 1.0, 1 - 2 * exp(-0.5)
    assert play(Program(events), TISSUE).real == pytest.approx(0.75 * rest * (1 - 0) + 0.25 * moving, abs=1e-12)


# What a word is allowed, as a share of its largest signal: the limits of a short repetition time are not exact.
OF_LIMITS = {"bssfp-short": 0.002, "ir-bssfp": 0.001}
EXACT = 1e-8


@pytest.mark.parametrize("word", WORDS.values(), ids=WORDS)
def test_closed_form_is_as_close_to_bloch_as_stated(word: Word) -> None:
    found = against_bloch.compare(word, thorough=False)
    assert found.error < OF_LIMITS.get(word.name, EXACT), found


def test_inflow_is_as_close_to_bloch_as_layers_of_spins_allow() -> None:
    found = against_bloch.compare_inflow()
    assert found.error < 0.0005, found


# What MOLLI is allowed, as a share of the largest signal of a train: it is exact after a ramp, not after half a pulse.
ALLOWED = dict(zip(against_bloch.GATED_CASES, (EXACT, EXACT, 0.0025, EXACT, 0.001), strict=True))


@pytest.mark.parametrize("case", ALLOWED, ids=lambda case: case.what)
def test_gated_molli_is_as_close_to_bloch_as_stated(case: against_bloch.GatedCase) -> None:
    found = against_bloch.compare_gated(case, thorough=False)
    assert found.error < ALLOWED[case], found


def test_comparison_covers_both_tables_without_air() -> None:
    names = {(entry.name, entry.field_strength) for entry in against_bloch.tissues()}
    assert {("myocardium", 1.5), ("lv_blood", 3.0), ("csf", 3.0)} <= names
    assert ("air", 1.5) not in names

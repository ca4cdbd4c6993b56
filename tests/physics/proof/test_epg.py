"""Extended phase graphs against exact answers, against Bloch, and against what others found with them."""

from math import exp, pi, radians, sin

import numpy as np
import pytest
import torch

from spinbridge.core.tissue import Tissue
from spinbridge.physics.proof import bloch, epg
from spinbridge.physics.sequences.program import Dephase, Echo, Event, Program, Pulse, Wait
from spinbridge.physics.sequences.refocused_train import RefocusedTrain
from spinbridge.physics.sequences.registry import WORDS
from spinbridge.physics.sequences.spoiled_gre import SpoiledGRE

TISSUE = Tissue.voxel(t1=1.0, t2=0.08)
WITHOUT_GRADIENTS = ("sasha", "msasha", "t2prep", "molli", "perfusion-bssfp")


@pytest.mark.parametrize("name", WITHOUT_GRADIENTS)
def test_without_gradients_they_are_the_bloch_equations(name: str) -> None:
    program = WORDS[name].make({}).program()
    np.testing.assert_allclose(epg.play(program, TISSUE, orders=1), bloch.play(program, TISSUE), atol=1e-12)


@pytest.mark.parametrize("name", ["tse", "stir", "flair", "se"])
def test_perfect_refocusing_needs_no_graph(name: str) -> None:
    model = WORDS[name].make({})
    found = epg.play(model.program(), TISSUE, orders=48, periods=6).real
    np.testing.assert_allclose(found, model(TISSUE).numpy(), rtol=1e-9)


def test_gradients_average_isochromats_across_the_voxel() -> None:
    def events(phase: float | None) -> tuple[Event, ...]:
        wind: Event = Dephase() if phase is None else Pulse(0.0)
        return (
            Pulse(1.1),
            Wait(0.02),
            wind,
            Pulse(0.7, 0.4),
            Wait(0.03),
            wind,
            Pulse(1.9, 1.3),
            Wait(0.01),
            wind,
            Echo(),
        )

    places = np.linspace(0, 1, 64, endpoint=False)
    spins = bloch.Spins.at_equilibrium(TISSUE, places)
    for event in events(0.0):
        if isinstance(event, Pulse) and event.angle == 0.0:
            spins.m_plus = spins.m_plus * np.exp(2j * pi * places)
        elif isinstance(event, Pulse):
            spins.pulse(np.asarray(event.angle), np.asarray(event.phase))
        elif isinstance(event, Wait):
            spins.wait(event.time)
    graph = epg.play(Program(events(None)), TISSUE, orders=5)[0]
    assert abs(graph - spins.echo(0.0, 0.0).mean()) < 1e-12
    assert abs(graph) > 1e-3


@pytest.mark.parametrize("angle", [180, 150, 120, 60])
def test_first_echo_is_the_sine_squared_of_half_the_angle(angle: float) -> None:
    train = RefocusedTrain(echo_time=0.01, echo_spacing=0.01, echo_train_length=1)
    (echo,) = epg.play(Program(tuple(train.events(refocusing=radians(angle)))), TISSUE, orders=4)
    assert abs(echo) == pytest.approx(sin(radians(angle) / 2) ** 2 * exp(-0.01 / 0.08), rel=1e-9)


@pytest.mark.parametrize(
    ("t1", "t2", "angle", "tr", "known"),
    [
        (1.0, 0.05, 12, 5, (-2.2, -2.7)),
        (1.0, 0.05, 15, 5, (-4.0, -4.4)),
        (1.0, 0.05, 20, 5, (-7.6, -6.5)),
        (1.0, 0.05, 25, 8, (-6.8, -2.1)),
        (1.55, 0.25, 12, 5, (11.7, 7.9)),
        (1.55, 0.25, 30, 8, (-21.8, -6.9)),
    ],
)
def test_real_spoiling_departs_from_ernst_as_known(
    t1: float, t2: float, angle: float, tr: float, known: tuple[float, float]
) -> None:
    tissue = Tissue.voxel(t1=t1, t2=t2, t2star=t2)
    model = SpoiledGRE(flip_angle=radians(angle), repetition_time=tr * 1e-3, echo_time=0.0)
    ideal = model(tissue).item()
    found = [epg.rf_spoiled(model, tissue, increment=radians(step)).item() / ideal - 1 for step in (50, 117)]
    assert found == pytest.approx([per_cent / 100 for per_cent in known], abs=0.02)


def test_smaller_refocusing_angles_move_the_echo_by_some_per_cent() -> None:
    train = RefocusedTrain(echo_time=0.06, echo_spacing=0.006, echo_train_length=10)
    times = torch.tensor([[0.98, 0.035], [0.3, 0.07], [1.0, 0.05]], dtype=torch.float64)
    tissue = Tissue(pd=torch.ones(3, dtype=torch.float64), t1=times[:, 0], t2=times[:, 1])
    ideal, fewer, fewest = (
        np.abs(epg.play(Program(tuple(train.events(refocusing=radians(angle)))), tissue)[0])
        for angle in (180, 150, 120)
    )
    assert np.all((fewer / ideal > 0.98) & (fewer / ideal < 1.06))
    assert np.all((fewest / ideal > 0.93) & (fewest / ideal < 1.13))
    assert (fewest / ideal).argmax() == 0  # muscle, of the shortest T2

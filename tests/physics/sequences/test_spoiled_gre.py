"""Spoiled gradient echo: known signals, the Ernst angle, inflow, gradients."""

from math import acos, exp, radians, sin

import pytest
import torch
from torch import Tensor

from spinbridge.core.errors import SequenceError
from spinbridge.core.tissue import Tissue
from spinbridge.physics.proof.bloch import inflowing_gre
from spinbridge.physics.sequences.spoiled_gre import SpoiledGRE

MYOCARDIUM = Tissue.voxel(pd=0.80, t1=1.0, t2=0.05, t2star=0.03)
BLOOD = Tissue.voxel(pd=0.95, t1=1.55, t2=0.25, t2star=0.12)


@pytest.mark.parametrize(("t1", "t2star", "known"), [(1.0, 0.03, 0.030537), (1.55, 0.12, 0.021954)])
def test_known_signals_are_met(t1: float, t2star: float, known: float) -> None:
    assert SpoiledGRE()(Tissue.voxel(t1=t1, t2=t2star, t2star=t2star)).item() == pytest.approx(known, abs=6e-7)


@pytest.mark.parametrize(
    ("angle", "tr", "ratios"),
    [
        (12, 5, (0.87, 3.43, 4.97, 5.79, 6.28)),
        (15, 5, (0.85, 3.73, 6.17, 7.73, 8.77)),
        (20, 8, (0.85, 3.79, 6.48, 8.30, 9.55)),
    ],
)
def test_inflow_brightens_blood_as_known(angle: float, tr: float, ratios: tuple[float, ...]) -> None:
    for velocity, known in zip((0.0, 20.0, 50.0, 100.0, 200.0), ratios, strict=True):
        model = SpoiledGRE(flip_angle=radians(angle), repetition_time=tr * 1e-3, inflow_velocity=velocity)
        at_rest = SpoiledGRE(flip_angle=radians(angle), repetition_time=tr * 1e-3)
        assert (model(BLOOD) / at_rest(MYOCARDIUM)).item() == pytest.approx(known, abs=0.006)


@pytest.mark.parametrize("velocity", [7.0, 50.0, 123.0, 700.0, 1590.0])
def test_inflow_agrees_with_spins_played_pulse_by_pulse(velocity: float) -> None:
    model = SpoiledGRE(inflow_velocity=velocity)
    assert inflowing_gre(model, BLOOD) == pytest.approx(model(BLOOD).numpy(), rel=1e-3)


def test_ernst_angle_is_the_maximum() -> None:
    angles = torch.linspace(0.01, 1.5, 20000, dtype=torch.float64)
    signal = SpoiledGRE(flip_angle=angles)(MYOCARDIUM)[0]
    assert angles[signal.argmax()].item() == pytest.approx(acos(exp(-5e-3 / 1.0)), abs=1e-4)


def test_long_repetition_leaves_the_signal_of_one_pulse() -> None:
    model = SpoiledGRE(flip_angle=radians(30), repetition_time=40.0, echo_time=0.0)
    assert model(MYOCARDIUM).item() == pytest.approx(0.8 * sin(radians(30)), rel=1e-9)


def test_flow_faster_than_the_slice_leaves_the_signal_of_one_pulse() -> None:
    model = SpoiledGRE(flip_angle=radians(30), echo_time=0.0, inflow_velocity=5000.0)
    assert model(BLOOD).item() == pytest.approx(0.95 * sin(radians(30)), rel=1e-9)


def test_velocity_map_with_resting_voxels_equals_its_parts() -> None:
    model = SpoiledGRE(inflow_velocity=torch.tensor([0.0, 40.0], dtype=torch.float64))
    parts = [SpoiledGRE(inflow_velocity=velocity)(BLOOD).item() for velocity in (0.0, 40.0)]
    assert model(BLOOD)[0].tolist() == pytest.approx(parts, rel=1e-12)


def test_t2_stands_in_for_t2star() -> None:
    assert SpoiledGRE()(Tissue.voxel(t1=1.0, t2=0.03)).item() == pytest.approx(0.030537, abs=6e-7)


@pytest.mark.parametrize("velocity", [0.0, 33.0])
def test_gradients_are_right(velocity: float) -> None:
    def signal(pd: Tensor, t1: Tensor, t2star: Tensor, angle: Tensor) -> Tensor:
        tissue = Tissue(pd=pd, t1=t1, t2=torch.full_like(t1, 0.05), t2star=t2star)
        return SpoiledGRE(flip_angle=angle, inflow_velocity=velocity)(tissue)

    values = [torch.tensor(x, dtype=torch.float64, requires_grad=True) for x in (0.8, 1.0, 0.03, 0.3)]
    assert torch.autograd.gradcheck(signal, values)


def test_gradients_of_resting_voxels_of_a_velocity_map_are_finite() -> None:
    t1 = torch.tensor([1.0, 1.5], dtype=torch.float64, requires_grad=True)
    velocity = torch.tensor([0.0, 40.0], dtype=torch.float64, requires_grad=True)
    tissue = Tissue(pd=torch.ones_like(t1), t1=t1, t2=torch.full_like(t1, 0.05))
    SpoiledGRE(inflow_velocity=velocity)(tissue).sum().backward()
    assert torch.isfinite(t1.grad).all()
    assert torch.isfinite(velocity.grad).all()


def test_flip_angles_beyond_ninety_degrees_are_refused() -> None:
    with pytest.raises(SequenceError, match="between 0deg and 90deg, got 95deg"):
        SpoiledGRE(flip_angle=radians(95))

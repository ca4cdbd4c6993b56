"""Gated MOLLI: known trains, schemes in time, fresh blood, gradients, precision."""

from dataclasses import replace
from math import cos, radians, sin

import pytest
import torch
from torch import Tensor

from spinbridge.core.protocols import SignalModel
from spinbridge.core.tissue import Tissue
from spinbridge.physics.contrast_agent import with_gadolinium
from spinbridge.physics.proof.bloch import play
from spinbridge.physics.sequences.balanced_readout import Readout
from spinbridge.physics.sequences.molli import GatedMOLLI

TRAIN = GatedMOLLI.scheme("3(3)3(3)5", heart_rate=1.0)
MYOCARDIUM = Tissue.voxel(t1=1.0, t2=0.045)
BLOOD = Tissue.voxel(t1=1.55, t2=0.25)
# Simulated once, apart from this package: TR 2.8 ms, 66 lines, centre line 28, ramp of 5, inversion 96 %.
BLOCH_MYOCARDIUM = [
    -0.18864,
    0.11505,
    0.18915,
    -0.15197,
    0.12400,
    0.19134,
    -0.12035,
    0.13171,
    0.19322,
    0.20823,
    0.21189,
]
GATED_MYOCARDIUM = [
    -0.18816,
    0.11475,
    0.18868,
    -0.15158,
    0.12368,
    0.19086,
    -0.12004,
    0.13138,
    0.19274,
    0.20771,
    0.21137,
]
BLOCH_BLOOD = [-0.23968, 0.02494, 0.14997, -0.20114, 0.04315, 0.15857, -0.17623, 0.05492, 0.16413, 0.21574, 0.24012]


def tensor(values: float | list[float]) -> Tensor:
    return torch.tensor(values, dtype=torch.float64)


def judged(model: GatedMOLLI, tissue: Tissue) -> Tensor:
    return torch.from_numpy(play(model.program(), tissue).real)


def test_known_recursion_without_ripple_is_met_within_three_per_mille() -> None:
    difference = (TRAIN(MYOCARDIUM) - tensor(GATED_MYOCARDIUM)).abs().max()
    assert difference < 0.003 * tensor(GATED_MYOCARDIUM).abs().max()


@pytest.mark.parametrize(("tissue", "known"), [(MYOCARDIUM, BLOCH_MYOCARDIUM), (BLOOD, BLOCH_BLOOD)])
def test_known_bloch_train_is_met_by_the_judge_and_by_the_recursion(tissue: Tissue, known: list[float]) -> None:
    torch.testing.assert_close(judged(TRAIN, tissue), tensor(known), atol=6e-6, rtol=0)
    torch.testing.assert_close(TRAIN(tissue), tensor(known), atol=6e-6, rtol=0)


@pytest.mark.parametrize("ramp", [1, 2, 5, 10])
@pytest.mark.parametrize("centre", [0, 7, 28, 29])
def test_any_ramp_and_any_centre_line_are_those_of_bloch(ramp: int, centre: int) -> None:
    model = GatedMOLLI.scheme("2(1)1", readout=Readout(ramp=ramp, centre_line=centre), flip_angle=radians(50))
    torch.testing.assert_close(model(MYOCARDIUM), judged(model, MYOCARDIUM), atol=1e-7, rtol=0)


@pytest.mark.parametrize("ramp", [0, 1, 5])
@pytest.mark.parametrize("angle", [1, 35, 90, 170])
def test_extreme_tissue_has_finite_signals_and_gradients(ramp: int, angle: int) -> None:
    times = torch.cartesian_prod(torch.tensor([1e-4, 0.01, 1.0, 1e6]), torch.tensor([1e-5, 1e-4, 0.01, 1.0, 1e6]))
    t1, t2 = (x.clone().requires_grad_() for x in times.unbind(1))
    model = GatedMOLLI.scheme("2(1)1", readout=Readout(ramp=ramp), flip_angle=radians(angle))
    signal = model(Tissue(pd=torch.ones(len(times)), t1=t1, t2=t2))
    gradients = torch.autograd.grad(signal.sum(), (t1, t2))
    assert all(bool(values.isfinite().all()) for values in (signal, *gradients))


def test_images_are_named_by_their_inversion_times() -> None:
    assert GatedMOLLI.scheme("5(3)3").images[:6] == (
        "ti120ms",
        "ti1120ms",
        "ti2120ms",
        "ti3120ms",
        "ti4120ms",
        "ti200ms",
    )
    assert len(TRAIN.images) == len(TRAIN(MYOCARDIUM)) == 11


def test_measured_heartbeats_move_the_later_images_only() -> None:
    beats = tuple(0.9 + 0.02 * k for k in range(10))
    measured = GatedMOLLI.scheme("5(3)3", rr_intervals=beats)
    assert measured.images[:3] == ("ti120ms", "ti1020ms", "ti1940ms")
    torch.testing.assert_close(measured(MYOCARDIUM)[0], GatedMOLLI.scheme("5(3)3")(MYOCARDIUM)[0])
    truth = judged(measured, MYOCARDIUM)
    assert (measured(MYOCARDIUM) - truth).abs().max() < 1e-6 * truth.abs().max()


def test_equal_measured_heartbeats_are_a_heart_rate() -> None:
    torch.testing.assert_close(
        GatedMOLLI.scheme("5(3)3", rr_intervals=(0.8,) * 10)(BLOOD), GatedMOLLI.scheme("5(3)3", rr_intervals=0.8)(BLOOD)
    )


def test_late_image_of_a_slow_heart_is_that_of_equilibrium() -> None:
    late = GatedMOLLI(
        trains=(2,),
        pauses=(),
        rr_intervals=5.0,
        inversion_times=(4.8,),
        readout=Readout(lines=1, centre_line=0, ramp=0),
    )
    tissue = Tissue.voxel(t1=0.3, t2=0.05)
    assert late(tissue)[0].item() == pytest.approx(sin(radians(35) / 2), rel=0.006)


def test_readouts_bend_the_recovery_of_tissue_but_not_of_fresh_blood() -> None:
    fresh = replace(TRAIN, fresh=1.0)(BLOOD)
    one = GatedMOLLI(trains=(1,), pauses=(), inversion_times=(0.12,))
    torch.testing.assert_close(fresh[0], one(BLOOD)[0])
    assert (fresh[1] - TRAIN(BLOOD)[1]).abs() > 0.04 * TRAIN(BLOOD).abs().max()


def test_fresh_share_may_be_a_map_wider_than_the_tissue() -> None:
    shares = torch.tensor([[0.0], [0.5], [1.0]], dtype=torch.float64)
    tissue = Tissue(pd=tensor([1.0, 1.0]), t1=tensor([1.0, 1.5]), t2=tensor([0.05, 0.25]))
    signal = replace(TRAIN, fresh=shares)(tissue)
    assert signal.shape == (11, 3, 2)
    torch.testing.assert_close(signal[:, 0], TRAIN(tissue))
    torch.testing.assert_close(signal[:, 2], replace(TRAIN, fresh=1.0)(tissue))


def test_half_a_pulse_prepares_like_half_a_repetition() -> None:
    half = Readout(ramp=0)
    assert half.to_centre == pytest.approx((0.5 + 28.5) * 2.8e-3)
    model = GatedMOLLI.scheme("5(3)3", readout=half)
    truth = judged(model, MYOCARDIUM)
    assert (model(MYOCARDIUM) - truth).abs().max() < 0.001 * truth.abs().max()


def test_one_inversion_without_readout_history_is_inversion_recovery() -> None:
    tiny = Readout(repetition_time=1e-4, lines=1, centre_line=0, ramp=0)
    one = GatedMOLLI(trains=(1,), pauses=(), inversion_times=(0.4,), readout=tiny, inversion_efficiency=1.0)
    recovery = 1 - 2 * torch.exp(tensor(-0.4))
    assert one(MYOCARDIUM).item() == pytest.approx(recovery.item() * sin(radians(35) / 2), rel=2e-3)


def test_contrast_agent_moves_the_null_forward() -> None:
    image = GatedMOLLI(trains=(1,), pauses=(), inversion_times=(0.35,))
    assert image(MYOCARDIUM).item() < 0 < image(with_gadolinium(MYOCARDIUM, 0.3)).item()


@pytest.mark.parametrize(("fresh", "ramp"), [(0.0, 5), (0.4, 5), (0.4, 0)])
def test_gradients_are_right(fresh: float, ramp: int) -> None:
    def signal(pd: Tensor, t1: Tensor, t2: Tensor, angle: Tensor, efficiency: Tensor) -> Tensor:
        train = GatedMOLLI(trains=(2, 1), pauses=(1,), readout=Readout(ramp=ramp), fresh=fresh)
        model = replace(train, flip_angle=angle, inversion_efficiency=efficiency)
        return model(Tissue(pd=pd, t1=t1, t2=t2))

    values = [torch.tensor(x, dtype=torch.float64, requires_grad=True) for x in (0.8, 1.0, 0.05, 0.6, 0.95)]
    assert torch.autograd.gradcheck(signal, values)


def test_flip_angle_broadcasts_over_a_batch() -> None:
    tissue = MYOCARDIUM.map(lambda x: x.expand(2, 1, 3, 3))
    angles = torch.tensor([radians(20), radians(35)], dtype=torch.float64).reshape(2, 1, 1, 1)
    signal = replace(TRAIN, flip_angle=angles)(tissue)
    assert signal.shape == (11, 2, 1, 3, 3)
    torch.testing.assert_close(signal[:, 1], TRAIN(tissue)[:, 1])


@pytest.mark.parametrize("tissue", [MYOCARDIUM, BLOOD, Tissue.voxel(t1=4.0, t2=2.0), Tissue.voxel(t1=1.0, t2=1.0)])
def test_single_precision_is_enough(tissue: Tissue) -> None:
    single = TRAIN(tissue.map(torch.Tensor.float))
    assert single.dtype == torch.float32
    torch.testing.assert_close(single.double(), TRAIN(tissue), atol=1e-6, rtol=0)


def test_flip_back_is_the_cosine_of_half_the_angle() -> None:
    model = GatedMOLLI(trains=(2,), pauses=(), inversion_times=(0.5,), rr_intervals=0.7)
    still = Tissue.voxel(t1=1e6, t2=1e6)
    first, second = model(still).tolist()
    assert second / first == pytest.approx(cos(radians(35) / 2), rel=1e-4)


def test_it_is_a_signal_model() -> None:
    assert isinstance(TRAIN, SignalModel)

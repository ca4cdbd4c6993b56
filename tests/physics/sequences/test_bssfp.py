"""Balanced SSFP: published numbers, limits, gradients."""

from math import radians

import pytest
import torch
from torch import Tensor

from spinbridge.core.errors import SequenceError
from spinbridge.core.protocols import SignalModel
from spinbridge.core.tissue import Tissue
from spinbridge.physics.sequences.bssfp import BSSFP, ShortTRBSSFP

FULL = BSSFP(flip_angle=radians(50), repetition_time=3.2e-3, echo_time=1.6e-3)
SHORT = ShortTRBSSFP(flip_angle=radians(50))
# T1 [s], T2 [s], short form, exact on resonance, at 60 Hz, at -220 Hz; simulated once, apart from this package.
VECTORS = [
    (1.0, 0.05, 0.087179, 0.087158, 0.076387, 0.059275),
    (1.55, 0.25, 0.198585, 0.198583, 0.189511, 0.163464),
    (0.3, 0.07, 0.241373, 0.241329, 0.238471, 0.216247),
]


@pytest.mark.parametrize(("t1", "t2", "short", "exact", "at_60", "at_minus_220"), VECTORS)
def test_known_signals_are_met(
    t1: float, t2: float, short: float, exact: float, at_60: float, at_minus_220: float
) -> None:
    assert SHORT(Tissue.voxel(t1=t1, t2=t2)).item() == pytest.approx(short, abs=6e-7)
    for offset, known in ((0.0, exact), (60.0, at_60), (-220.0, at_minus_220)):
        assert FULL(Tissue.voxel(t1=t1, t2=t2, off_resonance=offset)).abs().item() == pytest.approx(known, abs=6e-7)


def test_on_resonance_signal_is_real_and_positive() -> None:
    signal = FULL(Tissue.voxel(t1=1.0, t2=0.05))
    assert signal.imag.abs().item() < 1e-15
    assert signal.real.item() > 0


def test_fat_in_the_next_pass_band_is_opposed_to_water_at_1_5_tesla() -> None:
    fat = FULL(Tissue.voxel(t1=0.3, t2=0.07, off_resonance=-220.0))
    assert torch.cos(fat.angle()).item() < -0.9


def test_null_lies_at_half_the_inverse_repetition_time() -> None:
    null = FULL(Tissue.voxel(t1=1.0, t2=0.5, off_resonance=1 / (2 * 3.2e-3)))
    assert null.abs().item() < 0.02 * FULL(Tissue.voxel(t1=1.0, t2=0.5)).abs().item()


def test_short_form_is_largest_at_the_known_optimum() -> None:
    angles = torch.linspace(0.01, 3.1, 4000, dtype=torch.float64)
    signal = ShortTRBSSFP(flip_angle=angles)(Tissue.voxel(t1=1.0, t2=0.05))[0]
    assert torch.cos(angles[signal.argmax()]).item() == pytest.approx((20 - 1) / (20 + 1), abs=1e-3)
    assert signal.max().item() == pytest.approx(0.5 * (1 / 20) ** 0.5, rel=1e-5)


def test_long_repetition_leaves_the_signal_of_one_pulse() -> None:
    slow = BSSFP(flip_angle=radians(50), repetition_time=30.0, echo_time=0.0)
    signal = slow(Tissue.voxel(pd=0.8, t1=1.0, t2=0.05, off_resonance=17.0))
    assert signal.abs().item() == pytest.approx(0.8 * torch.sin(torch.tensor(radians(50))).item(), rel=1e-6)


@pytest.mark.parametrize("off_resonance", [0.0, 60.0])
def test_gradients_are_right(off_resonance: float) -> None:
    def signal(pd: Tensor, t1: Tensor, t2: Tensor, angle: Tensor) -> tuple[Tensor, Tensor]:
        tissue = Tissue(pd=pd, t1=t1, t2=t2, off_resonance=torch.tensor(off_resonance, dtype=torch.float64))
        full = BSSFP(flip_angle=angle, repetition_time=3.2e-3, echo_time=1.6e-3)(tissue)
        return torch.view_as_real(full), ShortTRBSSFP(flip_angle=angle)(tissue)

    values = [torch.tensor(x, dtype=torch.float64, requires_grad=True) for x in (0.8, 1.0, 0.05, 0.87)]
    assert torch.autograd.gradcheck(signal, values)


def test_flip_angle_may_be_a_map_and_dtype_stays() -> None:
    tissue = Tissue(pd=torch.ones(4, 5), t1=torch.full((4, 5), 1.0), t2=torch.full((4, 5), 0.05))
    angles = torch.full((4, 5), radians(50), dtype=torch.float64)
    model = BSSFP(flip_angle=angles)
    assert model(tissue).shape == (1, 4, 5)
    assert model(tissue).dtype == torch.complex64
    torch.testing.assert_close(model(tissue), BSSFP(flip_angle=radians(50))(tissue))


@pytest.mark.parametrize(
    ("wrong", "names"),
    [
        ({"flip_angle": 4.0}, "229.183deg"),
        ({"flip_angle": float("nan")}, "nandeg"),
        ({"echo_time": 3.2e-3}, "below the repetition time of 3.2ms"),
        ({"flip_angle": torch.tensor([0.5, -0.5])}, "values from -28.6479deg to 28.6479deg"),
    ],
)
def test_what_cannot_be_played_is_refused(wrong: dict[str, object], names: str) -> None:
    with pytest.raises(SequenceError, match=names):
        BSSFP(**wrong)


def test_it_is_a_signal_model() -> None:
    assert isinstance(FULL, SignalModel)
    assert isinstance(SHORT, SignalModel)

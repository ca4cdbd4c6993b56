"""Profiles of real pulses, and voxels that are integrals over them."""

from math import degrees, pi, radians

import numpy as np
import pytest
import torch

from spinbridge.core.errors import SequenceError, SettingsError
from spinbridge.core.protocols import SignalModel
from spinbridge.core.tissue import Tissue
from spinbridge.physics.acquisition.rf_pulse import RFPulse, bandwidth, hard_pulses, small_tip
from spinbridge.physics.acquisition.slice_profile import SliceProfile, slice_profile, through_slice
from spinbridge.physics.sequences.bssfp import BSSFP, ShortTRBSSFP
from spinbridge.physics.sequences.spoiled_gre import SpoiledGRE

MYOCARDIUM = Tissue.voxel(pd=0.80, t1=1.0, t2=0.05)
BLOOD = Tissue.voxel(pd=0.80, t1=1.55, t2=0.25)
FULL_GAUSS = RFPulse(shape="gauss", time_bandwidth=6.0)
CINE = RFPulse(shape="sinc", time_bandwidth=2.0)
PULSES = [CINE, RFPulse(time_bandwidth=4.0, window=0.5), FULL_GAUSS]
Z = torch.linspace(0, 1.5, 40, dtype=torch.float64)


def test_small_tip_of_a_long_gaussian_is_a_gaussian() -> None:
    wanted = torch.exp(-4 * np.log(2) * Z**2)
    torch.testing.assert_close(small_tip(FULL_GAUSS, 1.0, Z), wanted, atol=2e-3, rtol=0)


def test_a_long_sinc_is_a_box_and_its_bandwidth_what_it_says() -> None:
    long = RFPulse(time_bandwidth=60.0)
    assert bandwidth(long) == pytest.approx(60.0, rel=0.01)
    profile = small_tip(long, 1.0, Z)
    assert (profile[Z < 0.45] - 1).abs().max() < 0.01
    assert profile[Z > 0.55].abs().max() < 0.01


@pytest.mark.parametrize("pulse", PULSES)
def test_the_slice_is_its_width_at_half_height(pulse: RFPulse) -> None:
    assert small_tip(pulse, 1.0, torch.tensor([0.5])).item() == pytest.approx(0.5, abs=2e-3)


@pytest.mark.parametrize("pulse", PULSES)
def test_hard_pulses_agree_with_small_tip_at_small_tip_and_not_beyond(pulse: RFPulse) -> None:
    small, large = radians(3), radians(90)
    torch.testing.assert_close(hard_pulses(pulse, small, Z)[0] / small, small_tip(pulse, 1.0, Z), atol=2e-4, rtol=0)
    assert hard_pulses(pulse, large, torch.zeros(1))[0].item() == pytest.approx(large)
    assert degrees((hard_pulses(pulse, large, Z)[0] - small_tip(pulse, large, Z)).abs().max()) > 3


def bloch_matrices(pulse: RFPulse, angle: float, z: float, voxel: Tissue, tr: float) -> tuple[np.ndarray, np.ndarray]:
    """One repetition of bSSFP from echo to echo, m -> A m + b, by small rotations of the whole, short pulse."""
    t1, t2, steps, length = float(voxel.t1), float(voxel.t2), 100, 1e-6
    step = 2 * pi * bandwidth(pulse) * z / steps

    def wait(time: float, turn: float) -> tuple[np.ndarray, np.ndarray]:
        c, s, e1, e2 = np.cos(turn), np.sin(turn), np.exp(-time / t1), np.exp(-time / t2)
        return np.array([[c * e2, -s * e2, 0], [s * e2, c * e2, 0], [0, 0, e1]]), np.array([0, 0, 1 - e1])

    halves = wait((tr - length) / 2, -step * steps / 2)
    small = wait(length / steps / 2, step / 2)
    events = [halves]
    for part in (angle * pulse.envelope(steps)).tolist():
        c, s = np.cos(part), np.sin(part)
        events += [small, (np.array([[1, 0, 0], [0, c, -s], [0, s, c]]), np.zeros(3)), small]
    a, b = np.eye(3), np.zeros(3)
    for matrix, offset in [*events, halves]:
        a, b = matrix @ a, matrix @ b + offset
    return a, b


def played(pulse: RFPulse, angle: float, voxel: Tissue, tr: float, points: int = 48) -> complex:
    """The echo of a voxel in the steady state with alternating pulses, integrated over the slice."""
    turn, echoes = np.diag([-1.0, -1.0, 1.0]), []
    for z in (np.arange(2 * points) + 0.5) / points * 1.5 - 1.5:
        a, b = bloch_matrices(pulse, angle, z, voxel, tr)
        m = np.linalg.solve(np.eye(3) - turn @ a, turn @ b)
        echoes.append(m[0] + 1j * m[1])
    return float(voxel.pd) * complex(np.mean(echoes)) * 3.0


@pytest.mark.parametrize("voxel", [MYOCARDIUM, BLOOD], ids=["myocardium", "blood"])
@pytest.mark.parametrize("angle", [35, 60, 80])
def test_a_voxel_is_what_the_bloch_equations_of_the_whole_pulse_give(voxel: Tissue, angle: float) -> None:
    model = BSSFP(flip_angle=radians(angle), repetition_time=3.2e-3, echo_time=1.6e-3)
    profile = slice_profile(CINE, radians(angle), points=48)
    found = through_slice(model, profile)(voxel).abs().item()
    assert found == pytest.approx(abs(played(CINE, radians(angle), voxel, 3.2e-3)), rel=0.003)


def effective_angle(ratio: float) -> float:
    """The flip angle [deg] at which a uniform slice has this ratio of blood to myocardium."""
    angles = torch.deg2rad(torch.linspace(5, 90, 8501, dtype=torch.float64))
    model = ShortTRBSSFP(flip_angle=angles)
    ratios = (model(BLOOD) / model(MYOCARDIUM))[0]
    return degrees(angles[(ratios - ratio).abs().argmin()].item())


@pytest.mark.parametrize(("nominal", "effective", "ratio"), [(45, 26, 1.57), (60, 31, 1.71), (70, 33, 1.78)])
def test_a_gaussian_slice_looks_as_if_excited_by_half_the_angle(nominal: int, effective: int, ratio: float) -> None:
    voxel = through_slice(
        ShortTRBSSFP(flip_angle=radians(nominal)), slice_profile(FULL_GAUSS, points=100, span=3 / 2.3548)
    )
    found = (voxel(BLOOD) / voxel(MYOCARDIUM)).item()
    assert found == pytest.approx(ratio, abs=0.007)
    assert effective_angle(found) == pytest.approx(effective, abs=0.5)


@pytest.mark.parametrize("model", [BSSFP(flip_angle=0.9), ShortTRBSSFP(flip_angle=0.9), SpoiledGRE(flip_angle=0.26)])
def test_a_long_pulse_is_the_model_itself(model: SignalModel) -> None:
    box = through_slice(model, SliceProfile(factors=(1.0,), shares=(1.0,)))
    sharp = through_slice(model, slice_profile(RFPulse(time_bandwidth=100.0, window=0.5), points=600))
    assert sharp.images == model.images
    torch.testing.assert_close(box(BLOOD), model(BLOOD))
    torch.testing.assert_close(sharp(BLOOD), model(BLOOD), rtol=0.05, atol=0)


def test_few_points_are_enough_and_gradients_pass() -> None:
    t1 = torch.tensor(1.0, dtype=torch.float64, requires_grad=True)
    model, voxel = BSSFP(flip_angle=torch.tensor(0.9)), Tissue(pd=MYOCARDIUM.pd, t1=t1, t2=MYOCARDIUM.t2)
    few, many = (through_slice(model, slice_profile(CINE, 0.9, points=n))(voxel).abs() for n in (16, 200))
    assert few.item() == pytest.approx(many.item(), rel=0.005)
    assert torch.autograd.grad(few.sum(), t1)[0].item() < 0


def test_what_has_no_flip_angle_and_no_profile_is_refused() -> None:
    class Bare:
        images = ("bare",)

        def __call__(self, tissue: Tissue) -> torch.Tensor:
            return tissue.pd[None]

    with pytest.raises(SequenceError, match="flip angle"):
        through_slice(Bare(), slice_profile(CINE))
    with pytest.raises(SettingsError):
        SliceProfile(factors=(), shares=())
    with pytest.raises(SettingsError, match="sinc or gauss"):
        RFPulse(time_bandwidth=0.1)

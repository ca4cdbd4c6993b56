"""First-pass perfusion: what the pulses cost, and the limits of both readouts."""

from math import exp, radians, sin

import pytest

from spinbridge.core.tissue import Tissue
from spinbridge.physics.contrast_agent import with_gadolinium
from spinbridge.physics.sequences.perfusion import PerfusionGRE
from spinbridge.physics.sequences.perfusion_bssfp import PerfusionBSSFP
from spinbridge.physics.sequences.spoiled_gre import SpoiledGRE

MYOCARDIUM = Tissue.voxel(t1=1.0, t2=0.05, t2star=1e9)


def test_pulses_cost_the_known_share_of_the_saturation_recovery() -> None:
    model = PerfusionGRE(saturation_time=0.1748, centre_line=34, flip_angle=radians(12), echo_time=0.0)
    assert model(MYOCARDIUM).item() / sin(radians(12)) == pytest.approx(0.093, abs=5e-4)
    assert 1 - exp(-0.1748) == pytest.approx(0.160, abs=5e-4)


def test_long_train_of_pulses_ends_in_the_ernst_signal() -> None:
    model = PerfusionGRE(saturation_time=10.0, centre_line=1000, repetition_time=9e-3, echo_time=4e-3)
    steady = SpoiledGRE(flip_angle=model.flip_angle, repetition_time=9e-3, echo_time=4e-3)
    assert model(MYOCARDIUM).item() == pytest.approx(steady(MYOCARDIUM).item(), rel=1e-6)


@pytest.mark.parametrize("model", [PerfusionGRE(), PerfusionBSSFP()], ids=["gre", "bssfp"])
def test_more_agent_is_brighter_up_to_first_pass_doses(model: PerfusionGRE | PerfusionBSSFP) -> None:
    signals = [model(with_gadolinium(MYOCARDIUM, dose)).item() for dose in (0.0, 0.5, 1.0, 2.0)]
    assert signals == sorted(signals)
    assert signals[2] > 2.5 * signals[0]

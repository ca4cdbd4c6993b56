"""The first pass of a bolus: order, mass, limits."""

from dataclasses import replace

import pytest
import torch
from scipy.integrate import quad

from spinbridge.core.errors import SettingsError
from spinbridge.core.tissue import Tissue
from spinbridge.physics.contrast_agent import with_gadolinium
from spinbridge.physics.first_pass import FirstPass
from spinbridge.physics.sequences.language import parse_sequence

TIMES = torch.arange(0.0, 60.0, 0.5, dtype=torch.float64)
BOLUS = FirstPass()


def test_agent_comes_to_the_right_heart_then_the_left_then_the_muscle() -> None:
    curves = (BOLUS.right(TIMES), BOLUS.left(TIMES), BOLUS.myocardium(TIMES))
    peaks = [float(TIMES[curve.argmax()]) for curve in curves]
    assert peaks == sorted(peaks)
    assert [float(curve.max()) for curve in curves] == sorted((float(curve.max()) for curve in curves), reverse=True)
    assert all(curve[0].item() == 0 for curve in (curves[1], curves[2]))


def test_first_pass_without_recirculation_peaks_where_and_as_high_as_stated() -> None:
    once = replace(BOLUS, recirculation=0.0)
    assert once.left(torch.tensor([12.0], dtype=torch.float64)).item() == pytest.approx(4.0)


def test_myocardium_is_the_integral_of_inflow_times_residue() -> None:
    def integrand(s: float) -> float:
        residue = 1.05 / (1 + 0.05 * torch.exp(torch.tensor(0.25 * s, dtype=torch.float64)).item())
        return BOLUS.left(torch.tensor([25.0 - 1.0 - s], dtype=torch.float64)).item() * residue

    known = 1.05 / 60 * quad(integrand, 0, 25.0, limit=200)[0]
    assert BOLUS.myocardium(torch.tensor([25.0], dtype=torch.float64)).item() == pytest.approx(known, rel=0.01)


def test_uptake_is_proportional_to_flow() -> None:
    torch.testing.assert_close(BOLUS.myocardium(TIMES, flow=3.5), 3.5 * BOLUS.myocardium(TIMES, flow=1.0))


def test_stress_brightens_the_muscle_and_a_blocked_artery_does_not() -> None:
    perfusion = parse_sequence("perfusion(ts=110ms)")
    muscle = Tissue.voxel(t1=1.1, t2=0.05, t2star=0.03)
    healthy, ischaemic = (
        perfusion(with_gadolinium(muscle, BOLUS.myocardium(TIMES, flow=flow))).max().item() for flow in (3.5, 0.6)
    )
    assert healthy > 1.5 * ischaemic > 1.5 * perfusion(muscle).item()


def test_what_no_bolus_does_is_refused() -> None:
    with pytest.raises(SettingsError, match="rise"):
        FirstPass(rise=0.0)

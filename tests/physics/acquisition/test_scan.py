"""Everything together: drawn artefacts, and tissue to image in one call."""

from dataclasses import replace
from math import radians

import pytest
import torch

from spinbridge.core.errors import SettingsError
from spinbridge.core.protocols import SignalModel
from spinbridge.core.random import generator
from spinbridge.core.tissue import Tissue
from spinbridge.physics.acquisition.chain import Acquisition, acquire, draw_acquisition
from spinbridge.physics.acquisition.excitation import Excitation, excited
from spinbridge.physics.acquisition.rf_pulse import RFPulse
from spinbridge.physics.acquisition.scan import scan
from spinbridge.physics.sequences.black_blood import BlackBlood
from spinbridge.physics.sequences.bssfp import BSSFP
from spinbridge.physics.sequences.inversion_tse import FLAIR, STIR
from spinbridge.physics.sequences.molli import GatedMOLLI
from spinbridge.physics.sequences.spin_echo import SpinEcho
from spinbridge.physics.sequences.tse import TSE

DRAW = "scan"
FLAT = Tissue(pd=torch.ones(48, 40), t1=torch.full((48, 40), 1.0), t2=torch.full((48, 40), 0.05))
PULSE = RFPulse(time_bandwidth=2.0)


def test_an_ideal_scan_is_the_acquired_signal() -> None:
    settings = Acquisition(snr=40.0)
    found = scan(BSSFP(), FLAT, settings, generator(0, DRAW))
    assert torch.equal(found, acquire(BSSFP()(FLAT), settings, generator(0, DRAW)))


def test_excitation_shows_as_less_contrast_bands_and_less_signal() -> None:
    ideal = BSSFP(flip_angle=radians(60))(FLAT).abs().mean()
    for settings, pools in (
        (Excitation(spread=80.0), None),
        (Excitation(transmit=(0.5, 0.7)), None),
        (Excitation(), (torch.tensor(0.07), torch.tensor(3.5))),
    ):
        model, tissue = excited(BSSFP(flip_angle=radians(60)), FLAT, settings, generator(0, DRAW), pools=pools)
        assert (model(tissue).abs().mean() / ideal - 1).abs() > 0.03


def test_effects_on_the_spins_are_one_model_together() -> None:
    pools = (torch.full((48, 40), 0.07), torch.tensor(3.5))
    settings = Excitation(spread=30.0, transmit=(0.8, 1.1), pulse=PULSE)
    model, tissue = excited(BSSFP(), FLAT, settings, generator(0, DRAW), pools=pools)
    signal = model(tissue)
    assert model.images == ("bssfp",)
    assert signal.shape == (1, 48, 40)
    assert signal.is_complex()


@pytest.mark.parametrize("model", [SpinEcho(), TSE(), STIR(), FLAIR(), BlackBlood()], ids=lambda each: each.images[0])
def test_refocused_trains_are_played_with_perfect_pulses(model: SignalModel) -> None:
    settings = Excitation(spread=30.0, transmit=(0.8, 1.1), pulse=PULSE)
    played, tissue = excited(model, FLAT, settings, generator(0, DRAW))
    assert torch.equal(played(tissue), model(FLAT))
    assert tissue.off_resonance is not None


def test_fields_and_noise_do_not_depend_on_whether_there_is_a_flip_angle() -> None:
    settings, left = Excitation(spread=30.0, transmit=(0.8, 1.1)), []
    for model in (BSSFP(), TSE()):
        draw = generator(0, DRAW)
        _, tissue = excited(model, FLAT, settings, draw)
        left.append((tissue.off_resonance, torch.rand(1, generator=draw)))
    torch.testing.assert_close(*left, rtol=0, atol=0)


def test_a_train_and_its_phase_reference_meet_the_same_fields() -> None:
    settings = Acquisition(snr=200.0, coils=4, excitation=Excitation(transmit=(0.7, 1.1), spread=40.0))
    molli = GatedMOLLI.scheme("5(3)3")
    found = scan(molli, FLAT, settings, generator(0, DRAW), phase_reference=BSSFP(flip_angle=0.1))
    plain = scan(molli, FLAT, settings, generator(0, DRAW))
    assert found.shape == (8, 48, 40)
    assert (found[0] < 0).all() != (found[-1] < 0).all()
    torch.testing.assert_close(found[-1].abs()[6:-6, 6:-6], plain[-1][6:-6, 6:-6], rtol=0.1, atol=0)


@pytest.mark.parametrize("strength", ["usual", "strong"])
def test_drawn_artefacts_come_after_the_plain_draws_and_can_be_played(strength: str) -> None:
    image = torch.rand(64, 56, generator=generator(1, DRAW))
    for seed in range(12):
        plain = draw_acquisition(generator(seed, DRAW), spacing=(2.0, 2.0))
        drawn = draw_acquisition(generator(seed, DRAW), spacing=(2.0, 2.0), artefacts=strength)
        assert (drawn.acquired_spacing, drawn.window) == (plain.acquired_spacing, plain.window)
        assert drawn.snr / drawn.acceleration**0.5 == pytest.approx(plain.snr)
        seen = acquire(image, drawn, generator(seed, "play"))
        assert seen.shape == image.shape
        assert torch.isfinite(seen).all()
        assert torch.equal(seen, acquire(image, drawn, generator(seed, "play")))


def test_strong_artefacts_are_stronger_and_fields_grow_with_the_magnet() -> None:
    usual, strong = (
        [draw_acquisition(generator(n, DRAW), artefacts=s) for n in range(60)] for s in ("usual", "strong")
    )
    assert max(a.drift for a in usual) <= min(a.drift for a in strong)
    assert sum(a.field_of_view < 1 for a in strong) > 10
    assert min(a.coils for a in usual) >= max(a.coils for a in strong)
    at_three = draw_acquisition(generator(0, DRAW), artefacts="usual", field_strength=3.0).excitation
    assert at_three.spread == pytest.approx(2 * usual[0].excitation.spread)
    assert at_three.transmit[0] < usual[0].excitation.transmit[0]


@pytest.mark.parametrize(
    "wrong",
    [
        {"coils": -1},
        {"acceleration": 2},
        {"correlation": 1.0},
        {"uniformity": 1.5},
        {"zero_fill": 0.5},
        {"field_of_view": 0.0},
        {"drift": 3.0},
        {"order": "spiral"},
        {"mistriggered": -0.1, "beats": 8},
        {"homodyne": True, "partial_fourier": 0.5},
        {"field_direction": (0.0, 0.0, 0.0)},
    ],
)
def test_impossible_settings_are_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(SettingsError):
        replace(Acquisition(), **wrong)


def test_unknown_strengths_and_impossible_fields_are_refused() -> None:
    with pytest.raises(SettingsError, match="none, usual or strong"):
        draw_acquisition(generator(0, DRAW), artefacts="some")
    with pytest.raises(SettingsError, match="extremes"):
        Excitation(transmit=(1.2, 0.8))

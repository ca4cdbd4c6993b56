"""Named protocols as ranges of the phantom."""

import pytest

from spinbridge.core.errors import SettingsError
from spinbridge.core.random import generator
from spinbridge.phantoms.heart.protocol_settings import heart_settings_of
from spinbridge.phantoms.heart.settings import HeartSettings
from spinbridge.phantoms.heart.subject import draw_subject
from spinbridge.physics.protocols.catalogue import load_protocol, protocol_names

HEARTS = [name for name in protocol_names() if name != "brats"]


def test_ranges_are_those_of_the_protocol() -> None:
    settings = heart_settings_of(load_protocol("ukbb"))
    assert (settings.field_strength, settings.thickness, settings.gap) == (1.5, (8.0, 8.0), (2.0, 2.0))
    assert settings.truncation == (1.0, 1.0)
    assert settings.snr == (40.0, 100.0)


def test_what_is_no_protocol_stays_as_it_was() -> None:
    base = HeartSettings(contrast="post", generator="implicit", samples=2, shading=0.0)
    settings = heart_settings_of(load_protocol("ge-3T"), base)
    assert (settings.contrast, settings.generator, settings.samples, settings.shading) == ("post", "implicit", 2, 0.0)
    assert settings.field_strength == 3.0


@pytest.mark.parametrize("name", HEARTS)
def test_a_subject_is_drawn_within_the_protocol(name: str) -> None:
    one = load_protocol(name).draw_one(generator(0, name))
    settings = heart_settings_of(one, word=one.words[0])
    subject = draw_subject(3, 1, "NOR", settings)
    stack = subject.protocol
    assert settings.slices[0] <= stack.slices <= settings.slices[1]
    assert stack.thickness <= settings.thickness[1] + 1e-9
    assert all(settings.matrix[0] <= side <= settings.matrix[1] for side in stack.shape)
    assert 0.2 < settings.truncation[0] <= settings.truncation[1] <= 1


def test_the_same_patient_is_found_under_every_protocol() -> None:
    first, second = (draw_subject(3, 1, "DCM", heart_settings_of(load_protocol(name))) for name in ("ge-3T", "ukbb"))
    assert first.shape == second.shape
    assert first.protocol != second.protocol


def test_several_scanners_and_brains_are_refused() -> None:
    with pytest.raises(SettingsError, match="draw_one"):
        heart_settings_of(load_protocol("mnms"))
    with pytest.raises(SettingsError, match="of the heart"):
        heart_settings_of(load_protocol("ge-3T"), word="flair")

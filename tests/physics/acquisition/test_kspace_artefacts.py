"""Folding, homodyne, shutter, segments: each where theory puts it."""

from dataclasses import replace
from math import sqrt

import pytest
import torch
from torch import Tensor

from spinbridge.core.errors import SettingsError
from spinbridge.core.random import generator
from spinbridge.physics.acquisition.breathing import displacements, heart_weight, moved
from spinbridge.physics.acquisition.chain import Acquisition, acquire
from spinbridge.physics.acquisition.field_of_view import embedded, folded, kept_rows
from spinbridge.physics.acquisition.homodyne import homodyne, ramp_weights
from spinbridge.physics.acquisition.kspace import elliptic_shutter, line_weights, reconstruct, zero_filled
from spinbridge.physics.acquisition.segments import beat_of_line, segmented, shown

DRAW = "k-space artefacts"
IDEAL = Acquisition(snr=1e9)


def blob(rows: int = 96, columns: int = 64, at: tuple[int, int] = (48, 32), width: float = 5.0) -> Tensor:
    y, x = torch.arange(rows)[:, None] - at[0], torch.arange(columns)[None] - at[1]
    return torch.exp(-0.5 * (y**2 + x**2) / width**2)


@pytest.mark.parametrize(("row", "lands"), [(5, 77), (11, 83), (12, 12), (83, 83), (84, 12), (95, 23)])
def test_what_lies_outside_a_rectangular_field_of_view_folds_by_its_height(row: int, lands: int) -> None:
    point = torch.zeros(96, 8)
    point[row] = 1
    found = embedded(folded(point, 0.75), 96, 0.75)
    assert found[:, 0].nonzero().tolist() == [[lands]]


def test_folding_is_every_line_of_a_coarser_kspace() -> None:
    image = torch.randn(96, 10, generator=generator(0, DRAW))
    coarse = torch.fft.ifft(torch.fft.fft(image.roll(-24, 0), dim=0)[::2], dim=0).real
    torch.testing.assert_close(folded(image, 0.5), coarse, atol=1e-5, rtol=0)


def test_a_folded_acquisition_keeps_the_matrix_and_empties_what_was_not_encoded() -> None:
    tall = blob(width=16.0)
    image = acquire(tall, replace(IDEAL, field_of_view=0.75), generator(0, DRAW))
    assert image.shape == tall.shape
    assert image[:12].abs().max() == image[84:].abs().max() == 0
    torch.testing.assert_close(image[12], tall[12] + tall[84], atol=1e-4, rtol=0)
    with pytest.raises(SettingsError):
        kept_rows(96, 1.2)


@pytest.mark.parametrize("partial", [0.55, 0.625, 0.75, 1.0])
def test_homodyne_restores_a_real_object_that_zeros_blur(partial: float) -> None:
    sharp = torch.zeros(97, 64)
    sharp[30:60, 20:40] = 1
    whole = reconstruct(sharp, line_weights(97, 1.0), line_weights(64, 1.0))
    zeros = reconstruct(sharp, line_weights(97, 1.0, partial=partial), line_weights(64, 1.0))
    restored = homodyne(
        sharp.to(torch.complex64), ramp_weights(97, 1.0, partial=partial), torch.ones(64), share=1.0, partial=partial
    )
    inside = sharp > 0
    torch.testing.assert_close(restored.abs()[inside], whole.abs()[inside], atol=2e-3, rtol=0)
    assert partial == 1 or (zeros.abs() - whole.abs())[inside].abs().max() > 0.05


def test_homodyne_keeps_a_smooth_phase_and_the_noise_that_snr_says() -> None:
    turned = torch.polar(torch.full((128, 128), 4.0), 0.8 * torch.linspace(-1, 1, 128).expand(128, 128))
    settings = Acquisition(snr=25.0, partial_fourier=0.7, homodyne=True)
    noisy = acquire(turned, settings, generator(0, DRAW))
    middle = noisy[8:-8, 8:-8]
    assert middle.mean().item() == pytest.approx(4.0, rel=0.01)
    assert (middle.std() * 25 / 4).item() == pytest.approx(1.0, abs=0.08)


def test_the_elliptic_shutter_keeps_pi_over_four_of_kspace() -> None:
    shutter = elliptic_shutter((200, 160), (0.8, 0.6))
    assert (shutter.mean() / (0.8 * 0.6)).item() == pytest.approx(torch.pi / 4, rel=0.01)
    assert shutter[0, 0] == 1
    noisy = acquire(torch.full((128, 128), 4.0), Acquisition(snr=25.0, elliptic=True), generator(0, DRAW))
    assert (noisy.std() * 25 / 4).item() == pytest.approx(1.0, abs=0.05)


def test_zero_filling_interpolates_between_the_voxels_it_keeps() -> None:
    image = blob(64, 48, (30, 20), 3.0).to(torch.complex64)
    fine = zero_filled(image, (128, 96))
    torch.testing.assert_close(fine[::2, ::2], image, atol=1e-5, rtol=0)
    torch.testing.assert_close(fine.abs()[61], blob(64, 96, (30, 40), 6.0)[30] * 0.98621, atol=2e-3, rtol=0)
    assert acquire(blob(), replace(IDEAL, zero_fill=1.5, field_of_view=0.8), generator(0, DRAW)).shape == (144, 96)


@pytest.mark.parametrize("order", ["sequential", "interleaved", "centric"])
@pytest.mark.parametrize(("lines", "beats"), [(96, 8), (97, 12), (64, 1)])
def test_every_beat_gets_its_share_of_the_lines(order: str, lines: int, beats: int) -> None:
    counts = torch.bincount(beat_of_line(lines, beats, order=order), minlength=beats)
    assert counts.sum() == lines
    assert counts.max() - counts.min() <= 1


def test_orders_put_the_middle_of_kspace_where_they_say() -> None:
    k = torch.fft.fftfreq(96)
    assert k[beat_of_line(96, 8, order="centric") == 0].abs().max() < 0.07
    assert k[beat_of_line(96, 8, order="sequential") == 0].max() < -0.37
    assert beat_of_line(96, 8)[:8].tolist() == [0, 1, 2, 3, 4, 5, 6, 7]


def test_beats_that_agree_give_the_image_back() -> None:
    image = torch.randn(3, 48, 20, dtype=torch.complex64, generator=generator(0, DRAW))
    torch.testing.assert_close(segmented([image] * 6, beat_of_line(48, 6)), image, atol=1e-5, rtol=1e-5)


@pytest.mark.parametrize("beats", [2, 4, 8])
def test_ghosts_of_interleaved_beats_lie_at_the_field_of_view_over_their_number(beats: int) -> None:
    point = torch.zeros(96, 4)
    point[40] = 1
    states = [point * (1 + 0.3 * torch.randn((), generator=generator(b, DRAW))) for b in range(beats)]
    image = segmented(states, beat_of_line(96, beats)).abs()[:, 0]
    ghosts = sorted({int(row) for row in (image > 1e-4).nonzero()[:, 0]})
    assert set(ghosts) <= {(40 + 96 // beats * n) % 96 for n in range(beats)}
    assert len(ghosts) == beats


def test_two_alternating_beats_give_a_ghost_of_half_their_difference() -> None:
    point = torch.zeros(64, 4)
    point[20] = 1
    image = segmented([point, 0.6 * point], beat_of_line(64, 2)).abs()[:, 0]
    assert image[20].item() == pytest.approx(0.8, abs=1e-6)
    assert image[52].item() == pytest.approx(0.2, abs=1e-6)


def test_a_state_that_does_not_exist_is_refused() -> None:
    with pytest.raises(SettingsError, match="each of the 8 lines"):
        segmented([torch.zeros(8, 4)] * 2, torch.arange(8) % 3)
    with pytest.raises(SettingsError, match="an order"):
        beat_of_line(8, 9)


def test_moved_content_is_where_it_was_moved_to() -> None:
    shifted = moved(blob(), (3.0, -2.5))
    torch.testing.assert_close(shifted[8:-8, 8:-8], shifted_blob(3.0, -2.5)[8:-8, 8:-8], atol=5e-3, rtol=0)
    turned = moved(torch.polar(blob(), torch.full((96, 64), 0.7)), (2.0, 0.0))
    torch.testing.assert_close(turned[20:80, 10:50].angle(), torch.full((60, 40), 0.7), atol=1e-3, rtol=0)


def shifted_blob(dy: float, dx: float) -> Tensor:
    y, x = torch.arange(96)[:, None] - 48 - dy, torch.arange(64)[None] - 32 - dx
    return torch.exp(-0.5 * (y**2 + x**2) / 25)


def test_breathing_begins_at_rest_and_drifts_as_far_as_asked() -> None:
    assert displacements(12, 6.0, 0.0, generator(0, DRAW))[-1].item() == pytest.approx(6.0, rel=1e-5)
    free = displacements(40, 0.0, 8.0, generator(0, DRAW))
    assert free[0] == 0
    assert 6 < (free.max() - free.min()).item() <= 8
    weight = heart_weight((64, 64))
    assert weight[32, 32] > 0.99
    assert weight[0].max() < 0.3


def test_motion_in_an_acquisition_makes_ghosts_and_none_makes_none() -> None:
    still, drifting = replace(IDEAL, beats=12), replace(IDEAL, beats=12, breathing=8.0)
    torch.testing.assert_close(acquire(blob(), still, generator(0, DRAW)), blob(), atol=1e-4, rtol=0)
    ghosted = acquire(blob(), drifting, generator(0, DRAW))
    assert ghosted[:24].mean() > 3e-3
    assert ghosted.square().sum().item() == pytest.approx(blob().square().sum().item(), rel=0.05)


@pytest.mark.parametrize("order", ["sequential", "interleaved", "centric"])
def test_motion_leaves_the_heart_where_it_was(order: str) -> None:
    settings = replace(IDEAL, beats=12, order=order, drift=8.0)
    found = acquire(blob(), settings, generator(0, DRAW))
    rows = torch.arange(96.0)[:, None]
    assert ((found**2 * rows).sum() / (found**2).sum()).item() == pytest.approx(48, abs=1.1)  # of 6.4 voxels


def test_a_train_through_an_array_is_acquired_image_by_image() -> None:
    train = torch.stack([blob(), 0.5 * blob(), -blob()]).reshape(3, 1, 96, 64)
    settings = replace(IDEAL, coils=4, beats=8, drift=4.0)
    found = acquire(train, settings, generator(0, DRAW), phase_reference=train[:1].abs())
    assert found.shape == train.shape
    there = blob() > 0.05
    torch.testing.assert_close(found[1, 0][there], found[0, 0][there] / 2, atol=1e-3, rtol=0)
    torch.testing.assert_close(found[2, 0][there], -found[0, 0][there], atol=1e-3, rtol=0)


def test_a_mistriggered_beat_shows_the_other_phase() -> None:
    settings = replace(IDEAL, beats=8, mistriggered=1.0)
    other = blob(at=(30, 32))
    found = acquire(blob(), settings, generator(0, DRAW), phases=other[None])
    torch.testing.assert_close(found, other, atol=1e-4, rtol=0)
    with pytest.raises(SettingsError, match="other phases"):
        acquire(blob(), settings, generator(0, DRAW))
    failed = torch.tensor(shown(4000, 3, 0.25, generator(0, DRAW)))
    assert (failed > 0).float().mean().item() == pytest.approx(0.25, abs=3 * sqrt(0.25 * 0.75 / 4000))
    assert set(failed.tolist()) == {0, 1, 2, 3}

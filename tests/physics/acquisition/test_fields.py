"""Fields of susceptibility, devices and transmit coils against what magnetostatics knows in closed form."""

from dataclasses import replace
from math import pi, radians

import pytest
import torch
from torch import Tensor

from spinbridge.core.errors import SequenceError, SettingsError
from spinbridge.core.random import generator
from spinbridge.core.tissue import Tissue
from spinbridge.physics.acquisition.device import (
    Device,
    across_voxel,
    dephasing,
    device_field,
    device_mask,
    displaced,
    slopes,
)
from spinbridge.physics.acquisition.susceptibility import (
    GYROMAGNETIC,
    SUSCEPTIBILITY,
    field_shift,
    shimmed,
    with_off_resonance,
)
from spinbridge.physics.acquisition.transmit import RANGES, transmit_map, with_transmit
from spinbridge.physics.sequences.bssfp import BSSFP
from spinbridge.physics.sequences.spoiled_gre import SpoiledGRE

DRAW = "fields"
F0 = GYROMAGNETIC * 1.5 * 1e-6  # Hz per ppm at 1.5 T


def grid(n: int, fine: int) -> tuple[Tensor, Tensor, Tensor]:
    axis = (torch.arange(n * fine, dtype=torch.float64) + 0.5) / fine - n / 2
    z, y, x = torch.meshgrid(axis, axis, axis, indexing="ij")
    return z, y, x


def averaged(mask: Tensor, fine: int) -> Tensor:
    n = mask.shape[0] // fine
    return mask.double().reshape(n, fine, n, fine, n, fine).mean(dim=(1, 3, 5))


def test_field_of_a_sphere_is_that_of_a_dipole_outside_and_none_inside() -> None:
    n, fine, a = 64, 3, 8.0
    z, y, x = grid(n, fine)
    sphere = averaged(z**2 + y**2 + x**2 < a**2, fine)
    b = torch.tensor([0.6, 0.0, 0.8], dtype=torch.float64)
    found = field_shift(9.4 * sphere, (1.0, 1.0, 1.0), 1.5, field_direction=(0.6, 0.0, 0.8))
    z, y, x = grid(n, 1)
    r = (z**2 + y**2 + x**2).sqrt()
    cosine = (b[0] * x + b[1] * y + b[2] * z) / r
    wanted = F0 * 9.4 / 3 * (a / r) ** 3 * (3 * cosine**2 - 1)
    peak = F0 * 9.4 / 3 * 2
    near = (r > a + 2.5) & (r < 20)
    assert (found - wanted)[near].abs().max() < 0.02 * peak
    assert found[r < a - 2.5].abs().max() < 0.04 * peak


def test_field_of_a_long_cylinder_across_the_main_field() -> None:
    n, a = 128, 12.0
    axis = torch.arange(n, dtype=torch.float64) - (n - 1) / 2
    sub = (torch.arange(5) - 2) / 5
    y, x = torch.meshgrid(axis, axis, indexing="ij")
    disc = sum(((y + u) ** 2 + (x + v) ** 2 < a**2).double() for u in sub for v in sub) / 25
    found = field_shift(disc[None], (5.0, 1.0, 1.0), 1.5, field_direction=(0.0, 1.0, 0.0))[0]
    r, cos2 = (y**2 + x**2).sqrt(), (y**2 - x**2) / (y**2 + x**2)
    wanted = F0 / 2 * (a / r) ** 2 * cos2
    outside = (r > a + 2) & (r < 40)
    assert (found - wanted)[outside].abs().max() < 0.03 * F0 / 2
    assert (found[r < a - 2] + F0 / 6).abs().max() < 0.02 * F0


def test_a_slab_across_the_field_and_along_it() -> None:
    slab = torch.zeros(64, 1, 1, dtype=torch.float64)
    slab[24:40] = 1
    across = field_shift(slab, (1.0, 1.0, 1.0), 1.5)[:, 0, 0]
    along = field_shift(slab, (1.0, 1.0, 1.0), 1.5, field_direction=(1.0, 0.0, 0.0))[:, 0, 0]
    assert (across[32] - across[12]).item() == pytest.approx(-2 / 3 * F0, rel=1e-6)
    assert (along[32] - along[12]).item() == pytest.approx(1 / 3 * F0, rel=1e-6)


def test_a_shim_takes_its_own_polynomials_away_and_no_more() -> None:
    z, y, x = torch.meshgrid(*(torch.linspace(-1, 1, n) for n in (8, 40, 40)), indexing="ij")
    where = (y**2 + x**2) < 0.3
    planned = 30 + 20 * x - 50 * y + 10 * z
    extra = 40 * (x * y + 0.3 * z * x)
    assert shimmed(planned, where, (8.0, 2.0, 2.0)).abs().max() < 1e-3
    assert shimmed(planned + extra, where, (8.0, 2.0, 2.0), order=2).abs().max() < 1e-2
    assert shimmed(planned + extra, where, (8.0, 2.0, 2.0)).abs().max() > 20
    assert shimmed(planned[:1], where[:1], (8.0, 2.0, 2.0)).abs().max() < 1e-3


def test_a_heart_between_lungs_has_the_peaks_that_hearts_have() -> None:
    """An ellipsoid of tissue between two lungs, after the gradients were shimmed in it: 70 to 100 Hz at 1.5 T."""
    z, y, x = torch.meshgrid(*((torch.arange(n) - (n - 1) / 2) * 5 for n in (32, 48, 64)), indexing="ij")
    body = (x / 150) ** 2 + (y / 110) ** 2 < 1
    lungs = ((x.abs() - 75) / 58) ** 2 + (y / 85) ** 2 + (z / 110) ** 2 < 1
    heart = ((x - 25) / 55) ** 2 + ((y + 20) / 48) ** 2 + (z / 48) ** 2 < 1
    chi = torch.full(body.shape, SUSCEPTIBILITY["air"])
    for where, kind in ((body, "tissue"), (lungs & body, "lung"), (heart, "tissue")):
        chi[where] = SUSCEPTIBILITY[kind]
    field = shimmed(field_shift(chi, (5.0, 5.0, 5.0), 1.5), heart, (5.0, 5.0, 5.0))[heart]
    assert 70 < (field - field.median()).abs().quantile(0.995).item() < 100


def test_off_resonance_adds_to_what_the_tissue_has() -> None:
    fat = Tissue.voxel(t1=0.3, t2=0.07, off_resonance=-220.0)
    assert with_off_resonance(fat, torch.tensor(30.0)).off_resonance.item() == -190
    bare = replace(fat, off_resonance=None)
    assert with_off_resonance(bare, torch.tensor([1.0, 2.0])).off_resonance.tolist() == [1, 2]
    with pytest.raises(SettingsError, match="a map"):
        field_shift(torch.zeros(4, 4), (1, 1, 1), 1.5)


def test_a_device_is_the_dipole_of_its_sphere() -> None:
    device = Device(centre=(-40.0, 30.0, 60.0), shift=800.0, radius=15.0)
    field = device_field(device, (65, 65), (3.0, 3.0), field_direction=(0.0, 1.0, 0.0))
    y, x = 12 * 3.0 - 96, 50 * 3.0 - 96
    r = torch.tensor([x + 40, y - 30, -60.0])
    wanted = 800 * (100 / r.norm()) ** 3 * (3 * (r[1] / r.norm()) ** 2 - 1) / 2
    assert field[12, 50].item() == pytest.approx(wanted.item(), rel=1e-5)
    on_axis = device_field(replace(device, centre=(0.0, 0.0, 100.0)), (1, 1), (1.0, 1.0))
    assert on_axis.item() == pytest.approx(800.0)
    mask = device_mask(replace(device, centre=(0.0, 0.0, 0.0)), (65, 65), (3.0, 3.0))
    assert (~mask).sum().item() * 9 == pytest.approx(pi * 15**2, rel=0.06)


def test_dephasing_is_the_mean_of_the_phases_in_a_voxel() -> None:
    field = 40.0 * torch.arange(32.0)[None].expand(16, 32) + 15.0 * torch.arange(16.0)[:, None]
    assert [s[8, 8].item() for s in slopes(field, (2.0, 2.0))] == pytest.approx([7.5, 20.0])
    u = (torch.arange(4000, dtype=torch.float64) + 0.5) / 4000 - 0.5
    alone = [torch.exp(2j * pi * u * slope * 2.0 * 5e-3).mean().abs().item() for slope in (7.5, 20.0)]
    assert dephasing(field, (2.0, 2.0), 5e-3)[8, 8].item() == pytest.approx(alone[0] * alone[1], rel=1e-5)


def test_a_voxel_that_holds_whole_bands_loses_contrast_with_its_place_in_them() -> None:
    tissue = Tissue(pd=torch.ones(4, 64), t1=torch.full((4, 64), 1.0), t2=torch.full((4, 64), 0.05))
    field = torch.linspace(0, 640 * 64, 64).expand(4, 64)
    tissue = with_off_resonance(tissue, field)
    mixed = across_voxel(BSSFP(), field, (1.5, 1.5))(tissue).abs()[0, 2, 4:-4]
    sharp = BSSFP()(tissue).abs()[0, 2, 4:-4]
    assert sharp.std() > 3 * mixed.std()
    assert across_voxel(BSSFP(), field, (1.5, 1.5)).images == ("bssfp",)


def test_displacement_piles_up_leaves_a_void_and_keeps_the_signal() -> None:
    flat = torch.ones(2, 3, 60)
    bump = 6 * torch.exp(-0.5 * ((torch.arange(60.0) - 30) / 4) ** 2).expand(3, 60)
    found = displaced(flat, bump)
    torch.testing.assert_close(found.sum(-1), torch.full((2, 3), 60.0))
    assert found.max() > 2
    assert found[0, 0].argmax() > 32
    assert found[0, 0, 20:32].min() < 0.55
    torch.testing.assert_close(displaced(flat, torch.full((3, 60), 2.25))[0, 0, 3:], torch.ones(57))
    assert displaced(torch.ones(3, 60, dtype=torch.complex64), bump).is_complex()
    with pytest.raises(SettingsError, match="a shift"):
        displaced(flat, bump[:2])


@pytest.mark.parametrize(("field_strength", "low", "high"), [(1.5, 0.90, 1.05), (3.0, 0.65, 1.15)])
def test_a_transmit_map_is_smooth_and_reaches_its_extremes(field_strength: float, low: float, high: float) -> None:
    found = transmit_map((96, 96), RANGES[field_strength], generator(0, DRAW))
    assert (found.min().item(), found.max().item()) == pytest.approx((low, high), abs=1e-6)
    assert found.diff(dim=0).abs().max() < 0.05 * (high - low)
    with pytest.raises(SettingsError):
        transmit_map((8, 8), (1.1, 0.9), generator(0, DRAW))


def test_a_transmit_map_scales_the_flip_angle_and_nothing_else() -> None:
    maps = Tissue(pd=torch.ones(2), t1=torch.ones(2), t2=torch.full((2,), 0.05))
    scaled = with_transmit(SpoiledGRE(flip_angle=radians(20)), torch.tensor([0.7, 1.1]))(maps)[0]
    for number, angle in enumerate((14, 22)):
        torch.testing.assert_close(scaled[number], SpoiledGRE(flip_angle=radians(angle))(maps)[0, 0])
    with pytest.raises(SequenceError):
        with_transmit(BSSFP(flip_angle=3.0), 1.2)

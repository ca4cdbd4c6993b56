"""RI-Aug draws tissue and sequences that nature and scanners allow, and never touches the label."""

from functools import cache
from pathlib import Path

import pytest
import torch
from tests.scenes import BSSFP, scene_slices
from torch import Tensor

from spinbridge.core.errors import SettingsError
from spinbridge.core.random import generator
from spinbridge.core.slices import Slice
from spinbridge.core.tissue import Tissue
from spinbridge.methods.reverse_imaging.augmentation import (
    PhysicsAugmentation,
    PhysicsSettings,
    draw_subject,
)
from spinbridge.methods.reverse_imaging.inversion import InversionSettings
from spinbridge.methods.reverse_imaging.prior import tissue_prior
from spinbridge.methods.reverse_imaging.sequence_draws import FAMILIES, draw_sequence, family_of
from spinbridge.methods.reverse_imaging.spins import SpinSlice, load_spins, save_spins, spin_slices
from spinbridge.physics.protocols.catalogue import load_protocol
from spinbridge.physics.sequences.language import parse_sequence


@cache
def prepared() -> tuple[list[Slice], dict[str, SpinSlice]]:
    slices = scene_slices(size=48)
    return slices, spin_slices(slices, parse_sequence(BSSFP), tissue_prior(1.5), InversionSettings())


def physics(**changes: object) -> PhysicsAugmentation:
    settings = PhysicsSettings(**{"source_chance": 0.0, **changes})  # type: ignore[arg-type]
    return PhysicsAugmentation(spins=prepared()[1], settings=settings)


def shares(spin: SpinSlice) -> Tensor:
    return spin.mixed(torch.eye(len(spin.prior.names)))


def drawn_tissue(seed: int, **changes: object) -> Tissue:
    settings = PhysicsSettings(**changes)  # type: ignore[arg-type]
    subject = draw_subject(tissue_prior(1.5), settings, generator(seed, "varied"))
    return subject.tissue_of(prepared()[1]["chest0#0"])[0]


@pytest.mark.parametrize("seed", range(30))
def test_varied_tissue_is_one_that_can_be(seed: int) -> None:
    tissue = drawn_tissue(seed)
    assert tissue.t2star is not None
    assert bool((tissue.t2 <= tissue.t1).all())
    assert bool((tissue.t2star <= tissue.t2).all())
    assert all(bool((value > 0).all()) for value in (tissue.pd, tissue.t1, tissue.t2, tissue.t2star))


def test_no_width_and_full_texture_give_the_tissue_back() -> None:
    tissue = drawn_tissue(0, tissue_width=(0.0, 0.0), texture=(1.0, 1.0), gadolinium_chance=0.0)
    torch.testing.assert_close(tissue.t1.log(), prepared()[1]["chest0#0"].log_tissue[1].float())


def test_no_texture_leaves_the_means_of_the_classes() -> None:
    tissue = drawn_tissue(0, tissue_width=(0.0, 0.0), texture=(0.0, 0.0), gadolinium_chance=0.0)
    expected = torch.einsum("kyx,k->yx", shares(prepared()[1]["chest0#0"]), tissue_prior(1.5).log_mean[:, 1])
    torch.testing.assert_close(tissue.t1.log(), expected)


def test_gadolinium_shortens_t1_and_keeps_the_order_of_times() -> None:
    native, after = (drawn_tissue(0, gadolinium_chance=share) for share in (0.0, 1.0))
    blood = shares(prepared()[1]["chest0#0"])[tissue_prior(1.5).index("lv_blood")] > 0.5
    assert bool((after.t1[blood] < 0.7 * native.t1[blood]).all())
    assert bool((after.t1 <= native.t1 * (1 + 1e-6)).all())
    assert bool((after.t2 <= after.t1).all())


@pytest.mark.parametrize("family", FAMILIES)
def test_the_label_is_untouched_and_the_image_is_signed_only_where_its_phase_is_known(family: str) -> None:
    item = prepared()[0][0]
    for seed in range(5):
        made = physics(families=(family,))(item, generator(seed, family))
        assert made.label is item.label
        assert made.key == item.key
        assert made.image.shape == item.image.shape
        assert (float(made.image.min()) >= 0) == (family != "psir")
        assert bool(torch.isfinite(made.image).all())


def test_a_sample_depends_on_its_generator_alone() -> None:
    item = prepared()[0][0]
    one, again = (physics()(item, generator(7, "sample")) for _ in range(2))
    assert torch.equal(one.image, again.image)


def test_the_source_keeps_its_share() -> None:
    item = prepared()[0][0]
    kept = sum(physics(source_chance=0.3)(item, generator(n, "share")).image is item.image for n in range(200))
    assert 40 <= kept <= 80


def test_contrast_between_blood_and_myocardium_takes_either_sign() -> None:
    item = prepared()[0][0]
    brighter = 0
    for seed in range(40):
        image = physics(families=("molli",))(item, generator(seed, "sign")).image
        brighter += bool(image[item.label == 3].mean() > image[item.label == 2].mean())
    assert 5 < brighter < 35


@pytest.mark.parametrize("family", FAMILIES)
def test_drawn_sequences_can_be_played(family: str) -> None:
    tissue = Tissue(pd=torch.ones(2), t1=torch.tensor([1.0, 1.5]), t2=torch.tensor([0.05, 0.2]))
    for seed in range(500):
        model = draw_sequence(family, torch.tensor([0.0, 1.0]), generator(seed, "protocol"))
        assert family_of(model) == family
        signal = model(tissue)[-1]
        assert bool(torch.isfinite(signal).all())


def test_an_unknown_family_is_refused() -> None:
    with pytest.raises(SettingsError, match=r"needed a sequence family among bssfp, gre, molli, .*, got 'epi'"):
        draw_sequence("epi", torch.zeros(1), generator(0))


@pytest.mark.parametrize(
    ("text", "family"),
    [("bssfp", "bssfp"), ("bssfp-short", "bssfp"), ("gre", "gre"), ("molli", "molli"), ("ir-bssfp(ti=300ms)", "molli")],
)
def test_every_word_of_the_language_has_a_family(text: str, family: str) -> None:
    assert family_of(parse_sequence(text)) == family


def test_spins_come_back_from_their_file_to_the_bit(tmp_path: Path) -> None:
    spins = prepared()[1]
    save_spins(tmp_path / "case.safetensors", spins)
    back = load_spins(tmp_path / "case.safetensors", tissue_prior(1.5))
    assert list(back) == sorted(spins)
    for key, spin in spins.items():
        assert torch.equal(back[key].log_tissue, spin.log_tissue)
        assert torch.equal(back[key].packed_shares, spin.packed_shares)


def test_kept_shares_are_near_enough() -> None:
    for spin in prepared()[1].values():
        assert float((shares(spin).sum(dim=0) - 1).abs().max()) < 0.02


@pytest.mark.parametrize("protocol", ["ge-3T", "mnms"])
def test_named_protocol_draws_finite_images_of_what_it_plays(protocol: str) -> None:
    item = prepared()[0][0]
    families = tuple(word for word in load_protocol(protocol).words if word in FAMILIES)
    drawn = physics(families=families, protocol=protocol)
    one, again, other = (drawn(item, generator(seed, "protocol")).image for seed in (1, 1, 2))
    assert torch.equal(one, again)
    assert not torch.equal(one, other)
    assert bool(torch.isfinite(one).all())


def test_tissue_on_a_3_tesla_scanner_has_the_times_of_3_tesla() -> None:
    spin, draws = (
        prepared()[1]["chest0#0"],
        {"tissue_width": (0.0, 0.0), "texture": (1.0, 1.0), "gadolinium_chance": 0.0},
    )
    settings = PhysicsSettings(density_chance=0.0, **draws)  # type: ignore[arg-type]
    here, there = (
        draw_subject(spin.prior, settings, generator(0), scanner=scanner).tissue_of(spin)[0]
        for scanner in (None, load_protocol("ge-3T"))
    )
    muscle = shares(spin)[spin.prior.index("myocardium")] > 0.99
    means = [tissue_prior(field).log_mean[spin.prior.index("myocardium"), 1] for field in (1.5, 3.0)]
    ratio = (there.t1[muscle] / here.t1[muscle]).log()
    torch.testing.assert_close(ratio, (means[1] - means[0]).expand_as(ratio), atol=0.02, rtol=0)


def test_an_enhancement_image_is_drawn_after_agent_even_where_none_was_drawn() -> None:
    item = prepared()[0][0]
    native = physics(families=("lge",), gadolinium_chance=0.0, dose=(0.0, 0.0))
    after = physics(families=("lge",), gadolinium_chance=0.0, dose=(1.0, 1.0))
    without, enhanced = (method(item, generator(3, "agent")).image for method in (native, after))
    assert not torch.allclose(without, enhanced)

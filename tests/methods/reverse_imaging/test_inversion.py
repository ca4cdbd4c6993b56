"""What an inversion can know from one image, or from a train, and what it must leave to the prior (docs/physics.md)."""

from functools import cache

import pytest
import torch
from tests.scenes import BSSFP, GAIN, Scene, scene, seen
from torch import Tensor

from spinbridge.core.errors import InputError, SettingsError
from spinbridge.core.structures import Heart
from spinbridge.core.tissue import Tissue
from spinbridge.methods.reverse_imaging.classes import with_flip_angle
from spinbridge.methods.reverse_imaging.estimate import TissueEstimate
from spinbridge.methods.reverse_imaging.inversion import InversionSettings, fit_gain, invert, noise_level
from spinbridge.methods.reverse_imaging.prior import BLOOD, tissue_prior
from spinbridge.methods.reverse_imaging.rendering import with_transfer
from spinbridge.phantoms.heart.acquire import acquire
from spinbridge.phantoms.heart.maps import tissue_maps
from spinbridge.phantoms.heart.settings import HeartSettings
from spinbridge.phantoms.heart.subject import draw_subject
from spinbridge.physics.sequences.flow import with_flow
from spinbridge.physics.sequences.language import parse_image_sequence, parse_sequence

GRE, MOLLI = "gre(fa=15deg,tr=5ms,te=2.5ms)", "molli(scheme=5(3)3,hr=60bpm,fa=35deg)"
SEEDS = (0, 1, 2, 3)
EXACT = InversionSettings(model_error=0.03)  # the scenes are made by the models themselves


@cache
def chest(seed: int) -> Scene:
    return scene(seed, size=48)


@cache
def estimate(sequence: str, seed: int, *, labelled: bool = True) -> TissueEstimate:
    what, model = chest(seed), parse_sequence(sequence)
    label = what.label if labelled else None
    images = seen(what, model, seed=seed)
    return invert(images, model, tissue_prior(1.5), spacing=2.5, label=label, settings=EXACT)


def prior_tissue(what: Scene) -> Tissue:
    """The mean of the table in every voxel, for one who knows all tissues and has no image."""
    pd, t1, t2 = tissue_prior(1.5).log_mean.exp()[what.classes].movedim(-1, 0)
    return Tissue(pd=pd, t1=t1, t2=t2)


def ratio_error(found: Tissue, what: Scene) -> float:
    """Median relative error of T1/T2 in the heart."""
    return float(((found.t1 / found.t2) / (what.tissue.t1 / what.tissue.t2) - 1).abs()[what.heart].median())


def mean_over_seeds(values: list[float]) -> float:
    return sum(values) / len(values)


def test_one_bssfp_image_tells_the_ratio_of_t1_and_t2() -> None:
    errors = [ratio_error(estimate(BSSFP, seed).tissue, chest(seed)) for seed in SEEDS]
    without = [ratio_error(prior_tissue(chest(seed)), chest(seed)) for seed in SEEDS]
    assert mean_over_seeds(errors) < 0.12
    assert mean_over_seeds(errors) < 0.95 * mean_over_seeds(without)  # bound protons leave T2 a smaller part


def test_a_train_tells_t1() -> None:
    for seed in SEEDS:
        what, found = chest(seed), estimate(MOLLI, seed)
        error = (found.tissue.t1 / what.tissue.t1 - 1).abs()[what.heart].median()
        assert float(error) < 0.03
        assert float((found.deviation.t1 / found.tissue.t1)[what.heart].median()) < 0.6 * _prior_spread(what, 1)


def test_one_gradient_echo_says_nothing_of_t2() -> None:
    for seed in SEEDS:
        what, found = chest(seed), estimate(GRE, seed)
        muscle = what.label == Heart.MYO
        left = (found.deviation.t2 / found.tissue.t2)[muscle].median()
        assert float(left) > 0.9 * float(tissue_prior(1.5).log_spread[tissue_prior(1.5).index("myocardium"), 2])


def test_the_rest_of_a_bssfp_voxel_is_left_to_the_prior() -> None:
    what, found = chest(0), estimate(BSSFP, 0)
    muscle = what.label == Heart.MYO
    spread = tissue_prior(1.5).log_spread[tissue_prior(1.5).index("myocardium")]
    left = (found.deviation.t1 / found.tissue.t1)[muscle].median()
    assert float(left) > 0.8 * float(spread[1])


@pytest.mark.parametrize("sequence", [BSSFP, GRE, MOLLI])
def test_the_source_image_comes_back_within_noise(sequence: str) -> None:
    what, model, found = chest(1), parse_sequence(sequence), estimate(sequence, 1)
    image = seen(what, model, seed=1)
    back = model(with_transfer(found.tissue, model, found.pools)).abs() * found.log_gain.exp()
    noise = GAIN * float(what.signal(model).abs()[0][what.label == Heart.MYO].mean()) / 40
    assert float((back - image)[:, what.heart].square().mean().sqrt()) < 1.5 * noise


@pytest.mark.parametrize("sequence", [BSSFP, MOLLI])
def test_the_truth_lies_within_two_standard_deviations(sequence: str) -> None:
    inside: list[Tensor] = []
    for seed in SEEDS:
        what, found = chest(seed), estimate(sequence, seed)
        for name in ("t1", "t2"):
            away = (getattr(found.tissue, name) - getattr(what.tissue, name)).abs()
            inside.append((away <= 2 * getattr(found.deviation, name))[what.heart].float().mean())
    assert float(torch.stack(inside).mean()) >= 0.85


@pytest.mark.parametrize("labelled", [True, False])
def test_the_gain_is_found(labelled: bool) -> None:
    for seed in SEEDS:
        what, found = chest(seed), estimate(BSSFP, seed, labelled=labelled)
        gain = float(found.log_gain.exp()[what.heart].median())
        assert gain == pytest.approx(GAIN, rel=0.12 if labelled else 0.2)


def test_the_gain_of_average_tissue_is_found_to_a_few_percent() -> None:
    what = scene(0, size=48)
    average = Scene(
        Tissue(
            **{name: getattr(prior_tissue(what), name) for name in ("pd", "t1", "t2")},
            t2star=what.tissue.t2star,
            off_resonance=what.tissue.off_resonance,
        ),
        what.label,
        what.classes,
    )
    model = parse_sequence(BSSFP)
    for label in (what.label, None):
        found = invert(seen(average, model), model, tissue_prior(1.5), spacing=2.5, label=label)
        assert float(found.log_gain.exp()[what.heart].median()) == pytest.approx(GAIN, rel=0.04)


def test_a_gain_ten_times_as_large_changes_no_tissue() -> None:
    what, model = chest(0), parse_sequence(BSSFP)
    image = seen(what, model)
    one = invert(image, model, tissue_prior(1.5), spacing=2.5, label=what.label)
    ten = invert(10 * image, model, tissue_prior(1.5), spacing=2.5, label=what.label)
    torch.testing.assert_close(ten.tissue.t1, one.tissue.t1, rtol=1e-3, atol=1e-4)
    torch.testing.assert_close(ten.log_gain.exp(), 10 * one.log_gain.exp(), rtol=1e-3, atol=1e-3)


def test_a_smooth_shading_is_found() -> None:
    what, model = scene(0, size=96, slices=1), parse_sequence(BSSFP)
    y, x = torch.meshgrid(torch.linspace(-1, 1, 96), torch.linspace(-1, 1, 96), indexing="ij")
    shading = 0.3 * x + 0.15 * y
    image = seen(what, model) * shading.exp()
    found = invert(image, model, tissue_prior(1.5), spacing=2.5, label=what.label).log_gain[0]
    body = what.classes[0] != tissue_prior(1.5).index("air")
    pair = torch.stack([found[body], shading[body]])
    assert float(torch.corrcoef(pair)[0, 1]) > 0.8


def test_a_planted_flip_angle_factor_is_found() -> None:
    prior, told = tissue_prior(1.5), parse_sequence("bssfp(fa=60deg,tr=3.2ms)")
    factors = []
    for seed in SEEDS:
        what = chest(seed)
        image = seen(what, with_flip_angle(told, 0.85), seed=seed)
        settings = InversionSettings(fit_flip_angle=True)
        expected = prior.expected(what.label.long(), spacing=2.5)
        model, _ = fit_gain(image, what.label > 0, expected, told, prior, noise_level(image), settings)
        factors.append(float(model.flip_angle / told.flip_angle))  # type: ignore[attr-defined]
    assert mean_over_seeds(factors) == pytest.approx(0.85, abs=0.1)


def test_noise_is_measured() -> None:
    image = 200 + 25 * torch.randn((1, 2, 64, 64), generator=torch.Generator().manual_seed(0))
    assert float(noise_level(image)) == pytest.approx(25, rel=0.05)


def test_labels_say_what_a_voxel_is() -> None:
    what, found = chest(0), estimate(BSSFP, 0)
    names = {Heart.LV: "lv_blood", Heart.MYO: "myocardium", Heart.RV: "rv_blood"}
    for structure, name in names.items():
        inside = what.label == structure
        right = found.classes[inside] == found.names.index(name)
        assert float(right.float().mean()) > 0.95


def test_a_heart_in_the_middle_that_nobody_labelled_is_told_by_its_place() -> None:
    prior = tissue_prior(1.5)
    blank = torch.zeros((1, 101, 101), dtype=torch.long)
    shares = prior.expected(blank, spacing=3.0)
    torch.testing.assert_close(shares.sum(dim=0), torch.ones((1, 101, 101)))
    middle, corner = shares[:, 0, 50, 50], shares[:, 0, 0, 0]
    muscle = prior.index("myocardium")
    assert float(middle[muscle]) > 0.2
    assert float(corner[muscle]) < 0.05
    blank[0, 0, 0] = Heart.LV
    torch.testing.assert_close(prior.expected(blank, spacing=3.0)[:, 0, 50, 50], prior.shares[0])


def test_without_a_label_most_of_the_phantoms_heart_is_found() -> None:
    subject, model = draw_subject(5, 0, "NOR"), parse_sequence(BSSFP)
    case = acquire(subject, model, "ED")[0]
    image = torch.from_numpy(case.image.data)[None, 4:6]
    found = invert(image, model, tissue_prior(1.5), spacing=subject.protocol.spacing)
    assert case.label is not None
    truth = torch.from_numpy(case.label.data)[4:6]
    assert float(found.share(BLOOD)[truth == Heart.LV].mean()) > 0.7
    assert float(found.share(frozenset({"myocardium"}))[truth == Heart.MYO].mean()) > 0.6


def test_after_contrast_agent_the_heart_is_found_if_the_prior_is_told() -> None:
    subject = draw_subject(5, 0, "DCM", HeartSettings(contrast="post"))
    model = parse_image_sequence(MOLLI)
    cases = acquire(subject, model, "ED")
    images = torch.stack([torch.from_numpy(case.image.data[4:6]) for case in cases])
    assert cases[0].label is not None
    label = torch.from_numpy(cases[0].label.data[4:6]).long()
    prior = tissue_prior(1.5, "post")
    found = invert(images, model, prior, spacing=subject.protocol.spacing, label=label)
    truth = tissue_maps(subject, "ED").tissue.t1[4:6]
    for structure, name in ((Heart.LV, "lv_blood"), (Heart.MYO, "myocardium")):
        inside = label == structure
        assert float((found.classes[inside] == prior.index(name)).float().mean()) > 0.7
        assert float((found.tissue.t1 / truth - 1).abs()[inside].median()) < 0.05


def test_contrast_agent_shortens_the_priors_times_and_widens_them() -> None:
    native, post = (tissue_prior(1.5, contrast) for contrast in ("native", "post"))
    assert bool((post.log_mean[:, 1:] <= native.log_mean[:, 1:]).all())
    assert bool((post.log_spread >= native.log_spread).all())
    torch.testing.assert_close(post.log_mean[:, 0], native.log_mean[:, 0])
    with pytest.raises(SettingsError, match="--contrast: needed a contrast among native, post, got 'late'"):
        tissue_prior(1.5, "late")


def test_shares_add_up_to_one() -> None:
    found = estimate(BSSFP, 0, labelled=False)
    torch.testing.assert_close(found.shares.sum(dim=0), torch.ones_like(found.tissue.pd))
    both = found.share(frozenset({"lv_blood", "rv_blood"}))
    assert float(both.min()) >= 0
    assert float(both.max()) <= 1 + 1e-5
    assert float(found.share(frozenset({"nothing"})).max()) == 0.0


@pytest.mark.parametrize("labelled", [True, False])
def test_an_image_of_zeros_outside_the_cavity_is_inverted(labelled: bool) -> None:
    what, model = chest(0), parse_sequence(BSSFP)
    image = torch.where(what.label == Heart.LV, seen(what, model), 0.0)
    found = invert(image, model, tissue_prior(1.5), spacing=2.5, label=what.label if labelled else None)
    assert bool(torch.isfinite(found.tissue.t1).all())
    gain = found.log_gain.exp()[what.label == Heart.LV].median()
    assert float(gain) == pytest.approx(GAIN, rel=0.35 if labelled else 0.5)  # one bright disc may be any tissue


def test_flow_acts_where_blood_is() -> None:
    what = chest(0)
    blood = (what.label == Heart.LV).float()
    still, moving = parse_sequence(GRE), parse_image_sequence(GRE)
    signal, inflow = still(what.tissue)[0], with_flow(moving, blood)(what.tissue)[0]
    assert bool((inflow[what.label == Heart.LV] > 1.5 * signal[what.label == Heart.LV]).all())
    torch.testing.assert_close(inflow[what.label == Heart.MYO], signal[what.label == Heart.MYO])


def test_bright_flowing_blood_in_a_gradient_echo_is_blood() -> None:
    what = chest(0)
    model = parse_image_sequence(GRE)
    image = seen(what, with_flow(model, (what.label == Heart.LV).float()))
    found = invert(image, model, tissue_prior(1.5), spacing=2.5, label=what.label)
    cavity = what.label == Heart.LV
    assert float(found.share(BLOOD)[cavity].mean()) > 0.9
    assert float(found.tissue.t1[cavity].median()) == pytest.approx(float(what.tissue.t1[cavity].median()), rel=0.15)


@pytest.mark.parametrize(
    ("images", "message"),
    [
        (torch.ones(1, 2, 8, 8), "needed an image with contrast, got one value everywhere"),
        (torch.full((1, 2, 8, 8), torch.nan), "needed finite voxels, got NaN or infinite ones"),
        (torch.full((1, 2, 8, 8), torch.inf), "needed finite voxels"),
        (torch.rand((3, 2, 8, 8), generator=torch.Generator().manual_seed(0)), "needed 1 images .* got 3"),
        (torch.rand((2, 8, 8), generator=torch.Generator().manual_seed(0)), r"needed images of shape \(N, z, y, x\)"),
    ],
)
def test_what_cannot_be_inverted_is_refused(images: Tensor, message: str) -> None:
    with pytest.raises(InputError, match=message):
        invert(images, parse_sequence(BSSFP), tissue_prior(1.5), spacing=1.5)


def test_a_train_with_an_image_too_few_is_refused() -> None:
    images = torch.rand((7, 1, 8, 8), generator=torch.Generator().manual_seed(0))
    with pytest.raises(InputError, match=r"needed 8 images \(ti120ms.* got 7"):
        invert(images, parse_sequence("molli(scheme=5(3)3,hr=60bpm)"), tissue_prior(1.5), spacing=1.5)


def _prior_spread(what: Scene, channel: int) -> float:
    return float(tissue_prior(1.5).log_spread[what.classes][..., channel][what.heart].median())

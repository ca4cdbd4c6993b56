"""MOLLI fits: exact curves, an independent optimiser, signs, deviations, known bias, voxels that fail."""

import numpy as np
import pytest
import torch
from scipy.io import loadmat
from scipy.optimize import least_squares
from tests.physics.fits.curves import INVERSIONS, by_scipy, inversion_recovery, noisy
from tests.real_data import real_data
from torch import Tensor

from spinbridge.core.errors import InputError
from spinbridge.core.tissue import Tissue
from spinbridge.physics.fits.molli_fit import fit_molli
from spinbridge.physics.fits.polarity import longest, phase_sensitive, sign_patterns
from spinbridge.physics.fits.relaxation_fit import Failure, Limits
from spinbridge.physics.sequences.molli import GatedMOLLI

TIMES = np.array(INVERSIONS)
T1 = torch.linspace(0.25, 2.2, 60, dtype=torch.float64).reshape(3, 20)
# T1 with the Look-Locker correction, simulated once apart from this package; scheme, heart rate [bpm], T1, T2 [s].
KNOWN = {
    ("5(3)3", 60, 1.0, 0.045): 0.889,
    ("5(3)3", 60, 1.2, 0.042): 1.046,
    ("5(3)3", 60, 1.55, 0.25): 1.451,
    ("5(3)3", 60, 1.9, 0.18): 1.740,
    ("5(3)3", 60, 0.3, 0.07): 0.289,
    ("5(3)3", 60, 0.45, 0.043): 0.421,
    ("3(3)3(3)5", 60, 1.0, 0.045): 0.904,
    ("3(3)3(3)5", 60, 1.9, 0.18): 1.689,
    ("3(3)3(3)5", 60, 0.3, 0.05): 0.287,
    ("4(1)3(1)2", 60, 1.0, 0.045): 0.860,
    ("4(1)3(1)2", 60, 1.15, 0.065): 0.993,
    ("4(1)3(1)2", 60, 1.9, 0.18): 1.570,
    ("5(3)3", 40, 1.0, 0.045): 0.884,
    ("5(3)3", 120, 1.0, 0.045): 0.900,
    ("5(3)3", 120, 1.55, 0.25): 1.415,
    ("3(3)3(3)5", 80, 1.55, 0.25): 1.378,
    ("3(3)3(3)5", 120, 1.55, 0.25): 1.253,
}


def test_exact_curves_are_met_whatever_the_order_of_the_images() -> None:
    order = torch.randperm(len(INVERSIONS), generator=torch.Generator().manual_seed(0))
    fit = fit_molli(7 * inversion_recovery(T1)[order], tuple(INVERSIONS[i] for i in order), signed=True)
    torch.testing.assert_close(fit.t1, T1, rtol=1e-8, atol=0)
    torch.testing.assert_close(fit.amplitude, torch.full_like(T1, 7.0))
    assert not bool(fit.failed.any())
    assert float(fit.residual.max()) < 1e-8


def test_magnitudes_get_their_signs_back() -> None:
    assert torch.equal(fit_molli(inversion_recovery(T1).abs(), INVERSIONS).failure, torch.zeros(3, 20).byte())
    torch.testing.assert_close(fit_molli(inversion_recovery(T1).abs(), INVERSIONS).t1, T1, rtol=1e-8, atol=0)


@pytest.mark.parametrize("scale", [1.0, 4095.0, 1e-12])
def test_single_precision_is_enough_at_any_scale(scale: float) -> None:
    fit = fit_molli((scale * inversion_recovery(T1)).abs().float(), INVERSIONS)
    assert fit.t1 is not None
    assert fit.t1.dtype == torch.float32
    torch.testing.assert_close(fit.t1.double(), T1, rtol=2e-4, atol=0)


def test_whole_numbers_as_scanners_store_them_are_taken() -> None:
    images = (4000 * inversion_recovery(T1).abs()).round().to(torch.int16)
    torch.testing.assert_close(fit_molli(images, INVERSIONS).t1, T1.float(), rtol=2e-3, atol=0)


def test_the_phase_of_the_longest_inversion_time_gives_the_sign() -> None:
    signal = inversion_recovery(T1)
    phase = torch.linspace(-3, 3, T1.numel(), dtype=torch.float64).reshape(T1.shape)
    turned = signal * torch.exp(1j * phase)
    torch.testing.assert_close(phase_sensitive(turned, longest(INVERSIONS)), signal)
    torch.testing.assert_close(fit_molli(turned, INVERSIONS).t1, T1, rtol=1e-8, atol=0)


def test_signs_are_tried_in_the_order_of_the_inversion_times() -> None:
    assert sign_patterns((0.3, 0.1, 0.2)).tolist() == [[1, 1, 1], [1, -1, 1], [1, -1, -1]]


def test_noisy_voxels_are_those_of_an_independent_optimiser() -> None:
    t1 = torch.tensor([0.4, 0.9, 1.2, 1.6], dtype=torch.float64)
    images = noisy(inversion_recovery(t1), 0.025, "scipy")
    a, b, star = by_scipy(lambda p: p[0] - p[1] * np.exp(-TIMES / p[2]), images, [1.0, 2.0, 0.8]).T
    fit = fit_molli(images, INVERSIONS, signed=True)
    torch.testing.assert_close(fit.t1, torch.from_numpy(star * (b / a - 1)), rtol=1e-6, atol=0)
    torch.testing.assert_close(fit.amplitude, torch.from_numpy(a), rtol=1e-6, atol=0)


def test_the_signs_kept_are_the_best_of_all() -> None:
    t1 = torch.tensor([0.35, 0.8, 1.3], dtype=torch.float64)
    images = noisy(inversion_recovery(t1), 0.05, "signs").abs()
    patterns = sign_patterns(INVERSIONS).numpy()
    fit = fit_molli(images, INVERSIONS)
    for voxel, residual in enumerate(fit.residual.tolist()):
        squares = [
            least_squares(lambda p, s=s: p[0] - p[1] * np.exp(-TIMES / p[2]) - s, [1.0, 2.0, 0.8]).cost * 2
            for s in patterns * images[:, voxel].numpy()
        ]
        assert residual == pytest.approx(np.sqrt(min(squares) / (len(TIMES) - 3)), rel=1e-4)


@pytest.mark.parametrize("known", [True, False])
def test_deviations_are_those_of_repeated_noise(known: bool) -> None:
    signal = inversion_recovery(torch.full((20_000,), 1.1, dtype=torch.float64), b=1.7)
    fit = fit_molli(noisy(signal, 0.02, "spread"), INVERSIONS, signed=True, noise=0.02 if known else None)
    assert fit.t1 is not None
    assert fit.t1_sd is not None
    assert float(fit.t1_sd.square().mean().sqrt()) == pytest.approx(float(fit.t1.std()), rel=0.04)
    assert float(fit.amplitude_sd.square().mean().sqrt()) == pytest.approx(float(fit.amplitude.std()), rel=0.04)
    assert float(fit.residual.square().mean().sqrt()) == pytest.approx(0.02, rel=0.02)


@pytest.mark.parametrize(("case", "known"), KNOWN.items())
def test_the_known_bias_of_gated_molli_comes_out(case: tuple[str, float, float, float], known: float) -> None:
    scheme, beats, t1, t2 = case
    model = GatedMOLLI.scheme(scheme, heart_rate=beats / 60)
    fit = fit_molli(model(Tissue.voxel(t1=t1, t2=t2)), model.timing.image_times, signed=True)
    assert fit.t1 is not None
    assert fit.t1.item() == pytest.approx(known, abs=0.0006)


def test_a_measured_phantom_comes_out_as_on_the_map_that_came_with_it() -> None:
    found = loadmat(real_data("molli_phantom") / "demo_Phantom.mat")
    stack, known = torch.from_numpy(found["MOLLIT1wTI"][0, 0]), torch.from_numpy(found["MOLLIoffLineT1Map"][0])
    t1 = fit_molli(stack[:5], tuple(stack[5:, 0, 0].tolist())).t1
    vials = torch.zeros_like(known, dtype=torch.bool)
    for y, x in ((76, 55), (84, 72), (97, 54), (93, 95), (99, 113)):  # 0.3 to 1.56 s
        vials[y - 3 : y + 4, x - 3 : x + 4] = True
    assert t1 is not None
    assert not bool(t1[vials].isnan().any())
    assert float((t1 / known - 1)[vials].abs().quantile(0.95)) < 0.03


def failure_of(images: Tensor, **options: float) -> Failure:
    fit = fit_molli(images, INVERSIONS, **options)
    assert fit.t1 is not None
    assert bool(fit.t1.isnan()) == bool(fit.failed)
    return Failure(int(fit.failure))


def test_a_voxel_that_fails_says_why() -> None:
    recovery = inversion_recovery(torch.tensor(1.0))
    alternating = torch.tensor([1.0, 0.4] * 5 + [1.0])
    assert failure_of(recovery) is Failure.NONE
    assert failure_of(0 * recovery) is Failure.NO_SIGNAL
    assert failure_of(torch.where(recovery > 0.9, torch.nan, recovery)) is Failure.NO_SIGNAL
    assert failure_of(0.02 * recovery, noise=0.01) is Failure.NO_SIGNAL
    assert failure_of(torch.ones_like(recovery)) is Failure.OUT_OF_BOUNDS
    assert failure_of(inversion_recovery(torch.tensor(30.0))) is Failure.OUT_OF_BOUNDS
    assert failure_of(recovery * alternating) is Failure.RESIDUAL


def test_a_voxel_that_noise_could_have_made_is_undetermined() -> None:
    images = inversion_recovery(torch.full((50,), 1.0))
    fit = fit_molli(noisy(images, 0.01, "unsure"), INVERSIONS, signed=True, limits=Limits(deviation=1e-3))
    assert set(fit.failure.tolist()) == {Failure.UNDETERMINED}


def test_air_is_not_believed() -> None:
    air = torch.complex(*noisy(torch.zeros(2, len(INVERSIONS), 4000), 1.0, "rayleigh")).abs()
    assert float(fit_molli(air, INVERSIONS).failed.float().mean()) > 0.97


def test_empty_maps_and_single_voxels_keep_their_shape() -> None:
    assert fit_molli(torch.zeros(len(INVERSIONS), 0, 4), INVERSIONS).failure.shape == (0, 4)
    assert fit_molli(torch.zeros(len(INVERSIONS)), INVERSIONS).failure.shape == ()


def test_images_and_times_must_match() -> None:
    with pytest.raises(InputError, match="one image for each time, got 10 images and 11 times"):
        fit_molli(torch.ones(10, 4), INVERSIONS)
    with pytest.raises(InputError, match="3 images or more"):
        fit_molli(torch.ones(2, 4), INVERSIONS[:2])

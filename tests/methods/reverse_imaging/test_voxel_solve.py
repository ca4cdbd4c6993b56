"""The posterior of one voxel against what a fine grid, a second derivative and a closed form say."""

import math

import pytest
import torch
from torch import Tensor

from spinbridge.core.tissue import Tissue
from spinbridge.methods.reverse_imaging.classes import forward_of
from spinbridge.methods.reverse_imaging.prior import tissue_prior
from spinbridge.methods.reverse_imaging.voxel_solve import Forward, Posterior, linearised, solve
from spinbridge.physics.sequences.language import parse_sequence

_TRUE = torch.tensor([0.03, 0.08, -0.10], dtype=torch.float64)  #: of log PD, T1, T2 from the prior's mean


def setting(sequence: str) -> tuple[Forward, Tensor, Tensor, Tensor, Tensor]:
    """Forward model, observed images, prior mean and spread, noise, of one voxel of myocardium in float64."""
    prior = tissue_prior(1.5)
    number = prior.index("myocardium")
    mean, spread = prior.log_mean[number].double(), prior.log_spread[number].double()
    model = parse_sequence(sequence)
    star = prior.t2star[number].double()

    def forward(latent: Tensor) -> Tensor:
        pd, t1, t2 = latent.exp().unbind(dim=-1)
        return model(Tissue(pd=pd, t1=t1, t2=t2, t2star=star.expand(pd.shape))).abs()

    observed = forward((mean + _TRUE)[None])
    noise = torch.full_like(observed, float(observed.abs().max()) / 40)
    return forward, observed, mean, spread, noise


def found(sequence: str, steps: int = 8) -> Posterior:
    forward, observed, mean, spread, noise = setting(sequence)
    return solve(forward, observed, mean[None], spread[None], noise, steps=steps)


def cost(sequence: str, latent: Tensor) -> Tensor:
    """Minus the logarithm of the posterior at `latent` (V, 3)."""
    forward, observed, mean, spread, noise = setting(sequence)
    fit = (((observed - forward(latent)) / noise) ** 2).sum(dim=0)
    return 0.5 * fit + 0.5 * (((latent - mean) / spread) ** 2).sum(dim=-1)


SEQUENCES = ["bssfp(fa=50deg,tr=3.2ms)", "gre(fa=15deg,tr=5ms,te=2.5ms)", "molli(scheme=5(3)3,hr=60bpm)"]


@pytest.mark.parametrize("sequence", SEQUENCES)
def test_the_mode_is_that_of_a_grid(sequence: str) -> None:
    mode = found(sequence).log_mode[0]
    step = 0.004
    line = step * torch.arange(-8, 9, dtype=torch.float64)
    grid = mode + torch.cartesian_prod(line, line, line)
    best = grid[cost(sequence, grid).argmin()]
    assert float((best - mode).abs().max()) <= step


@pytest.mark.parametrize("sequence", SEQUENCES)
def test_the_covariance_is_the_inverse_of_the_second_derivative(sequence: str) -> None:
    posterior = found(sequence)
    hessian = torch.autograd.functional.hessian(
        lambda latent: cost(sequence, latent[None])[0], posterior.log_mode[0], vectorize=False
    )
    expected, got = torch.linalg.inv(hessian), posterior.covariance[0]
    scale = expected.diagonal().sqrt()
    assert float(((got - expected) / (scale[:, None] * scale)).abs().max()) < 0.05


def test_a_linear_model_is_solved_exactly_in_one_step() -> None:
    matrix = torch.tensor([[1.0, -0.5, 0.2], [0.3, 0.8, -0.4]], dtype=torch.float64)
    mean, spread = torch.tensor([0.1, -0.2, 0.3], dtype=torch.float64), torch.tensor([0.5, 0.3, 0.2]).double()
    observed, noise = torch.tensor([[0.7], [-0.1]]).double(), torch.tensor([[0.1], [0.2]]).double()
    got = solve(lambda z: matrix @ z.T, observed, mean[None], spread[None], noise, steps=1)
    precision = matrix.T @ torch.diag(noise[:, 0] ** -2) @ matrix + torch.diag(spread**-2)
    covariance = torch.linalg.inv(precision)
    expected = covariance @ (matrix.T @ (observed[:, 0] / noise[:, 0] ** 2) + mean / spread**2)
    torch.testing.assert_close(got.log_mode[0], expected)
    torch.testing.assert_close(got.covariance[0], covariance)


def test_without_information_the_prior_stays() -> None:
    _, observed, mean, spread, noise = setting(SEQUENCES[0])
    blind = solve(lambda z: 0 * z[:, 0][None], observed, mean[None], spread[None], noise)
    torch.testing.assert_close(blind.log_mode[0], mean)
    torch.testing.assert_close(blind.covariance[0].diagonal().sqrt(), spread)


def test_voxels_do_not_know_of_each_other() -> None:
    prior = tissue_prior(1.5)
    model = parse_sequence(SEQUENCES[0])
    members = torch.tensor([prior.index(name) for name in ("lv_blood", "myocardium", "liver")])
    forward = forward_of(model, prior, members)
    observed = 1.05 * forward(prior.log_mean[members])
    noise = 0.02 * observed
    together = solve(forward, observed, prior.log_mean[members], prior.log_spread[members], noise)
    for place, member in enumerate(members):
        one = slice(place, place + 1)
        alone = solve(
            forward_of(model, prior, member[None]),
            observed[:, one],
            prior.log_mean[member][None],
            prior.log_spread[member][None],
            noise[:, one],
        )
        torch.testing.assert_close(alone.log_mode[0], together.log_mode[place], rtol=1e-4, atol=1e-5)


def test_the_jacobian_is_that_of_small_differences() -> None:
    forward, _, mean, _, _ = setting(SEQUENCES[2])
    signal, jacobian = linearised(forward, mean[None])
    for channel in range(3):
        shift = torch.zeros(3, dtype=torch.float64)
        shift[channel] = 1e-5
        numeric = (forward((mean + shift)[None]) - forward((mean - shift)[None]))[:, 0] / 2e-5
        torch.testing.assert_close(jacobian[0, :, channel], numeric, rtol=1e-4, atol=1e-7)
    torch.testing.assert_close(signal, forward(mean[None]))


def test_an_impossible_voxel_stays_finite() -> None:
    forward, observed, mean, spread, noise = setting(SEQUENCES[0])
    wild = solve(forward, 1e4 * observed, mean[None], spread[None], noise)
    assert bool(torch.isfinite(wild.log_mode).all())
    assert float((wild.log_mode - mean).abs().max()) <= 3.0 + 1e-9
    assert math.isfinite(float(wild.covariance.sum()))

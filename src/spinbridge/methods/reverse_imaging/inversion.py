"""Reverse Imaging without a trained model: from the images of one protocol to PD, T1 and T2, with a spread each.

Paper       Zhao et al., Reverse Imaging for Wide-spectrum Generalization of Cardiac MRI Segmentation, MICCAI 2025,
            arXiv:2508.21254. Its prior is a diffusion model; here it is a mixture over the tissue table.
What we do  1. Receive gain (and, if asked, the flip angle) by the likelihood of the labelled voxels under the mixture.
            2. Class shares of each voxel from label, intensity and neighbourhood, in turn with a smooth coil shading.
            3. Within each likely class the voxel's tissue by Gauss-Newton (`voxel_solve`); then the mixture's moments.
Deviations  The mixture replaces the diffusion prior: no anatomy beyond label and neighbourhood is known. Signals keep
            sin(a), TR and TE; the gain is fitted where the paper rescales by percentiles.
Defaults    Ours, set on digital phantoms. Seconds, radians, millimetres.
"""

from dataclasses import dataclass

import torch
from torch import Tensor

from spinbridge.core.errors import InputError
from spinbridge.core.protocols import SignalModel
from spinbridge.core.smoothing import blurred, smooth_field
from spinbridge.core.tissue import Tissue
from spinbridge.methods.reverse_imaging.classes import ClassSignals, class_signals, forward_of, with_flip_angle
from spinbridge.methods.reverse_imaging.estimate import TissueEstimate
from spinbridge.methods.reverse_imaging.prior import TissuePrior
from spinbridge.methods.reverse_imaging.voxel_solve import solve

_ENOUGH_LABELLED = 50  # voxels from which the gain can be told
_SAMPLE = 6000  # voxels that the gain is fitted on
_NEGLIGIBLE = 0.02  # share below which a class is not solved for


@dataclass(frozen=True, kw_only=True)
class InversionSettings:
    """How an image is inverted."""

    model_error: float = 0.08  #: relative error of the signal model and of partial volume
    fit_flip_angle: bool = False  #: whether a factor of the flip angle is fitted with the gain
    shading_length: float = 35.0  #: scale below which nothing counts as coil shading [mm]
    neighbour_length: float = 2.0  #: scale on which neighbours share their class [mm]
    neighbour_weight: float = 3.0  #: how much they do, 0 for not at all
    rounds: int = 4  #: how often shares and shading are updated in turn


def invert(
    images: Tensor,
    model: SignalModel,
    prior: TissuePrior,
    *,
    spacing: float,
    label: Tensor | None = None,
    settings: InversionSettings | None = None,
) -> TissueEstimate:
    """Tissue maps of a stack of slices.

    `images` (N, z, y, x) magnitudes of the N images of `model`; `label` (z, y, x) values of `Heart`; `spacing` in plane
    [mm]. Raises `InputError` for flat images, values that are no numbers, or a number of images the sequence does not
    make.
    """
    settings = settings or InversionSettings()
    _check(images, model)
    images = images.float()
    codes = torch.zeros(images.shape[1:], dtype=torch.long) if label is None else label.long()
    noise = noise_level(images)
    expected = prior.expected(codes, spacing=spacing)
    model, gain = fit_gain(images, codes > 0, expected, model, prior, noise, settings)
    signals = class_signals(model, prior, model_error=settings.model_error)
    shares, log_gain = _classify(images, expected, signals, noise, gain, spacing, settings)
    return _solve(images * torch.exp(-log_gain), shares, noise / gain, model, prior, log_gain, settings)


def noise_level(images: Tensor) -> Tensor:
    """(N,) standard deviation of each image's noise from differences along the diagonal, at least 1 % of its range."""
    difference = images[..., 1:, 1:] - images[..., :-1, :-1]
    robust = difference.abs().flatten(1).median(dim=1).values / (0.6745 * 2**0.5)
    top = torch.stack([torch.quantile(image.flatten()[:: max(1, image.numel() // 10**6)], 0.99) for image in images])
    return torch.maximum(robust, 0.01 * top)


def fit_gain(
    images: Tensor,
    labelled: Tensor,
    expected: Tensor,
    model: SignalModel,
    prior: TissuePrior,
    noise: Tensor,
    settings: InversionSettings,
) -> tuple[SignalModel, float]:
    """The receive gain, and the sequence with its flip angle as fitted, of greatest likelihood on a grid.

    `labelled` (z, y, x) voxels are taken where there are enough; `expected` (K, z, y, x) are the shares of tissue.
    """
    use = labelled if int(labelled.sum()) >= _ENOUGH_LABELLED else torch.ones_like(labelled)
    observed = images[:, use]
    stride = max(1, observed.shape[1] // _SAMPLE)
    observed, rows = observed[:, ::stride], expected[:, use][:, ::stride].clamp_min(1e-6).log()
    factors = torch.linspace(0.7, 1.3, 13).tolist() if settings.fit_flip_angle else [1.0]
    best: tuple[float, float, float] = (-torch.inf, 1.0, 1.0)
    for factor in factors:
        signals = class_signals(with_flip_angle(model, factor), prior, model_error=settings.model_error)
        start = _bright(observed[0]) / float(signals.mean[0].max())
        for gain in (start * torch.logspace(-0.7, 0.7, 57)).tolist():
            likelihood = signals.log_likelihood(observed / gain, noise / gain)
            total = float(torch.logsumexp(likelihood + rows, dim=0).mean()) - len(images) * torch.tensor(gain).log()
            best = max(best, (float(total), factor, gain))
    return with_flip_angle(model, best[1]), best[2]


def _bright(values: Tensor) -> float:
    """The ninth decile of an image's voxels, of those above zero where most are zero: a mask may have been applied."""
    level = float(torch.quantile(values, 0.9))
    if level > 0:
        return level
    positive = values[values > 0]
    return float(torch.quantile(positive, 0.9)) if len(positive) else 1.0


def _classify(
    images: Tensor,
    expected: Tensor,
    signals: ClassSignals,
    noise: Tensor,
    gain: float,
    spacing: float,
    settings: InversionSettings,
) -> tuple[Tensor, Tensor]:
    """Shares of the classes (K, z, y, x) and the logarithm of gain with shading (z, y, x), updated in turn."""
    log_gain = torch.full(expected.shape[1:], gain).log()
    expected = expected.clamp_min(1e-6).log()
    context = torch.zeros_like(expected)
    shares = expected.exp()
    for _ in range(settings.rounds):
        scaled = images * torch.exp(-log_gain)
        likelihood = signals.log_likelihood(scaled.flatten(1), noise / gain).view_as(expected)
        shares = torch.softmax(likelihood + expected + context, dim=0)
        near = blurred(shares, settings.neighbour_length / spacing)
        context = settings.neighbour_weight * torch.log(near.clamp_min(1e-3))
        log_gain = log_gain + _shading(scaled, shares, signals, noise / gain, settings.shading_length / spacing)
    return shares, log_gain


def _shading(scaled: Tensor, shares: Tensor, signals: ClassSignals, noise: Tensor, length: float) -> Tensor:
    """What is smooth in the logarithm of image over expectation (z, y, x), weighted by how sure the expectation is."""
    power = (signals.mean**2).sum(dim=0)
    spread = signals.covariance.diagonal(dim1=-2, dim2=-1).sum(dim=-1) + (noise**2).sum()
    certainty = power / spread
    ratio = torch.einsum("nzyx,nk->kzyx", scaled, signals.mean) / power[:, None, None, None]
    surprise = ratio.clamp(0.2, 5.0).log()
    weight = shares * certainty[:, None, None, None]
    summed = smooth_field((weight * surprise).sum(dim=0), length)
    total = smooth_field(weight.sum(dim=0), length)
    return summed / (total + 0.2 * float(certainty.max()))


def _solve(
    scaled: Tensor,
    shares: Tensor,
    noise: Tensor,
    model: SignalModel,
    prior: TissuePrior,
    log_gain: Tensor,
    settings: InversionSettings,
) -> TissueEstimate:
    """Tissue within each likely class of each voxel, and mean and spread over the classes."""
    likely = torch.where(shares > _NEGLIGIBLE, shares, 0.0)
    likely = likely / likely.sum(dim=0)
    members, voxels = torch.nonzero(likely.flatten(1), as_tuple=True)
    weight = likely.flatten(1)[members, voxels][:, None]
    observed = scaled.flatten(1)[:, voxels]
    forward = forward_of(model, prior, members)
    spread = torch.hypot(noise[:, None], settings.model_error * observed)
    posterior = solve(forward, observed, prior.log_mean[members], prior.log_spread[members], spread)
    count = scaled[0].numel()
    mean = torch.zeros(count, 3).index_add_(0, voxels, weight * posterior.log_mode)
    variance = posterior.covariance.diagonal(dim1=-2, dim2=-1)
    second = torch.zeros(count, 3).index_add_(0, voxels, weight * (variance + posterior.log_mode**2))
    deviation = (second - mean**2).clamp_min(1e-8).sqrt()
    shape = (3, *scaled.shape[1:])
    mean = mean.T.reshape(shape).exp()
    deviation = deviation.T.reshape(shape) * mean
    star = torch.einsum("kzyx,k->zyx", shares, prior.t2star.log()).exp()
    shift = torch.einsum("kzyx,k->zyx", shares, prior.chemical_shift)
    tissue = Tissue(pd=mean[0], t1=mean[1], t2=mean[2], t2star=star, off_resonance=shift)
    return TissueEstimate(
        tissue=tissue,
        deviation=Tissue(pd=deviation[0], t1=deviation[1], t2=deviation[2]),
        shares=shares,
        names=prior.names,
        log_gain=log_gain,
        model=model,
    )


def _check(images: Tensor, model: SignalModel) -> None:
    if images.ndim != 4:  # noqa: PLR2004
        raise InputError("images of shape (N, z, y, x)", f"{tuple(images.shape)}")
    if len(images) != len(model.images):
        needed = f"{len(model.images)} images ({', '.join(model.images)}) for this sequence"
        raise InputError(needed, str(len(images)), remedy="Name the sequence that these images were taken with.")
    if not bool(torch.isfinite(images).all()):
        raise InputError("finite voxels", "NaN or infinite ones", remedy="Mend the file; `spinbridge check` names it.")
    if float(images.max()) <= float(images.min()):
        raise InputError("an image with contrast", "one value everywhere")

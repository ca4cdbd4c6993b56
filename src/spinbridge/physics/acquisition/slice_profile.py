"""A voxel as the sum over its slice: each depth has the flip angle that the pulse gives it there.

    S = 1/L int S_model( |a(z)| ) sign a(z) dz

L is the nominal thickness, z in units of it, a(z) from `rf_pulse.py`. The integral runs beyond the slice, where the
edges of the profile still excite; an ideal pulse gives the model itself. In a balanced sequence the edges matter: at a
small angle signal per flip is high and contrast low, so that the voxel looks as if excited by about half the angle.
A side lobe turns spins the other way, and so takes signal off. The tissue is the same across the slice, gradients are
balanced, and the small precession that a large-angle pulse leaves at the edges is neglected.

References: W. Haenicke et al., J Magn Reson 1988;77:64 (profiles and contrast of short-TR sequences); P. Lee et al.,
PMC3342445 (profiles of bSSFP in T1 mapping). Judged by a Bloch simulation of whole pulses, docs/acquisition.md.
"""

from dataclasses import dataclass

import torch
from torch import Tensor

from spinbridge.core.errors import SettingsError
from spinbridge.core.protocols import SignalModel
from spinbridge.core.tissue import Tissue
from spinbridge.physics.acquisition.rf_pulse import RFPulse, hard_pulses, small_tip
from spinbridge.physics.acquisition.transmit import flip_angle_of, with_flip_angle

_LEAST = 1e-4  # factor below which a depth gives no signal


@dataclass(frozen=True, eq=False, kw_only=True)
class SliceProfile:
    """The flip angles across a slice, as factors of the nominal one with their shares of the voxel."""

    factors: tuple[float, ...]  #: of the flip angle, above 0
    shares: tuple[float, ...]  #: thickness of each, in units of the nominal; negative where spins turn the other way

    def __post_init__(self) -> None:
        """Refuse what is no profile. Raises `SettingsError`."""
        if len(self.factors) != len(self.shares) or not self.factors or min(self.factors) <= 0:
            raise SettingsError("as many shares as factors above 0", repr(self), where="SliceProfile")


def slice_profile(
    pulse: RFPulse, flip_angle: float | None = None, *, points: int = 16, span: float = 1.5
) -> SliceProfile:
    """The profile of a pulse on `points` depths from the middle to `span` thicknesses away; both sides are alike.

    By hard pulses at `flip_angle` [rad], by the small-tip spectrum where that is None. Raises `SettingsError` for
    settings that leave nothing.
    """
    if points < 1 or not span > 0:
        raise SettingsError("1 point or more and a span above 0", f"{points} and {span:g}", where="slice_profile")
    places = (torch.arange(points, dtype=torch.float64) + 0.5) * (span / points)
    if flip_angle is None:
        factors = small_tip(pulse, 1.0, places)
    else:
        factors = hard_pulses(pulse, flip_angle, places)[0] / flip_angle
    width = 2 * span / points
    kept = [value for value in factors.tolist() if abs(value) > _LEAST]
    return SliceProfile(
        factors=tuple(abs(value) for value in kept),
        shares=tuple(width if value > 0 else -width for value in kept),
    )


@dataclass(frozen=True, eq=False, kw_only=True)
class ThroughSlice:
    """A model integrated over its slice; a `SignalModel`."""

    model: SignalModel
    profile: SliceProfile

    @property
    def images(self) -> tuple[str, ...]:
        """Those of the model."""
        return self.model.images

    def __call__(self, tissue: Tissue) -> Tensor:
        """Signal, shape `(len(images), *tissue.shape)`."""
        angle = flip_angle_of(self.model)
        total: Tensor | float = 0.0
        for factor, share in zip(self.profile.factors, self.profile.shares, strict=True):
            total = total + share * with_flip_angle(self.model, angle * factor)(tissue)
        return torch.as_tensor(total)


def through_slice(model: SignalModel, profile: SliceProfile) -> ThroughSlice:
    """The model integrated over a slice. Raises `SequenceError` for a model without a flip angle of its own."""
    with_flip_angle(model, flip_angle_of(model))
    return ThroughSlice(model=model, profile=profile)

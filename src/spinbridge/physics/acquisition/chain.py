"""The way of a signal to an image: motion, coils, folding, noise, the acquired part of k-space, and their combination.

    image = combine_c [ F^-1 W F ( fold( s_c signal_b ) + noise_c ) ]

b are the heartbeats that lines of k-space come from, c the channels. The noise is such that its SD in a channel's image
is reference / snr; it enters before the weights W, as in a scanner, and so has the grain of the reconstruction.
`combine` is the root of the sum of squares, or the projection on a reference image's phase where one is given.
`reference` is the 98th percentile of |signal| unless given: the bright blood of bSSFP, where SNR is usually stated.
Spacings in mm, shapes (..., y, x); the images of a train share their receiver, motion and noise level. What an
`Acquisition` leaves at its default costs nothing.

Reference: E. M. Haacke et al., Magnetic Resonance Imaging, 1999, chapters 13 and 15 (resolution, filters, signal and
noise). The files named in `settings.py` have the single effects.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from spinbridge.core.errors import SettingsError
from spinbridge.physics.acquisition.beats import Beats, beats_of
from spinbridge.physics.acquisition.coil_array import root_sum_of_squares
from spinbridge.physics.acquisition.draws import draw_acquisition
from spinbridge.physics.acquisition.field_of_view import embedded, folded, kept_rows
from spinbridge.physics.acquisition.homodyne import homodyne, ramp_weights
from spinbridge.physics.acquisition.kspace import (
    elliptic_shutter,
    line_weights,
    noise_gain,
    reconstruct,
    zero_filled,
)
from spinbridge.physics.acquisition.noise import add_complex_noise
from spinbridge.physics.acquisition.phase_sensitive import signed_image
from spinbridge.physics.acquisition.receiver import Receiver, receiver_of
from spinbridge.physics.acquisition.segments import segmented
from spinbridge.physics.acquisition.settings import Acquisition

__all__ = ["Acquisition", "acquire", "bright_level", "draw_acquisition"]

_BRIGHT = 0.98
_ENOUGH = 8192  # voxels that a percentile is taken from


def acquire(
    signal: Tensor,
    settings: Acquisition,
    draw: torch.Generator,
    *,
    reference: float | None = None,
    phase_reference: Tensor | None = None,
    phases: Tensor | None = None,
) -> Tensor:
    """Magnitude image of a real or complex signal, both `(..., y, x)`, in the signal's unit and real dtype.

    `reference` is the signal that `snr` is about, the signal's own bright level where None. Give that of the whole
    train when one of its images is acquired alone: the scanner's noise does not shrink with the signal near the null.
    `phase_reference` `(..., y, x)`, the signal of a reference image of the slice, makes the result phase-sensitive and
    signed (PSIR); it is acquired at rest, by the same coils and with noise of its own. `phases` `(n, ..., y, x)` are
    the signals of other phases of the heart, which mistriggered beats show. Raises `SettingsError` where they lack.
    """
    if settings.mistriggered and phases is None:
        raise SettingsError("the signals of other phases of the heart", "none", where="Acquisition.mistriggered")
    scan = _Scan.of(signal, settings, draw, reference=reference, others=0 if phases is None else len(phases))
    rest = None if phase_reference is None else phase_reference.expand(signal.shape)
    if scan.beats is None and len(scan.receiver.channels) == 1:
        return scan.image([signal], rest, draw)
    flat = [image.reshape(-1, *scan.shape) for image in (signal, *(() if phases is None else phases))]
    flat_rest = None if rest is None else rest.reshape(-1, *scan.shape)
    images = [  # one by one, since channels and beats multiply the memory
        scan.image([state[k] for state in flat], None if flat_rest is None else flat_rest[k], draw)
        for k in range(len(flat[0]))
    ]
    return torch.stack(images).reshape(*signal.shape[:-2], *images[0].shape)


def bright_level(signal: Tensor) -> float:
    """The 98th percentile of |signal| [signal's unit], from every k-th voxel of a large image."""
    magnitude = signal.detach().flatten()[:: max(1, signal.numel() // _ENOUGH)].abs()
    return float(magnitude.kthvalue(max(1, round(_BRIGHT * magnitude.numel()))).values)


@dataclass(frozen=True, eq=False, kw_only=True)
class _Scan:
    """An acquisition made ready for images of one shape: weights of k-space, noise, receiver."""

    settings: Acquisition
    receiver: Receiver
    shape: tuple[int, int]  # of the signal
    weights: tuple[Tensor, Tensor]  # of k-space along y and x
    sd: float | Tensor  # of the noise in one channel before the weights

    beats: Beats | None  # None where they do not differ

    @classmethod
    def of(
        cls, signal: Tensor, settings: Acquisition, draw: torch.Generator, *, reference: float | None, others: int
    ) -> "_Scan":
        shape, dtype = (signal.shape[-2], signal.shape[-1]), signal.real.dtype
        receiver = receiver_of(settings, shape, draw)
        kept = kept_rows(shape[0], settings.field_of_view)
        lines = kept.stop - kept.start
        y, x = (weights.to(dtype) for weights in _weights(settings, (lines, shape[1])))
        bright = bright_level(signal) if reference is None else reference
        level = bright / settings.snr / noise_gain(y, x)
        sd = level if receiver.noise is None else level * receiver.noise[kept].to(dtype)
        beats = beats_of(settings, shape, lines, others, draw)
        return cls(settings=settings, receiver=receiver, shape=shape, weights=(y, x), sd=sd, beats=beats)

    def image(self, phases: Sequence[Tensor], rest: Tensor | None, draw: torch.Generator) -> Tensor:
        """The finished image `(..., y, x)` of an object in its right and its other phases."""
        channels = self._measured(phases, self.beats, draw)
        if rest is None:
            return self._finished(root_sum_of_squares(channels))
        return self._finished(signed_image(channels, self._measured([rest], None, draw)))

    def _seen(self, image: Tensor) -> Tensor:
        """What the channels see of an image within the field of view, (channels, ..., y, x)."""
        channels = self.receiver.channels.to(image.dtype.to_complex())
        between = (1,) * (image.dim() - 2)
        return folded(image * channels.reshape(len(channels), *between, *self.shape), self.settings.field_of_view)

    def _measured(self, phases: Sequence[Tensor], beats: Beats | None, draw: torch.Generator) -> Tensor:
        """Complex images (channels, ..., y, x) within the field of view."""
        s, receiver = self.settings, self.receiver
        if beats is None:
            image = self._seen(phases[0])
        else:
            image = segmented((self._seen(state) for state in beats.seen(phases)), beats.beat_of_line)
        noisy = add_complex_noise(image, self.sd, draw, covariance=receiver.covariance)
        if s.homodyne and s.partial_fourier < 1:
            noisy = homodyne(noisy, *self.weights, share=s.shares[0], partial=s.partial_fourier)
        else:
            noisy = reconstruct(noisy, *self.weights)
        return noisy if s.zero_fill == 1 else zero_filled(noisy, self._matrix(noisy))

    def _finished(self, image: Tensor) -> Tensor:
        """The combined image in its full height, as the scanner's normalisation leaves it."""
        s = self.settings
        image = embedded(image, round(self.shape[0] * s.zero_fill), s.field_of_view)
        if self.receiver.divisor is None:
            return image
        divisor = self.receiver.divisor
        if image.shape[-2:] != divisor.shape:
            divisor = torch.nn.functional.interpolate(divisor[None, None], image.shape[-2:], mode="bilinear")[0, 0]
        return image / divisor.to(image.dtype)

    def _matrix(self, image: Tensor) -> tuple[int, int]:
        kept = kept_rows(round(self.shape[0] * self.settings.zero_fill), self.settings.field_of_view)
        return kept.stop - kept.start, round(image.shape[-1] * self.settings.zero_fill)


def _weights(settings: Acquisition, shape: tuple[int, int]) -> tuple[Tensor, Tensor]:
    """Weights of k-space along y, and along x or, for an elliptic shutter, of both."""
    (share_y, share_x), part = settings.shares, settings.partial_fourier
    if settings.homodyne and part < 1:
        y = ramp_weights(shape[0], share_y, window=settings.window, partial=part)
    else:
        y = line_weights(shape[0], share_y, window=settings.window, partial=part)
    x = line_weights(shape[1], share_x, window=settings.window)
    return (y, x * elliptic_shutter(shape, settings.shares)) if settings.elliptic else (y, x)

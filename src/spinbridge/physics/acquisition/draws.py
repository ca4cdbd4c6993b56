"""Acquisitions at random, as the clinic has them, with artefacts of a strength.

    none      resolution, noise, filter, partial Fourier, shading: what every image has
    usual     also an array of coils, parallel imaging, homodyne, a breath-hold that drifts
    strong    also free breathing, few coils, a field of view that is too small: images that a reader complains of

Artefacts are drawn after everything else, so that the same generator gives the same resolution, noise and filter at
every strength; the noise is that of the finished image but for the g-factor. Mistriggering is not drawn: it needs other
phases of the heart (`dataclasses.replace`). Ours, after the protocols and ranges that docs/acquisition.md gives.
"""

from dataclasses import replace
from math import exp, log
from typing import Literal

import torch

from spinbridge.core.errors import SettingsError
from spinbridge.core.random import chance, uniform
from spinbridge.physics.acquisition.coil_array import SHORT_AXIS
from spinbridge.physics.acquisition.excitation import Excitation
from spinbridge.physics.acquisition.kspace import WINDOWS
from spinbridge.physics.acquisition.rf_pulse import RFPulse
from spinbridge.physics.acquisition.segments import Order
from spinbridge.physics.acquisition.settings import Acquisition
from spinbridge.physics.acquisition.transmit import RANGES

Strength = Literal["none", "usual", "strong"]

_ORDERS: tuple[Order, ...] = ("interleaved", "sequential", "centric")
_BEATS = (8, 20)
_MANY = 12  # coils from which an acceleration of 3 is played


def draw_acquisition(
    draw: torch.Generator,
    *,
    spacing: tuple[float, float] = (1.25, 1.25),
    artefacts: Strength = "none",
    field_strength: float = 1.5,
) -> Acquisition:
    """An acquisition as the clinic has them, for an image of `spacing` along (y, x) [mm].

    SNR 12 to 70, acquired at 1.0 to 1.8 times the image's spacing, more along y; a filter in two of three, partial
    Fourier in one of three, shading up to 40 %. Artefacts of the fields are those of `field_strength` [T]. Raises
    `SettingsError` for an unknown strength of artefacts.
    """
    coarser = uniform(1.0, 1.5, draw)
    stretch = uniform(1.0, 1.2, draw)
    plain = Acquisition(
        snr=exp(uniform(log(12.0), log(70.0), draw)),
        spacing=spacing,
        acquired_spacing=(spacing[0] * coarser * stretch, spacing[1] * coarser),
        window=WINDOWS[int(uniform(0, len(WINDOWS) - 1e-6, draw))],
        partial_fourier=uniform(0.7, 0.9, draw) if chance(1 / 3, draw) else 1.0,
        shading=uniform(0.0, 0.4, draw),
        phase=uniform(0.0, 1.0, draw),
    )
    if artefacts == "none":
        return plain
    if artefacts == "usual":
        return _usual(plain, _excitation(field_strength, 1.0, draw), draw)
    if artefacts == "strong":
        return _strong(plain, _excitation(field_strength, 1.5, draw), draw)
    raise SettingsError("artefacts none, usual or strong", f"'{artefacts}'", where="draw_acquisition")


def _excitation(field_strength: float, much: float, draw: torch.Generator) -> Excitation:
    """Fields of the usual size times 0.5 to 1 times `much`, and one of the short pulses of two-dimensional imaging."""
    size = much * uniform(0.5, 1.0, draw)
    nearest = min(RANGES, key=lambda strength: abs(strength - field_strength))
    low, high = RANGES[nearest]
    shape: Literal["sinc", "gauss"] = "sinc" if chance(0.75, draw) else "gauss"
    return Excitation(
        spread=size * 20.0 * field_strength,
        transmit=(1 + min(size, 1.2) * (low - 1), 1 + min(size, 1.2) * (high - 1)),
        pulse=RFPulse(shape=shape, time_bandwidth=uniform(1.6, 2.7, draw)),
    )


def _usual(plain: Acquisition, excitation: Excitation, draw: torch.Generator) -> Acquisition:
    acceleration = _whole(1, 2, draw)
    return replace(
        plain,
        snr=plain.snr * acceleration**0.5,
        excitation=excitation,
        coils=_whole(15, 24, draw),
        correlation=uniform(0.0, 0.3, draw),
        uniformity=uniform(0.6, 0.95, draw),
        field_direction=SHORT_AXIS,
        acceleration=acceleration,
        homodyne=chance(0.5, draw),
        elliptic=chance(0.2, draw),
        beats=_whole(*_BEATS, draw),
        order=_ORDERS[_whole(0, 2, draw)],
        drift=uniform(0.0, 2.0, draw),
    )


def _strong(plain: Acquisition, excitation: Excitation, draw: torch.Generator) -> Acquisition:
    free = chance(0.5, draw)
    coils = _whole(8, 14, draw)
    acceleration = _whole(1, 2 if coils < _MANY else 3, draw)
    return replace(
        plain,
        snr=plain.snr * acceleration**0.5,
        excitation=excitation,
        coils=coils,
        correlation=uniform(0.1, 0.5, draw),
        uniformity=uniform(0.2, 0.8, draw),
        field_direction=SHORT_AXIS,
        acceleration=acceleration,
        homodyne=chance(0.5, draw),
        elliptic=chance(0.3, draw),
        field_of_view=uniform(0.7, 0.85, draw) if chance(0.4, draw) else 1.0,
        beats=_whole(*_BEATS, draw),
        order=_ORDERS[_whole(0, 2, draw)],
        drift=uniform(2.0, 8.0, draw),
        breathing=uniform(3.0, 8.0, draw) if free else 0.0,
    )


def _whole(low: int, high: int, draw: torch.Generator) -> int:
    """A whole number from `low` to `high`."""
    return int(torch.randint(low, high + 1, (), generator=draw))

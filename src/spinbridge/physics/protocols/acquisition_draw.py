"""The acquisition of one image within the ranges of a protocol.

SNR is drawn evenly in its logarithm, everything else evenly between its ends. Parallel imaging costs SNR by the square
root of its factor; the stated SNR is that of the images as they come, so nothing is taken off here. Ours.
"""

from collections.abc import Mapping
from math import exp, log

import torch

from spinbridge.core.random import uniform
from spinbridge.physics.acquisition.chain import Acquisition
from spinbridge.physics.protocols.entry import Entry
from spinbridge.physics.protocols.imaging import acquired_spacing, number

_PHASE = (0.0, 1.0)  # spread of the smooth phase that coils and field leave in an image [rad]


def acquisition_of(entries: Mapping[str, Entry], spacing: tuple[float, float], draw: torch.Generator) -> Acquisition:
    """An acquisition of an image of `spacing` along (y, x) [mm]."""
    low, high = entries["snr"].limits(None)
    along_y, along_x = acquired_spacing(entries, spacing[1], draw)
    return Acquisition(
        snr=exp(uniform(log(low), log(high), draw)),
        spacing=spacing,
        acquired_spacing=(along_y * spacing[0] / spacing[1], along_x),
        window=entries["window"].draw(draw, {}),
        partial_fourier=number(entries, "partial_fourier", draw),
        shading=number(entries, "shading", draw),
        phase=uniform(*_PHASE, draw),
    )

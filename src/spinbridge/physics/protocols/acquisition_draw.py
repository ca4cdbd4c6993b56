"""The acquisition of one image, and the fields of its scanner, within the ranges of a protocol.

SNR is drawn evenly in its logarithm, everything else evenly between its ends. With an array the image goes through the
protocol's coils, parallel imaging and normalisation (`uniformity`), after the errors of its fields; without it through
one channel with what shading these leave, in ideal fields, which costs a fraction of the time and is what augmentation
plays. Both are drawn alike, the fields first, so that the rest of a draw does not depend on the choice. Motion belongs
to the patient and is not drawn. Ours.
"""

from collections.abc import Mapping
from math import exp, log

import torch

from spinbridge.core.random import uniform
from spinbridge.physics.acquisition.chain import Acquisition
from spinbridge.physics.acquisition.coil_array import AXIAL, SHORT_AXIS
from spinbridge.physics.acquisition.excitation import Excitation
from spinbridge.physics.protocols.entry import Entry
from spinbridge.physics.protocols.imaging import NUMBERS, acquired_spacing, number

_PHASE = (0.0, 1.0)  # spread of the smooth phase that coils and field leave in an image [rad]
_DIRECTIONS = {"short-axis": SHORT_AXIS, "axial": AXIAL}


def acquisition_of(
    entries: Mapping[str, Entry], spacing: tuple[float, float], draw: torch.Generator, *, array: bool = True
) -> Acquisition:
    """An acquisition of an image of `spacing` along (y, x) [mm]; through an array of coils or one shaded channel."""
    fields = fields_of(entries, draw)
    low, high = entries["snr"].limits(None)
    snr = exp(uniform(log(low), log(high), draw))
    along_y, along_x = acquired_spacing(entries, spacing[1], draw)
    share = number(entries, "partial_fourier", draw)
    homodyne = _yes(entries, "homodyne", draw)
    coils, factor = round(number(entries, "coils", draw)), round(number(entries, "acceleration", draw))
    correlation, uniformity = number(entries, "correlation", draw), number(entries, "uniformity", draw)
    return Acquisition(
        snr=snr,
        spacing=spacing,
        acquired_spacing=(along_y * spacing[0] / spacing[1], along_x),
        window=entries["window"].draw(draw, {}),
        partial_fourier=share,
        homodyne=homodyne and share < 1,
        elliptic=_yes(entries, "elliptical", draw),
        shading=number(entries, "shading", draw),
        phase=uniform(*_PHASE, draw),
        coils=coils if array else 0,
        correlation=correlation if array else 0.0,
        uniformity=uniformity if array else 0.0,
        acceleration=factor if array else 1,
        field_direction=_DIRECTIONS[entries["plane"].draw(draw, {})],
        excitation=fields if array else Excitation(),
    )


def fields_of(entries: Mapping[str, Entry], draw: torch.Generator) -> Excitation:
    """Field errors of one examination: a drawn spread, the whole range of the transmit field, and an ideal slice."""
    return Excitation(spread=number(entries, "b0_spread", draw), transmit=entries["b1"].limits(NUMBERS["b1"].kind))


def _yes(entries: Mapping[str, Entry], name: str, draw: torch.Generator) -> bool:
    return entries[name].draw(draw, {}) == "yes"

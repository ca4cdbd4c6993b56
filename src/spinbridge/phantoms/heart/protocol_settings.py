"""The phantom's ranges under a named protocol of one scanner.

    matrix        from the rectangular part of the smallest matrix to the largest one, in steps of 16
    truncation    phase_resolution / zero_fill: share of the image's k-space that was acquired along y

Field strength, field of view, thickness, gap, number of slices and SNR are taken over as they stand; contrast,
generator, samples and shading stay as they are. Ours.
"""

from dataclasses import replace
from math import floor

from spinbridge.core.errors import SettingsError
from spinbridge.phantoms.heart.settings import HeartSettings
from spinbridge.physics.protocols.imaging import NUMBERS
from spinbridge.physics.protocols.protocol import Protocol

_STEP = 16  # of the phantom's matrix
_PLANE = "short-axis"
_WHOLE = 8  # slices from which a stack is meant to cover the ventricle


def heart_settings_of(protocol: Protocol, base: HeartSettings | None = None, *, word: str = "bssfp") -> HeartSettings:
    """The settings of a heart scanned under a protocol, with the imaging of a sequence.

    Raises `SettingsError` for a protocol of several scanners, of which one must be drawn first, and for one of the
    brain.
    """
    if len(protocol.scanners) != 1:
        remedy = "Draw one first: protocol.draw_one(draw)."
        raise SettingsError("a protocol of one scanner", f"{protocol.name} of several", remedy=remedy)
    scanner = protocol.scanners[0]
    entries = scanner.imaging_of(word)
    if entries["plane"].text != _PLANE:
        raise SettingsError("a protocol of the heart", f"{protocol.name} {word}", where="protocol")
    limits = {name: entries[name].limits(meaning.kind) for name, meaning in NUMBERS.items()}
    (smallest, largest), (fewest, most) = limits["matrix"], limits["slices"]
    return replace(
        base or HeartSettings(),
        field_strength=scanner.field_strength,
        matrix=(_in_steps(smallest * limits["rectangular"][0]), _in_steps(largest)),
        field_of_view=limits["field_of_view"],
        spacing=limits["spacing"],
        thickness=limits["thickness"],
        gap=limits["gap"],
        slices=(round(fewest), round(most)),
        whole=round(most) >= _WHOLE,
        snr=limits["snr"],
        truncation=_truncation(limits),
    )


def _in_steps(side: float) -> int:
    return _STEP * max(1, floor(side / _STEP + 0.5))


def _truncation(limits: dict[str, tuple[float, float]]) -> tuple[float, float]:
    """Lowest and highest share of k-space along y."""
    (coarse, fine), (least, most) = limits["phase_resolution"], limits["zero_fill"]
    widest = max(least, min(most, limits["acquired"][1] / limits["spacing"][0]))
    return coarse / widest, min(1.0, fine / least)

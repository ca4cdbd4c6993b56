"""Segmented k-space: lines measured in different heartbeats show the heart as it was in each of them.

    S(ky, x) = F_y[ I_b ](ky, x),   b = beat of the line ky;   image = F_y^-1 S

    sequential    beat b has the neighbouring lines [b L, (b + 1) L)
    interleaved   beat b has every n-th line, b, b + n, ...: a motion of period n lines, ghosts at FOV/n and multiples
    centric       the lines nearest the middle first, in blocks of L to either side

n beats of L = lines/n lines. I_b are complex images (..., y, x), y the phase-encoding axis. Each beat is a snapshot:
nothing moves within a segment, and spins keep their steady state as they move. `shown` tells which of the given
states a beat shows: its own, or, where the trigger failed, another phase of the heart.

Reference: D. Atkinson, R. Edelman, Radiology 1991;178:357 (segmented cine); M. Bernstein et al., Handbook of MRI Pulse
Sequences, 2004, chapters 11 and 12 (segments, ghosts).
"""

from collections.abc import Iterable
from functools import lru_cache
from math import pi
from typing import Literal, get_args

import torch
from torch import Tensor

from spinbridge.core.errors import SettingsError
from spinbridge.core.random import chance

Order = Literal["sequential", "interleaved", "centric"]
ORDERS: tuple[str, ...] = get_args(Order)


def segmented(states: Iterable[Tensor], state_of_line: Tensor) -> Tensor:
    """The complex image `(..., y, x)` whose line k shows state `state_of_line[k]`, lines in the order of the FFT.

    The states come one by one and need not be held together. Raises `SettingsError` where a line has no state, or the
    number of lines is not that of the images.
    """
    lines, last = len(state_of_line), -1
    spectrum = torch.empty(0)
    for last, state in enumerate(states):
        image = state.to(state.dtype.to_complex())
        if last == 0:
            _require(image.shape[-2] == lines, lines, f"images of {image.shape[-2]}")
            spectrum = torch.zeros_like(image)
        mine = (state_of_line == last).nonzero()[:, 0]
        if len(mine):
            spectrum[..., mine, :] = _fourier_matrix(lines).to(image.dtype)[mine] @ image
    _require(0 <= int(state_of_line.min()) <= int(state_of_line.max()) <= last, lines, f"{last + 1} states")
    assembled: Tensor = torch.fft.ifft(spectrum, dim=-2)
    return assembled


def beat_of_line(lines: int, beats: int, *, order: Order = "interleaved") -> Tensor:
    """The beat of each of `lines` lines of k-space `(lines,)`, lines in the order of the FFT.

    Raises `SettingsError` for an unknown order and for more beats than lines.
    """
    if order not in ORDERS or not 1 <= beats <= lines:
        needed = f"an order among {', '.join(ORDERS)} and 1 to {lines} beats"
        raise SettingsError(needed, f"'{order}' and {beats}", where="segments")
    rank: Tensor = torch.fft.ifftshift(torch.arange(lines))  # 0 for the lowest (most negative) frequency
    if order == "interleaved":
        return rank % beats
    if order == "centric":
        far = rank - lines // 2
        rank = (2 * far.abs() - (far > 0).long()).clamp_max(lines - 1)
    return rank * beats // lines


def shown(beats: int, phases: int, share: float, draw: torch.Generator) -> list[int]:
    """Which state each beat shows: 0, the right phase, or with chance `share` one of `phases` others, from 1."""
    wrong = [chance(share, draw) for _ in range(beats)]
    other = torch.randint(1, max(phases, 1) + 1, (beats,), generator=draw).tolist()
    return [number if failed else 0 for failed, number in zip(wrong, other, strict=True)]


def _require(holds: bool, lines: int, got: str) -> None:
    if not holds:
        raise SettingsError(f"a state for each of the {lines} lines", got, where="segmented")


@lru_cache(maxsize=8)
def _fourier_matrix(lines: int) -> Tensor:
    """The matrix (lines, lines) of the discrete Fourier transform."""
    turns = torch.outer(torch.arange(lines), torch.arange(lines)) % lines
    return torch.polar(torch.ones(lines, lines, dtype=torch.float64), -2 * pi * turns.double() / lines)

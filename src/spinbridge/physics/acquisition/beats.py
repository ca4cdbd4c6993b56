"""The object as each heartbeat finds it: moved by breathing, and in another phase where the trigger failed.

    I_b(r) = I_p(b)( r - (d_b - d_0) e w(r) ),   d_0 the mean of d_b over the middle lines of k-space

p is the phase of the heart that beat b shows, d the displacement and w the share of it from `breathing.py`, e its
direction. The middle of k-space makes the picture: with d_0 taken off, the image lies where the object was given, and
its label with it.

Ours; `breathing.py` and `segments.py` name their sources.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from spinbridge.physics.acquisition.breathing import direction, displacements, heart_weight, moved
from spinbridge.physics.acquisition.segments import beat_of_line, shown
from spinbridge.physics.acquisition.settings import Acquisition

_MIDDLE = 0.04  # of k-space to either side, in cycles per voxel


@dataclass(frozen=True, eq=False, kw_only=True)
class Beats:
    """What differs between the beats of one acquisition."""

    beat_of_line: Tensor  #: (lines,) in the order of the FFT
    phases: tuple[int, ...]  #: which of the given images each beat shows
    moves: tuple[tuple[float, float], ...]  #: displacement of each beat along (y, x) [voxels]
    weight: Tensor  #: share of the displacement at each place (y, x)

    def seen(self, images: Sequence[Tensor]) -> Iterator[Tensor]:
        """The image `(..., y, x)` of beat after beat; `images` are the right phase and then the others."""
        for phase, move in zip(self.phases, self.moves, strict=True):
            yield moved(images[phase], move, weight=self.weight)


def beats_of(
    settings: Acquisition, shape: tuple[int, int], lines: int, others: int, draw: torch.Generator
) -> Beats | None:
    """The beats of `lines` lines of an image of `shape` (y, x), with `others` phases beside the right one.

    None where the beats do not differ.
    """
    if not settings.moves:
        return None
    beats = beat_of_line(lines, settings.beats, order=settings.order)
    far = displacements(settings.beats, settings.drift, settings.breathing, draw)
    far = far - far[beats[torch.fft.fftfreq(lines).abs() < _MIDDLE]].mean()
    along = [part / size for part, size in zip(direction(draw), settings.spacing, strict=True)]
    return Beats(
        beat_of_line=beats,
        phases=tuple(shown(settings.beats, others, settings.mistriggered, draw)),
        moves=tuple((along[0] * one, along[1] * one) for one in far.tolist()),
        weight=heart_weight(shape),
    )

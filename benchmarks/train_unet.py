"""Time one iteration of the baseline's training on one core: `python benchmarks/train_unet.py`.

Patches are ready made, so that the network alone is timed: preset `small`, 16 patches of 128x128, in float32 and in
bfloat16 (which a processor without AVX-512 BF16 or AMX emulates slowly; there `auto` takes float32).

Reference: docs/benchmarks.md quotes these figures.
"""

import tempfile
import time
from dataclasses import replace
from pathlib import Path

import torch

from spinbridge.core.case import Case
from spinbridge.core.random import generator
from spinbridge.core.slices import Slice
from spinbridge.methods.augment.chain import Normalise
from spinbridge.methods.augment.spatial import Spatial
from spinbridge.phantoms.heart.acquire import acquire
from spinbridge.phantoms.heart.subject import draw_subject
from spinbridge.physics.sequences.language import parse_sequence
from spinbridge.segmentation.settings import UNetSettings, preset
from spinbridge.segmentation.slices import training_slices
from spinbridge.segmentation.unet import UNetSegmenter

FEW, MANY = 3, 23


def main() -> None:
    """Print the time of an iteration in each precision."""
    small = preset("small")
    case = acquire(draw_subject(0, 0, "NOR"), parse_sequence("bssfp"), "ED")[0]
    middle = training_slices(case, spacing=small.spacing, field=small.field)[4]
    draw = generator(0, "patch")
    patch = Spatial(patch=small.patch)(Normalise()(middle, draw), draw)
    seconds(replace(small, iterations=FEW), case, patch)  # imports, and kernels chosen
    for precision in ("float32", "bfloat16"):
        settings = replace(small, precision=precision)
        short, long = (seconds(replace(settings, iterations=count), case, patch) for count in (FEW, MANY))
        print(f"training, preset small, {precision}: {1e3 * (long - short) / (MANY - FEW):.0f} ms an iteration")


def seconds(settings: UNetSettings, case: Case, patch: Slice) -> float:
    """Processor time of a training on one patch, start included."""
    segmenter = UNetSegmenter(settings=settings, augmentation=Ready(patch))
    start = time.process_time()
    with tempfile.TemporaryDirectory() as folder:
        segmenter.train([case], Path(folder))
    return time.process_time() - start


class Ready:
    """The same patch each time; an `Augmentation`."""

    def __init__(self, patch: Slice) -> None:
        self._patch = patch

    def __call__(self, item: Slice, draw: torch.Generator) -> Slice:  # noqa: ARG002 - the seam has it
        """The patch."""
        return self._patch


if __name__ == "__main__":
    main()

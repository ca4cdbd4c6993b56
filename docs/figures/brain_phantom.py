"""Three subjects of the brain phantom: a high-grade glioma, a low-grade one, and a whole head; T1, T1ce, T2 and FLAIR.

The outline of the tumour's parts is drawn on FLAIR. Every picture is scaled to its own 99.3rd percentile.

    python docs/figures/brain_phantom.py
"""

from pathlib import Path

import matplotlib as mpl
import numpy as np
import numpy.typing as npt

from spinbridge.phantoms.brain.acquire import acquire
from spinbridge.phantoms.brain.protocol import CHANNELS
from spinbridge.phantoms.brain.settings import BrainSettings, Grade
from spinbridge.phantoms.brain.subject import draw_subject

mpl.use("Agg")
import matplotlib.pyplot as plt

OUT = Path(__file__).parents[1] / "images" / "brain_phantom.png"
SEED = 1
Picture = npt.NDArray[np.float64]


def rows(index: int, grade: Grade, *, whole_head: bool = False) -> tuple[list[Picture], Picture]:
    """One plane of the four channels through the tumour's middle, and the label there; the head cut sagittally."""
    brain = acquire(draw_subject(SEED, index, grade, BrainSettings(whole_head=whole_head)))
    label = brain.case.label.data if brain.case.label else np.zeros((1, 1, 1))
    volumes = [image.data.astype(float) for image in (brain.case.image, *brain.others)]
    z, _, x = np.argwhere(label > 0).mean(axis=0).round().astype(int)
    if whole_head:
        return [volume[::-1, :, x] for volume in volumes], label[::-1, :, x]
    return [volume[z, 30:222, 40:200] for volume in volumes], label[z, 30:222, 40:200]


def main() -> None:
    """Draw the figure."""
    lines = {
        "high-grade": rows(4, "high"),
        "low-grade": rows(0, "low"),
        "whole head": rows(1, "high", whole_head=True),
    }
    figure, axes = plt.subplots(
        len(lines), len(CHANNELS), figsize=(9, 8.4), facecolor="black", height_ratios=[1.2, 1.2, 0.66]
    )
    for line, (name, (pictures, label)) in zip(axes, lines.items(), strict=True):
        for axis, picture, channel in zip(line, pictures, CHANNELS, strict=True):
            white = float(np.percentile(picture[picture > 0], 99.3))
            axis.imshow(picture, cmap="gray", vmin=0, vmax=white, interpolation="bilinear")
            axis.set(xticks=[], yticks=[])
            if line is axes[0]:
                axis.set_title(channel, color="white")
        for part, colour in ((1, "tab:red"), (2, "tab:green"), (3, "tab:orange")):
            if (label == part).any():
                line[-1].contour(label == part, levels=[0.5], colors=colour, linewidths=0.7)
        line[0].set_ylabel(name, color="white")
    figure.tight_layout(pad=0.3)
    figure.savefig(OUT, dpi=72, metadata={"Software": None})


if __name__ == "__main__":
    main()

"""Draw one phantom heart under six sequences, with the label that they share: problem and idea in one picture."""

from pathlib import Path

import matplotlib as mpl
import numpy as np

mpl.use("Agg")
from matplotlib import pyplot as plt

from spinbridge.core.case import Case
from spinbridge.core.structures import Heart
from spinbridge.phantoms.heart.acquire import acquire
from spinbridge.phantoms.heart.subject import draw_subject
from spinbridge.physics.sequences.language import parse_sequence

OUT = Path(__file__).parents[1] / "images" / "one_heart_many_sequences.png"
SHOWN = (
    ("bSSFP cine", "bssfp(fa=55deg,tr=3.2ms,te=1.6ms)", 0),
    ("gradient echo", "gre(fa=15deg,tr=5ms,te=2.5ms,v=60mm/s)", 0),
    ("MOLLI, TI 120 ms", "molli(scheme=5(3)3,hr=60bpm)", 0),
    ("MOLLI, TI 800 ms", "molli(ti=800ms,hr=60bpm)", 0),
    ("MOLLI, TI 1120 ms", "molli(scheme=5(3)3,hr=60bpm)", 1),
    ("MOLLI, TI 4120 ms", "molli(scheme=5(3)3,hr=60bpm)", 4),
)
COLOURS = {Heart.LV: "#ff5d5d", Heart.MYO: "#ffd23f", Heart.RV: "#4ecdc4"}
HALF = 48  # of the side of the shown square [voxels]


def window(case: Case) -> tuple[np.ndarray, np.ndarray]:
    """A square around the heart in its middle slice: image and label."""
    label = case.label.data
    level = int(np.median(np.nonzero(label == Heart.LV)[0]))
    y, x = (int(np.median(axis)) for axis in np.nonzero(label[level]))
    square = (slice(max(y - HALF, 0), y + HALF), slice(max(x - HALF, 0), x + HALF))
    return case.image.data[level][square], label[level][square]


def main() -> None:
    """Write the picture."""
    subject = draw_subject(3, 0, "NOR")
    figure, axes = plt.subplots(1, len(SHOWN), figsize=(12, 2.4), constrained_layout=True)
    for axis, (title, sequence, number) in zip(axes, SHOWN, strict=True):
        image, label = window(acquire(subject, parse_sequence(sequence))[number])
        axis.imshow(image, cmap="gray", vmin=0, vmax=1.3 * np.percentile(image[label > 0], 99))
        for structure, colour in COLOURS.items():
            axis.contour(label == structure, levels=[0.5], colors=[colour], linewidths=0.9)
        axis.set_title(title, fontsize=9)
        axis.set_axis_off()
    figure.savefig(OUT, dpi=110, metadata={"Software": ""})


if __name__ == "__main__":
    main()

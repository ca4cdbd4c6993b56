"""The same patients of the phantom from its two generators: base, middle and apex at end-diastole and end-systole.

A patient has the same volumes, mass, scar and tissue in both rows; the anatomy is built in another way. bSSFP, black to
1.75 times the median of the left cavity, 195 mm wide.

    python docs/figures/two_generators.py
"""

from pathlib import Path

import matplotlib as mpl
import numpy as np
import numpy.typing as npt
from scipy.ndimage import zoom

from spinbridge.core.case import Case
from spinbridge.core.structures import Heart
from spinbridge.phantoms.heart.acquire import acquire
from spinbridge.phantoms.heart.settings import Generator, HeartSettings
from spinbridge.phantoms.heart.subject import draw_subject
from spinbridge.physics.sequences.bssfp import BSSFP

mpl.use("Agg")
import matplotlib.pyplot as plt
from PIL import Image

OUT = Path(__file__).parents[1] / "images" / "two_generators.png"
SEED = 3
PATIENTS = (("NOR", 0), ("HCM", 2), ("RV", 4))
GENERATORS: tuple[Generator, ...] = ("polar", "implicit")
SIDE, SPACING, WINDOW = 195.0, 1.5, 1.75  # [mm], [mm], times the cavity's median


def pictures(case: Case) -> list[npt.NDArray[np.float64]]:
    """Base, middle and apex, in units of the white of the window."""
    label = case.label.data if case.label is not None else case.image.data
    held = np.flatnonzero((label == Heart.LV).sum(axis=(1, 2)) > 20)
    factor, half = case.image.spacing[1] / SPACING, int(SIDE / SPACING / 2)
    white = WINDOW * float(np.median(case.image.data[label == Heart.LV]))
    y, x = (np.argwhere(label[held[len(held) // 2]] == Heart.LV).mean(axis=0) * factor).round().astype(int)
    shown = []
    for k in (held[0], held[len(held) // 2], held[-1]):
        plane = np.pad(zoom(case.image.data[k].astype(float), factor, order=3), half)
        shown.append(plane[y : y + 2 * half, x : x + 2 * half] / white)
    return shown


def main() -> None:
    """Draw the figure."""
    figure, axes = plt.subplots(2 * len(PATIENTS), 6, figsize=(9.2, 9.4), facecolor="black")
    for number, (group, index) in enumerate(PATIENTS):
        for row, generator in zip(axes[2 * number : 2 * number + 2], GENERATORS, strict=True):
            subject = draw_subject(SEED, index, group, HeartSettings(generator=generator))
            shown = [picture for frame in ("ED", "ES") for picture in pictures(acquire(subject, BSSFP(), frame)[0])]
            for axis, picture in zip(row, shown, strict=True):
                axis.imshow(picture, cmap="gray", vmin=0, vmax=1, interpolation="nearest")
                axis.set(xticks=[], yticks=[])
            row[0].set_ylabel(f"{group}\n{generator}", color="white")
    for axis, title in zip(
        axes[0], [f"{f}, {p}" for f in ("ED", "ES") for p in ("base", "middle", "apex")], strict=True
    ):
        axis.set_title(title, color="white", fontsize=9)
    figure.tight_layout(pad=0.3)
    figure.set_dpi(74)
    figure.canvas.draw()
    grey = Image.fromarray(np.asarray(figure.canvas.buffer_rgba())).convert("L")
    grey.quantize(64).save(OUT, optimize=True)


if __name__ == "__main__":
    main()

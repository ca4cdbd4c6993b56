"""The phantom beside a real cine: base to apex, at end-diastole and end-systole, at one scale, resolution and window.

Real: a patient of the Sunnybrook Cardiac Data (CC0), GE 1.5 T; phantom: a subject of `spinbridge.phantoms.heart`,
bSSFP.
Both are cut to 210 mm around the left ventricle, shown at 1.25 mm, black to 1.75 times the median of the left cavity.

    python docs/figures/phantom_next_to_cine.py [DATA]
"""

import os
import sys
from pathlib import Path

import matplotlib as mpl
import numpy as np
import numpy.typing as npt
from scipy.ndimage import zoom

from spinbridge.core.case import Case
from spinbridge.core.structures import Heart
from spinbridge.data.nifti import read_image
from spinbridge.phantoms.heart.acquire import acquire
from spinbridge.phantoms.heart.subject import draw_subject
from spinbridge.physics.sequences.bssfp import BSSFP

mpl.use("Agg")
import matplotlib.pyplot as plt

OUT = Path(__file__).parents[1] / "images" / "phantom_next_to_cine.png"
PATIENT, FRAMES_A_SLICE = "SC-HF-NI-07", 20
SEED, INDEX, GROUP = 1, 6, "DCM"
SIDE, SPACING, WINDOW = 210.0, 1.25, 1.75  # [mm], [mm], times the cavity's median
COLUMNS = 5

Picture = npt.NDArray[np.float64]


def real(folder: Path, frame: str) -> list[tuple[Picture, Picture]]:
    """Image and cavity of the patient's slices, base to apex, as displayed."""
    found = {}
    for path in sorted((folder / "imagesTr").glob(f"{PATIENT}_*_0000.nii.gz")):
        number = int(path.name.removesuffix("_0000.nii.gz").rsplit("-", 1)[1])
        if (number % FRAMES_A_SLICE == 0) == (frame == "ED"):
            label = folder / "labelsTr" / path.name.replace("_0000.nii.gz", ".nii.gz")
            found[number] = tuple(read_image(p).data[0].astype(float) for p in (path, label))
    return [(image, label) for _, (image, label) in sorted(found.items())]


def made(case: Case) -> list[tuple[Picture, Picture]]:
    """Image and cavity of the phantom's slices that hold a cavity, at the display's spacing."""
    label = case.label or case.image
    factor = case.image.spacing[1] / SPACING
    slices = [(image, codes == Heart.LV) for image, codes in zip(case.image.data, label.data, strict=True)]
    return [
        (zoom(image.astype(float), factor, order=3), zoom(cavity.astype(float), factor, order=0))
        for image, cavity in slices
        if cavity.any()
    ]


def row(slices: list[tuple[Picture, Picture]]) -> list[Picture]:
    """Pictures of some slices around their cavity, in units of the white of the window."""
    white = WINDOW * float(np.median(np.concatenate([image[label > 0] for image, label in slices])))
    chosen = [slices[round(place)] for place in np.linspace(0, len(slices) - 1, COLUMNS)]
    middle = np.mean([np.argwhere(label > 0).mean(axis=0) for _, label in chosen], axis=0).round().astype(int)
    half = int(SIDE / SPACING / 2)
    return [np.pad(image, half)[middle[0] : middle[0] + 2 * half, middle[1] : middle[1] + 2 * half] / white
            for image, _ in chosen]  # fmt: skip


def main() -> None:
    """Draw the figure."""
    root = Path(os.environ.get("SPINBRIDGE_REAL_DATA", Path(__file__).parents[3] / "shared" / "data"))
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else root / "nnunet" / "Dataset702_Sunnybrook"
    if not folder.exists():
        print(f"skipped: no Sunnybrook data at {folder}; give its folder, or set SPINBRIDGE_REAL_DATA")
        return
    subject = draw_subject(SEED, INDEX, GROUP)
    rows = {
        f"{who}\n{frame}": row(slices)
        for frame in ("ED", "ES")
        for who, slices in (
            ("Real (Sunnybrook)", real(folder, frame)),
            ("Phantom", made(acquire(subject, BSSFP(), frame)[0])),
        )
    }
    figure, axes = plt.subplots(len(rows), COLUMNS, figsize=(2.4 * COLUMNS, 2.4 * len(rows) + 0.2), facecolor="black")
    for name, pictures, line in zip(rows, rows.values(), axes, strict=True):
        for axis, picture in zip(line, pictures, strict=True):
            axis.imshow(picture, cmap="gray", vmin=0, vmax=1, interpolation="nearest")
            axis.set(xticks=[], yticks=[])
        line[0].set_ylabel(name, color="white")
    axes[0, 0].set_title("base", color="white")
    axes[0, -1].set_title("apex", color="white")
    figure.tight_layout(pad=0.3)
    figure.savefig(OUT, dpi=90, metadata={"Software": None})


if __name__ == "__main__":
    main()

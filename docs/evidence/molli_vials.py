"""The MOLLI fit on a measured phantom, vial by vial, beside the T1 map that came with it: the table of docs/fits.md.

    python docs/evidence/molli_vials.py [FOLDER]

FOLDER holds `molli_phantom/demo_Phantom.mat` (MIT licence, MyoMapNet); without it SPINBRIDGE_REAL_DATA or
`../shared/data` is taken. Five magnitude images, each voxel divided by its own largest value, with their inversion
times [s], and a T1 map [s] made by others. Vials are found in the images alone: round regions of one signal. The
bias is the mean of T1 over a vial less that of the map, the spread the standard deviation within it.
"""

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch
from scipy import ndimage
from scipy.io import loadmat

from spinbridge.physics.fits.molli_fit import fit_molli

IMAGES, EDGE, SMALLEST, LARGEST = 5, 0.03, 60, 400
Floats = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]


def main() -> None:
    """Print one row for each vial, by its T1, and their summary."""
    stated = sys.argv[1] if len(sys.argv) > 1 else os.environ.get("SPINBRIDGE_REAL_DATA")
    folder = Path(stated) if stated else Path(__file__).parents[3] / "shared" / "data"
    found = loadmat(folder / "molli_phantom" / "demo_Phantom.mat")
    stack, reference = found["MOLLIT1wTI"][0, 0], found["MOLLIoffLineT1Map"][0]
    images, times = stack[:IMAGES], tuple(float(plane[0, 0]) for plane in stack[IMAGES:])
    fit = fit_molli(torch.from_numpy(images), times)
    t1, deviation = (torch.zeros(0) if x is None else x for x in (fit.t1, fit.t1_sd))
    rows = sorted(measures(t1.numpy(), deviation.numpy(), reference, vials(images)))
    print(
        "| vial | voxels | T1 of the map [ms] | T1 fitted [ms] | bias | spread | that of the map "
        "| stated deviation | failed |"
    )
    print("|---|---|---|---|---|---|---|---|---|")
    for number, (truth, mean, spread, own, stated_sd, count, failed) in enumerate(rows, start=1):
        bias = f"{1e3 * (mean - truth):+.1f} ms ({100 * (mean / truth - 1):+.2f} %)"
        print(
            f"| {number} | {count:.0f} | {1e3 * truth:.1f} | {1e3 * mean:.1f} | {bias} | {1e3 * spread:.1f} ms "
            f"| {1e3 * own:.1f} ms | {1e3 * stated_sd:.1f} ms | {failed:.0f} |"
        )
    shares = np.array([abs(mean / truth - 1) for truth, mean, *_ in rows])
    print(f"\n{len(rows)} vials; bias: median {100 * np.median(shares):.2f} %, largest {100 * shares.max():.2f} %")


def measures(t1: Floats, deviation: Floats, reference: Floats, masks: list[Mask]) -> Iterator[tuple[float, ...]]:
    """Map's T1, fitted T1, spread of both, the stated deviation, voxels and failures of each vial."""
    for mask in masks:
        values = t1[mask]
        good = np.isfinite(values)
        kept = values[good]
        yield (
            float(reference[mask][good].mean()),
            float(kept.mean()),
            float(kept.std()),
            float(reference[mask][good].std()),
            float(np.median(deviation[mask][good])),
            float(mask.sum()),
            float((~good).sum()),
        )


def vials(images: Floats) -> list[Mask]:
    """Round regions in which every image has one signal, without their rim."""
    steps = [np.maximum(*(np.abs(ndimage.sobel(image, axis)) / 8 for axis in (0, 1))) for image in images]
    labels, count = ndimage.label(np.max(steps, axis=0) < EDGE)
    regions = (labels == number for number in range(1, count + 1))
    return [ndimage.binary_erosion(region) for region in regions if is_disc(region)]


def is_disc(region: Mask) -> bool:
    """Whether a region fills the ellipse of its bounding box, and the box is about square."""
    y, x = (np.ptp(place) + 1 for place in np.nonzero(region))
    area = region.sum()
    round_enough = 0.85 < area / (np.pi / 4 * y * x) < 1.15
    return bool(SMALLEST <= area <= LARGEST and 0.8 < y / x < 1.25 and round_enough)


if __name__ == "__main__":
    main()

"""How near the brain phantom comes to real cases: contrast, histogram, texture and shape in numbers, no pictures.

Real and made images go the same way: the same fluid, grey and white by clustering, the same measures. What is known of
the phantom (its true volumes) is not used, so that errors of the measures are alike on both sides.

    python docs/evidence/brain_against_brats.py [SUBJECTS [DATA]]

DATA holds BraTS2021_*/BraTS2021_*_{t1,t1ce,t2,flair,seg}.nii.gz. Both real cases were in view while the phantom was
made: the table says how near it came, not how near it would come to a case that nobody has seen. Its subjects are
others than those that were looked at.
"""

import os
import sys
from itertools import pairwise
from pathlib import Path

import numpy as np
import numpy.typing as npt
from scipy.ndimage import binary_erosion, binary_fill_holes, gaussian_filter, uniform_filter
from scipy.stats import wasserstein_distance
from skimage.measure import marching_cubes, mesh_surface_area

from spinbridge.data.nifti import read_image
from spinbridge.phantoms.brain.acquire import acquire
from spinbridge.phantoms.brain.protocol import CHANNELS
from spinbridge.phantoms.brain.subject import draw_subject

SEED, SUBJECTS = 2, 8
PARTS = {"core": (1,), "oedema": (2,), "enhancing": (4,)}
Volume = npt.NDArray[np.float32]
Mask = npt.NDArray[np.bool_]


def main() -> None:
    """Measure the real cases and the subjects, and print one table."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else SUBJECTS
    root = Path(os.environ.get("SPINBRIDGE_REAL_DATA", Path(__file__).parents[3] / "shared" / "data"))
    folder = Path(sys.argv[2]) if len(sys.argv) > 2 else root / "brats2021"
    if not folder.exists():
        print(f"skipped: no BraTS cases at {folder}; give their folder, or set SPINBRIDGE_REAL_DATA")
        return
    real = [read(path) for path in sorted(folder.glob("BraTS2021_*"))]
    made = [make(number) for number in range(count)]
    grains = {
        channel: [zscored(images[i], outline(images)) for images, _ in real] for i, channel in enumerate(CHANNELS)
    }
    rows = [measures(images, label, grains) for images, label in (*real, *made)]
    print("| measure | real 1 | real 2 | phantom: mean (lowest to highest) |\n|---|---|---|---|")
    for name in dict.fromkeys(name for row in rows for name in row):
        values = [row.get(name, np.nan) for row in rows]
        ours = np.array(values[len(real) :])
        there = ours[np.isfinite(ours)]
        range_text = f"{there.mean():.2f} ({there.min():.2f} to {there.max():.2f})" if there.size else "-"
        print(f"| {name} | " + " | ".join(f"{v:.2f}" for v in values[: len(real)]) + f" | {range_text} |")


def read(folder: Path) -> tuple[list[Volume], npt.NDArray[np.int64]]:
    """The four channels and the label of a real case."""
    stem = folder / folder.name
    images = [read_image(Path(f"{stem}_{channel.lower()}.nii.gz")).data.astype(np.float32) for channel in CHANNELS]
    return images, np.rint(read_image(Path(f"{stem}_seg.nii.gz")).data).astype(np.int64)


def make(number: int) -> tuple[list[Volume], npt.NDArray[np.int64]]:
    """The same of a subject, its label in the numbers of BraTS."""
    brain = acquire(draw_subject(SEED, number))
    label = brain.case.label.data.astype(np.int64) if brain.case.label else np.zeros(1, np.int64)
    images = [image.data.astype(np.float32) for image in (brain.case.image, *brain.others)]
    return images, np.array([0, 1, 2, 4])[label]


def measures(images: list[Volume], label: npt.NDArray[np.int64], grains: dict[str, list[Volume]]) -> dict[str, float]:
    """Every number of one case."""
    brain = outline(images)
    fluid, grey, white = classes(images, brain & (label == 0))
    found = volumes(brain, fluid, grey, white)
    for channel, image in zip(CHANNELS, images, strict=True):
        inside = np.median(image[binary_erosion(white)])
        found[f"{channel}: grey / white"] = float(np.median(image[grey]) / inside)
        found[f"{channel}: fluid / white"] = float(np.median(image[binary_erosion(fluid)]) / inside)
        for part, numbers in PARTS.items():
            here = np.isin(label, numbers)
            if here.sum() > 200:
                found[f"{channel}: {part} / white"] = float(np.median(image[here]) / inside)
    for channel, image in zip(CHANNELS, images, strict=True):
        z = zscored(image, brain)
        inner = binary_erosion(brain, iterations=2)
        found[f"{channel}: histogram distance to real"] = min(
            wasserstein_distance(z[brain][::7], other[other > -99][::7]) or np.inf for other in grains[channel]
        )
        found[f"{channel}: gradient in plane"] = float(gradient(z)[inner].mean())
        found[f"{channel}: local SD in white"] = float(np.median(local_sd(z)[binary_erosion(white, iterations=2)]))
        found[f"{channel}: spectrum slope"] = spectrum_slope(np.where(brain, z, 0), brain)
    return found


def classes(images: list[Volume], inside: Mask) -> tuple[Mask, Mask, Mask]:
    """Fluid, grey and white by clustering T1 (flattened) and T2 of the voxels `inside`."""
    flat = images[0] / np.maximum(
        gaussian_filter(images[0], 25) / np.maximum(gaussian_filter(1.0 * inside, 25), 0.05), 1
    )
    points = np.stack([flat[inside], np.log(np.maximum(images[2][inside], 1)), images[3][inside]], axis=1)
    points = np.clip(points, *np.percentile(points, [1, 99], axis=0))
    points = (points - np.median(points, axis=0)) / (
        np.percentile(points, 90, axis=0) - np.percentile(points, 10, axis=0)
    )
    points[:, 2] *= 0.4
    order = np.argsort(points[:, 0] - points[:, 1])
    centres = np.stack([part.mean(axis=0) for part in np.split(points[order], [len(order) // 6, len(order) // 6 * 4])])
    for _ in range(25):
        near = np.argmin([((points - centre) ** 2).sum(axis=1) for centre in centres], axis=0)
        centres = np.stack([points[near == k].mean(axis=0) for k in range(3)])
    masks = [np.zeros(inside.shape, bool) for _ in range(3)]
    for mask, k in zip(masks, np.argsort(centres[:, 0] - centres[:, 1]), strict=True):
        mask[inside] = near == k
    return masks[0], masks[1], masks[2]


def outline(images: list[Volume]) -> Mask:
    """Where any channel has something, holes filled."""
    return binary_fill_holes(np.logical_or.reduce([image > 0 for image in images]))


def volumes(brain: Mask, fluid: Mask, grey: Mask, white: Mask) -> dict[str, float]:
    """Volumes and what folding does to shape."""
    depth_one = brain & ~binary_erosion(brain, iterations=25)
    vertices, faces, _, _ = marching_cubes(gaussian_filter(white.astype(np.float32), 0.7), 0.5)
    area = float(mesh_surface_area(vertices, faces))
    return {
        "brain outline [ml]": brain.sum() / 1000,
        "grey share": grey.sum() / brain.sum(),
        "white share": white.sum() / brain.sum(),
        "fluid share": fluid.sum() / brain.sum(),
        "share of fluid in the outer 25 mm": (fluid & depth_one).sum() / fluid.sum(),
        "surface of white matter / volume^(2/3)": area / float(white.sum()) ** (2 / 3),
        "fractal dimension of the grey-white border": box_dimension(white & ~binary_erosion(white)),
    }


def box_dimension(border: Mask) -> float:
    """Slope of the number of boxes of 2 to 16 voxels that the border enters."""
    sizes, counts = (2, 4, 8, 16), []
    for size in sizes:
        cut = tuple(slice(0, n // size * size) for n in border.shape)
        z, y, x = (n // size for n in border.shape)
        counts.append(border[cut].reshape(z, size, y, size, x, size).any(axis=(1, 3, 5)).sum())
    return float(-np.polyfit(np.log(sizes), np.log(counts), 1)[0])


def zscored(image: Volume, brain: Mask) -> Volume:
    """Mean 0 and SD 1 in the brain, -100 outside."""
    values = image[brain]
    high = np.percentile(values, 99.8)
    z: Volume = np.where(brain, (np.minimum(image, high) - values.mean()) / np.minimum(values, high).std(), -100)
    return z.astype(np.float32)


def gradient(z: Volume) -> Volume:
    """Length of the gradient in the plane [1/mm]."""
    y, x = np.gradient(z, axis=(1, 2))
    return np.hypot(y, x)


def local_sd(z: Volume) -> Volume:
    """Standard deviation in 3 x 3 x 3 voxels."""
    mean = uniform_filter(z, 3)
    return np.sqrt(np.maximum(uniform_filter(z * z, 3) - mean**2, 0))


def spectrum_slope(z: Volume, brain: Mask) -> float:
    """Slope of the logarithm of the in-plane power over that of the frequency, 0.05 to 0.35 cycles/mm."""
    best = np.argsort(brain.sum(axis=(1, 2)))[-40:]
    power = (np.abs(np.fft.fft2(z[best])) ** 2).mean(axis=0)
    y, x = np.meshgrid(*(np.fft.fftfreq(n) for n in power.shape), indexing="ij")
    far = np.hypot(y, x)
    edges = np.geomspace(0.05, 0.35, 13)
    level = [power[(far >= low) & (far < high)].mean() for low, high in pairwise(edges)]
    return float(np.polyfit(np.log(np.sqrt(edges[:-1] * edges[1:])), np.log(level), 1)[0])


if __name__ == "__main__":
    main()

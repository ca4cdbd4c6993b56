"""Small hearts with labels and the folders that tests of the data layer read."""

from pathlib import Path

import numpy as np

from spinbridge.core.case import Case
from spinbridge.core.image import Array, Image
from spinbridge.core.structures import Heart
from spinbridge.data.labels import CONVENTIONS, from_heart
from spinbridge.data.nifti import write_image
from spinbridge.data.nnunet_writer import NnUNetWriter

AFFINE = np.array([[-1.5, 0, 0, 90], [0, -1.5, 0, 80], [0, 0, 8, -40], [0, 0, 0, 1.0]])


def heart_label(slices: int = 4, size: int = 48) -> Array:
    """Label (z, y, x): a ring of myocardium around the left cavity, the right one leaning on it."""
    y, x = np.mgrid[:size, :size]
    radius, right = np.hypot(y - 24, x - 30), np.hypot((y - 24) / 1.3, x - 16)
    plane = np.where(right < 10, Heart.RV, Heart.BACKGROUND)
    plane[radius < 12] = Heart.MYO
    plane[radius < 8] = Heart.LV
    return np.repeat(plane[None].astype(np.uint8), slices, axis=0)


def heart_image(seed: int = 0, *, shape: tuple[int, ...] = (4, 48, 48)) -> Image:
    voxels = np.random.default_rng(seed).integers(0, 900, shape).astype(np.int16)
    return Image(data=voxels, affine=AFFINE)


def heart_case(name: str = "sub001_ED", *, patient: str = "sub001", seed: int = 0) -> Case:
    label = Image(data=heart_label(), affine=AFFINE)
    frame = name.rpartition("_")[2]
    return Case(name=name, patient=patient, image=heart_image(seed), label=label, frame=frame)


def heart_cases(patients: int = 4) -> list[Case]:
    names = [(f"sub{number:03d}", moment) for number in range(1, patients + 1) for moment in ("ED", "ES")]
    return [heart_case(f"{p}_{m}", patient=p, seed=seed) for seed, (p, m) in enumerate(names)]


def nnunet_folder(folder: Path, *, patients: int = 2) -> Path:
    write_cases(folder, heart_cases(patients), folds=2)
    return folder


def write_cases(
    folder: Path,
    cases: list[Case],
    *,
    structures: tuple[Heart, ...] = Heart.foreground(),
    folds: int = 5,
    seed: int = 0,
) -> None:
    writer = NnUNetWriter(folder, structures=structures)
    for case in cases:
        writer.add(case)
    writer.finish(folds=folds, seed=seed)


def acdc_folder(folder: Path, *, patients: int = 2) -> Path:
    for number in range(1, patients + 1):
        patient = f"patient{number:03d}"
        for frame in (1, 9):
            stem = folder / "training" / patient / f"{patient}_frame{frame:02d}"
            write_image(stem.with_name(f"{stem.name}.nii.gz"), heart_image(10 * number + frame))
            write_label(stem.with_name(f"{stem.name}_gt.nii.gz"), "acdc")
        (folder / "training" / patient / "Info.cfg").write_text("ED: 1\nES: 9\nGroup: DCM\nNbFrame: 20\n")
    return folder


def mnms2_folder(folder: Path) -> Path:
    for axis in ("SA", "LA"):
        for moment, seed in (("ED", 1), ("ES", 2)):
            stem = folder / "dataset" / "007" / f"007_{axis}_{moment}"
            write_image(stem.with_name(f"{stem.name}.nii.gz"), heart_image(seed))
            write_label(stem.with_name(f"{stem.name}_gt.nii.gz"), "mnms")
    table = "SUBJECT_CODE,DISEASE,VENDOR,SCANNER,FIELD\n7,NOR,SIEMENS,Avanto,1.5\n"
    (folder / "dataset_information.csv").write_text(table)
    return folder


def write_label(path: Path, convention: str, label: Array | None = None) -> None:
    numbers = from_heart(heart_label() if label is None else label, CONVENTIONS[convention])
    write_image(path, Image(data=numbers, affine=AFFINE), dtype=np.uint8)

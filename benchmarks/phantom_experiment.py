"""The phantom experiment: trained on bSSFP hearts, tested on MOLLI and GRE images that nobody rendered for it.

    python benchmarks/phantom_experiment.py OUT [--subjects 24] [--targets 10] [--iterations 1000] [--seeds 3]

Writes the source (bSSFP, ED and ES) and the targets (MOLLI 5(3)3 native, MOLLI 4(1)3(1)2 after contrast, GRE) under
OUT/data, then runs `bridge` with every augmentation under one budget into OUT/bridge. Targets are of other subjects
than the source, imaged by the phantom's own scanner: magnetisation transfer, flow, coils and partial volume are in
them and not in what training renders. A MOLLI or GRE target has three slices, as mapping protocols do.
"""

import argparse
from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np

from spinbridge.core.case import Case
from spinbridge.core.image import Image
from spinbridge.data.nnunet_writer import NnUNetWriter
from spinbridge.phantom.heart.acquire import acquire
from spinbridge.phantom.heart.groups import GROUPS
from spinbridge.phantom.heart.settings import HeartSettings
from spinbridge.phantom.heart.subject import draw_subject
from spinbridge.physics.sequence_language import parse_sequence
from spinbridge.recipes.bridge import bridge
from spinbridge.recipes.bridging.settings import BridgeSettings
from spinbridge.recipes.parallel import for_each_parallel

TARGETS = {
    "molli-native": ("native", "molli(scheme=5(3)3,hr=60bpm,fa=35deg)"),
    "molli-post": ("post", "molli(scheme=4(1)3(1)2,hr=60bpm,fa=35deg)"),
    "gre": ("native", "gre(fa=15deg,tr=5ms,te=2.5ms,v=50mm/s)"),
}
SOURCE = "bssfp(fa=50deg,tr=3.2ms,te=1.6ms)"
ALL = "standard,random-contrast,gmm,physics,mixed"
FIRST_TARGET = 10_000  # number of the first subject of the targets, far from those of the source


def main() -> None:
    """Make the data, then run bridge."""
    ask = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ask.add_argument("out", type=Path)
    ask.add_argument("--subjects", type=int, default=24)
    ask.add_argument("--targets", type=int, default=10)
    ask.add_argument("--iterations", type=int, default=1000)
    ask.add_argument("--seeds", type=int, default=3)
    ask.add_argument("--augment", default=ALL)
    ask.add_argument("--data-seed", type=int, default=0, help="another one gives other hearts: use it for development")
    ask.add_argument("--workers", type=int, default=0)
    asked = ask.parse_args()
    data = asked.out / "data"
    for name in ("source", *TARGETS):
        write(data / name, name, asked)
    settings = BridgeSettings(
        source=data / "source",
        out=asked.out / "bridge",
        to="molli,gre",
        test=tuple(data / name for name in TARGETS),
        augment=asked.augment,
        source_sequence=SOURCE,
        iterations=asked.iterations,
        seeds=asked.seeds,
        workers=asked.workers,
    )
    bridge(settings)


def write(folder: Path, name: str, asked: argparse.Namespace) -> None:
    """One data set of phantoms; whole ones of an earlier run are kept."""
    if (folder / "dataset.json").exists():
        return
    source = name == "source"
    numbers = range(asked.subjects) if source else range(FIRST_TARGET, FIRST_TARGET + asked.targets)
    writer = NnUNetWriter(folder, name=name)
    work = partial(subject_cases, name=name, seed=asked.data_seed)
    made = for_each_parallel(list(numbers), work, name=str, what=f"phantoms: {name}", workers=asked.workers)
    for cases in made.results.values():
        for case in cases:
            writer.add(case, test=not source)
    writer.finish()


def subject_cases(number: int, *, name: str, seed: int) -> list[Case]:
    """All cases of one subject in one data set."""
    group = list(GROUPS)[number % len(GROUPS)]
    if name == "source":
        subject = draw_subject(seed, number, group)
        return [case for frame in ("ED", "ES") for case in acquire(subject, parse_sequence(SOURCE), frame)]
    contrast, sequence = TARGETS[name]
    subject = draw_subject(seed, number, group, HeartSettings(contrast=contrast))
    return [three_slices(case) for case in acquire(subject, parse_sequence(sequence), "ED")]


def three_slices(case: Case) -> Case:
    """A basal, a middle and an apical slice of a stack, the affine stepping over those between."""
    count = case.image.data.shape[0]
    middle, step = count // 2, max(1, count // 4)
    start = middle - step
    affine = case.image.affine.copy()
    affine[:3, 3] += start * affine[:3, 2]
    affine[:3, 2] *= step
    rows = slice(start, middle + step + 1, step)
    cut = [Image(data=np.ascontiguousarray(i.data[rows]), affine=affine) for i in (case.image, case.label) if i]
    return replace(case, image=cut[0], label=cut[1])


if __name__ == "__main__":
    main()

"""How near estimated tissue comes to the truth, on the built-in phantom: the table of docs/reverse-imaging.md.

    python docs/evidence/tissue_estimates.py [SUBJECTS]

For images of each sequence, with and without the label: the error of T1/T2, T1 and T2 in the heart, how often the
truth lies within two standard deviations, and how well another sequence is synthesised, beside what the tissue table
gives alone (each label's tissue at its mean). The phantom's own scanner made the images, with magnetisation transfer,
swirling flow, coils, noise and partial volume that the inversion does not model.
"""

import sys
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from spinbridge.core.structures import Heart
from spinbridge.core.tissue import Tissue
from spinbridge.methods.reverse_imaging.inversion import InversionSettings, invert
from spinbridge.methods.reverse_imaging.prior import TissuePrior, tissue_prior
from spinbridge.phantoms.heart.acquire import acquire
from spinbridge.phantoms.heart.groups import GROUPS
from spinbridge.phantoms.heart.maps import tissue_maps
from spinbridge.phantoms.heart.subject import draw_subject
from spinbridge.physics.sequences.language import parse_image_sequence, parse_sequence

SEED, SUBJECTS = 4, 10
SOURCES = {
    "bSSFP": "bssfp(fa=50deg,tr=3.2ms,te=1.6ms)",
    "GRE": "gre(fa=15deg,tr=5ms,te=2.5ms)",
    "MOLLI": "molli(scheme=5(3)3,hr=60bpm,fa=35deg)",
}
UNSEEN = {"GRE": "gre(fa=20deg,tr=6ms,te=3ms)", "MOLLI": "molli(scheme=4(1)3(1)2,hr=75bpm,fa=35deg)"}
QUANTITIES: dict[str, Callable[[Tissue], Tensor]] = {
    "T1/T2": lambda tissue: tissue.t1 / tissue.t2,
    "T1": lambda tissue: tissue.t1,
    "T2": lambda tissue: tissue.t2,
}
Floats = npt.NDArray[np.floating]


@dataclass(frozen=True)
class Row:
    """One number of one subject."""

    road: str
    what: str
    value: float


def main() -> None:
    """Estimate every subject and print the means over subjects as one table."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else SUBJECTS
    found: dict[str, dict[str, list[float]]] = defaultdict(lambda: defaultdict(list))
    for number in range(count):
        for row in rows_of(number):
            found[row.road][row.what].append(row.value)
    heads = list(dict.fromkeys(head for values in found.values() for head in values))
    print("| images | " + " | ".join(heads) + " |\n|---" + "|---" * len(heads) + "|")
    for road, values in found.items():
        cells = [f"{100 * np.mean(values[head]):.0f} %" if head in values else "-" for head in heads]
        print(f"| {road} | " + " | ".join(cells) + " |")
    print(f"\nmeans over {count} hearts")


def rows_of(number: int) -> Iterator[Row]:
    """All numbers of one subject at end diastole."""
    subject, prior = draw_subject(SEED, number, GROUPS[number % len(GROUPS)]), tissue_prior(1.5)
    truth = tissue_maps(subject, "ED")
    label = torch.from_numpy(truth.label)
    inside = heart_without_border(truth.label)
    for name, text in SOURCES.items():
        model = parse_image_sequence(text)
        images = torch.stack([torch.from_numpy(case.image.data) for case in acquire(subject, model, "ED")])
        spacing = subject.protocol.spacing
        for road, known in ((f"{name}, label known", label), (f"{name}, no label", None)):
            estimate = invert(images, model, prior, spacing=spacing, label=known, settings=InversionSettings())
            yield from errors(road, estimate.tissue, truth.tissue, inside, seen=name)
            for what in ("t1", "t2"):
                away = (getattr(estimate.tissue, what) - getattr(truth.tissue, what)).abs()
                near = (away <= 2 * getattr(estimate.deviation, what))[inside].float().mean()
                yield Row(road, f"{what.upper()} within 2 SD", float(near))
    yield from errors("none: the table's means", table_means(label, prior), truth.tissue, inside)


def errors(road: str, found: Tissue, truth: Tissue, inside: Tensor, *, seen: str = "") -> Iterator[Row]:
    """Median error of the tissue, and error of the images that sequences other than the seen one would make of it."""
    for what, of in QUANTITIES.items():
        yield Row(road, f"error of {what}", float((of(found) / of(truth) - 1).abs()[inside].median()))
    for what, text in UNSEEN.items():
        if what == seen:
            continue
        made, wanted = (abs(parse_sequence(text)(on_resonance(tissue)))[:, inside] for tissue in (found, truth))
        scale = (made * wanted).sum() / made.square().sum()
        yield Row(road, f"{what} made of it", float((scale * made - wanted).norm() / wanted.norm()))


def table_means(label: Tensor, prior: TissuePrior) -> Tissue:
    """Every labelled voxel as the mean of its own tissue: what is known before any image."""
    names = {Heart.RV: "rv_blood", Heart.MYO: "myocardium", Heart.LV: "lv_blood"}
    rows = torch.tensor([prior.index(names.get(Heart(code), "lung")) for code in range(len(Heart))])
    pd, t1, t2 = prior.log_mean[rows[label.long()]].exp().movedim(-1, 0)
    return Tissue(pd=pd, t1=t1, t2=t2)


def on_resonance(tissue: Tissue) -> Tissue:
    """PD, T1 and T2 alone."""
    return Tissue(pd=tissue.pd, t1=tissue.t1, t2=tissue.t2)


def heart_without_border(label: npt.NDArray[np.uint8]) -> Tensor:
    """Voxels whose four neighbours in plane have their own label: those at a border hold two tissues."""
    inner = label > 0
    for axis, step in ((1, 1), (1, -1), (2, 1), (2, -1)):
        inner &= np.roll(label, step, axis) == label
    return torch.from_numpy(inner)


if __name__ == "__main__":
    main()

"""`demo`: the whole story on digital hearts, and at full size the phantom experiment of docs/benchmarks.md.

A segmenter learns from bSSFP hearts and is tested on MOLLI images, native and after contrast, and on GRE images that
the phantom's own scanner made of other subjects: magnetisation transfer, flow, coils and partial volume are in them and
not in what training renders.
"""

from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import numpy as np

from spinbridge.core.case import Case
from spinbridge.core.errors import SettingsError
from spinbridge.core.files import read_json, write_json
from spinbridge.core.image import Image
from spinbridge.core.settings import from_plain
from spinbridge.data.finding import Finding, PlainFinding, plain_finding
from spinbridge.data.nnunet_writer import NnUNetWriter
from spinbridge.phantoms.heart.acquire import acquire
from spinbridge.phantoms.heart.groups import GROUPS
from spinbridge.phantoms.heart.settings import Contrast, HeartSettings
from spinbridge.phantoms.heart.subject import draw_subject
from spinbridge.physics.sequences.language import parse_sequence
from spinbridge.recipes.bridge import BridgeResult, bridge
from spinbridge.recipes.bridging.settings import BridgeSettings
from spinbridge.recipes.claim import MARK, claim, refuse_foreign
from spinbridge.recipes.parallel import for_each_parallel
from spinbridge.version import VERSION

SOURCE = "bssfp(fa=50deg,tr=3.2ms,te=1.6ms)"
TARGETS: dict[str, tuple[Contrast, str]] = {
    "molli-native": ("native", "molli(scheme=5(3)3,hr=60bpm,fa=35deg)"),
    "molli-post": ("post", "molli(scheme=4(1)3(1)2,hr=60bpm,fa=35deg)"),
    "gre": ("native", "gre(fa=15deg,tr=5ms,te=2.5ms,v=50mm/s)"),
}
_FEWEST_SUBJECTS = 2  # one to train on, one to hold out
_FIRST_TARGET = 10_000  # number of the first subject of the targets, far from those of the source


@dataclass(frozen=True, kw_only=True)
class DemoSettings:
    """From labelled bSSFP hearts to a segmenter that survives MOLLI and GRE, on built-in phantoms, with a report.

    The defaults take some minutes on two cores. With more subjects, seeds and augmentations it is the experiment of
    docs/benchmarks.md.
    """

    out: Path  #: new folder; open report.html in its `bridge` folder
    subjects: int = 8  #: of the source, ED and ES; at least two, one to train on and one to hold out
    targets: int = 3  #: subjects of each target, three slices each
    iterations: int = 300  #: of each training; 0 for those of the preset that `spinbridge bridge` takes
    seeds: int = 1  #: trainings of each augmentation
    augment: str = "standard,physics"  #: as in `spinbridge bridge`
    seed: int = 0  #: of hearts and trainings
    workers: int = 0  #: processes; 0 for one per processor

    def __post_init__(self) -> None:
        """Refuse what cannot be run before any heart is made."""
        for name, least in {"subjects": _FEWEST_SUBJECTS, "targets": 1}.items():
            if getattr(self, name) < least:
                raise SettingsError(f"at least {least}", f"{getattr(self, name)}", where=f"--{name}")
        _ = self.bridging

    @property
    def bridging(self) -> BridgeSettings:
        """What is asked of `bridge` once the hearts are there."""
        data = self.out / "data"
        return BridgeSettings(
            source=data / "source",
            out=self.out / "bridge",
            to="molli,gre",
            test=tuple(data / name for name in TARGETS),
            augment=self.augment,
            source_sequence=SOURCE,
            iterations=self.iterations,
            seeds=self.seeds,
            seed=self.seed,
            workers=self.workers,
        )


def demo(settings: DemoSettings) -> BridgeResult:
    """Make the phantoms, then do all of `bridge` with them; a killed run goes on with the same settings.

    Raises `SettingsError` where OUT was made with other settings or by another version, `OutputError` where it holds
    other things.
    """
    data = settings.out / "data"
    counts = {"subjects": settings.subjects, "targets": settings.targets}
    hearts = {**counts, "seed": settings.seed, "spinbridge": VERSION}
    if not (data / MARK).exists():
        refuse_foreign(settings.out, but=(data.name,))
    claim(data, hearts)
    failures: list[Finding] = []
    for name in ("source", *TARGETS):
        failures += _write(data / name, name, settings)
    done = bridge(settings.bridging)
    return replace(done, failures=(*failures, *done.failures))


def _write(folder: Path, name: str, settings: DemoSettings) -> tuple[Finding, ...]:
    """One data set of phantoms; a whole one of an earlier run is kept. Gives back what failed, then or now."""
    told = folder.with_name(f"failures-{name}.json")
    if (folder / "dataset.json").exists():
        kept = read_json(told) if told.exists() else []
        return tuple(from_plain(PlainFinding, plain).inside(folder) for plain in kept)
    count = settings.subjects if name == "source" else settings.targets
    first = 0 if name == "source" else _FIRST_TARGET
    writer = NnUNetWriter(folder, name=name)
    work = partial(subject_cases, name=name, seed=settings.seed)
    subjects = list(range(first, first + count))
    made = for_each_parallel(subjects, work, name=str, what=f"phantoms: {name}", workers=settings.workers)
    for case in [case for cases in made.require_some(folder).results.values() for case in cases]:
        writer.add(case, test=name != "source")
    write_json(told, [plain_finding(failure, folder) for failure in made.failures])
    writer.finish(seed=settings.seed)
    return made.failures


def subject_cases(number: int, *, name: str, seed: int) -> list[Case]:
    """All cases of one subject in one data set; the groups take turns."""
    group = GROUPS[number % len(GROUPS)]
    if name == "source":
        subject = draw_subject(seed, number, group)
        return [case for frame in ("ED", "ES") for case in acquire(subject, parse_sequence(SOURCE), frame)]
    contrast, sequence = TARGETS[name]
    subject = draw_subject(seed, number, group, HeartSettings(contrast=contrast))
    return [_three_slices(case) for case in acquire(subject, parse_sequence(sequence), "ED")]


def _three_slices(case: Case) -> Case:
    """A basal, a middle and an apical slice, as mapping protocols take them; the affine steps over others."""
    count = case.image.data.shape[0]
    middle, step = count // 2, max(1, count // 4)
    rows = slice(middle - step, middle + step + 1, step)
    affine = case.image.affine.copy()
    affine[:3, 3] += rows.start * affine[:3, 2]
    affine[:3, 2] *= step

    def cut(image: Image) -> Image:
        return Image(data=np.ascontiguousarray(image.data[rows]), affine=affine)

    return replace(case, image=cut(case.image), label=None if case.label is None else cut(case.label))

"""Ask hearts that no model and no decision has seen whether one augmentation is better than another.

    python docs/evidence/more_hearts.py OUT/bridge ONE OTHER [HEARTS]

Takes the trained models of a finished `spinbridge demo OUT` and further hearts of the phantom, made as the targets of
the demo are. Prints the Dice of the myocardium for each target and the comparison: paired by heart, seeds averaged,
Holm over the targets.
"""

import sys
from collections import defaultdict
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path

from finished_run import scores_of

from spinbridge.core.case import Case
from spinbridge.core.protocols import Segmenter
from spinbridge.core.random import numpy_generator
from spinbridge.core.structures import Heart
from spinbridge.evaluation.comparison import compare_paired, holm
from spinbridge.evaluation.scores import Score, score_case
from spinbridge.evaluation.statistics import mean_interval
from spinbridge.evaluation.verdict import verdict
from spinbridge.recipes.bridging.results import averaged
from spinbridge.recipes.bridging.settings import Model, Workplace
from spinbridge.recipes.demo import TARGETS, subject_cases
from spinbridge.recipes.parallel import for_each_parallel
from spinbridge.segmentation.unet import load

FIRST, SEED, HEARTS = 20_000, 0, 20
Place = tuple[str, str, int]  # target, augmentation, seed


def main() -> None:
    """Examine and compare."""
    out, one, other = Path(sys.argv[1]), sys.argv[2], sys.argv[3]
    count = int(sys.argv[4]) if len(sys.argv) > 4 else HEARTS
    seeds = scores_of(out).settings.seeds
    work = partial(examined, out=out, names=(one, other), seeds=seeds)
    numbers = list(range(FIRST, FIRST + count))
    found = for_each_parallel(numbers, work, name=str, what="further hearts", workers=0).require_some(out)
    scores: dict[Place, list[Score]] = defaultdict(list)
    for heart in found.results.values():
        for place, of_heart in heart.items():
            scores[place] += of_heart
    mean = {(t, a): averaged([scores[t, a, n] for n in range(seeds)]) for t in TARGETS for a in (one, other)}
    for (target, name), of_all in mean.items():
        interval = mean_interval(of_all, numpy_generator(0, "more hearts", target, name))
        print(f"{target}, {name}: {interval.mean:.3f} [{interval.low:.3f}, {interval.high:.3f}]")
    compared = [
        compare_paired(mean[t, one], mean[t, other], names=(one, other), draw=numpy_generator(0, "more hearts", t))
        for t in TARGETS
    ]
    for target, comparison in zip(TARGETS, holm(compared), strict=True):
        print(f"- {target}: {verdict(comparison)}")


def examined(number: int, *, out: Path, names: tuple[str, ...], seeds: int) -> dict[Place, list[Score]]:
    """Dice of the myocardium of one heart, in every image of every target, by every model."""
    cases = {target: subject_cases(number, name=target, seed=SEED) for target in TARGETS}
    models = {(name, n): load(Workplace(out).model(Model(name, n))) for name in names for n in range(seeds)}
    return {
        (target, name, n): list(dice(cases[target], segmenter))
        for target in TARGETS
        for (name, n), segmenter in models.items()
    }


def dice(cases: Sequence[Case], segmenter: Segmenter) -> Iterator[Score]:
    """Of the myocardium, case after case."""
    for case in cases:
        if case.label is None:
            continue
        scores = score_case(
            case.label.data,
            segmenter.predict(case),
            spacing=case.image.spacing,
            case=case.name,
            patient=case.patient,
            structures=(Heart.MYO,),
        )
        yield from (score for score in scores if score.metric == "Dice")


if __name__ == "__main__":
    main()

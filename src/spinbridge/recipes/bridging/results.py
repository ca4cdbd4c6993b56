"""The scores of all models on all test sets, gathered and compared."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import isnan

import numpy as np

from spinbridge.core.errors import InputError
from spinbridge.core.random import numpy_generator
from spinbridge.evaluation.comparison import Comparison, compare_paired, holm
from spinbridge.evaluation.pair import ideal
from spinbridge.evaluation.scores import Score, select
from spinbridge.evaluation.statistics import Interval, mean_interval, patient_means
from spinbridge.recipes.bridging.settings import BridgeSettings, Model
from spinbridge.recipes.bridging.test_stage import read_scores

MEAN = "mean"  #: stands for all structures together
COMPARED = "Dice"  #: metric of the comparisons


@dataclass(frozen=True, eq=False)
class Results:
    """Scores by test set and augmentation, averaged over seeds, one score a case and structure."""

    settings: BridgeSettings
    scores: dict[tuple[str, str], list[Score]]  #: (test set, augmentation) -> scores
    seeds: dict[tuple[str, str], dict[int, float]]  #: mean `COMPARED` over patients of each seed they are the mean of

    @property
    def test_sets(self) -> tuple[str, ...]:
        """Those with scores, in order."""
        return tuple(dict.fromkeys(test_set for test_set, _ in self.scores))

    @property
    def augmentations(self) -> tuple[str, ...]:
        """Those with scores, in order; the first is the reference."""
        return tuple(name for name in self.settings.augmentations if any(name == key[1] for key in self.scores))

    def structures(self, test_set: str) -> tuple[str, ...]:
        """What the labels of a test set annotate."""
        names = (score.structure for (name, _), scores in self.scores.items() if name == test_set for score in scores)
        return tuple(dict.fromkeys(names))

    def interval(self, test_set: str, augmentation: str, metric: str, structure: str) -> Interval:
        """The mean over patients with its interval."""
        named = None if structure == MEAN else structure
        chosen = select(self.scores[test_set, augmentation], metric=metric, structure=named)
        return mean_interval(chosen, numpy_generator(0, "interval", test_set, metric, structure))


def gather(settings: BridgeSettings, test_sets: Sequence[str]) -> Results:
    """Read the scores of every model that was examined; seeds of one augmentation are averaged case by case."""
    scores: dict[tuple[str, str], list[Score]] = {}
    seeds: dict[tuple[str, str], dict[int, float]] = {}
    for test_set in test_sets:
        for augmentation in settings.augmentations:
            read = {n: read_scores(settings, Model(augmentation, n), test_set) for n in range(settings.seeds)}
            found = {n: one for n, one in read.items() if one}
            if found:
                scores[test_set, augmentation] = averaged(list(found.values()))
                means = {n: patient_means(select(one, metric=COMPARED)) for n, one in found.items()}
                seeds[test_set, augmentation] = {settings.seed + n: _mean([*m.values()]) for n, m in means.items()}
    return Results(settings, scores, seeds)


def first_examined(settings: BridgeSettings, augmentation: str, test_set: str) -> tuple[Model, list[Score]]:
    """The first seed of an augmentation that has scores on a test set, and these. Raises `InputError` without any."""
    for number in range(settings.seeds):
        model = Model(augmentation, number)
        scores = read_scores(settings, model, test_set)
        if scores:
            return model, scores
    raise InputError(f"a model of {augmentation} examined on {test_set}", "none", where=settings.out)


def averaged(runs: Sequence[Sequence[Score]]) -> list[Score]:
    """The mean over runs of every case, structure and metric.

    A run that rightly finds nothing has no number. Where another run does find something, the first counts with the
    ideal score: else one run that invents a structure would undo all those that do not. What was empty is told of the
    worst: a structure counts as invented or missed where any run invents or misses it.
    """
    places: dict[tuple[str, str, str], list[Score]] = defaultdict(list)
    for run in runs:
        for score in run:
            places[score.case, score.structure, score.metric].append(score)
    return [_averaged(same) for same in places.values()]


def over_structures(scores: Sequence[Score]) -> list[Score]:
    """The mean Dice over the annotated structures of every case."""
    cases: dict[str, list[Score]] = defaultdict(list)
    for score in select(scores, metric=COMPARED):
        cases[score.case].append(score)
    return [replace(same[0], structure=MEAN, value=_mean([s.value for s in same])) for same in cases.values()]


def compare(results: Results) -> dict[str, list[Comparison]]:
    """Every augmentation against the first on every test set, by the mean over structures, adjusted over the family."""
    reference, *others = results.augmentations
    found: list[tuple[str, Comparison]] = []
    for test_set in results.test_sets:
        for other in others:
            ours, theirs = (select(results.scores[test_set, name], metric=COMPARED) for name in (other, reference))
            draw = numpy_generator(0, "compare", test_set, other)
            found.append((test_set, compare_paired(ours, theirs, names=(other, reference), draw=draw)))
    adjusted = holm([comparison for _, comparison in found])
    grouped: dict[str, list[Comparison]] = defaultdict(list)
    for (test_set, _), comparison in zip(found, adjusted, strict=True):
        grouped[test_set].append(comparison)
    return dict(grouped)


def _averaged(same: Sequence[Score]) -> Score:
    """The mean of one case, structure and metric over runs; the truth is empty for all of them or for none."""
    values = [score.value for score in same]
    if not all(map(isnan, values)):
        values = [ideal(same[0].unit) if isnan(value) else value for value in values]
    worst = next((score.empty for score in same if score.empty in ("truth", "prediction")), same[0].empty)
    return replace(same[0], value=float(np.mean(values)), empty=worst)


def _mean(values: Sequence[float]) -> float:
    numbers = [value for value in values if not isnan(value)]
    return float(np.mean(numbers)) if numbers else float("nan")

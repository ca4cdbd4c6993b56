"""One augmentation of a finished run against each of the others, in the Dice of one structure.

    python docs/evidence/against.py OUT mixed MYO [TEST_SET ...]

`report.html` compares everything with the first augmentation over all structures; this asks whether the default beats
what a user would have picked instead. Paired by patient, seeds averaged, Holm over all that is printed.
"""

import sys
from pathlib import Path

from finished_run import scores_of

from spinbridge.core.random import numpy_generator
from spinbridge.evaluation.comparison import compare_paired, holm
from spinbridge.evaluation.scores import Score
from spinbridge.evaluation.verdict import verdict


def main() -> None:
    """Print one sentence for each test set and other augmentation."""
    out, name, structure, *test_sets = sys.argv[1:]
    results = scores_of(Path(out), tuple(test_sets))

    def dice(test_set: str, augmentation: str) -> list[Score]:
        scores = results.scores[test_set, augmentation]
        return [score for score in scores if score.metric == "Dice" and score.structure == structure]

    others = [other for other in results.augmentations if other != name]
    places = [(test_set, other) for test_set in results.test_sets for other in others]
    found = [
        compare_paired(
            dice(test_set, name),
            dice(test_set, other),
            names=(name, other),
            draw=numpy_generator(0, "against", test_set, other),
        )
        for test_set, other in places
    ]
    for (test_set, _), comparison in zip(places, holm(found), strict=True):
        print(f"- {test_set}: {verdict(comparison)}")


if __name__ == "__main__":
    main()

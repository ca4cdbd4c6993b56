"""The report of a bridge: results.json for programs, and the sentences that say what was found."""

from spinbridge.core.files import write_json
from spinbridge.data.finding import Finding
from spinbridge.evaluation.statistics import summarise
from spinbridge.evaluation.verdict import outcome, verdict
from spinbridge.recipes.bridging.results import compare, gather
from spinbridge.recipes.bridging.settings import BridgeSettings
from spinbridge.recipes.bridging.test_stage import test_sets


def write_report(settings: BridgeSettings, failures: tuple[Finding, ...]) -> tuple[str, ...]:
    """Write results.json into the output folder; give back the sentences."""
    results = gather(settings, tuple(test_sets(settings)))
    comparisons = compare(results)
    sentences = tuple(f"{name}: {verdict(one)}" for name, found in comparisons.items() for one in found)
    table = {
        f"{test_set}/{augmentation}": {
            "seeds": results.seeds[test_set, augmentation],
            "mean_dice": results.interval(test_set, augmentation, "Dice", "mean"),
            "summaries": summarise(scores, seed=0),
        }
        for (test_set, augmentation), scores in results.scores.items()
    }
    told = [
        {"test_set": name, "comparison": one, "outcome": outcome(one)}
        for name, all_ in comparisons.items()
        for one in all_
    ]
    plain = {"settings": settings.decisive(), "results": table, "comparisons": told, "sentences": list(sentences)}
    write_json(settings.out / "results.json", {**plain, "failures": [str(finding) for finding in failures]})
    return sentences

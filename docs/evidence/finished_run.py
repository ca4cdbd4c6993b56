"""Reading the scores of a finished `bridge` run, for the other scripts of this folder."""

from pathlib import Path

from spinbridge.core.files import read_json
from spinbridge.core.settings import from_plain
from spinbridge.recipes.bridging.results import Results, gather
from spinbridge.recipes.bridging.settings import BridgeSettings


def scores_of(out: Path, test_sets: tuple[str, ...] = ()) -> Results:
    """All scores of a run on some test sets, or on all of them."""
    results = read_json(out / "results.json")
    plain = results["settings"]
    settings = from_plain(BridgeSettings, {**plain, "out": out, "test": tuple(plain["test"])})
    return gather(settings, test_sets or tuple(dict.fromkeys(key.split("/")[0] for key in results["results"])))

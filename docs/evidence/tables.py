"""The tables of docs/benchmarks.md from the results of a bridge run, as Markdown.

    python docs/evidence/tables.py OUT/results.json [STRUCTURE]

Without a structure: the mean Dice over all annotated ones, then what every comparison says.
"""

import json
import sys
from pathlib import Path
from typing import Any


def main() -> None:
    """Print the tables of one run."""
    results = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    structure = sys.argv[2] if len(sys.argv) > 2 else ""
    test_sets = list(dict.fromkeys(key.split("/")[0] for key in results["results"]))
    names = list(dict.fromkeys(key.split("/")[1] for key in results["results"]))
    counts = [results["results"][f"{test_set}/{names[0]}"]["mean_dice"]["patients"] for test_set in test_sets]
    print("| augmentation | " + " | ".join(f"{t} (n = {n})" for t, n in zip(test_sets, counts, strict=True)) + " |")
    print("|---" * (len(test_sets) + 1) + "|")
    for name in names:
        cells = [cell(results["results"][f"{test_set}/{name}"], structure) for test_set in test_sets]
        print(f"| `{name}` | " + " | ".join(cells) + " |")
    if not structure:
        print()
        for sentence in results["sentences"]:
            print(f"- {sentence}")


def cell(found: dict[str, Any], structure: str) -> str:
    """`0.912 [0.880, 0.933]`, or nothing where the structure is not annotated."""
    interval = found["mean_dice"]
    if structure:
        of_it = [s for s in found["summaries"] if s["structure"] == structure and s["metric"] == "Dice"]
        if not of_it:
            return ""
        interval = of_it[0]["interval"]
    if interval["low"] is None or interval["low"] != interval["low"]:
        return f"{interval['mean']:.3f}"
    return f"{interval['mean']:.3f} [{interval['low']:.3f}, {interval['high']:.3f}]"


if __name__ == "__main__":
    main()

"""`spinbridge fit`: mapping images to T1 and T2 maps."""

from collections.abc import Iterator, Sequence
from typing import Any

from spinbridge.cli import console
from spinbridge.cli.arguments import parse
from spinbridge.recipes.fit import FitSettings, fit

EXAMPLE = """
    spinbridge fit molli_data maps --sequence "molli(scheme=5(3)3,hr=60bpm)" --field 3T
    spinbridge fit t2_data t2_maps --sequence "t2prep(te=0ms/25ms/55ms,hr=72bpm)" --known maps
"""


def run(arguments: Sequence[str]) -> int:
    """Fit, and show the medians of each structure."""
    request = parse(FitSettings, arguments, command="fit", example=EXAMPLE)
    result = fit(request.settings)
    if request.json:
        console.show_json(result)
    else:
        console.show_table(("case", "structure", "T1 [ms]", "T2 [ms]", "voxels", "failed"), _rows(result.summaries))
        console.show_written("case", result.cases, result.folder)
    for note in result.notes:
        console.complain(str(note))
    return console.exit_code(result.failures)


def _rows(summaries: Sequence[dict[str, Any]]) -> Iterator[tuple[str, ...]]:
    for summary in summaries:
        for one in summary["structures"]:
            times = (_milliseconds(one[name.lower()], measured=name in summary["measured"]) for name in ("T1", "T2"))
            yield summary["case"], one["structure"], *times, str(one["voxels"]), str(one["failed"])


def _milliseconds(time: float | None, *, measured: bool) -> str:
    """A median, in parentheses where it was assumed."""
    if time is None:
        return "-"
    return f"{1e3 * time:.0f}" if measured else f"({1e3 * time:.0f})"

"""`spinbridge signal`: one voxel, one number."""

from collections.abc import Sequence

from spinbridge.cli import console
from spinbridge.cli.arguments import parse
from spinbridge.recipes.signal import SignalSettings, signal

EXAMPLE = """
    spinbridge signal --tissue myocardium --sequence "bssfp(fa=50deg,tr=3.2ms,te=1.6ms)"
    spinbridge signal --t1 1000ms --t2 50ms --pd 1 --df 0Hz --sequence "molli(scheme=5(3)3,hr=60bpm)" --json
"""


def run(arguments: Sequence[str]) -> int:
    """Show the signal; as JSON a number, or a list for a train."""
    request = parse(SignalSettings, arguments, command="signal", example=EXAMPLE)
    answer = signal(request.settings)
    if request.json:
        console.show_json(answer.values[0] if len(answer.values) == 1 else answer.values)
    elif len(answer.values) == 1:
        console.show(f"{answer.values[0]:.6g}")
    else:
        rows = zip(answer.images, (f"{value:.6g}" for value in answer.values), strict=True)
        console.show_table(("image", "signal"), rows)
    return 0

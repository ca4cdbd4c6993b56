"""`spinbridge reverse`: images to PD, T1 and T2 maps."""

from collections.abc import Sequence

from spinbridge.cli import console
from spinbridge.cli.arguments import parse
from spinbridge.recipes.reverse import ReverseSettings, reverse

EXAMPLE = """
    spinbridge reverse acdc maps --sequence "bssfp(fa=50deg,tr=3.2ms,te=1.6ms)"
    spinbridge reverse molli_data maps --sequence "molli(scheme=5(3)3,hr=60bpm)" --field 3T
"""


def run(arguments: Sequence[str]) -> int:
    """Estimate, and say what was written."""
    request = parse(ReverseSettings, arguments, command="reverse", example=EXAMPLE)
    result = reverse(request.settings)
    if request.json:
        console.show_json(result)
    else:
        console.show_written("case", result.cases, result.folder)
    return console.exit_code(result.failures)

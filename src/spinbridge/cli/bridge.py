"""`spinbridge bridge`: the main job."""

from collections.abc import Sequence

from spinbridge.cli import console
from spinbridge.cli.arguments import parse
from spinbridge.recipes.bridge import bridge
from spinbridge.recipes.bridging.settings import BridgeSettings

EXAMPLE = """
    spinbridge bridge acdc out --to molli,gre
    spinbridge bridge acdc out --to "molli(scheme=5(3)3,hr=60bpm)" --augment standard,gmm,physics --test other
"""


def run(arguments: Sequence[str]) -> int:
    """Do it, then say where the report is and what it comes to."""
    request = parse(BridgeSettings, arguments, command="bridge", example=EXAMPLE)
    return console.show_report(bridge(request.settings), as_json=request.json)

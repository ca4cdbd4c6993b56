"""`spinbridge demo`: the whole story on built-in phantoms."""

from collections.abc import Sequence

from spinbridge.cli import console
from spinbridge.cli.arguments import parse
from spinbridge.recipes.demo import DemoSettings, demo

EXAMPLE = """
    spinbridge demo demo
    spinbridge demo experiment --subjects 20 --targets 10 --seeds 3 --augment standard,random-contrast,gmm,physics
"""


def run(arguments: Sequence[str]) -> int:
    """Do it, then say where the report is and what it comes to."""
    request = parse(DemoSettings, arguments, command="demo", example=EXAMPLE)
    return console.show_report(demo(request.settings), as_json=request.json)

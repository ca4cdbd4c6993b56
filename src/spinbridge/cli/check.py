"""`spinbridge check`: what a folder is, and what is wrong with it."""

from collections.abc import Sequence

from spinbridge.cli import console
from spinbridge.cli.arguments import parse
from spinbridge.recipes.check import CheckSettings, check, describe

EXAMPLE = """
    spinbridge check nnUNet_raw/Dataset027_ACDC
    spinbridge check scans --labels mnms --json
"""


def run(arguments: Sequence[str]) -> int:
    """Show what was found; 1 where a case cannot be used."""
    request = parse(CheckSettings, arguments, command="check", example=EXAMPLE)
    result = check(request.settings)
    if request.json:
        console.show_json(result)
    else:
        console.show(describe(result))
    return 0 if result.usable else 1

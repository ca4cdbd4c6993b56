"""`spinbridge convert`: any supported layout to another one."""

from collections.abc import Sequence

from spinbridge.cli import console
from spinbridge.cli.arguments import parse
from spinbridge.recipes.convert import ConvertSettings, convert

EXAMPLE = """
    spinbridge convert acdc/training nnUNet_raw/Dataset027_ACDC
    spinbridge convert cines nnUNet_raw/Dataset100_Cines --frames ED=1,ES=12 --labels mnms
"""


def run(arguments: Sequence[str]) -> int:
    """Convert, and say what was written."""
    request = parse(ConvertSettings, arguments, command="convert", example=EXAMPLE)
    result = convert(request.settings)
    if request.json:
        console.show_json(result)
    else:
        console.show_written("case", result.cases, result.folder)
        console.show(*(f"note: {note}" for note in result.notes))
    return console.exit_code(result.failures)

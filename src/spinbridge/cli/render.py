"""`spinbridge render`: maps to images of another sequence."""

from collections.abc import Sequence

from spinbridge.cli import console
from spinbridge.cli.arguments import parse
from spinbridge.recipes.render import RenderSettings, render

EXAMPLE = """
    spinbridge render maps nnUNet_raw/Dataset901_MOLLI --sequence "molli(scheme=5(3)3,hr=60bpm)"
    spinbridge render maps nnUNet_raw/Dataset902_Both --sequence "molli,gre(fa=15deg,tr=5ms)"
"""


def run(arguments: Sequence[str]) -> int:
    """Render, and say what was written."""
    request = parse(RenderSettings, arguments, command="render", example=EXAMPLE)
    result = render(request.settings)
    if request.json:
        console.show_json(result)
    else:
        console.show_written("image", result.cases, result.folder)
    return console.exit_code(result.failures)

"""`spinbridge phantom`: beating digital hearts, or heads with a glioma, with exact truth."""

from collections.abc import Sequence

from spinbridge.cli import console
from spinbridge.cli.arguments import parse
from spinbridge.recipes.phantom import PhantomSettings, phantom

EXAMPLE = """
    spinbridge phantom Dataset900_Phantom --subjects 20
    spinbridge phantom Dataset901_Post --subjects 5 --sequence "molli(scheme=4(1)3(1)2,hr=60bpm)" --contrast post
    spinbridge phantom Dataset902_Brain --organ brain --subjects 10
"""


def run(arguments: Sequence[str]) -> int:
    """Draw them, and say what was written."""
    request = parse(PhantomSettings, arguments, command="phantom", example=EXAMPLE)
    result = phantom(request.settings)
    if request.json:
        console.show_json(result)
    else:
        console.show_written("case", result.cases, result.folder)
    return console.exit_code(result.failures)

"""`spinbridge translate`: target images to the source sequence."""

from collections.abc import Sequence

from spinbridge.cli import console
from spinbridge.cli.arguments import parse
from spinbridge.recipes.translate import TranslateSettings, translate

EXAMPLE = """
    spinbridge translate device_data imagesTs --from "gre(fa=15deg,tr=5ms)" --to bssfp
"""


def run(arguments: Sequence[str]) -> int:
    """Translate, and say what was written."""
    request = parse(TranslateSettings, arguments, command="translate", example=EXAMPLE, renamed={"source": "from"})
    result = translate(request.settings)
    if request.json:
        console.show_json(result)
    else:
        console.show_written("image", result.cases, result.folder)
    return console.exit_code(result.failures)

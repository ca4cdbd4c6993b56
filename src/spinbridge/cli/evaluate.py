"""`spinbridge evaluate`: scores of predictions, with intervals and tests."""

from collections.abc import Sequence

from spinbridge.cli import console
from spinbridge.cli.arguments import parse
from spinbridge.recipes.evaluate import EvaluateSettings, describe, evaluate

EXAMPLE = """
    spinbridge evaluate predictions nnUNet_raw/Dataset027_ACDC scores
    spinbridge evaluate physics nnUNet_raw/Dataset027_ACDC scores --against standard
    spinbridge evaluate on_scanner_a labelled_a scores --against on_scanner_b --against-truth labelled_b
"""


def run(arguments: Sequence[str]) -> int:
    """Score, and say how well it went."""
    request = parse(EvaluateSettings, arguments, command="evaluate", example=EXAMPLE)
    result = evaluate(request.settings)
    if request.json:
        console.show_json(result)
    else:
        console.show(describe(result))
    return console.exit_code(result.failures)

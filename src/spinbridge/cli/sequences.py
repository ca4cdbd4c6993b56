"""`spinbridge sequences`: what can be written for --sequence and --to, and what --tissue knows."""

from collections.abc import Sequence

from spinbridge.cli import console
from spinbridge.cli.arguments import parse
from spinbridge.core.settings import to_plain
from spinbridge.recipes.sequences import SequenceDetail, SequenceLine, SequencesAnswer, SequencesSettings, sequences

EXAMPLE = """
    spinbridge sequences
    spinbridge sequences lge
    spinbridge sequences --tissues --field 3T
"""


def run(arguments: Sequence[str]) -> int:
    """Show the list, one sequence, or the tissues."""
    named = bool(arguments) and not arguments[0].startswith("-")
    words = ["--name", *arguments] if named else arguments
    request = parse(SequencesSettings, words, command="sequences", example=EXAMPLE)
    answer = sequences(request.settings)
    if request.json:
        console.show_json(_plain(answer))
    elif answer.tissues:
        _show_tissues(answer)
    elif answer.detail is not None:
        _show_one(answer.sequences[0], answer.detail)
    else:
        rows = [(line.name, line.what, line.example) for line in answer.sequences]
        console.show_table(("name", "what it is", "example"), rows)
    return 0


def _plain(answer: SequencesAnswer) -> object:
    """The tissues or the list as they are; one sequence as one object."""
    if answer.detail is None:
        return answer.tissues or answer.sequences
    return {**to_plain(answer.sequences[0]), **to_plain(answer.detail)}


def _show_one(line: SequenceLine, detail: SequenceDetail) -> None:
    agent = "clinics play it after contrast agent" if detail.after_agent else "needs no contrast agent"
    console.show(f"{line.name}: {line.what}", f"Example: {line.example}")
    console.show_table(
        ("key", "is", "unit", "default", "in clinics"),
        [(k.key, k.meaning, k.unit or "-", k.default, " to ".join(k.clinical) or "-") for k in detail.keys],
    )
    console.show(f"Gives {detail.gives.replace('`', '')}; {agent}.")
    console.show(f"Assumes: {detail.assumes}", f"Figure, equations, error: {detail.page}")


def _show_tissues(answer: SequencesAnswer) -> None:
    rows = [
        (t.name, f"{t.pd:.3g}", f"{1e3 * t.t1:.4g}", f"{1e3 * t.t2:.4g}", f"{1e3 * t.t2star:.4g}")
        for t in answer.tissues
    ]
    console.show_table(("tissue", "PD", "T1 [ms]", "T2 [ms]", "T2* [ms]"), rows)

"""`spinbridge protocols`: what "GE, 3 T" means, and where each number comes from."""

from collections.abc import Sequence

from spinbridge.cli import console
from spinbridge.cli.arguments import parse
from spinbridge.core.settings import to_plain
from spinbridge.recipes.protocols import ProtocolsAnswer, ProtocolsSettings, protocols

EXAMPLE = """
    spinbridge protocols
    spinbridge protocols ge-3T --sequence bssfp
    spinbridge protocols mnms --draws 5 --seed 1 --json
"""


def run(arguments: Sequence[str]) -> int:
    """Show the list, a protocol's entries, or examinations drawn from it."""
    named = bool(arguments) and not arguments[0].startswith("-")
    words = ["--name", *arguments] if named else arguments
    request = parse(ProtocolsSettings, words, command="protocols", example=EXAMPLE)
    answer = protocols(request.settings)
    if request.json:
        console.show_json(_plain(answer) if request.settings.name else answer.protocols)
    elif not request.settings.name:
        lines = [(p.name, " ".join(p.fields), " ".join(p.sequences), p.title) for p in answer.protocols]
        console.show_table(("name", "field", "sequences", "what it is"), lines)
    else:
        _show_one(answer)
    return 0


def _plain(answer: ProtocolsAnswer) -> dict[str, object]:
    """One protocol as JSON: its name and title beside what was asked."""
    plain: dict[str, object] = to_plain(answer)
    return {**to_plain(answer.protocols[0]), **{key: plain[key] for key in ("scanners", "entries", "exams")}}


def _show_one(answer: ProtocolsAnswer) -> None:
    console.show(answer.protocols[0].title)
    console.show_table(
        ("scanner", "field", "share", "source"),
        [(s.name, s.field, f"{100 * s.share:.4g}%", s.source) for s in answer.scanners],
    )
    if answer.exams:
        header = ("scanner", "spacing", "slice", "gap", "matrix", "snr", "sequence")
        console.show_table(header, [_exam_row(exam) for exam in answer.exams])
    else:
        rows = [(line.scanner, line.part, line.key, line.value, line.source) for line in answer.entries]
        console.show_table(("scanner", "part", "key", "value", "source"), rows)


def _exam_row(exam: object) -> tuple[str, ...]:
    plain = to_plain(exam)
    geometry = plain["geometry"]
    rows, columns = geometry["matrix"]
    return (
        plain["scanner"],
        f"{geometry['spacing'][1]:.3g}mm",
        f"{geometry['thickness']:.3g}mm",
        f"{geometry['gap']:.3g}mm",
        f"{rows}x{columns}x{geometry['slices']}",
        f"{plain['acquisition']['snr']:.3g}",
        plain["sequence"],
    )

"""The only place that prints: answers to standard output, everything else to standard error."""

import json
import sys
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from spinbridge.core.settings import finite, to_plain

if TYPE_CHECKING:
    from spinbridge.recipes.bridge import BridgeResult


def show(*lines: str) -> None:
    """Print lines of an answer."""
    for line in lines:
        print(line)  # noqa: T201 - the one place that prints


def show_json(value: object) -> None:
    """Print plain data or settings as JSON on one line; what is no number becomes null."""
    show(json.dumps(finite(to_plain(value)), sort_keys=True, allow_nan=False))


def show_table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Print a table: ruled on a terminal, columns separated by tabs elsewhere."""
    if not sys.stdout.isatty():
        show(*("\t".join(row) for row in (header, *rows)))
        return
    from rich.console import Console
    from rich.table import Table

    table = Table(*header)
    for row in rows:
        table.add_row(*row)
    Console().print(table)


def show_written(what: str, names: Sequence[str], folder: object) -> None:
    """Say how many of something were written, and where."""
    show(f"{len(names)} {what}{'' if len(names) == 1 else 's'} in {folder}")


def show_report(result: "BridgeResult", *, as_json: bool) -> int:
    """Show what a job that ends with a report came to, and where the report is; the exit code."""
    if as_json:
        show_json(result)
    else:
        show(*result.sentences, f"report: {result.report}")
    return exit_code(result.failures)


def complain(line: str) -> None:
    """Print one line to standard error."""
    sys.stderr.write(f"{line}\n")
    sys.stderr.flush()


def exit_code(failures: Sequence[object]) -> int:
    """Name every case that failed on standard error; 0 where there is none, else 1."""
    for failure in failures:
        complain(str(failure))
    if failures:
        count = "1 case" if len(failures) == 1 else f"{len(failures)} cases"
        complain(f"{count} failed, the others are done.")
    return 1 if failures else 0

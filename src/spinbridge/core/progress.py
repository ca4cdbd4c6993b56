"""Progress with time left: a bar on a terminal, plain lines now and then elsewhere."""

import sys
import threading
import time
from collections.abc import Iterable, Iterator
from typing import TypeVar

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

T = TypeVar("T")
_QUIET_SECONDS, _LINE_SECONDS = 2.0, 15.0


_plain = threading.Event()


def plain_progress() -> None:
    """Write plain lines from now on, as a process that shares its terminal with others must."""
    _plain.set()


def track(items: Iterable[T], what: str, *, total: int) -> Iterator[T]:
    """Give the items one by one and show on standard error how far it is."""
    console = Console(stderr=True)
    drawn = console.is_terminal and not _plain.is_set()
    return _bar(items, what, total, console) if drawn else _lines(items, what, total)


def say(line: str) -> None:
    """Write one line of progress to standard error."""
    sys.stderr.write(f"{line}\n")
    sys.stderr.flush()


def _bar(items: Iterable[T], what: str, total: int, console: Console) -> Iterator[T]:
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=console, transient=True) as progress:
        yield from progress.track(items, total=total, description=what)


def _lines(items: Iterable[T], what: str, total: int) -> Iterator[T]:
    start = last = time.monotonic()
    for done, item in enumerate(items, start=1):
        yield item
        now = time.monotonic()
        if now - last > _LINE_SECONDS or (done == total and now - start > _QUIET_SECONDS):
            left = (now - start) / done * (total - done)
            say(f"{what}: {done} of {total}, {now - start:.0f} s passed, about {left:.0f} s left")
            last = now

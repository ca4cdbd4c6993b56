"""The same work on many cases: a bad one is reported and the rest go on."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Generic, TypeVar

from spinbridge.core.errors import InputError, SpinbridgeError
from spinbridge.core.progress import track
from spinbridge.data.dataset import Dataset, Entry
from spinbridge.data.finding import Finding, finding_from

Item = TypeVar("Item")
Result = TypeVar("Result")


@dataclass(frozen=True)
class Outcome(Generic[Result]):
    """What came of each case."""

    results: dict[str, Result]  #: case -> result, in the order of the cases
    failures: tuple[Finding, ...]  #: what went wrong, one finding a failed case

    def require_some(self, where: object = None) -> "Outcome[Result]":
        """The outcome itself. Raises `InputError` where no case came through."""
        if self.results:
            return self
        first = f", the first: {self.failures[0]}".rstrip(".") if self.failures else ""
        raise InputError("at least one usable case", f"none of {len(self.failures)}{first}", where=where)


def for_each(
    items: Iterable[Item], work: Callable[[Item], Result], *, name: Callable[[Item], str], what: str
) -> Outcome[Result]:
    """Do `work` on every item and collect results and failures by name; `what` is shown as progress.

    Errors that a user can mend, and those of the system, fail the one case; any other error is a fault of the program.
    """
    listed = list(items)
    tried = {name(item): attempt(item, work, name=name) for item in track(listed, what, total=len(listed))}
    failures = tuple(found for found in tried.values() if isinstance(found, Finding))
    return Outcome({case: found for case, found in tried.items() if not isinstance(found, Finding)}, failures)


def attempt(item: Item, work: Callable[[Item], Result], *, name: Callable[[Item], str]) -> Result | Finding:
    """The result of `work` on one item, or the finding that says why there is none."""
    try:
        return work(item)
    except SpinbridgeError as error:
        return finding_from(error, case=name(item))
    except (OSError, MemoryError) as error:
        return finding_from(_translated(error), case=name(item))


def for_each_case(dataset: Dataset, work: Callable[[Entry], Result], *, what: str) -> Outcome[Result]:
    """Do `work` on every entry of a data set; the cases that could not be listed count as failures."""
    outcome = for_each(dataset.entries, work, name=lambda entry: entry.name, what=what)
    return Outcome(outcome.results, (*dataset.problems, *outcome.failures))


def _translated(error: OSError | MemoryError) -> SpinbridgeError:
    if isinstance(error, MemoryError):
        return InputError("enough memory", "too little for this case", remedy="Close other programs or use a crop.")
    place = Path(error.filename) if isinstance(error.filename, str) else None
    return InputError("a file that can be used", str(error.strerror or error), where=place)

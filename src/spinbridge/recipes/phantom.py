"""`phantom`: a labelled data set of digital patients, with the truth of every subject beside it.

Subjects are independent of each other: subject 7 is the same patient in a set of 10 and in one of 1000. Finished cases
of an earlier run are kept. One organ is one file in `recipes/phantoms`.
"""

from collections.abc import Callable

from spinbridge.core.errors import SettingsError
from spinbridge.data.case_loop import Outcome
from spinbridge.recipes.phantoms.brains import brains
from spinbridge.recipes.phantoms.hearts import hearts
from spinbridge.recipes.phantoms.settings import PhantomResult, PhantomSettings

__all__ = ["PhantomResult", "PhantomSettings", "phantom"]

_ORGANS: dict[str, Callable[[PhantomSettings], Outcome[list[str]]]] = {"heart": hearts, "brain": brains}


def phantom(settings: PhantomSettings) -> PhantomResult:
    """Write the data set. Raises `SettingsError`, `SequenceError` or `UnitError` for what cannot be asked for."""
    if settings.subjects < 1:
        raise SettingsError("at least one subject", f"{settings.subjects}", where="--subjects")
    if settings.organ not in _ORGANS:
        raise SettingsError(f"an organ among {', '.join(_ORGANS)}", f"'{settings.organ}'", where="--organ")
    outcome = _ORGANS[settings.organ](settings)
    cases = tuple(name for names in outcome.results.values() for name in names)
    return PhantomResult(folder=str(settings.out), cases=cases, failures=outcome.failures)

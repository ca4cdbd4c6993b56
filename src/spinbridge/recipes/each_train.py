"""The same work on every train of a data set, with outputs in a folder that belongs to one command."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from spinbridge.data.case_loop import Outcome
from spinbridge.data.finding import Finding
from spinbridge.recipes.claim import claim_for, refuse_inside, release
from spinbridge.recipes.image_trains import ImageTrain, Trains
from spinbridge.recipes.parallel import for_each_parallel


@dataclass(frozen=True, kw_only=True)
class Written:
    """What a command wrote."""

    folder: str
    cases: tuple[str, ...]
    failures: tuple[Finding, ...]  #: cases that failed; the others are done


def for_each_train(
    trains: Trains, work: Callable[[ImageTrain], None], *, data: Path, out: Path, command: str, what: str, workers: int
) -> Written:
    """Do the work of `command`, which writes into `out`, on all trains of `data`; `what` is shown as progress.

    Raises `InputError` where no train came through, `SettingsError` where `out` lies in `data`, `OutputError` where it
    holds other things. Where no train came through, an `out` that was made for it is taken away again.
    """
    refuse_inside(out, data)
    new = not out.exists()
    claim_for(out, command)
    done = for_each_parallel(trains.items, work, name=_name_of, what=what, workers=workers)
    if not done.results:
        release(out, remove=new)
    outcome = Outcome(done.results, (*trains.failures, *done.failures)).require_some(data)
    return Written(folder=str(out), cases=tuple(outcome.results), failures=outcome.failures)


def _name_of(train: ImageTrain) -> str:
    return train.name

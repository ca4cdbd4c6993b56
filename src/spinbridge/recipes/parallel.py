"""Work on many items in several processes; a bad one is reported and the rest go on.

Each process computes with one thread of torch, so that results do not depend on how many processes there are, and ends
when its parent does: a killed run leaves nothing behind that still writes.
"""

import multiprocessing
import os
import signal
import sys
import threading
import time
import warnings
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from functools import partial
from typing import TypeVar

import torch

from spinbridge.core.device import keep_large_buffers, one_thread
from spinbridge.core.errors import SettingsError
from spinbridge.core.progress import plain_progress, track
from spinbridge.data.case_loop import Outcome, attempt, for_each
from spinbridge.data.finding import Finding

Item = TypeVar("Item")
Result = TypeVar("Result")
_UNGUARDED = ("processes that start and stay", "one that ended early")
_GUARD = (
    "In a script, call from under `if __name__ == '__main__':`, or set workers=1; else it was killed for its memory."
)


def for_each_parallel(
    items: Sequence[Item], work: Callable[[Item], Result], *, name: Callable[[Item], str], what: str, workers: int
) -> Outcome[Result]:
    """Like `data.case_loop.for_each`, in `workers` processes; `work` must be importable by its name.

    0 workers take one process for every processor, at most one for every item.
    """
    if "--multiprocessing-fork" in sys.orig_argv and multiprocessing.parent_process() is None:
        sys.exit(1)  # a worker that repeats an unguarded script before it works; its parent says what is wrong
    count = min(workers or os.cpu_count() or 1, len(items))
    if count <= 1:
        with one_thread():
            return for_each(items, work, name=name, what=what)
    spawn, others = multiprocessing.get_context("spawn"), multiprocessing.active_children()
    tried: dict[str, Result | Finding] = {}
    with ProcessPoolExecutor(count, mp_context=spawn, initializer=_prepare, initargs=(os.getpid(),)) as pool:
        one = partial(attempt, work=work, name=name)
        places: dict[Future[Result | Finding], str] = {pool.submit(one, item): name(item) for item in items}
        try:
            for done in track(as_completed(places), what, total=len(places)):
                tried[places[done]] = done.result()
        except BrokenProcessPool as error:
            raise SettingsError(*_UNGUARDED, remedy=_GUARD) from error
        except KeyboardInterrupt:
            pool.shutdown(wait=False, cancel_futures=True)
            for child in set(multiprocessing.active_children()) - set(others):
                child.terminate()
            raise
    ordered = [(name(item), tried[name(item)]) for item in items]
    results = {case: found for case, found in ordered if not isinstance(found, Finding)}
    return Outcome(results, tuple(found for _, found in ordered if isinstance(found, Finding)))


def _prepare(parent: int) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent is told as well, and ends its children
    torch.set_num_threads(1)
    keep_large_buffers()
    plain_progress()
    warnings.simplefilter("ignore")
    threading.Thread(target=_end_with, args=(parent,), daemon=True).start()


def _end_with(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(0.5)
    os._exit(1)

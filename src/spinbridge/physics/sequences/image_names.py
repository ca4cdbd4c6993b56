"""Names of the images of a train, usable in file names: `ti120ms`, and `ti120ms_2` for a second one alike.

Times in seconds; names in whole milliseconds, in the order of acquisition.

Ours.
"""

from collections import Counter
from collections.abc import Iterable


def train_names(stem: str, times: Iterable[float]) -> tuple[str, ...]:
    """A name for each time [s], beginning with `stem`; names are unique."""
    seen: Counter[str] = Counter()
    names = []
    for time in times:
        name = f"{stem}{round(1e3 * time)}ms"
        seen[name] += 1
        names.append(name if seen[name] == 1 else f"{name}_{seen[name]}")
    return tuple(names)


def inversion_names(inversion_times: Iterable[float]) -> tuple[str, ...]:
    """A name for each inversion time [s]."""
    return train_names("ti", inversion_times)

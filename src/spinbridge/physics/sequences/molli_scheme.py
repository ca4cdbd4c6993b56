"""MOLLI schemes such as `5(3)3`: images after each inversion, and the beats of rest between the trains.

    N(p)M(q)K:  N images in successive beats, p beats of rest, inversion, M images, ...
    N(ps)M   :  rest for the fewest whole beats that last p seconds

Beats are whole numbers, times in seconds. `trains` counts the images of each inversion, `pauses` the beats between
them: a train of N images and its pause of p take N + p beats.

References: D. Messroghli et al., Magn Reson Med 2004;52:141, doi:10.1002/mrm.20110 (3(3)3(3)5); P. Kellman, M.
Hansen, J Cardiovasc Magn Reson 2014;16:2, doi:10.1186/1532-429X-16-2 (the notation, schemes in seconds).
"""

import re

from spinbridge.core.errors import SequenceError

Intervals = float | tuple[float, ...]  #: a steady RR interval, or one for each beat [s]

_SCHEME = re.compile(r"\d+(?:\(\d+(?:\.\d+)?s?\)\d+)*")
_PART = re.compile(r"\((\d+(?:\.\d+)?)(s?)\)|(\d+)")
_MOST_BEATS = 200


def parse_scheme(text: str, rr_intervals: Intervals) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """`(trains, pauses)` of a scheme; pauses in seconds become beats of `rr_intervals` [s].

    Raises `SequenceError` for a text that is no scheme and for a train without images.
    """
    bare = "".join(text.split())
    if not _SCHEME.fullmatch(bare):
        remedy = "Write images and, in parentheses, beats of rest, or seconds with an s: 5(3s)3."
        raise SequenceError("a scheme such as 5(3)3, 3(3)3(3)5 or 4(1)3(1)2", f"'{text}'", remedy=remedy)
    trains: list[int] = []
    pauses: list[int] = []
    for rest, seconds, images in _PART.findall(bare):
        if images:
            trains.append(int(images))
        else:
            pauses.append(
                _beats(float(rest), rr_intervals, sum(trains) + sum(pauses)) if seconds else _whole(rest, text)
            )
    if min(trains) < 1:
        raise SequenceError("at least one image after each inversion", f"'{text}'", remedy="Leave the empty train out.")
    return tuple(trains), tuple(pauses)


def format_scheme(trains: tuple[int, ...], pauses: tuple[int, ...]) -> str:
    """The scheme as text: `((5, 3), (3,))` -> `5(3)3`."""
    return f"{trains[0]}" + "".join(f"({pause}){images}" for pause, images in zip(pauses, trains[1:], strict=True))


def interval(rr_intervals: Intervals, beat: int) -> float:
    """Time from the trigger of `beat` to the next [s]. Raises `SequenceError` where it was not given."""
    if not isinstance(rr_intervals, tuple):
        return rr_intervals
    if beat >= len(rr_intervals):
        remedy = "Give one RR interval for each beat of the scheme but the last, or one number for all."
        raise SequenceError(f"an RR interval for beat {beat + 1}", f"{len(rr_intervals)} intervals", remedy=remedy)
    return rr_intervals[beat]


def _whole(rest: str, text: str) -> int:
    if "." in rest:
        remedy = f"Write whole beats, or ({rest}s) for seconds."
        raise SequenceError("whole beats of rest", f"({rest}) in '{text}'", remedy=remedy)
    return int(rest)


def _beats(seconds: float, rr_intervals: Intervals, first: int) -> int:
    """The fewest beats after beat `first` - 1 that last `seconds`; a millisecond short still counts."""
    rested, beats = 0.0, 0
    while rested < seconds - 1e-3 and beats < _MOST_BEATS:
        rested += interval(rr_intervals, first + beats)
        beats += 1
    return beats

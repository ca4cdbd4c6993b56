"""When a MOLLI train inverts, reads out and rests, and whether that fits into the heartbeats.

    tc, D   start of the readout to the centre of k-space, and to its end (`balanced_readout.py`)
    TI(k, i) = TI_k + sum of the i RR intervals since the first image of train k
    TI_k <= RR - (D - tc)   the inversion and the whole readout share one heartbeat

Times in seconds. Every readout stands at the same place of its heartbeat, so the centres of k-space are the RR
intervals apart.

Reference: P. Kellman, M. Hansen, J Cardiovasc Magn Reson 2014;16:2, doi:10.1186/1532-429X-16-2 (section on protocols).
"""

from dataclasses import dataclass
from itertools import accumulate
from typing import Self

from spinbridge.core.errors import SequenceError
from spinbridge.core.units import format_quantity
from spinbridge.physics.parameter import require_between
from spinbridge.physics.sequences.balanced_readout import Readout
from spinbridge.physics.sequences.molli_scheme import Intervals, interval

FIRST_INVERSION_TIME, INVERSION_TIME_STEP = 0.12, 0.08  #: usual choice of the vendors [s]
HEART_RATES = (20 / 60, 300 / 60)  #: slowest and fastest that are believed [Hz]
_LATER = "Images of later heartbeats belong to a train: molli(scheme=5(3)3,...) gives them all."


def first_inversion_times(inversions: int, *, first: float = FIRST_INVERSION_TIME) -> tuple[float, ...]:
    """The inversion time of the first image after each inversion [s]."""
    return tuple(round(first + k * INVERSION_TIME_STEP, 9) for k in range(inversions))


@dataclass(frozen=True)
class TrainTiming:
    """One inversion and its images."""

    rest: float  #: recovery before the inversion [s]; zero for the first
    waits: tuple[float, ...]  #: recovery before each readout: after the inversion, then after the readout before [s]
    times: tuple[float, ...]  #: inversion time of each image [s]


@dataclass(frozen=True)
class Timing:
    """The whole train, inversion after inversion."""

    trains: tuple[TrainTiming, ...]

    @property
    def image_times(self) -> tuple[float, ...]:
        """Inversion time of every image in the order of acquisition [s]."""
        return tuple(time for train in self.trains for time in train.times)

    @classmethod
    def plan(
        cls,
        trains: tuple[int, ...],
        pauses: tuple[int, ...],
        rr_intervals: Intervals,
        inversion_times: tuple[float, ...],
        readout: Readout,
    ) -> Self:
        """Lay the train into the heartbeats; `rr_intervals` and the first `inversion_times` in [s].

        Raises `SequenceError` where it does not fit.
        """
        _require_matching(trains, pauses, inversion_times)
        planned, beat, before = [], 0, None
        for images, pause, time in zip(trains, (*pauses, 0), inversion_times, strict=True):
            gaps = [_heartbeat(rr_intervals, beat + i, readout) for i in range(images - 1)]
            _require_playable(time, _beat_of(rr_intervals, beat, readout), before, readout)
            rest = 0.0 if before is None else before - readout.length - (time - readout.to_centre)
            waits = (time - readout.to_centre, *(gap - readout.length for gap in gaps))
            planned.append(TrainTiming(rest, waits, tuple(accumulate(gaps, initial=time))))
            beat += images + pause
            if len(planned) < len(trains):
                before = sum(_heartbeat(rr_intervals, beat - 1 - i, readout) for i in range(pause + 1))
        return cls(tuple(planned))


def _require_matching(trains: tuple[int, ...], pauses: tuple[int, ...], inversion_times: tuple[float, ...]) -> None:
    matching = len(pauses) == len(trains) - 1 and len(inversion_times) == len(trains)
    if matching and min(trains) >= 1 and min(pauses, default=0) >= 0:
        return
    needed = "trains of one or more images, a pause between each two, an inversion time for each"
    got = f"trains {trains}, pauses {pauses} and {len(inversion_times)} inversion times"
    raise SequenceError(needed, got, remedy="5(3)3 has trains (5, 3), pauses (3,) and two inversion times.")


def _heartbeat(rr_intervals: Intervals, beat: int, readout: Readout) -> float:
    """The interval after `beat` [s], long enough for a readout."""
    length = interval(rr_intervals, beat)
    remedy = "Measured intervals are in seconds; shorten the readout for a fast heart."
    require_between("an RR interval", length, max(0.2, readout.length), 5.0, unit="ms", remedy=remedy)
    return length


def _beat_of(rr_intervals: Intervals, beat: int, readout: Readout) -> float:
    """The interval after `beat`, or the last one given where the train ends with it [s]."""
    last = len(rr_intervals) - 1 if isinstance(rr_intervals, tuple) else beat
    return _heartbeat(rr_intervals, max(0, min(beat, last)), readout)


def _require_playable(time: float, heartbeat: float, before: float | None, readout: Readout) -> None:
    """The inversion follows the readout before it, and its own readout ends before the next trigger."""
    room = heartbeat if before is None else min(heartbeat, before)
    longest = room - (readout.length - readout.to_centre)
    shortest = readout.to_centre
    if shortest <= time <= longest + 1e-9:
        return
    low, high = format_quantity(shortest, "ms", digits=4), format_quantity(longest, "ms", digits=4)
    beat = format_quantity(heartbeat, "ms", digits=4)
    needed = f"an inversion time from {low} to {high}, the longest that a heartbeat of {beat} allows"
    remedy = _LATER if time > longest else "Invert earlier, or read fewer lines before the centre."
    raise SequenceError(needed, format_quantity(time, "ms"), remedy=remedy)

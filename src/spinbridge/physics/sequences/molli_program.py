"""The events of a MOLLI train on one clock: inversions, readouts, and blood that moves on between them.

    centres of k-space: one RR interval apart;  inversion: TI before the first centre of its train

Times in seconds. It shares nothing with `molli_timing.py`, which lays the same train into heartbeats for the closed
form: the two must agree, and a fault in one of them shows.

Reference: D. Messroghli et al., Magn Reson Med 2004;52:141, doi:10.1002/mrm.20110 (MOLLI).
"""

from spinbridge.physics.parameter import Parameter, is_zero
from spinbridge.physics.sequences.balanced_readout import Readout
from spinbridge.physics.sequences.molli_scheme import Intervals, interval
from spinbridge.physics.sequences.program import Event, Exchange, Invert, Program, Wait


def molli_events(
    trains: tuple[int, ...],
    pauses: tuple[int, ...],
    rr_intervals: Intervals,
    inversion_times: tuple[float, ...],
    *,
    readout: Readout,
    flip_angle: Parameter,
    inversion_efficiency: Parameter,
    fresh: Parameter,
) -> Program:
    """The program of a train; arguments as those of `GatedMOLLI`, `inversion_times` [s]."""
    length = ((readout.ramp if readout.ramp > 0 else 0.5) + readout.lines) * readout.repetition_time
    to_centre = length - (readout.lines - readout.centre_line - 0.5) * readout.repetition_time
    events: list[Event] = []
    clock = None
    for time, is_inversion in _starts(trains, pauses, rr_intervals, inversion_times, to_centre):
        if clock is not None:
            events.append(Wait(time - clock))
        clock = time
        if is_inversion:
            events.append(Invert(inversion_efficiency))
            continue
        events += readout.events(flip_angle)
        clock += length
        if not is_zero(fresh):
            events.append(Exchange(fresh))
    return Program(tuple(events))


def _starts(
    trains: tuple[int, ...],
    pauses: tuple[int, ...],
    rr_intervals: Intervals,
    inversion_times: tuple[float, ...],
    to_centre: float,
) -> list[tuple[float, bool]]:
    """Start of each inversion (True) and readout (False) [s]; the first centre of k-space is at zero."""
    starts, beat, centre = [], 0, 0.0
    for images, pause, first in zip(trains, (*pauses, 0), inversion_times, strict=True):
        starts.append((centre - first, True))
        for i in range(images + pause):
            if i < images:
                starts.append((centre - to_centre, False))
            if len(starts) < sum(trains) + len(trains):
                centre += interval(rr_intervals, beat)
                beat += 1
    return starts

"""The words `molli` and `shmolli`: a scheme, or one inversion time, at a heart rate or measured heartbeats.

`ti` makes one image: a single inversion from equilibrium, read out in the heartbeat of the inversion. Several times (RR
intervals of the beats, first inversion times) are parted by slashes. `shmolli` is the scheme 5(1)1(1)1 under its own
name; written, it is a `molli`.

References: P. Kellman, M. Hansen, J Cardiovasc Magn Reson 2014;16:2, doi:10.1186/1532-429X-16-2 (names of the
protocol); S. Piechnik et al., J Cardiovasc Magn Reson 2010;12:69, doi:10.1186/1532-429X-12-69 (ShMOLLI).
"""

from math import radians
from typing import Any

import torch

from spinbridge.core.errors import SequenceError
from spinbridge.core.random import uniform
from spinbridge.physics.parameter import require_between
from spinbridge.physics.sequences.balanced_readout import Readout, usual_centre
from spinbridge.physics.sequences.molli import GatedMOLLI
from spinbridge.physics.sequences.molli_scheme import Intervals, format_scheme, parse_scheme
from spinbridge.physics.sequences.molli_timing import FIRST_INVERSION_TIME, HEART_RATES, first_inversion_times
from spinbridge.physics.sequences.word import Along, Key, Values, Word, angle, count, quantity_text, rate, share, time

SHMOLLI_SCHEME = "5(1)1(1)1"


def _make_molli(values: Values) -> GatedMOLLI:
    for one, other in (("ti", "scheme"), ("ti", "ti0"), ("hr", "rr")):
        if one in values and other in values:
            raise SequenceError(f"either {one} or {other}", "both", remedy="Remove one of them.")
    intervals = _intervals(values)
    trains, pauses = ((1,), ()) if "ti" in values else parse_scheme(values.get("scheme", "5(3)3"), intervals)
    first = (values["ti"],) if "ti" in values else values.get("ti0", (FIRST_INVERSION_TIME,))
    return GatedMOLLI(
        trains=trains,
        pauses=pauses,
        rr_intervals=intervals,
        inversion_times=first if len(first) > 1 else first_inversion_times(len(trains), first=first[0]),
        flip_angle=values.get("fa", GatedMOLLI().flip_angle),
        readout=_readout(values),
        inversion_efficiency=values.get("inv", 0.96),
        fresh=values.get("fresh", 0.0),
    )


def _make_shmolli(values: Values) -> GatedMOLLI:
    return _make_molli({"scheme": SHMOLLI_SCHEME, **values})


def _intervals(values: Values) -> Intervals:
    if "rr" in values:
        intervals: tuple[float, ...] = values["rr"]
        return intervals if len(intervals) > 1 else intervals[0]
    heart_rate = values.get("hr", 1.0)
    require_between("a heart rate", heart_rate, *HEART_RATES, unit="bpm")
    return 1 / float(heart_rate)


def _readout(values: Values) -> Readout:
    usual = Readout()
    lines = values.get("lines", usual.lines)
    centre = values.get("centre", usual_centre(lines))
    ramp = values.get("ramp", usual.ramp)
    return Readout(repetition_time=values.get("tr", usual.repetition_time), lines=lines, centre_line=centre, ramp=ramp)


def _write_molli(model: GatedMOLLI) -> dict[str, str]:
    times = KEYS["ti0"].write(model.inversion_times)
    one = {"ti": times}
    several = {"scheme": format_scheme(model.trains, model.pauses), "ti0": times}
    readout = model.readout
    values: dict[str, Any] = {
        "fa": model.flip_angle,
        "tr": readout.repetition_time,
        "lines": readout.lines,
        "centre": readout.centre_line,
        "ramp": readout.ramp,
        "inv": model.inversion_efficiency,
        "fresh": model.fresh,
    }
    train = one if model.trains == (1,) else several
    return {**train, **_beat(model), **{key: KEYS[key].write(value) for key, value in values.items()}}


def _beat(model: GatedMOLLI) -> dict[str, str]:
    if isinstance(model.rr_intervals, tuple):
        return {"rr": KEYS["rr"].write(model.rr_intervals)}
    heart_rate = quantity_text(1 / model.rr_intervals, "bpm")
    return {"hr": heart_rate} if len(heart_rate) <= len("60.5bpm") else {"rr": KEYS["rr"].write((model.rr_intervals,))}


def _draw(draw: torch.Generator) -> GatedMOLLI:
    """One inversion followed by 1 to 5 beats; the last image's TI is a first TI and whole beats.

    The first beat is drawn in almost half of the samples: contrast changes most there, late images look alike.
    """
    beats = 1 + int(5 * uniform(0.0, 1.0, draw) ** 2)
    return GatedMOLLI(
        trains=(beats,),
        pauses=(),
        rr_intervals=1 / uniform(45 / 60, 100 / 60, draw),
        inversion_times=(uniform(0.1, 0.36, draw),),
        flip_angle=radians(uniform(20, 50, draw)),
        readout=Readout(ramp=0),  # a ramp gives the same contrast and takes twice the time
        inversion_efficiency=uniform(0.88, 1.0, draw),
        fresh=uniform(0.0, 1.0, draw),
    )


KEYS = {
    "scheme": Key(text=True),
    "ti": time(""),
    "ti0": time("", several=True),
    "hr": rate(""),
    "rr": time("", several=True),
    "fa": angle(),
    "tr": time(""),
    "lines": count(""),
    "centre": count(""),
    "ramp": count(""),
    "inv": share(""),
    "fresh": share(""),
}
_RANGES = {"fa": ("20deg", "50deg"), "hr": ("50bpm", "110bpm"), "tr": ("2.6ms", "2.8ms"), "inv": ("90%", "100%")}
WORD = Word(
    name="molli",
    model=GatedMOLLI,
    keys=KEYS,
    example="molli(scheme=5(3)3,hr=60bpm,fa=35deg)",
    ranges=_RANGES,
    along=Along("ti", "120ms", "880ms"),
    build=_make_molli,
    spell=_write_molli,
    draws=_draw,
    variety=3.0,
    flow={"fresh": "50%"},
)
SHMOLLI_WORD = Word(
    name="shmolli",
    model=GatedMOLLI,
    keys=KEYS,
    example="shmolli(hr=60bpm)",
    family="molli",
    ranges=_RANGES,
    along=Along("ti0", "120ms", "350ms"),
    build=_make_shmolli,
    spell=_write_molli,
    draws=_draw,
    flow={"fresh": "50%"},
)

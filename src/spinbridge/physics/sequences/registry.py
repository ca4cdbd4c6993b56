"""The words of the sequence language: which parameters a sequence has, their units, and the signal model they make.

    bssfp, bssfp-short   fa, tr, te (tr/2 unless given)
    gre                  fa, tr, te (tr/2 unless given), v (speed of inflow), slice
    molli                scheme or ti, hr or rr, fa, ti0, tr, lines, centre, ramp, inv, fresh
    ir-bssfp             ti, fa, inv

`ti` of `molli` makes one image: a single inversion from equilibrium, read out in the heartbeat of the inversion.
Several times (RR intervals of the beats, first inversion times) are parted by slashes. Values come in as canonical
units.

Reference: names follow the protocols of MOLLI, P. Kellman, M. Hansen, J Cardiovasc Magn Reson 2014;16:2,
doi:10.1186/1532-429X-16-2.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from torch import Tensor

from spinbridge.core.errors import SequenceError
from spinbridge.core.protocols import SignalModel
from spinbridge.core.units import Kind, format_quantity, parse_quantity
from spinbridge.physics.parameter import Parameter, require_between
from spinbridge.physics.sequences.bssfp import BSSFP, ShortTRBSSFP
from spinbridge.physics.sequences.ir_bssfp import ContinuousMOLLI
from spinbridge.physics.sequences.molli import GatedMOLLI
from spinbridge.physics.sequences.molli_scheme import Intervals, format_scheme, parse_scheme
from spinbridge.physics.sequences.molli_timing import FIRST_INVERSION_TIME, HEART_RATES, Readout, first_inversion_times
from spinbridge.physics.sequences.spoiled_gre import SpoiledGRE

_DIGITS = 12


@dataclass(frozen=True)
class Key:
    """How one parameter is read: a quantity of a kind, several parted by slashes, a whole number, or a text."""

    kind: Kind | None = None
    several: bool = False
    text: bool = False

    def read(self, value: str, where: str) -> Any:  # noqa: ANN401 - a float, a tuple, an int or a text
        """The value in canonical units. Raises `UnitError` or `SequenceError`."""
        if self.text:
            return value
        if self.kind is None:
            return _whole(value, where)
        if self.several and "/" in value:
            return tuple(parse_quantity(part, self.kind, where=where) for part in value.split("/"))
        return parse_quantity(value, self.kind, where=where)


@dataclass(frozen=True)
class Word:
    """One sequence of the language."""

    name: str
    model: type
    keys: dict[str, Key]
    make: Callable[[dict[str, Any]], SignalModel]
    write: Callable[[Any], dict[str, str]]
    example: str


_FA, _TIME, _SHARE, _COUNT = Key(Kind.ANGLE), Key(Kind.TIME), Key(Kind.SHARE), Key()
_TIMES = Key(Kind.TIME, several=True)


def _make_bssfp(values: dict[str, Any]) -> BSSFP:
    return BSSFP(**_pulses(values, BSSFP()))


def _make_short_bssfp(values: dict[str, Any]) -> ShortTRBSSFP:
    return ShortTRBSSFP(**_pulses(values, BSSFP()))


def _make_gre(values: dict[str, Any]) -> SpoiledGRE:
    flow = {"inflow_velocity": values.get("v", 0.0), "slice_thickness": values.get("slice", 8.0)}
    return SpoiledGRE(**_pulses(values, SpoiledGRE()), **flow)


def _pulses(values: dict[str, Any], usual: BSSFP | SpoiledGRE) -> dict[str, Any]:
    tr = values.get("tr", usual.repetition_time)
    return {
        "flip_angle": values.get("fa", usual.flip_angle),
        "repetition_time": tr,
        "echo_time": values.get("te", tr / 2),
    }


def _write_pulses(model: BSSFP | ShortTRBSSFP) -> dict[str, str]:
    times = {"tr": _text(model.repetition_time, "ms"), "te": _text(model.echo_time, "ms")}
    return {"fa": _text(model.flip_angle, "deg"), **times}


def _write_gre(model: SpoiledGRE) -> dict[str, str]:
    times = {"tr": _text(model.repetition_time, "ms"), "te": _text(model.echo_time, "ms")}
    flow = {"v": _text(model.inflow_velocity, "mm/s"), "slice": _text(model.slice_thickness, "mm")}
    return {"fa": _text(model.flip_angle, "deg"), **times, **flow}


def _make_molli(values: dict[str, Any]) -> GatedMOLLI:
    for one, other in (("ti", "scheme"), ("ti", "ti0"), ("hr", "rr")):
        if one in values and other in values:
            raise SequenceError(f"either {one} or {other}", "both", remedy="Remove one of them.")
    intervals = _intervals(values)
    trains, pauses = ((1,), ()) if "ti" in values else parse_scheme(values.get("scheme", "5(3)3"), intervals)
    times = values.get("ti", values.get("ti0", FIRST_INVERSION_TIME))
    return GatedMOLLI(
        trains=trains,
        pauses=pauses,
        rr_intervals=intervals,
        inversion_times=times if isinstance(times, tuple) else first_inversion_times(len(trains), first=times),
        flip_angle=values.get("fa", GatedMOLLI().flip_angle),
        readout=_readout(values),
        inversion_efficiency=values.get("inv", 0.96),
        fresh=values.get("fresh", 0.0),
    )


def _intervals(values: dict[str, Any]) -> Intervals:
    if "rr" in values:
        intervals: Intervals = values["rr"]
        return intervals
    heart_rate = values.get("hr", 1.0)
    require_between("a heart rate", heart_rate, *HEART_RATES, unit="bpm")
    return 1 / float(heart_rate)


def _readout(values: dict[str, Any]) -> Readout:
    usual = Readout()
    lines = values.get("lines", usual.lines)
    centre = values.get("centre", 2 * round(lines * usual.centre_line / usual.lines / 2))  # even
    ramp = values.get("ramp", usual.ramp)
    return Readout(repetition_time=values.get("tr", usual.repetition_time), lines=lines, centre_line=centre, ramp=ramp)


def _write_molli(model: GatedMOLLI) -> dict[str, str]:
    times = _times(model.inversion_times)
    train = (
        {"ti": times} if model.trains == (1,) else {"scheme": format_scheme(model.trains, model.pauses), "ti0": times}
    )
    readout = {
        "lines": str(model.readout.lines),
        "centre": str(model.readout.centre_line),
        "ramp": str(model.readout.ramp),
    }
    return {
        **train,
        **_beat(model),
        "fa": _text(model.flip_angle, "deg"),
        "tr": _text(model.readout.repetition_time, "ms"),
        **readout,
        "inv": _text(model.inversion_efficiency, "%"),
        "fresh": _text(model.fresh, "%"),
    }


def _beat(model: GatedMOLLI) -> dict[str, str]:
    if isinstance(model.rr_intervals, tuple):
        return {"rr": _times(model.rr_intervals)}
    rate = _text(1 / model.rr_intervals, "bpm")
    return {"hr": rate} if len(rate) <= len("60.5bpm") else {"rr": _text(model.rr_intervals, "ms")}


def _make_continuous(values: dict[str, Any]) -> ContinuousMOLLI:
    usual = ContinuousMOLLI()
    times = values.get("ti", usual.inversion_times)
    return ContinuousMOLLI(
        inversion_times=times if isinstance(times, tuple) else (times,),
        flip_angle=values.get("fa", usual.flip_angle),
        inversion_efficiency=values.get("inv", usual.inversion_efficiency),
    )


def _write_continuous(model: ContinuousMOLLI) -> dict[str, str]:
    shares = {"inv": _text(model.inversion_efficiency, "%")}
    return {"ti": _times(model.inversion_times), "fa": _text(model.flip_angle, "deg"), **shares}


def _whole(value: str, where: str) -> int:
    if not value.isdecimal():
        raise SequenceError("a whole number", f"'{value}'", remedy="Write digits without a unit.", where=where)
    return int(value)


def _times(values: tuple[float, ...]) -> str:
    return "/".join(_text(value, "ms") for value in values)


def _text(value: Parameter, unit: str) -> str:
    if isinstance(value, Tensor):
        if value.numel() != 1:
            got = f"a map of shape {tuple(value.shape)}"
            raise SequenceError("one number for each parameter", got, remedy="Write the sequence without its maps.")
        value = float(value)
    return format_quantity(value, unit, digits=_DIGITS)


_PULSES = {"fa": _FA, "tr": _TIME, "te": _TIME}
_MOLLI_TIMES = {"scheme": Key(text=True), "ti": _TIME, "ti0": _TIMES, "hr": Key(Kind.RATE), "rr": _TIMES}
_MOLLI_READOUT = {"fa": _FA, "tr": _TIME, "lines": _COUNT, "centre": _COUNT, "ramp": _COUNT}
_MOLLI = _MOLLI_TIMES | _MOLLI_READOUT | {"inv": _SHARE, "fresh": _SHARE}
_IR = {"ti": _TIMES, "fa": _FA, "inv": _SHARE}
#: How blood flows in an image where a text does not say it; one voxel of `signal` is at rest.
USUAL_FLOW = {"gre": {"v": "50mm/s"}, "molli": {"fresh": "50%"}}
_FLOW = {"v": Key(Kind.SPEED), "slice": Key(Kind.LENGTH)}
_BSSFP_EXAMPLE = "bssfp(fa=50deg,tr=3.2ms,te=1.6ms)"

WORDS: dict[str, Word] = {
    word.name: word
    for word in (
        Word("bssfp", BSSFP, _PULSES, _make_bssfp, _write_pulses, _BSSFP_EXAMPLE),
        Word("bssfp-short", ShortTRBSSFP, _PULSES, _make_short_bssfp, _write_pulses, "bssfp-short(fa=50deg)"),
        Word("gre", SpoiledGRE, _PULSES | _FLOW, _make_gre, _write_gre, "gre(fa=15deg,tr=5ms,te=2.5ms,v=50mm/s)"),
        Word("molli", GatedMOLLI, _MOLLI, _make_molli, _write_molli, "molli(scheme=5(3)3,hr=60bpm,fa=35deg)"),
        Word("ir-bssfp", ContinuousMOLLI, _IR, _make_continuous, _write_continuous, "ir-bssfp(ti=300ms,fa=35deg)"),
    )
}


def word_of(model: SignalModel) -> Word | None:
    """The word of a model's class, None where it has none."""
    return next((word for word in WORDS.values() if type(model) is word.model), None)

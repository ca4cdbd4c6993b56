"""How a sequence is written: its name, its parameters with their units, and the protocols that clinics play.

    key    a parameter in the language, such as `fa`: the field of the model that it sets, and its kind of quantity
    range  lowest and highest value of a key in the clinic: what is drawn at random, and where the form is proved

Values come in as canonical units. One file of this folder holds one model and its word; `registry.py` lists the words.

Ours.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import product
from operator import attrgetter
from typing import Any

import torch
from torch import Tensor

from spinbridge.core.errors import SequenceError
from spinbridge.core.protocols import SignalModel
from spinbridge.core.random import uniform
from spinbridge.core.units import Kind, format_quantity, parse_quantity
from spinbridge.physics.parameter import Parameter

_DIGITS = 12
_ALL_CORNERS = 4  # keys whose lowest and highest values are all combined

Values = dict[str, Any]  #: of the keys that were given, in canonical units


@dataclass(frozen=True)
class Key:
    """How one parameter is read and written: a quantity of a kind, several parted by slashes, or a whole number."""

    field: str = ""  #: of the model, with a dot where it belongs to a part: `readout.lines`
    kind: Kind | None = None  #: None for a whole number
    unit: str = ""  #: that it is written in
    several: bool = False
    text: bool = False

    def read(self, value: str, where: str) -> Any:  # noqa: ANN401 - a float, a tuple, an int or a text
        """The value in canonical units. Raises `UnitError` or `SequenceError`."""
        if self.text:
            return value
        if self.kind is None:
            return _whole(value, where)
        if self.several:
            return tuple(parse_quantity(part, self.kind, where=where) for part in value.split("/"))
        return parse_quantity(value, self.kind, where=where)

    def write(self, value: Any) -> str:  # noqa: ANN401
        """The text that `read` turns into the value. Raises `SequenceError` for a map."""
        if isinstance(value, tuple):
            return "/".join(quantity_text(each, self.unit) for each in value)
        return str(value) if self.kind is None else quantity_text(value, self.unit)


def angle(name: str = "flip_angle") -> Key:
    """A key in degrees."""
    return Key(name, Kind.ANGLE, "deg")


def time(name: str, *, several: bool = False) -> Key:
    """A key in milliseconds."""
    return Key(name, Kind.TIME, "ms", several)


def share(name: str) -> Key:
    """A key in per cent."""
    return Key(name, Kind.SHARE, "%")


def rate(name: str = "heart_rate") -> Key:
    """A key in beats a minute."""
    return Key(name, Kind.RATE, "bpm")


def count(name: str) -> Key:
    """A key that is a whole number."""
    return Key(name)


@dataclass(frozen=True)
class Along:
    """The parameter that a sequence is best drawn along."""

    key: str
    low: str
    high: str


def as_given(values: Values) -> Values:
    """No parameter follows from another one."""
    return values


@dataclass(frozen=True, kw_only=True)
class Word:
    """One sequence of the language."""

    name: str
    model: type
    keys: Mapping[str, Key]
    example: str
    ranges: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    along: Along | None = None
    complete: Callable[[Values], Values] = as_given  #: adds the keys that follow from those given, such as te from tr
    build: Callable[[Values], SignalModel] | None = None  #: where the keys are no fields
    spell: Callable[[Any], dict[str, str]] | None = None  #: the way back from `build`
    draws: Callable[[torch.Generator], SignalModel] | None = None  #: where ranges alone do not say what is played
    family: str = ""  #: of whose draws bridge trains on; its own where empty
    variety: float = 1.0  #: how often it is drawn among other sequences: a train holds many contrasts
    after_agent: bool = False  #: whether clinics play it after contrast agent was given
    flow: Mapping[str, str] = field(default_factory=dict)  #: of blood in an image, where the text does not say it

    def make(self, values: Values) -> SignalModel:
        """The model of values in canonical units; what is not given keeps its default."""
        if self.build is not None:
            return self.build(values)
        whole: Values = {}
        for key, value in self.complete(values).items():
            name, dot, inner = self.keys[key].field.partition(".")
            if dot:
                whole.setdefault(name, {})[inner] = value
            else:
                whole[name] = value
        usual = self.model()
        for name, value in whole.items():
            if isinstance(value, dict):
                whole[name] = replace(getattr(usual, name), **value)
        model: SignalModel = self.model(**whole)
        return model

    def write(self, model: SignalModel) -> dict[str, str]:
        """The keys of a model of this word and their texts."""
        if self.spell is not None:
            return self.spell(model)
        return {key: how.write(attrgetter(how.field)(model)) for key, how in self.keys.items()}

    def draw(self, draw: torch.Generator) -> SignalModel:
        """A protocol as clinics play it, every key between the ends of its range."""
        if self.draws is not None:
            return self.draws(draw)
        return self.make({key: self._between(key, *ends, draw) for key, ends in self.ranges.items()})

    def corners(self, *, thorough: bool = True) -> Iterator[SignalModel]:
        """Protocols at the ends of the ranges: all combinations, or the two extremes and the default."""
        ends = {key: [self._read(key, end) for end in both] for key, both in self.ranges.items()}
        yield self.make({})
        first = dict(list(ends.items())[: _ALL_CORNERS if thorough else 0])
        for whole in product((0, 1), repeat=1 if not first else len(first)):
            chosen = {key: ends[key][side] for key, side in zip(first, whole, strict=False)}
            rest = {key: both[whole[-1]] for key, both in ends.items() if key not in first}
            if chosen or rest:
                yield self.make(chosen | rest)

    def _read(self, key: str, text: str) -> Any:  # noqa: ANN401
        return self.keys[key].read(text, f"{key} of {self.name}")

    def _between(self, key: str, low: str, high: str, draw: torch.Generator) -> Any:  # noqa: ANN401
        lowest, highest = self._read(key, low), self._read(key, high)
        if self.keys[key].kind is None:
            return int(uniform(lowest, highest + 1 - 1e-6, draw))
        if isinstance(lowest, tuple):
            place = uniform(0.0, 1.0, draw)
            return tuple(a + (b - a) * place for a, b in zip(lowest, highest, strict=True))
        return uniform(lowest, highest, draw)


def _whole(value: str, where: str) -> int:
    if not value.isdecimal():
        raise SequenceError("a whole number", f"'{value}'", remedy="Write digits without a unit.", where=where)
    return int(value)


def quantity_text(value: Parameter, unit: str) -> str:
    """One number with its unit to 12 digits. Raises `SequenceError` for a map."""
    if isinstance(value, Tensor):
        if value.numel() != 1:
            got = f"a map of shape {tuple(value.shape)}"
            raise SequenceError("one number for each parameter", got, remedy="Write the sequence without its maps.")
        value = float(value)
    return format_quantity(value, unit, digits=_DIGITS)


def echo_in_the_middle(values: Values, repetition_time: Parameter) -> Values:
    """The echo at half of the repetition time unless it is given; `repetition_time` [s] where that is not given."""
    return {"te": values.get("tr", repetition_time) / 2, **values}


def centre_in_the_middle(values: Values) -> Values:
    """The centre of k-space in the middle of the lines unless it is given."""
    if "lines" not in values or "centre" in values:
        return values
    return {"centre": values["lines"] // 2, **values}

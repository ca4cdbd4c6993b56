"""Who is scanned: sex, age, height and weight, and what a healthy heart of such a person measures.

    expected_m = mean_m(sex) exp(b (BMI - mean)/4.3 + h ln(height/mean) + a (age - 60)/10)

The rest of the published spread is between people who are alike in these. Numbers and sources stand in
`population.toml` (Petersen et al. 2017, both papers); the body surface is Mosteller's, N Engl J Med 1987;317:1098, doi
10.1056/NEJM198710223171717.
"""

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Literal

import numpy as np

from spinbridge.phantoms.heart.streams import stream

Sex = Literal["women", "men"]

SIZES = ("lv_edv", "lv_mass", "rv_edv")  #: measures that go with the size of the body
_AGES = (45.0, 74.0)
_PER = 4.3  # kg/m2 that the effect of the body-mass index is told for


@dataclass(frozen=True, kw_only=True)
class Person:
    """One adult."""

    sex: Sex
    age: float  #: [years]
    height: float  #: [mm]
    weight: float  #: [kg]

    @property
    def body_mass_index(self) -> float:
        """Weight over height squared [kg/m^2]."""
        return self.weight / (self.height / 1000) ** 2

    @property
    def surface(self) -> float:
        """Body surface area [m^2]."""
        return float(np.sqrt(self.height / 10 * self.weight / 3600))


@cache
def population() -> dict[str, dict[str, list[float]]]:
    """[mean, spread] for `women` and `men`, and the effects of build and age on each measure of `SIZES`."""
    return tomllib.loads(files("spinbridge.phantoms.heart").joinpath("population.toml").read_text(encoding="utf-8"))


def draw_person(seed: int, index: int, women: float = 0.5, *, healthy: bool = True) -> Person:
    """Subject `index`'s person; `women` is the chance of one. The same sex, age and height, ill or not."""
    draw = stream(seed, index, "anatomy", "person")
    sex: Sex = "women" if draw.random() < women else "men"
    table = population()[sex]
    age = float(draw.uniform(*_AGES))
    height = _within(table["height"], draw.standard_normal(), 2.5)
    index_ = _within(table["healthy_bmi" if healthy else "patient_bmi"], draw.standard_normal(), 2.0)
    return Person(sex=sex, age=age, height=height, weight=max(index_, 17.5) * (height / 1000) ** 2)


def expected(person: Person, name: str) -> float:
    """What a healthy heart of this person measures on average, for a measure of `SIZES` [ml or g]."""
    table, effect = population()[person.sex], _effects(name)
    away = effect["bmi"] * (person.body_mass_index - table["healthy_bmi"][0]) / _PER
    away += effect["height"] * np.log(person.height / table["height"][0])
    away += effect[f"age_{person.sex}"] * (person.age - 60) / 10
    return float(table[name][0] * np.exp(away))


def unexplained(sex: Sex, name: str) -> float:
    """Spread of a measure of `SIZES` among healthy people alike in build and age, as a share of its mean."""
    table, effect = population()[sex], _effects(name)
    mean, spread = table[name]
    build = (effect["bmi"] * table["healthy_bmi"][1] / _PER) ** 2
    build += (effect["height"] * table["height"][1] / table["height"][0]) ** 2
    build += (effect[f"age_{sex}"] / 10) ** 2 * (_AGES[1] - _AGES[0]) ** 2 / 12
    return float(np.sqrt((spread / mean) ** 2 - build))


def _effects(name: str) -> dict[str, float]:
    effects: dict[str, float] = population()[name]  # type: ignore[assignment]
    return effects


def _within(entry: list[float], score: float, most: float) -> float:
    """Mean plus spread times a score that is held within `most`."""
    return float(entry[0] + entry[1] * np.clip(score, -most, most))

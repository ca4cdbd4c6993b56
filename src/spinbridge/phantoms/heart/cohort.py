"""A population of hearts: persons, groups in given shares, severities from mild to grave, measures that hang together.

    healthy    measure = expected(person) (1 + unexplained score),   EF = mean(sex) + spread score
    patients   measure = group centre  expected(person)/expected(average adult) (1 + left-over score),   EF the group's

with the scores of `groups.py`, so that volumes, mass, EF, shortening and severity are correlated as there, and with the
limits of `groups.toml` per body surface, so that everybody meets the definition of his group (ACDC: Bernard et al.
2018, doi 10.1109/TMI.2018.2837502). How the spread of a group divides between build and heart is ours.

Member 7 is the same in a cohort of 10 and of 1000.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

import numpy as np

from spinbridge.core.errors import SettingsError
from spinbridge.core.random import numpy_generator
from spinbridge.phantoms.heart.groups import GROUPS, check_group, draw_factors, group_table, scores
from spinbridge.phantoms.heart.people import SIZES, Person, draw_person, expected, population, unexplained
from spinbridge.phantoms.heart.settings import HeartSettings
from spinbridge.phantoms.heart.subject import Subject, build_subject

_SURFACE = 1.9  # body surface that the centres and limits of groups.toml are told for [m^2]
_GOLDEN = 0.6180339887498949
_HEALTHY_LIMIT = 2.3  # standard deviations within which a healthy measure lies
_LEAST = 0.5  # least share of a group's spread that is left to the heart


@dataclass(frozen=True, kw_only=True)
class Member:
    """One person with a heart."""

    person: Person
    subject: Subject

    @property
    def indexed(self) -> dict[str, float]:
        """Volumes [ml/m^2] and mass [g/m^2] per body surface."""
        return {name: getattr(self.subject, name) / self.person.surface for name in SIZES}


@dataclass(frozen=True, kw_only=True)
class Cohort:
    """Members in the order of their index."""

    seed: int
    members: tuple[Member, ...]

    @property
    def subjects(self) -> tuple[Subject, ...]:
        """Their hearts."""
        return tuple(member.subject for member in self.members)

    def of(self, group: str) -> tuple[Member, ...]:
        """The members of one group."""
        return tuple(member for member in self.members if member.subject.group == check_group(group))


def draw_cohort(
    seed: int,
    subjects: int,
    *,
    shares: Mapping[str, float] | None = None,
    women: float = 0.5,
    settings: HeartSettings | None = None,
    first: int = 0,
) -> Cohort:
    """`subjects` members from number `first` on; groups come in `shares` (equal ones where none are given).

    Raises `SettingsError` for unknown groups, shares that are negative or all zero, and no subjects.
    """
    if subjects < 1:
        raise SettingsError("at least one subject", f"{subjects}", where="subjects")
    if not 0 <= women <= 1:
        raise SettingsError("a share from 0 to 1", f"{women}", where="women")
    parts = _checked(shares or dict.fromkeys(GROUPS, 1.0))
    numbers = range(first, first + subjects)
    return Cohort(seed=seed, members=tuple(_member(seed, index, parts, women, settings) for index in numbers))


def _checked(shares: Mapping[str, float]) -> dict[str, float]:
    parts = {check_group(group): float(share) for group, share in shares.items()}
    if min(parts.values()) < 0 or sum(parts.values()) <= 0:
        raise SettingsError("shares of at least 0 that are not all 0", f"{parts}", where="shares")
    return {group: share / sum(parts.values()) for group, share in parts.items()}


def _member(seed: int, index: int, shares: Mapping[str, float], women: float, settings: HeartSettings | None) -> Member:
    """Member `index`; groups follow a golden-ratio sequence, so that any run of members holds nearly their shares."""
    place = (numpy_generator(seed, "heart", "groups").random() + index * _GOLDEN) % 1
    edges = np.cumsum(list(shares.values()))
    group = list(shares)[min(int(np.searchsorted(edges, place, side="right")), len(shares) - 1)]
    person = draw_person(seed, index, women, healthy=group == "NOR")
    factors = draw_factors(seed, index)
    values = _healthy(person, factors) if group == "NOR" else _diseased(group, person, factors)
    return Member(person=person, subject=build_subject((seed, index), group, values, factors["severity"], settings))


def _healthy(person: Person, factors: Mapping[str, float]) -> dict[str, float]:
    values = {}
    for name, score in scores("NOR", factors).items():
        held = float(np.clip(score, -_HEALTHY_LIMIT, _HEALTHY_LIMIT))
        if name in SIZES:
            values[name] = expected(person, name) * (1 + unexplained(person.sex, name) * held)
        else:
            mean, spread = population()[person.sex].get(name, group_table()["NOR"][name][:2])
            values[name] = mean + spread * held
    return values


def _diseased(group: str, person: Person, factors: Mapping[str, float]) -> dict[str, float]:
    values = {}
    for name, score in scores(group, factors).items():
        mean, spread, low, high = group_table()[group][name]
        if name in SIZES:
            usual, between = _average(name)
            left = max((spread / mean) ** 2 - between**2, (_LEAST * spread / mean) ** 2)
            size = person.surface / _SURFACE
            value = mean * expected(person, name) / usual * (1 + np.sqrt(left) * score)
            values[name] = float(np.clip(value, low * size, high * size))
        else:
            values[name] = float(np.clip(mean + spread * score, low, high))
    return values


@cache
def _average(name: str) -> tuple[float, float]:
    """Mean of a measure over healthy adults of both sexes, and how much of its spread is sex and build, as a share."""
    women, men = population()["women"][name], population()["men"][name]
    mean = (women[0] + men[0]) / 2
    build = (women[1] / women[0]) ** 2 - unexplained("women", name) ** 2
    build += (men[1] / men[0]) ** 2 - unexplained("men", name) ** 2
    return mean, float(np.sqrt(((men[0] - women[0]) / 2 / mean) ** 2 + build / 2))

"""Small subjects that are quick to make."""

from dataclasses import replace
from functools import lru_cache

from spinbridge.phantoms.heart.settings import HeartSettings
from spinbridge.phantoms.heart.subject import Subject, draw_subject

SMALL = HeartSettings(matrix=(128, 128), samples=5)
OTHER = HeartSettings(matrix=(128, 128), samples=5, generator="implicit")


@lru_cache
def a_subject(group: str = "NOR", index: int = 0, *, seed: int = 11) -> Subject:
    """A subject on a coarse grid."""
    return draw_subject(seed, index, group, SMALL)


@lru_cache
def another(group: str = "NOR", index: int = 0, *, seed: int = 11) -> Subject:
    """A subject of the other generator on a coarse grid."""
    return draw_subject(seed, index, group, OTHER)


def fine(subject: Subject) -> Subject:
    """The same heart in slices of 2 mm from just above its base to beyond its apex."""
    length = subject.shape.length
    protocol = replace(subject.protocol, slices=int(length / 2) + 15, thickness=2.0, step=2.0, first=-15.0)
    return replace(subject, protocol=protocol, settings=replace(subject.settings, samples=3))

"""A small head that many tests look at, made once."""

from dataclasses import replace
from functools import cache

from spinbridge.phantoms.brain.acquire import BrainCase, acquire
from spinbridge.phantoms.brain.settings import SMALL
from spinbridge.phantoms.brain.subject import Subject, draw_subject


@cache
def head(index: int = 1, *, tumour: bool = True) -> Subject:
    """A high-grade glioma of 3 mm voxels."""
    return draw_subject(1, index, "high", replace(SMALL, tumour=tumour))


@cache
def images(index: int = 1) -> BrainCase:
    return acquire(head(index))

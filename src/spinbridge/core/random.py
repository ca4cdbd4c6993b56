"""Randomness as an argument: one generator per sample, derived from one seed by name, never by order.

`generator(seed, "augment", 17)` is one stream in any batch size, with any number of workers, in any order of cases.
"""

import hashlib

import numpy as np
import torch


def derive_seed(seed: int, *names: object) -> int:
    """A 63-bit seed from `seed` and the names of a place in the program; stable across machines and versions."""
    text = "/".join([str(int(seed)), *map(str, names)])
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big") >> 1


def generator(seed: int, *names: object) -> torch.Generator:
    """The torch generator of one named place."""
    return torch.Generator().manual_seed(derive_seed(seed, *names))


def numpy_generator(seed: int, *names: object) -> np.random.Generator:
    """The NumPy generator of one named place."""
    return np.random.default_rng(derive_seed(seed, *names))


def uniform(low: float, high: float, draw: torch.Generator) -> float:
    """One number between `low` and `high`."""
    return low + (high - low) * float(torch.rand((), generator=draw))


def normal(mean: float, spread: float, draw: torch.Generator) -> float:
    """One number from a normal distribution."""
    return mean + spread * float(torch.randn((), generator=draw))


def chance(probability: float, draw: torch.Generator) -> bool:
    """Whether an event of this probability happens."""
    return float(torch.rand((), generator=draw)) < probability

import random

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from spinbridge.core.random import chance, derive_seed, generator, normal, numpy_generator, uniform


def draw(sample: int) -> float:
    return float(torch.rand((), generator=generator(7, "augment", sample)))


@given(st.permutations(range(8)))
def test_a_sample_is_the_same_in_any_order(order: list[int]) -> None:
    assert {sample: draw(sample) for sample in order} == {sample: draw(sample) for sample in range(8)}


def test_seeds_are_stable_across_versions() -> None:
    assert derive_seed(1, "augment", 17) == int("e9c429f55d2d1f1f", 16) >> 1  # sha256sum of `1/augment/17`


def test_every_place_has_its_own_stream() -> None:
    places = [(seed, *names) for seed in (0, 1) for names in (("a",), ("b",), ("a", 1), ("a", "b"))]
    assert len({derive_seed(*place) for place in places}) == len(places)


def test_nothing_touches_the_global_state() -> None:
    before = (random.getstate(), torch.get_rng_state(), np.random.get_state()[1].tolist())  # noqa: NPY002
    chance(0.5, generator(1, "x"))
    numpy_generator(1, "x").normal()
    after = (random.getstate(), torch.get_rng_state(), np.random.get_state()[1].tolist())  # noqa: NPY002
    assert before[0] == after[0]
    assert torch.equal(before[1], after[1])
    assert before[2] == after[2]


def test_uniform_stays_between_its_ends_and_fills_the_range() -> None:
    stream = generator(3, "uniform")
    values = [uniform(2.0, 5.0, stream) for _ in range(2000)]
    assert 2.0 <= min(values) < 2.01
    assert 4.99 < max(values) <= 5.0


def test_normal_has_its_mean_and_spread() -> None:
    stream = generator(3, "normal")
    values = np.array([normal(10.0, 2.0, stream) for _ in range(4000)])
    assert values.mean() == pytest.approx(10.0, abs=0.15)
    assert values.std() == pytest.approx(2.0, abs=0.1)


@pytest.mark.parametrize("probability", [0.0, 0.3, 1.0])
def test_chance_happens_as_often_as_it_says(probability: float) -> None:
    stream = generator(3, "chance")
    share = np.mean([chance(probability, stream) for _ in range(4000)])
    assert share == pytest.approx(probability, abs=0.03)

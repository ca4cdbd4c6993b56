"""What every word of the sequence language keeps, whoever adds it."""

import re
from dataclasses import fields
from itertools import islice

import pytest
import torch
from torch import Tensor

from spinbridge.core.errors import SpinbridgeError
from spinbridge.core.protocols import SignalModel
from spinbridge.core.random import generator
from spinbridge.core.tissue import Tissue
from spinbridge.core.units import UnitError
from spinbridge.physics.proof import bloch
from spinbridge.physics.sequences.flow import FLOW_FIELDS, with_flow
from spinbridge.physics.sequences.language import format_sequence, parse_image_sequence, parse_sequence
from spinbridge.physics.sequences.program import Played
from spinbridge.physics.sequences.registry import WORDS, word_of
from spinbridge.physics.sequences.word import Word

MYOCARDIUM, BLOOD = (1.1, 0.05), (1.6, 0.24)
every_word = pytest.mark.parametrize("word", WORDS.values(), ids=WORDS)


def voxels(dtype: torch.dtype = torch.float64) -> Tissue:
    t1, t2 = torch.tensor([MYOCARDIUM, BLOOD, (0.3, 0.07), (4.2, 2.0)], dtype=dtype).unbind(1)
    return Tissue(pd=torch.full_like(t1, 0.8), t1=t1, t2=t2, t2star=0.7 * t2)


@every_word
def test_it_is_a_signal_model_that_says_what_it_plays(word: Word) -> None:
    model = parse_sequence(word.name)
    assert isinstance(model, SignalModel)
    assert isinstance(model, Played)
    assert bloch.play(model.program(), voxels()).shape == model(voxels()).shape


@every_word
def test_its_images_have_names_that_files_can_have(word: Word) -> None:
    names = parse_sequence(word.name).images
    assert len(set(names)) == len(names) >= 1
    assert all(re.fullmatch(r"[a-z0-9][a-z0-9_-]*", name) for name in names)


@every_word
def test_its_example_and_every_drawn_protocol_survive_reading_and_writing(word: Word) -> None:
    drawn = [word.draw(generator(seed, "draw", word.name)) for seed in range(8)]
    for model in (parse_sequence(word.example), *drawn):
        again = parse_sequence(format_sequence(model))
        assert type(again) is type(model)
        torch.testing.assert_close(again(voxels()), model(voxels()), rtol=1e-9, atol=1e-12)


@every_word
def test_its_gradients_are_right(word: Word) -> None:
    model = parse_sequence(word.name)

    def signal(pd: Tensor, t1: Tensor, t2: Tensor, t2star: Tensor) -> Tensor:
        images = model(Tissue(pd=pd, t1=t1, t2=t2, t2star=t2star))
        return torch.view_as_real(images) if images.is_complex() else images

    values = [torch.tensor(x, dtype=torch.float64, requires_grad=True) for x in (0.8, 1.1, 0.05, 0.03)]
    assert torch.autograd.gradcheck(signal, values)


@every_word
def test_single_precision_is_enough(word: Word) -> None:
    model = parse_sequence(word.name)
    single, double = model(voxels(torch.float32)), model(voxels())
    assert single.dtype in (torch.float32, torch.complex64)
    torch.testing.assert_close(single.to(double.dtype), double, atol=5e-6, rtol=0)


@every_word
def test_maps_of_any_shape_are_seen_voxel_by_voxel(word: Word) -> None:
    model = parse_sequence(word.name)
    maps = voxels().map(lambda x: x.reshape(2, 1, 2))
    assert model(maps).shape == (len(model.images), 2, 1, 2)
    torch.testing.assert_close(model(maps).flatten(1), model(voxels()))


@every_word
def test_signal_is_proportional_to_proton_density(word: Word) -> None:
    model, tissue = parse_sequence(word.name), voxels()
    doubled = Tissue(pd=2 * tissue.pd, t1=tissue.t1, t2=tissue.t2, t2star=tissue.t2star)
    torch.testing.assert_close(model(doubled), 2 * model(tissue))


@every_word
def test_same_seed_draws_the_same_protocol_and_others_differ(word: Word) -> None:
    texts = [format_sequence(word.draw(generator(seed, "protocol"))) for seed in (1, 1, 2, 3)]
    assert texts[0] == texts[1]
    assert len(set(texts)) == 3


@every_word
def test_corners_differ_and_can_be_played(word: Word) -> None:
    texts = [format_sequence(model) for model in islice(word.corners(thorough=False), 3)]
    assert len(set(texts)) == len(texts) >= 2


@every_word
def test_a_number_without_its_unit_is_refused(word: Word) -> None:
    quantities = [key for key, how in word.keys.items() if how.kind is not None]
    for key in quantities:
        with pytest.raises(UnitError):
            parse_sequence(f"{word.name}({key}=7)")


@every_word
def test_what_no_scanner_plays_is_refused_in_words(word: Word) -> None:
    with pytest.raises(SpinbridgeError) as caught:
        parse_sequence(f"{word.name}(colour=red)")
    assert word.name in str(caught.value)


@every_word
def test_flow_is_put_where_blood_is_and_nowhere_else(word: Word) -> None:
    model = parse_image_sequence(word.name)
    flowing = {field.name for field in fields(model)} & set(FLOW_FIELDS)
    at_rest, everywhere = with_flow(model, torch.zeros(4))(voxels()), with_flow(model, torch.ones(4))(voxels())
    assert bool(torch.equal(at_rest, everywhere)) == (not flowing)
    assert set(word.flow) == ({"v"} if "inflow_velocity" in flowing else {"fresh"} if flowing else set())


def test_every_model_is_written_with_a_word_of_its_own_class() -> None:
    assert all(word_of(word.make({})).model is word.model for word in WORDS.values())

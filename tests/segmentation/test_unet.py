"""The baseline U-Net: continued as if nothing had happened, and saying plainly what it cannot use."""

from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pytest
import torch
from tests.scenes import AFFINE, scene_cases

from spinbridge.core.errors import InputError, LabelError, SettingsError
from spinbridge.core.files import read_json
from spinbridge.core.image import Image
from spinbridge.core.slices import Slice
from spinbridge.core.structures import Heart
from spinbridge.methods.augment.chain import Chain, Normalise
from spinbridge.methods.augment.spatial import Spatial
from spinbridge.segmentation.settings import PRESETS, UNetSettings, preset
from spinbridge.segmentation.unet import UNetSegmenter, build, is_trained, largest_heart, load

TINY = UNetSettings(
    channels=(4, 8), residual_units=1, spacing=2.5, patch=32, field=64, batch=2, iterations=6, checkpoint_every=3
)
AUGMENTATION = Chain((Normalise(), Spatial(patch=32)))


@dataclass
class PullThePlug:
    """An augmentation that fails after so many samples, as a killed process would end there."""

    samples: int

    def __call__(self, item: Slice, draw: torch.Generator) -> Slice:
        self.samples -= 1
        if self.samples < 0:
            raise KeyboardInterrupt
        return AUGMENTATION(item, draw)


def trained(folder: Path, settings: UNetSettings = TINY, *, seed: int = 0) -> UNetSegmenter:
    segmenter = UNetSegmenter(settings=settings, augmentation=AUGMENTATION, seed=seed)
    segmenter.train(scene_cases("sub000"), folder)
    return segmenter


@pytest.mark.parametrize("samples", [7, 10])
def test_a_killed_training_ends_with_the_same_bytes(tmp_path: Path, samples: int) -> None:
    trained(tmp_path / "whole")
    stopped = UNetSegmenter(settings=TINY, augmentation=PullThePlug(samples))
    with pytest.raises(KeyboardInterrupt):
        stopped.train(scene_cases("sub000"), tmp_path / "parts")
    assert [path.name for path in (tmp_path / "parts").iterdir()] == ["checkpoint.safetensors"]
    trained(tmp_path / "parts")
    assert _contents(tmp_path / "parts") == _contents(tmp_path / "whole")


def test_a_continued_training_does_not_start_anew(tmp_path: Path) -> None:
    with pytest.raises(KeyboardInterrupt):
        UNetSegmenter(settings=TINY, augmentation=PullThePlug(7)).train(scene_cases("sub000"), tmp_path)
    with pytest.raises(KeyboardInterrupt):
        UNetSegmenter(settings=TINY, augmentation=PullThePlug(5)).train(scene_cases("sub000"), tmp_path)
    trained(tmp_path)
    assert is_trained(tmp_path)


def test_only_tensors_and_json_are_written(tmp_path: Path) -> None:
    trained(tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["log.json", "model.json", "model.safetensors"]
    head = (tmp_path / "model.safetensors").read_bytes()
    assert b"pickle" not in head
    assert head[8:9] == b"{"


def test_a_finished_training_is_not_repeated(tmp_path: Path) -> None:
    first = trained(tmp_path)
    before = {path: path.stat().st_mtime_ns for path in tmp_path.iterdir()}
    (tmp_path / "checkpoint.safetensors").write_bytes(b"left by a kill")
    second = trained(tmp_path)
    assert {path: path.stat().st_mtime_ns for path in tmp_path.iterdir()} == before
    case = scene_cases("sub001", 1)[0]
    assert np.array_equal(first.predict(case), second.predict(case))


def test_the_loss_falls(tmp_path: Path) -> None:
    trained(tmp_path, replace(TINY, channels=(8, 16, 32), iterations=60, learning_rate=5e-3, checkpoint_every=100))
    losses = [step["loss"] for step in read_json(tmp_path / "log.json")]
    assert len(losses) == 60
    assert np.mean(losses[-10:]) < 0.7 * np.mean(losses[:5])


def test_training_in_bfloat16_keeps_weights_in_float32_and_ends_close(tmp_path: Path) -> None:
    losses = {}
    for precision in ("float32", "bfloat16"):
        model = trained(tmp_path / precision, replace(TINY, precision=precision))
        assert model.network is not None
        assert {weight.dtype for weight in model.network.parameters()} == {torch.float32}
        losses[precision] = read_json(tmp_path / precision / "log.json")[-1]["loss"]
    assert losses["bfloat16"] == pytest.approx(losses["float32"], rel=0.05)
    assert losses["bfloat16"] != losses["float32"]


def test_seeds_give_other_networks_and_the_same_seed_the_same() -> None:
    one, again, other = build(TINY, seed=0), build(TINY, seed=0), build(TINY, seed=1)
    first = next(iter(one.parameters()))
    assert torch.equal(first, next(iter(again.parameters())))
    assert not torch.equal(first, next(iter(other.parameters())))


def test_building_leaves_the_global_state_alone() -> None:
    before = torch.random.get_rng_state()
    build(TINY, seed=3)
    assert torch.equal(torch.random.get_rng_state(), before)


@pytest.mark.parametrize("shape", [(2, 64, 64), (1, 40, 90), (3, 7, 9), (2, 31, 33)])
def test_a_prediction_has_the_voxels_of_its_case(tmp_path: Path, shape: tuple[int, int, int]) -> None:
    segmenter = trained(tmp_path, replace(TINY, iterations=1))
    voxels = np.random.default_rng(0).integers(0, 900, shape).astype(np.int16)
    affine = AFFINE @ np.diag([1.3, 0.6, 1, 1])
    case = replace(scene_cases("sub000")[0], image=Image(data=voxels, affine=affine), label=None)
    found = segmenter.predict(case)
    assert found.shape == shape
    assert found.dtype == np.uint8
    assert set(np.unique(found).tolist()) <= {int(structure) for structure in Heart}


def test_a_slice_is_segmented_alike_in_any_stack(tmp_path: Path) -> None:
    segmenter = trained(tmp_path, replace(TINY, keep_largest=False))
    case = scene_cases("sub000", slices=3)[0]
    whole = segmenter.predict(case)
    for z in range(3):
        one = replace(case, image=Image(data=case.image.data[z : z + 1], affine=AFFINE), label=None)
        assert np.array_equal(segmenter.predict(one)[0], whole[z])


def test_a_loaded_model_predicts_what_the_trained_one_did(tmp_path: Path) -> None:
    case = scene_cases("sub001", 1)[0]
    assert np.array_equal(trained(tmp_path).predict(case), load(tmp_path).predict(case))


def test_a_brighter_image_is_segmented_alike(tmp_path: Path) -> None:
    segmenter, case = trained(tmp_path), scene_cases("sub000")[0]
    brighter = replace(case, image=case.image.with_data(2 * case.image.data.astype(np.float32) + 64))
    assert np.mean(segmenter.predict(case) != segmenter.predict(brighter)) < 1e-3


def test_weights_of_another_network_are_refused(tmp_path: Path) -> None:
    trained(tmp_path / "a")
    trained(tmp_path / "b", replace(TINY, channels=(8, 16)))
    (tmp_path / "a" / "model.safetensors").write_bytes((tmp_path / "b" / "model.safetensors").read_bytes())
    with pytest.raises(InputError, match=r"model.safetensors: needed weights of the model that its settings describe"):
        load(tmp_path / "a")


def test_a_checkpoint_of_another_network_is_refused(tmp_path: Path) -> None:
    with pytest.raises(KeyboardInterrupt):
        UNetSegmenter(settings=TINY, augmentation=PullThePlug(7)).train(scene_cases("sub000"), tmp_path)
    with pytest.raises(InputError, match=r"checkpoint.safetensors: needed weights of the model"):
        trained(tmp_path, replace(TINY, channels=(8, 16)))


@pytest.mark.parametrize("content", [b"", b"not tensors", b"\x10\x00\x00\x00\x00\x00\x00\x00{}"])
def test_damaged_weights_are_refused(tmp_path: Path, content: bytes) -> None:
    trained(tmp_path)
    (tmp_path / "model.safetensors").write_bytes(content)
    with pytest.raises(InputError, match=r"needed a whole safetensors file"):
        load(tmp_path)


def test_an_empty_folder_holds_no_model(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"model.json: needed a JSON file, got no file"):
        load(tmp_path)


def test_a_partly_annotated_label_is_not_learnt_from(tmp_path: Path) -> None:
    partial = replace(scene_cases("sub000")[0], structures=(Heart.LV,))
    with pytest.raises(LabelError, match=r"needed every structure annotated to train on, got no RV, MYO"):
        UNetSegmenter(settings=TINY, augmentation=AUGMENTATION).train([partial], tmp_path)


@pytest.mark.parametrize("augmentation", [None, AUGMENTATION])
def test_nothing_to_learn_is_refused(tmp_path: Path, augmentation: Chain | None) -> None:
    with pytest.raises(InputError, match="needed labelled cases and an augmentation"):
        UNetSegmenter(settings=TINY, augmentation=augmentation).train([], tmp_path)


def test_an_untrained_segmenter_says_so() -> None:
    with pytest.raises(InputError, match="needed a trained model, got none"):
        UNetSegmenter(settings=TINY).predict(scene_cases("sub000")[0])


def test_a_time_series_is_refused(tmp_path: Path) -> None:
    case = scene_cases("sub000")[0]
    series = replace(case, image=Image(data=np.stack([case.image.data] * 2), affine=AFFINE), label=None)
    with pytest.raises(InputError, match=r"needed a volume .*`spinbridge convert`"):
        trained(tmp_path, replace(TINY, iterations=1)).predict(series)


def test_only_the_largest_heart_is_kept() -> None:
    found = np.zeros((3, 12, 12), dtype=np.uint8)
    found[:, 2:6, 2:6] = 2
    found[1, 3:5, 3:5] = 3
    found[0, 9:11, 9:11] = 3
    found[2, 6, 6] = 1  # touches by a corner only
    kept = largest_heart(found)
    assert np.array_equal(kept > 0, (found > 0) & (np.indices(found.shape)[1] < 6))
    assert np.array_equal(kept[:, :6], found[:, :6])


@pytest.mark.parametrize("value", [0, 3])
def test_nothing_and_one_piece_stay_as_they_are(value: int) -> None:
    found = np.full((2, 4, 4), value, dtype=np.uint8)
    assert np.array_equal(largest_heart(found), found)


def test_an_unknown_preset_is_refused() -> None:
    with pytest.raises(SettingsError, match="needed a preset among tiny, small, full, got 'huge'"):
        preset("huge")


def _contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


@pytest.mark.parametrize("name", PRESETS)
def test_every_preset_gives_shares_of_its_own_patch(name: str) -> None:
    settings = preset(name)
    network = build(settings, seed=0).eval()
    with torch.inference_mode():
        found = network(torch.zeros(1, 1, settings.patch, settings.patch))
    assert found.shape == (1, len(Heart), settings.patch, settings.patch)

"""What every augmentation that `--augment` offers must keep to, whatever it does."""

from pathlib import Path

import pytest
import torch
from tests.scenes import BSSFP, scene_cases

from spinbridge.core.errors import SettingsError
from spinbridge.core.random import generator
from spinbridge.core.slices import Augmentation, Slice
from spinbridge.methods.reverse_imaging.inversion import InversionSettings
from spinbridge.methods.reverse_imaging.prior import tissue_prior
from spinbridge.methods.reverse_imaging.spins import save_spins, spin_slices
from spinbridge.physics.sequences.language import parse_sequence
from spinbridge.recipes.bridging.settings import AUGMENTATIONS, BridgeSettings, Workplace
from spinbridge.recipes.bridging.train_stage import augmentation
from spinbridge.segmentation.slices import training_slices

_SAMPLES = 8


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run whose tissue is prepared."""
    out = tmp_path_factory.mktemp("run")
    settings, case = _settings(out), scene_cases("sub000")[0]
    spins = spin_slices(_slices(settings), parse_sequence(BSSFP), tissue_prior(1.5), InversionSettings())
    save_spins(Workplace(out).tissue / f"{case.name}.safetensors", spins)
    return out


def _settings(out: Path) -> BridgeSettings:
    return BridgeSettings(source=out, out=out, preset="tiny", to="gre,molli,bssfp-short,ir-bssfp(ti=300ms)")


def _slices(settings: BridgeSettings) -> list[Slice]:
    network = settings.network
    return training_slices(scene_cases("sub000")[0], spacing=network.spacing, field=network.field)


def _made(name: str, place: Path) -> Augmentation:
    return augmentation(name, scene_cases("sub000"), _settings(place))


def _samples(name: str, place: Path) -> list[Slice]:
    made, slices = _made(name, place), _slices(_settings(place))
    return [made(slices[n % len(slices)], generator(0, "contract", n)) for n in range(_SAMPLES)]


@pytest.mark.parametrize("name", AUGMENTATIONS)
def test_a_sample_is_finite_and_a_patch_with_known_labels(name: str, place: Path) -> None:
    patch = _settings(place).network.patch
    for sample in _samples(name, place):
        assert sample.image.shape == sample.label.shape == (patch, patch)
        assert bool(torch.isfinite(sample.image).all())
        assert sample.image.dtype == torch.float32
        assert sample.label.dtype == torch.uint8
        assert set(sample.label.unique().tolist()) <= {0, 1, 2, 3}


@pytest.mark.parametrize("name", AUGMENTATIONS)
def test_a_sample_depends_on_its_generator_alone(name: str, place: Path) -> None:
    made, slices = _made(name, place), _slices(_settings(place))
    forth = [made(slices[n % 2], generator(0, "contract", n)) for n in range(_SAMPLES)]
    torch.manual_seed(1)
    back = [made(slices[n % 2], generator(0, "contract", n)) for n in reversed(range(_SAMPLES))][::-1]
    for one, other in zip(forth, back, strict=True):
        assert torch.equal(one.image, other.image)
        assert torch.equal(one.label, other.label)


@pytest.mark.parametrize("name", AUGMENTATIONS)
def test_a_slice_is_left_as_it_was(name: str, place: Path) -> None:
    slices = _slices(_settings(place))
    before = [(item.image.clone(), item.label.clone()) for item in slices]
    made = _made(name, place)
    for n in range(_SAMPLES):
        made(slices[n % 2], generator(0, "left", n))
    for item, (image, label) in zip(slices, before, strict=True):
        assert torch.equal(item.image, image)
        assert torch.equal(item.label, label)


@pytest.mark.parametrize("name", [name for name in AUGMENTATIONS if name != "none"])
def test_two_generators_give_two_samples(name: str, place: Path) -> None:
    one, other = _samples(name, place)[0], _samples(name, place)[2]
    assert not torch.equal(one.image, other.image)


@pytest.mark.parametrize("name", AUGMENTATIONS)
def test_an_augmentation_keeps_to_the_seam(name: str, place: Path) -> None:
    assert isinstance(_made(name, place), Augmentation)


def test_another_name_is_refused(place: Path) -> None:
    with pytest.raises(SettingsError, match="needed an augmentation that exists, got 'blur'"):
        _made("blur", place)

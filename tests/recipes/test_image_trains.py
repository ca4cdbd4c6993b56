"""The images of one train are found together, and a missing or misplaced one is named."""

from pathlib import Path

import numpy as np
import pytest
from tests.scenes import AFFINE, scene_cases, scene_dataset

from spinbridge.core.errors import GeometryError, InputError
from spinbridge.core.image import Image
from spinbridge.core.provenance import file_digest
from spinbridge.data.detect import open_dataset
from spinbridge.data.nifti import read_image, write_image
from spinbridge.physics.sequences.language import parse_sequence
from spinbridge.recipes.image_trains import Trains, find_trains

MOLLI = "molli(scheme=3(2)2,hr=60bpm)"
NAMES = parse_sequence(MOLLI).images


@pytest.fixture
def split(tmp_path: Path) -> Path:
    return scene_dataset(tmp_path / "split", 2, sequence=MOLLI, size=32)


def trains_of(data: Path, sequence: str = "gre") -> Trains:
    return find_trains(open_dataset(data), sequence)


def path_of(data: Path, case: str) -> Path:
    return data / "imagesTr" / f"{case}_0000.nii.gz"


def test_images_of_a_train_come_in_its_order(split: Path) -> None:
    trains = trains_of(split)
    assert [train.name for train in trains.items] == ["sub000_ED", "sub001_ED"]
    case, images = trains.items[0].load()
    assert case.label is not None
    assert images.shape == (len(NAMES), 2, 32, 32)
    for name, image in zip(NAMES, images.numpy(), strict=True):
        assert np.array_equal(image, read_image(path_of(split, f"sub000_ED_{name}")).data)


def test_a_missing_image_is_named_and_the_other_case_found(split: Path) -> None:
    path_of(split, f"sub001_ED_{NAMES[2]}").unlink()
    trains = trains_of(split)
    assert [train.name for train in trains.items] == ["sub000_ED"]
    assert any("sub001_ED" in str(failure) and NAMES[2] in str(failure) for failure in trains.failures)


def test_a_4d_file_is_a_train(tmp_path: Path) -> None:
    voxels = np.stack([case.image.data for case in scene_cases("sub000", sequence=MOLLI, size=32)])
    write_image(tmp_path / "heart.nii.gz", Image(data=voxels, affine=AFFINE))
    (train,) = trains_of(tmp_path, MOLLI).items
    _, images = train.load()
    assert np.array_equal(images.numpy(), voxels)


def test_a_4d_file_of_another_length_is_named(tmp_path: Path) -> None:
    write_image(tmp_path / "heart.nii.gz", Image(data=np.zeros((3, 2, 8, 8), np.int16), affine=AFFINE))
    trains = trains_of(tmp_path, MOLLI)
    assert not trains.items
    assert "heart.nii.gz: needed 5 images, one a frame, got 3" in str(trains.failures[0])


def test_one_frame_of_a_cine_is_one_image(tmp_path: Path) -> None:
    voxels = np.random.default_rng(0).integers(1, 99, (4, 2, 8, 8)).astype(np.int16)
    place = tmp_path / "training" / "patient001"
    write_image(place / "patient001_4d.nii.gz", Image(data=voxels, affine=AFFINE))
    (place / "Info.cfg").write_text("ED: 1\nES: 3\nGroup: NOR\nNbFrame: 4\n")
    trains = trains_of(tmp_path, "bssfp")
    images = {train.name: train.load()[1].numpy() for train in trains.items}
    assert np.array_equal(images["patient001_ED"][0], voxels[0])
    assert np.array_equal(images["patient001_ES"][0], voxels[2])


@pytest.mark.parametrize(
    ("change", "error", "message"),
    [
        (lambda image: Image(data=image.data[:1], affine=image.affine), GeometryError, "the train's first image"),
        (lambda image: Image(data=image.data, affine=image.affine + 1), GeometryError, "the train's first image"),
        (
            lambda image: image.with_data(np.where(image.data > 5, np.nan, 1.0).astype(np.float32)),
            InputError,
            "needed finite voxels",
        ),
    ],
    ids=["shape", "place", "NaN"],
)
def test_an_image_that_does_not_fit_is_named(split: Path, change, error: type[InputError], message: str) -> None:  # noqa: ANN001
    path = path_of(split, f"sub000_ED_{NAMES[3]}")
    write_image(path, change(read_image(path)))
    train = trains_of(split).items[0]
    with pytest.raises(error, match=f"{path.name}.*{message}"):
        train.load()


def test_the_history_of_a_train_names_all_its_files(split: Path) -> None:
    case, _ = trains_of(split).items[0].load(labelled=False)
    images = {f"imagesTr/sub000_ED_{name}_0000.nii.gz": path_of(split, f"sub000_ED_{name}") for name in NAMES}
    assert case.history[0]["inputs"] == {name: file_digest(path) for name, path in images.items()}


def test_the_sequence_that_a_case_states_wins_over_the_one_told(tmp_path: Path) -> None:
    data = scene_dataset(tmp_path / "data", 1, size=32)
    write_image(path_of(data, "sub001_ED"), read_image(path_of(data, "sub000_ED")))
    sequences = [train.load(labelled=False)[0].sequence for train in trains_of(data, "gre(fa=25deg)").items]
    assert [text.partition("(")[0] for text in sequences] == ["bssfp", "gre"]


def test_two_trains_of_one_name_are_refused(split: Path) -> None:
    write_image(split / "imagesTr" / "sub000_ED_0000.nii.gz", read_image(path_of(split, f"sub000_ED_{NAMES[0]}")))
    with pytest.raises(InputError, match="one train of each name, got several called sub000_ED"):
        trains_of(split)

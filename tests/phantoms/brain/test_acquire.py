"""The images have the contrasts that a radiologist expects, and are the same bytes again."""

from dataclasses import replace

import numpy as np
import pytest
from tests.phantoms.brain.heads import head, images

from spinbridge.core.structures import Glioma
from spinbridge.core.tissue import Tissue
from spinbridge.phantoms.brain.acquire import _slices, acquire
from spinbridge.phantoms.brain.anatomy import brain_mask
from spinbridge.phantoms.brain.matter import Matter
from spinbridge.phantoms.brain.protocol import CHANNELS, series
from spinbridge.phantoms.brain.settings import SMALL
from spinbridge.phantoms.brain.subject import draw_subject
from spinbridge.phantoms.brain.tissues import tissue_values
from spinbridge.physics.tissue_table import load_tissues


def signal(channel: str, kind: Matter, *, index: int = 1) -> float:
    """Of a class, by the series of the subject."""
    subject = head(index)
    one = series(subject)[CHANNELS.index(channel)]
    values = tissue_values(subject, enhanced=one.enhanced)
    pd, t1, t2, star = (float(getattr(values, name)[kind]) for name in ("pd", "t1", "t2", "t2star"))
    return abs(float(one.model(Tissue.voxel(pd=pd, t1=t1, t2=t2, t2star=star))[0]))


@pytest.mark.parametrize("index", range(4))
@pytest.mark.parametrize(
    ("channel", "bright", "dark"),
    [
        ("T1", Matter.WHITE, Matter.CORTEX),
        ("T1", Matter.CORTEX, Matter.CSF),
        ("T1", Matter.WHITE, Matter.OEDEMA),
        ("T1", Matter.WHITE, Matter.CORE),
        ("T1ce", Matter.ENHANCING, Matter.NECROSIS),
        ("T1ce", Matter.PLEXUS, Matter.CSF),
        ("T2", Matter.CSF, Matter.CORTEX),
        ("T2", Matter.CORTEX, Matter.WHITE),
        ("T2", Matter.OEDEMA, Matter.WHITE),
        ("T2", Matter.CORE, Matter.CORTEX),
        ("FLAIR", Matter.OEDEMA, Matter.WHITE),
        ("FLAIR", Matter.WHITE, Matter.CSF),
    ],
)
def test_contrasts_are_those_of_the_clinic(channel: str, bright: Matter, dark: Matter, index: int) -> None:
    assert signal(channel, bright, index=index) > 1.05 * signal(channel, dark, index=index)


def test_healthy_brain_hardly_enhances_and_the_rim_does() -> None:
    native, after = (tissue_values(head(), enhanced=enhanced).t1 for enhanced in (False, True))
    assert after[Matter.WHITE] > 0.9 * native[Matter.WHITE]
    assert after[Matter.ENHANCING] < 0.75 * native[Matter.ENHANCING]


def test_values_lie_about_those_of_the_table() -> None:
    entry = load_tissues(3.0)["white_matter"]
    drawn = [tissue_values(draw_subject(1, index, settings=SMALL)).t1[Matter.WHITE] for index in range(30)]
    assert np.mean(drawn) == pytest.approx(entry.t1, abs=3 * entry.t1_sd / np.sqrt(30))
    assert np.abs(np.array(drawn) - entry.t1).max() <= 2.001 * entry.t1_sd


def test_the_same_subject_is_the_same_bytes() -> None:
    again = acquire(head())
    assert (again.case.image.data == images().case.image.data).all()
    assert all((a.data == b.data).all() for a, b in zip(again.others, images().others, strict=True))


def test_four_channels_share_their_voxels_and_the_outline() -> None:
    every = [images().case.image, *images().others]
    outline = brain_mask(head())
    assert all(image.same_place(every[0]) for image in every)
    assert all(((image.data > 0) == outline).all() for image in every)


def test_the_label_has_every_part_inside_the_outline() -> None:
    label = images().case.label
    assert label is not None
    assert set(np.unique(label.data)) == set(Glioma)
    assert not label.data[~brain_mask(head())].any()


def test_a_whole_head_has_fat_around_a_dark_skull() -> None:
    whole = acquire(replace(head(), settings=replace(SMALL, whole_head=True)))
    row = whole.case.image.data[32, :, 40].astype(float)
    front = row[: np.flatnonzero(brain_mask(head())[32, :, 40])[0]]
    assert front.max() > row[len(row) // 2]
    assert (whole.case.image.data > 0).all()


def test_thick_slices_of_an_even_volume_stay_even() -> None:
    places = np.arange(-60, 61, dtype=np.float32)
    forth, back = _slices(places, 4.3, 1.0)
    assert back @ (forth @ np.ones(len(places))) == pytest.approx(np.ones(len(places)), abs=1e-5)


def test_a_thick_slice_is_the_mean_over_its_thickness() -> None:
    places = np.arange(-30, 31, dtype=np.float32)
    forth, _ = _slices(places, 5.0, 1.0)
    centres = forth @ places
    assert np.diff(centres)[1:-2] == pytest.approx(5.0, abs=1e-4)
    assert (forth[4] > 0).sum() == 5

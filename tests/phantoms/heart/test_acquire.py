"""Images have the geometry, label and looks of an acquisition."""

import numpy as np
import pytest
import torch
from tests.phantoms.heart.subjects import a_subject

from spinbridge.core.case import Case
from spinbridge.core.structures import Heart
from spinbridge.core.tissue import Tissue
from spinbridge.phantoms.heart.acquire import acquire
from spinbridge.phantoms.heart.maps import tissue_maps
from spinbridge.phantoms.heart.matter import Matter
from spinbridge.phantoms.heart.settings import HeartSettings
from spinbridge.phantoms.heart.signals import mixed
from spinbridge.phantoms.heart.subject import draw_subject
from spinbridge.phantoms.heart.tissues import tissue_values
from spinbridge.physics.sequences.bssfp import BSSFP, ShortTRBSSFP
from spinbridge.physics.sequences.lge import LGE, PSIR
from spinbridge.physics.sequences.molli import GatedMOLLI
from spinbridge.physics.sequences.spoiled_gre import SpoiledGRE
from spinbridge.physics.tissue_table import load_tissues

SEQUENCES = (BSSFP(), SpoiledGRE(), GatedMOLLI.scheme("5(3)3"))


def median(case: Case, structure: Heart) -> float:
    assert case.label is not None
    return float(np.median(case.image.data[case.label.data == structure]))


def test_a_case_says_what_it_is() -> None:
    (case,) = acquire(a_subject("HCM", 2), BSSFP(), "ES")
    assert (case.name, case.patient, case.frame, case.group) == ("sub002_ES", "sub002", "ES", "HCM")
    assert case.synthetic
    assert case.sequence.startswith("bssfp(")
    assert case.image.spacing == pytest.approx(
        (a_subject("HCM", 2).protocol.step, *[a_subject("HCM", 2).protocol.spacing] * 2)
    )


def test_a_train_gives_a_case_an_image() -> None:
    cases = acquire(a_subject(), SEQUENCES[2])
    assert [case.name for case in cases][:2] == ["sub000_ED_ti120ms", "sub000_ED_ti1120ms"]
    assert len({case.label for case in cases}) == 1


@pytest.mark.parametrize("sequence", SEQUENCES, ids=lambda sequence: sequence.images[0])
def test_images_are_finite_and_the_same_again(sequence: BSSFP) -> None:
    first, again = (acquire(a_subject("RV"), sequence, "ES")[-1].image.data for _ in range(2))
    assert np.isfinite(first).all()
    assert (first >= 0).all()
    assert np.array_equal(first, again)
    assert first.dtype == np.float32


def test_other_subjects_in_between_change_nothing() -> None:
    first = acquire(a_subject("DCM"), BSSFP())[0].image.data
    acquire(a_subject("NOR", 3), BSSFP())
    assert np.array_equal(first, acquire(a_subject("DCM"), BSSFP())[0].image.data)


def test_another_repeat_has_other_noise_on_the_same_heart() -> None:
    one, other = (acquire(a_subject(), BSSFP(), repeat=repeat)[0].image.data for repeat in (0, 1))
    assert 0 < np.abs(one - other).mean() < 0.2 * one.mean()


@pytest.mark.parametrize("sequence", SEQUENCES[:2], ids=["bssfp", "gre"])
def test_blood_is_brighter_than_muscle(sequence: BSSFP) -> None:
    (case,) = acquire(a_subject(), sequence)
    assert median(case, Heart.LV) > 1.5 * median(case, Heart.MYO)


def test_inversion_nulls_muscle_and_blood_at_their_own_times() -> None:
    cases = {case.name.rsplit("_", 1)[1]: case for case in acquire(a_subject(), GatedMOLLI.scheme("5(3)3"))}
    assert median(cases["ti1120ms"], Heart.MYO) > 2 * median(cases["ti1120ms"], Heart.LV)


@pytest.mark.parametrize("sequence", [BSSFP(), ShortTRBSSFP(repetition_time=3.2e-3)], ids=["full", "short"])
def test_water_and_fat_in_one_voxel_cancel(sequence: BSSFP) -> None:
    water, fat, border = (
        float(mixed(sequence, sequence(voxel_of(*names)), voxel_of(*names)).abs())
        for names in (["myocardium"], ["epicardial_fat"], ["myocardium"] * 3 + ["epicardial_fat"])
    )
    assert border < 0.4 * min(water, fat)


def voxel_of(*names: str) -> Tissue:
    """A voxel of samples, (samples,)."""
    voxels = [load_tissues(1.5)[name].voxel() for name in names]
    pd, t1, t2, shift = (torch.stack([getattr(v, q) for v in voxels]) for q in ("pd", "t1", "t2", "off_resonance"))
    return Tissue(pd=pd, t1=t1, t2=t2, off_resonance=shift)


def test_maps_are_means_over_the_samples() -> None:
    maps = tissue_maps(a_subject(), "ED")
    pure = (maps.classes == Matter.MYOCARDIUM).all(axis=1)
    values = tissue_values(a_subject())
    assert maps.tissue.shape == maps.label.shape
    assert maps.tissue.t1.numpy()[pure].mean() == pytest.approx(values.t1[Matter.MYOCARDIUM], rel=0.02)
    assert 0.01 < maps.tissue.t1.numpy()[pure].std() / values.t1[Matter.MYOCARDIUM] < 0.05


def test_a_scar_shows_after_contrast() -> None:
    native, post = (
        tissue_values(draw_subject(1, 3, "MINF", HeartSettings(contrast=state))).t1 for state in ("native", "post")
    )
    assert native[Matter.SCAR] > native[Matter.MYOCARDIUM]
    assert post[Matter.SCAR] < 0.85 * post[Matter.MYOCARDIUM]
    assert post[Matter.LV_BLOOD] < 0.3 * native[Matter.LV_BLOOD]


def test_coils_shade_and_can_be_left_out() -> None:
    flat = HeartSettings(matrix=(128, 128), samples=5, shading=0.0)
    shaded, even = (
        acquire(draw_subject(4, 0, "NOR", s), BSSFP())[0].image.data
        for s in (HeartSettings(matrix=(128, 128), samples=5), flat)
    )
    ratio = shaded.mean(axis=0)[even.mean(axis=0) > 60] / even.mean(axis=0)[even.mean(axis=0) > 60]
    assert np.std(ratio) / np.mean(ratio) > 0.05


def test_phase_sensitive_image_keeps_the_sign_that_the_magnitude_loses() -> None:
    psir, lge = (acquire(a_subject(), sequence)[0] for sequence in (PSIR(inversion_time=0.3), LGE(inversion_time=0.3)))
    assert median(psir, Heart.MYO) < 0 < median(lge, Heart.MYO)
    assert -median(psir, Heart.MYO) == pytest.approx(median(lge, Heart.MYO), rel=0.1)

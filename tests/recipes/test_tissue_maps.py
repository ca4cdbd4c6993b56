"""A case of tissue maps is whole once its record is there, and never before."""

from pathlib import Path

import pytest
import torch
from tests.scenes import BSSFP, scene_cases

from spinbridge.core.case import Case
from spinbridge.core.errors import InputError
from spinbridge.core.provenance import read_record, step
from spinbridge.methods.reverse_imaging.estimate import TissueEstimate
from spinbridge.methods.reverse_imaging.inversion import invert
from spinbridge.methods.reverse_imaging.prior import tissue_prior
from spinbridge.physics.sequences.language import parse_sequence
from spinbridge.recipes import tissue_maps
from spinbridge.recipes.tissue_maps import case_names, finished, read_maps, write_maps

STEPS = (step("reverse", settings={"n": 1}),)


def estimated() -> tuple[Case, TissueEstimate]:
    case = scene_cases("sub000", size=32)[0]
    images = torch.from_numpy(case.image.data).float()[None]
    return case, invert(images, parse_sequence(BSSFP), tissue_prior(1.5), spacing=2.5)


def test_maps_come_back_in_single_precision(tmp_path: Path) -> None:
    case, estimate = estimated()
    write_maps(tmp_path, case, estimate, STEPS)
    found = read_maps(tmp_path, case.name)
    for name in ("pd", "t1", "t2", "t2star", "off_resonance"):
        assert torch.equal(getattr(found.tissue, name), getattr(estimate.tissue, name).float())
    assert found.place.same_place(case.image)
    assert found.steps == STEPS


def test_a_case_is_finished_by_the_same_steps_only(tmp_path: Path) -> None:
    case, estimate = estimated()
    assert not finished(tmp_path, case.name, STEPS)
    write_maps(tmp_path, case, estimate, STEPS)
    assert finished(tmp_path, case.name, STEPS)
    assert not finished(tmp_path, case.name, (step("reverse", settings={"n": 2}),))


def test_maps_half_replaced_by_a_killed_run_are_not_finished(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    case, estimate = estimated()
    write_maps(tmp_path, case, estimate, STEPS)
    write = tissue_maps._write

    def killed(path: Path, *rest: object) -> None:
        if "_T2" in path.name:
            raise KeyboardInterrupt
        write(path, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(tissue_maps, "_write", killed)
    with pytest.raises(KeyboardInterrupt):
        write_maps(tmp_path, case, estimate, (step("reverse", settings={"n": 2}),))
    assert read_record(tmp_path / f"{case.name}_PD.nii.gz") == {}
    with pytest.raises(InputError, match="needed tissue maps"):
        case_names(tmp_path)
    assert not finished(tmp_path, case.name, STEPS)


def test_enhancement_meets_tissue_with_agent_and_once_only(tmp_path: Path) -> None:
    case, estimate = estimated()
    write_maps(tmp_path / "native", case, estimate, (step("reverse", settings={"contrast": "native"}),))
    write_maps(tmp_path / "post", case, estimate, (step("reverse", settings={"contrast": "post"}),))
    native, post = (read_maps(tmp_path / name, case.name) for name in ("native", "post"))
    lge, cine = parse_sequence("lge"), parse_sequence("bssfp")
    blood = native.blood > 0.9
    assert bool((native.tissue_for(lge, "").t1[blood] < 0.5 * native.tissue.t1[blood]).all())
    assert torch.equal(native.tissue_for(cine, "").t1, native.tissue.t1)
    assert torch.equal(native.tissue_for(lge, "native").t1, native.tissue.t1)
    assert bool((native.tissue_for(cine, "post").t1[blood] < 0.5 * native.tissue.t1[blood]).all())
    assert torch.equal(post.tissue_for(lge, "").t1, post.tissue.t1)

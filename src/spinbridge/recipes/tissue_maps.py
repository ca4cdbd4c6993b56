"""Tissue maps as files: what `reverse` and `fit` write and `render` reads.

    CASE_PD.nii.gz  CASE_T1.nii.gz  CASE_T2.nii.gz  CASE_T2star.nii.gz      PD relative to water, times in seconds
    CASE_PD-sd ...  CASE_T2-sd.nii.gz                                      standard deviations of the first three
    CASE_shift.nii.gz                                                      chemical shift [Hz]
    CASE_blood.nii.gz                                                      probability of flowing blood
    CASE_tissue.nii.gz                                                     most likely class; its names in CASE_PD.json
    CASE_label.nii.gz                                                      the label carried along: RV 1, MYO 2, LV 3

Seconds as in quantitative BIDS; NaN where a fit failed. All in the affine of the image that they were estimated from.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

from spinbridge.core.case import Case
from spinbridge.core.errors import InputError
from spinbridge.core.files import output_errors
from spinbridge.core.image import Image
from spinbridge.core.protocols import SignalModel
from spinbridge.core.provenance import read_record, sidecar, write_record
from spinbridge.core.tissue import Tissue
from spinbridge.data.nifti import read_image, write_image
from spinbridge.methods.reverse_imaging.estimate import TissueEstimate
from spinbridge.methods.reverse_imaging.prior import BLOOD, bound_pools, concentrations
from spinbridge.physics.contrast_agent import with_gadolinium
from spinbridge.physics.sequences.registry import after_agent

_ENDING = ".nii.gz"
_NEEDED = ("PD", "T1", "T2", "T2star", "shift", "blood")
_NOTHING = {"T1": 1.0, "T2": 0.1, "T2star": 0.1}  # any times of a voxel without protons [s]


@dataclass(frozen=True, eq=False, kw_only=True)
class TissueMaps:
    """The tissue of one case as read from its files."""

    name: str
    patient: str
    place: Image  #: geometry
    tissue: Tissue  #: (z, y, x)
    blood: Tensor  #: (z, y, x) probability of flowing blood
    pools: Tensor | None  #: (2, z, y, x) bound share of protons and its exchange [1/s]; None without tissue classes
    agent: Tensor  #: (z, y, x) usual gadolinium 15 minutes after its dose [mmol/l]
    label: Image | None
    steps: tuple[dict[str, Any], ...]

    @property
    def contrast(self) -> str:
        """`post` where the images of the maps were taken after contrast agent, else `native`."""
        settings = [step.get("settings") or {} for step in self.steps]
        return "post" if any(each.get("contrast") == "post" for each in settings) else "native"

    def tissue_for(self, model: SignalModel, contrast: str) -> Tissue:
        """The tissue that a sequence meets: with agent where `contrast` is `post`, or empty and clinics give it."""
        wanted = contrast or ("post" if after_agent(model) else self.contrast)
        return (
            with_gadolinium(self.tissue, self.agent) if (wanted, self.contrast) == ("post", "native") else self.tissue
        )


def write_maps(folder: Path, case: Case, estimate: TissueEstimate, steps: tuple[dict[str, Any], ...]) -> None:
    """Write the maps of a case; its record comes last, so that a case with a record is whole."""
    density = folder / f"{case.name}_PD{_ENDING}"
    with output_errors(density):
        sidecar(density).unlink(missing_ok=True)
    tissue, spread = estimate.tissue, estimate.deviation
    maps = {"T1": tissue.t1, "T2": tissue.t2, "T2star": tissue.t2star, "shift": tissue.off_resonance}
    maps |= {"PD-sd": spread.pd, "T1-sd": spread.t1, "T2-sd": spread.t2, "blood": estimate.share(BLOOD)}
    for name, values in maps.items():
        if values is not None:
            _write(folder / f"{case.name}_{name}{_ENDING}", case.image, values.numpy().astype(np.float32))
    _write(folder / f"{case.name}_tissue{_ENDING}", case.image, estimate.classes.numpy().astype(np.uint8))
    if case.label is not None:
        _write(folder / f"{case.name}_label{_ENDING}", case.image, case.label.data.astype(np.uint8))
    _write(density, case.image, tissue.pd.numpy().astype(np.float32))
    write_record(density, steps, synthetic=True, patient=case.patient, tissue_classes=list(estimate.names))


def finished(folder: Path, name: str, steps: tuple[dict[str, Any], ...]) -> bool:
    """Whether the maps of a case are there and were made by the same steps."""
    return read_record(folder / f"{name}_PD{_ENDING}").get("steps") == list(steps)


def case_names(folder: Path) -> list[str]:
    """The cases that have whole maps in a folder, those with a record. Raises `InputError` where there is none."""
    whole = (path for path in folder.glob(f"*_PD{_ENDING}") if sidecar(path).is_file())
    names = sorted(path.name.removesuffix(f"_PD{_ENDING}") for path in whole)
    if not names:
        remedy = "Make them with `spinbridge reverse DATA OUT`."
        raise InputError("tissue maps (CASE_PD.nii.gz and so on)", "none", remedy=remedy, where=folder)
    return names


def read_maps(folder: Path, name: str) -> TissueMaps:
    """The maps of one case. Raises `InputError` where one of them is missing or damaged.

    A voxel without a value (NaN, where a fit failed) is read as one without protons.
    """
    images = {kind: read_image(folder / f"{name}_{kind}{_ENDING}") for kind in _NEEDED}
    values = {kind: torch.from_numpy(image.data.astype(np.float32)) for kind, image in images.items()}
    unknown = torch.stack([value.isnan() for value in values.values()]).any(0)
    values = {kind: torch.where(unknown, _NOTHING.get(kind, 0.0), value) for kind, value in values.items()}
    label = folder / f"{name}_label{_ENDING}"
    record = read_record(folder / f"{name}_PD{_ENDING}")
    tissue = Tissue(
        pd=values["PD"],
        t1=values["T1"],
        t2=values["T2"],
        t2star=values["T2star"],
        off_resonance=values["shift"],
    )
    names = list(record.get("tissue_classes") or ())
    classes = _classes(folder / f"{name}_tissue{_ENDING}", names)
    return TissueMaps(
        name=name,
        patient=str(record.get("patient", name)),
        place=images["PD"],
        tissue=tissue,
        blood=values["blood"],
        pools=None if classes is None else bound_pools(names)[classes].movedim(-1, 0),
        agent=_usual_agent(values["blood"]) if classes is None else concentrations(names)[classes],
        label=read_image(label) if label.exists() else None,
        steps=tuple(record.get("steps", ())),
    )


def _classes(path: Path, names: list[str]) -> Tensor | None:
    """The most likely tissue of every voxel, by its place among `names`; None where the maps have none."""
    if not names or not path.exists():
        return None
    return torch.from_numpy(read_image(path).data.astype(np.int64))


def _usual_agent(blood: Tensor) -> Tensor:
    """What blood takes up, and elsewhere what muscle of the heart does."""
    of_blood, of_muscle = concentrations(("lv_blood", "myocardium")).tolist()
    return torch.lerp(torch.full_like(blood, of_muscle), torch.full_like(blood, of_blood), blood)


def _write(path: Path, place: Image, values: Any) -> None:  # noqa: ANN401 - an array of any type
    write_image(path, Image(data=values, affine=place.affine, header=place.header))

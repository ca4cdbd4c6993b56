"""What tissues an image of the thorax can hold, and what a label says of them: a mixture over the tissue table.

    p(z | label) = sum_k  share[label, k]  LogNormal(z; mean_k, spread_k),      z = (PD, T1, T2)

Times in seconds, PD relative to water. The spreads are those of the table between subjects, joined with a spread within
tissue. The shares are ours: about how much of each tissue a short-axis image holds inside and outside each label; a
label is trusted, but the cavities hold papillary muscle and a border voxel may hold its neighbour.

Source: values and spreads from the tissue tables (each with its reference), shares ours.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache

import torch
from torch import Tensor

from spinbridge.core.errors import SettingsError
from spinbridge.core.structures import Heart
from spinbridge.core.tissue import Tissue
from spinbridge.physics.acquisition.magnetisation_transfer import POOLS
from spinbridge.physics.contrast_agent import with_gadolinium
from spinbridge.physics.tissue_table import load_tissues

WITHIN_TISSUE = 0.03  #: relative spread of a property within one tissue of one subject, as the heart phantom has it
FAINT = 0.01  #: proton density, and its spread, that stand for none, whose logarithm would be infinite
BLOOD = frozenset({"lv_blood", "rv_blood"})

#: Share of each tissue where nothing is labelled: area in a short-axis image, to about a factor of two.
UNLABELLED = {
    "air": 0.25,
    "lung": 0.15,
    "subcutaneous_fat": 0.12,
    "epicardial_fat": 0.05,
    "skeletal_muscle": 0.15,
    "liver": 0.10,
    "spleen": 0.03,
    "bone_marrow": 0.04,
    "lv_blood": 0.05,
    "rv_blood": 0.05,
    "myocardium": 0.02,
    "stomach_fluid": 0.01,
}
#: The same in the middle of a short-axis stack that nobody labelled, where the heart is.
CENTRAL = {
    "air": 0.01,
    "lung": 0.12,
    "subcutaneous_fat": 0.01,
    "epicardial_fat": 0.08,
    "skeletal_muscle": 0.02,
    "liver": 0.06,
    "spleen": 0.01,
    "bone_marrow": 0.01,
    "lv_blood": 0.24,
    "rv_blood": 0.20,
    "myocardium": 0.23,
    "stomach_fluid": 0.01,
}
CENTRAL_RADIUS = 50.0  #: standard deviation of the heart's distance from the middle, its own size included [mm]
#: Gadolinium 15 minutes after 0.2 mmol/kg [mmol/l]; blood and myocardium from the T1 of the table, the rest ours.
CONCENTRATIONS = {
    "lv_blood": 0.50,
    "rv_blood": 0.50,
    "myocardium": 0.30,
    "skeletal_muscle": 0.12,
    "liver": 0.25,
    "spleen": 0.30,
    "lung": 0.30,
    "bone_marrow": 0.10,
    "subcutaneous_fat": 0.03,
    "epicardial_fat": 0.03,
}
DOSE_SPREAD = 0.3  #: relative spread of these, by dose, time and subject
CONTRASTS = ("native", "post")
#: Share of each tissue within a label.
LABELLED = {
    Heart.LV: {"lv_blood": 0.90, "myocardium": 0.10},
    Heart.RV: {"rv_blood": 0.90, "myocardium": 0.08, "epicardial_fat": 0.02},
    Heart.MYO: {"myocardium": 0.96, "lv_blood": 0.02, "epicardial_fat": 0.02},
}


@dataclass(frozen=True, eq=False, kw_only=True)
class TissuePrior:
    """A log-normal mixture of K tissues over (PD, T1, T2)."""

    names: tuple[str, ...]  #: of the K tissues
    log_mean: Tensor  #: (K, 3) logarithm of PD, T1 [s], T2 [s]
    log_spread: Tensor  #: (K, 3) standard deviation of the same
    t2star: Tensor  #: (K,) [s]
    chemical_shift: Tensor  #: (K,) [Hz] at the prior's field
    shares: Tensor  #: (1 + highest label, K) a row for each label value
    central: Tensor  #: (K,) the row for the middle of an image without any label
    field_strength: float = 1.5  #: [T]
    contrast: str = "native"  #: or `post`, after contrast agent

    @property
    def flows(self) -> Tensor:
        """(K,) 1 where the tissue is blood, which moves through a slice."""
        return torch.tensor([float(name in BLOOD) for name in self.names])

    def expected(self, label: Tensor, *, spacing: float) -> Tensor:
        """Share of each tissue (K, ...) before the image is looked at, by `label` (..., y, x), `spacing` in mm.

        Without a single labelled voxel by the distance from the middle: the heart was planned into it.
        """
        shares = self.shares[label]
        if not bool(label.any()):
            y, x = (spacing * (torch.arange(edge) - (edge - 1) / 2) for edge in label.shape[-2:])
            near = torch.exp(-(y[:, None] ** 2 + x**2) / (2 * CENTRAL_RADIUS**2))[..., None]
            shares = near * self.central + (1 - near) * shares
        return shares.movedim(-1, 0)

    def index(self, name: str) -> int:
        """The place of a tissue among the K."""
        return self.names.index(name)


@cache
def tissue_prior(field_strength: float = 1.5, contrast: str = "native") -> TissuePrior:
    """The prior of a short-axis image at `field_strength` [T], `native` or `post` contrast agent.

    Raises `SettingsError` where no table has that field, and for another contrast.
    """
    if contrast not in CONTRASTS:
        raise SettingsError(f"a contrast among {', '.join(CONTRASTS)}", f"'{contrast}'", where="--contrast")
    table = load_tissues(field_strength)
    names = tuple(UNLABELLED)
    entries = [table[name] for name in names]
    mean = torch.tensor([[max(e.pd, FAINT), e.t1, e.t2] for e in entries])
    spread = torch.tensor([[e.pd_sd if e.pd > 0 else FAINT, e.t1_sd, e.t2_sd] for e in entries])
    shares = torch.zeros(len(Heart), len(names))
    for label, tissues in {Heart.BACKGROUND: UNLABELLED, **LABELLED}.items():
        for name, share in tissues.items():
            shares[label, names.index(name)] = share
    native = TissuePrior(
        names=names,
        log_mean=mean.log(),
        log_spread=((spread / mean) ** 2 + WITHIN_TISSUE**2).sqrt(),
        t2star=torch.tensor([e.t2star for e in entries]),
        chemical_shift=torch.tensor([e.off_resonance for e in entries]),
        shares=shares / shares.sum(dim=1, keepdim=True),
        central=torch.tensor([CENTRAL[name] for name in names]),
        field_strength=field_strength,
    )
    return native if contrast == "native" else _after_gadolinium(native)


def concentrations(names: Sequence[str]) -> Tensor:
    """Usual gadolinium of each tissue (K,) [mmol/l]."""
    return torch.tensor([CONCENTRATIONS.get(name, 0.0) for name in names])


def bound_pools(names: Sequence[str]) -> Tensor:
    """Bound share and rate of exchange [1/s] of each tissue (K, 2), for magnetisation transfer; 0 and 1 for none."""
    return torch.tensor([POOLS.get(name, (0.0, 1.0)) for name in names])


def _after_gadolinium(native: TissuePrior) -> TissuePrior:
    """Times shortened by the usual concentration c, and c's spread: d log T / d log c = -(1 - T / T_native)."""
    pd, t1, t2 = native.log_mean.exp().T
    after = with_gadolinium(Tissue(pd=pd, t1=t1, t2=t2, t2star=native.t2star), concentrations(native.names))
    log_mean = torch.stack([pd, after.t1, after.t2], dim=1).log()
    by_dose = DOSE_SPREAD * (1 - (log_mean - native.log_mean).exp())
    t2star = native.t2star if after.t2star is None else after.t2star
    spread = torch.hypot(native.log_spread, by_dose)
    return replace(native, log_mean=log_mean, log_spread=spread, t2star=t2star, contrast="post")

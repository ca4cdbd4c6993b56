"""The latent variable that the whole package turns around: what a voxel is made of, whatever sequence looks at it."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Self

import numpy as np
import torch
from torch import Tensor


@dataclass(frozen=True, eq=False, kw_only=True)
class Tissue:
    """Tissue of voxels of any shape; all tensors broadcast against each other."""

    pd: Tensor  #: proton density times receive gain, water = 1
    t1: Tensor  #: longitudinal relaxation time [s]
    t2: Tensor  #: transverse relaxation time [s]
    t2star: Tensor | None = None  #: effective transverse relaxation time [s]; t2 where None
    off_resonance: Tensor | None = None  #: field offset, chemical shift included [Hz]; zero where None

    @classmethod
    def voxel(
        cls,
        *,
        pd: float = 1.0,
        t1: float,
        t2: float,
        t2star: float | None = None,
        off_resonance: float = 0.0,
        dtype: torch.dtype = torch.float64,
    ) -> Self:
        """One voxel from plain numbers: times [s], off-resonance [Hz]."""
        star = None if t2star is None else torch.tensor(t2star, dtype=dtype)
        numbers = (torch.tensor(value, dtype=dtype) for value in (pd, t1, t2, off_resonance))
        density, longitudinal, transverse, offset = numbers
        return cls(pd=density, t1=longitudinal, t2=transverse, t2star=star, off_resonance=offset)

    @property
    def shape(self) -> torch.Size:
        """The common shape of all properties."""
        return torch.Size(np.broadcast_shapes(*(tuple(value.shape) for value in self._properties())))

    @property
    def t2star_or_t2(self) -> Tensor:
        """How fast a gradient echo decays [s]: t2star, and t2 where it is not known."""
        return self.t2 if self.t2star is None else self.t2star

    def map(self, change: Callable[[Tensor], Tensor]) -> Self:
        """The same change to every property: a crop, a move to a device, a cast."""
        star = None if self.t2star is None else change(self.t2star)
        offset = None if self.off_resonance is None else change(self.off_resonance)
        return replace(
            self, pd=change(self.pd), t1=change(self.t1), t2=change(self.t2), t2star=star, off_resonance=offset
        )

    def _properties(self) -> list[Tensor]:
        return [value for value in (self.pd, self.t1, self.t2, self.t2star, self.off_resonance) if value is not None]

"""What a user may choose about the brain phantom: field, size of the volume, kind of tumour, what is left of the head.

Ours; the full size is that of BraTS 2021 (Baid et al., arXiv:2107.02314).
"""

from dataclasses import dataclass
from typing import Literal

from spinbridge.core.errors import SettingsError

Grade = Literal["high", "low"]
GRADES = ("high", "low")


@dataclass(frozen=True, kw_only=True)
class BrainSettings:
    """Ranges are (lowest, highest); every subject draws its own protocol from them."""

    field_strength: float = 3.0  #: 1.5 or 3.0 [T]
    shape: tuple[int, int, int] = (155, 240, 240)  #: voxels (z, y, x)
    spacing: float = 1.0  #: of the isotropic voxels [mm]
    lattice: float = 2.0  #: step at which smooth shapes are worked out [mm]
    samples: int = 4  #: points of a voxel at which the anatomy is looked up
    whole_head: bool = False  #: with skull, scalp and face; else as a brain extraction leaves it
    tumour: bool = True
    thick_slices: float = 0.5  #: share of the two-dimensional series among T2 and FLAIR
    snr: tuple[float, float] = (18.0, 50.0)  #: of white matter over the noise of one channel [1]
    shading: tuple[float, float] = (0.05, 0.25)  #: largest departure of the receive profile from its mean [1]

    def __post_init__(self) -> None:
        """Refuse what cannot be made. Raises `SettingsError`."""
        if min(*self.shape, self.samples) < 1 or not min(self.spacing, self.lattice) > 0:
            raise SettingsError("sizes above 0", repr(self), where="BrainSettings")
        for name in ("snr", "shading"):
            low, high = getattr(self, name)
            if not 0 <= low <= high:
                raise SettingsError("a range (lowest, highest)", f"({low}, {high})", where=name)
        if not 0 <= self.thick_slices <= 1:
            raise SettingsError("a share from 0 to 1", f"{self.thick_slices}", where="thick_slices")


#: A quarter of the matrix, for tests and for looking at many.
SMALL = BrainSettings(shape=(52, 80, 80), spacing=3.0, lattice=4.0, samples=2)

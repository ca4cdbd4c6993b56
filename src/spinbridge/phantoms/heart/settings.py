"""What a user may choose about the phantom: field, contrast, and the ranges of a subject's protocol. Ours."""

from dataclasses import dataclass
from typing import Literal

from spinbridge.core.errors import SettingsError

Contrast = Literal["native", "post"]
Generator = Literal["polar", "implicit"]


@dataclass(frozen=True, kw_only=True)
class HeartSettings:
    """Ranges are (lowest, highest); every subject draws its own protocol from them."""

    field_strength: float = 1.5  #: 1.5 or 3.0 [T]
    generator: Generator = "polar"  #: of the anatomy; `implicit` is the other one, for tests outside of any training
    contrast: Contrast = "native"  #: `post`: about 15 minutes after 0.2 mmol/kg of gadolinium
    matrix: tuple[int, int] = (192, 256)  #: voxels along one side, drawn in steps of 16
    field_of_view: tuple[float, float] = (310.0, 380.0)  #: [mm]
    spacing: tuple[float, float] = (1.25, 1.8)  #: in plane, to which field of view over matrix is clipped [mm]
    thickness: tuple[float, float] = (6.0, 10.0)  #: of a slice [mm]
    gap: tuple[float, float] = (0.0, 2.0)  #: between slices [mm]; another one where too few or many would cover
    slices: tuple[int, int] = (8, 12)
    whole: bool = True  #: slices cover the ventricle, with another gap if need be; else they lie about its middle
    samples: int = 6  #: points per voxel at which the anatomy is sampled, spread through its thickness and its area
    snr: tuple[float, float] = (40.0, 100.0)  #: of LV blood in a bSSFP image over the noise of one channel [1]
    shading: float = 1.0  #: strength of the coils' shading; 0 for none
    truncation: tuple[float, float] = (0.7, 1.0)  #: share of k-space lines acquired along y

    def __post_init__(self) -> None:
        """Refuse what cannot be drawn."""
        for name in ("matrix", "field_of_view", "spacing", "thickness", "gap", "slices", "snr", "truncation"):
            low, high = getattr(self, name)
            if not 0 <= low <= high:
                raise SettingsError("a range (lowest, highest)", f"({low}, {high})", where=name)
        if self.contrast not in ("native", "post"):
            raise SettingsError("'native' or 'post'", f"'{self.contrast}'", where="contrast")
        if self.generator not in ("polar", "implicit"):
            raise SettingsError("'polar' or 'implicit'", f"'{self.generator}'", where="generator")
        if self.samples < 1:
            raise SettingsError("at least 1 sample per voxel", f"{self.samples}", where="samples")

"""What names an acquisition: resolution, noise, coils, k-space, motion, phase.

    defaults   one ideal receiver, one beat, all of k-space: nothing but noise between signal and image

Every field is one effect of this folder, off by default; `chain.py` plays them in the order of a scanner. What acts on
the spins themselves comes before the signal: it is named in `excitation`, and `scan.py` plays it too.

Reference: the files that each field names hold equations and sources; the choice of fields is ours.
"""

from dataclasses import dataclass

from spinbridge.core.errors import SettingsError
from spinbridge.physics.acquisition.coil_array import AXIAL, Direction
from spinbridge.physics.acquisition.excitation import Excitation
from spinbridge.physics.acquisition.kspace import WINDOWS
from spinbridge.physics.acquisition.segments import ORDERS, Order

_IDEAL = Excitation()


@dataclass(frozen=True, kw_only=True)
class Acquisition:
    """How one image was acquired and reconstructed."""

    snr: float = 30.0  #: bright tissue over the noise of one channel; infinite for none
    spacing: tuple[float, float] = (1.25, 1.25)  #: of the image, along (y, x) [mm]
    acquired_spacing: tuple[float, float] = (
        1.25,
        1.25,
    )  #: of the data, along (y, x) [mm]; finer than the image is not used
    window: str = "none"  #: filter of k-space: none, hamming or tukey
    partial_fourier: float = 1.0  #: share of the acquired lines along y that were measured, 0.5 to 1
    shading: float = 0.0  #: largest departure of the receive profile from its mean, below 1; without an array
    phase: float = 0.0  #: spread of the image's smooth phase [rad]
    coils: int = 0  #: loops of a receive array; 0 for one channel with `shading` (coil_array.py)
    correlation: float = 0.0  #: of the noise of neighbouring loops, below 1
    uniformity: float = 0.0  #: share of the array's shading that the scanner's normalisation takes out, 0 to 1
    field_direction: Direction = AXIAL  #: of the main field along the image's (x, y, z), which turns the array
    acceleration: int = 1  #: R of parallel imaging along y; noise grows by g sqrt(R) (parallel_imaging.py)
    homodyne: bool = False  #: partial Fourier completed by symmetry; filled with zeros otherwise (homodyne.py)
    elliptic: bool = False  #: the corners of k-space were not acquired
    zero_fill: float = 1.0  #: rows and columns of the image over those of the signal, 1 or more
    field_of_view: float = 1.0  #: share of the image's height that was encoded; the rest folds in (field_of_view.py)
    beats: int = 1  #: heartbeats over which the lines of k-space were acquired (segments.py)
    order: Order = "interleaved"  #: of the lines over the beats
    drift: float = 0.0  #: of the heart over the breath-hold [mm] (breathing.py)
    breathing: float = 0.0  #: largest displacement of the heart in free breathing [mm]
    mistriggered: float = 0.0  #: share of beats that show another phase of the heart; needs those phases
    excitation: Excitation = _IDEAL  #: fields and pulse that make the signal; played by `scan.py`

    def __post_init__(self) -> None:
        """Refuse what is no acquisition. Raises `SettingsError`."""
        positive = (self.snr, *self.spacing, *self.acquired_spacing)
        if not min(positive) > 0 or not 0 <= self.shading < 1 or self.window not in WINDOWS:
            needed = f"snr and spacings above 0, shading from 0 to below 1, a window among {', '.join(WINDOWS)}"
            raise SettingsError(needed, repr(self), where="Acquisition")
        for name, needed, holds in self._needs():
            if not holds:
                raise SettingsError(needed, f"{getattr(self, name)}", where=f"Acquisition.{name}")

    @property
    def shares(self) -> tuple[float, float]:
        """Share of the image's k-space that was acquired, along (y, x)."""
        y, x = (min(1.0, a / b) for a, b in zip(self.spacing, self.acquired_spacing, strict=True))
        return y, x

    @property
    def moves(self) -> bool:
        """Whether the beats differ from each other."""
        return self.beats > 1 and self._differ

    @property
    def _differ(self) -> bool:
        return self.drift != 0 or self.breathing != 0 or self.mistriggered > 0

    def _needs(self) -> tuple[tuple[str, str, bool], ...]:
        array, half = self.coils, 0.5
        return (
            ("coils", "a number of coils, 0 for none", array >= 0),
            ("correlation", "a correlation from 0 to below 1", 0 <= self.correlation < 1),
            ("uniformity", "a share from 0 to 1", 0 <= self.uniformity <= 1),
            ("acceleration", "1, or at most the number of coils", 1 <= self.acceleration <= max(array, 1)),
            ("field_direction", "a direction", any(self.field_direction)),
            ("zero_fill", "a factor of 1 or more", 1 <= self.zero_fill < float("inf")),
            ("field_of_view", "a share above 0, up to 1", 0 < self.field_of_view <= 1),
            ("beats", "1 beat or more, 2 where they differ", self.beats > (1 if self._differ else 0)),
            ("order", f"an order among {', '.join(ORDERS)}", self.order in ORDERS),
            ("mistriggered", "a share from 0 to 1", 0 <= self.mistriggered <= 1),
            (
                "partial_fourier",
                "more than half of the lines for homodyne",
                not self.homodyne or self.partial_fourier > half,
            ),
        )

"""Gyri and sulci: sheets that go down from the outline of a hemisphere along the nodal lines of random patterns.

A pattern g is a random field whose wavelengths lie in a narrow band about `gyrus`, taken at the point of the outline
that a point lies under; its nodal lines wander over the surface as sulci do. A sulcus is the sheet below such a line.
With k = 2 pi / gyrus, the distance from the sheet and from the fluid are

    s = atan2(k |g|, |grad g|) / k                    exact for g = sin(k x)
    d = hypot(s, max(h - D, 0))                       h depth below the outline, D the sulcus' own depth

D varies along the outline and falls to nothing in places, where gyri pass from one to the next. Two patterns are laid
over each other, deep primary sulci and shallow secondary ones; below the outline they bend.

Reference: nodal lines of random waves, M. Berry, J Phys A 1977;10:2083, doi:10.1088/0305-4470/10/12/016; depth of sulci
and gyral width in the usual range of adults. The construction is ours.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.ndimage import gaussian_filter, map_coordinates

from spinbridge.phantoms.brain.lattice import Lattice, gradient, random_wave
from spinbridge.phantoms.brain.solids import Floats, Points, ramp
from spinbridge.phantoms.brain.subject import Subject

_BOX, _STEP = 96, 3.0  # nodes of the periodic box of a pattern, and their distance [mm]
_BAND = 0.22  # relative width of the band
_APART = 60.0  # shift of the left side's pattern [mm]
_BEND = 4.5  # sideways drift of a sulcus over 20 mm of depth, its spread [mm]
_SMOOTH = 6.0  # of the direction in which sulci go down [mm]
_CROWDED = (1.9, 3.0)  # slopes of a pattern, relative to its mean, between which sulci give way
_DEEPEST = 34.0  # nothing is folded below [mm]


@dataclass(frozen=True, eq=False, kw_only=True)
class Pattern:
    """One family of sulci at the nodes."""

    wave: Floats  #: k g, signed
    slope: Floats  #: |grad g| [1/mm]
    room: Floats  #: D - h, above 0 where the sheet is [mm]
    wavelength: float  #: [mm]

    def distance(self, wave: Floats, slope: Floats, room: Floats) -> Floats:
        """Distance from the sheets [mm] of values that were looked up somewhere."""
        k = np.float32(2 * np.pi / self.wavelength)
        aside = np.arctan2(np.abs(wave), slope) / k
        distance: Floats = np.hypot(aside, np.maximum(-room, 0))
        return distance


def patterns(subject: Subject, lattice: Lattice, place: Points, hull: Floats, reach: Floats) -> tuple[Pattern, ...]:
    """The families of sulci of a subject.

    `place` in the standard head, `hull` the depth below the outline [mm], `reach` what sulci go deeper than
    elsewhere [mm], far below 0 where none may be.
    """
    shape, step = subject.shape, lattice.settings.lattice
    under = _surface_points(lattice, place, hull)
    shallow = ramp(hull, -3, 0)
    families = (
        ("primary", shape.gyrus, shape.sulcal_depth, 5.0, 0.0),
        ("secondary", 0.68 * shape.gyrus, 0.28 * shape.sulcal_depth, 4.0, 0.0),
    )
    found = []
    for name, wavelength, mean, spread, least in families:
        near = _bent(subject, lattice, name, under, hull)
        value = _looked_up(band_noise(subject.draw("anatomy", "folds", name), wavelength), near)
        slope = np.sqrt(sum(part * part for part in gradient(value, step)))
        depth = mean + spread * random_wave(lattice, 17.0, subject.draw("anatomy", "sulcal depth", name))
        room = np.maximum(depth, least) * shallow - hull + reach
        crowd = gaussian_filter(slope, 4.0 / step) * np.float32(wavelength / (2 * np.pi))
        room -= 20 * ramp(crowd, *_CROWDED)
        wave = np.float32(2 * np.pi / wavelength) * value
        found.append(Pattern(wave=wave, slope=slope, room=room.astype(np.float32), wavelength=wavelength))
    return tuple(found)


def band_noise(draw: np.random.Generator, wavelength: float) -> Floats:
    """A periodic random field (z, y, x) of unit variance whose wavelengths are near one [mm]."""
    frequency = np.fft.fftfreq(_BOX, _STEP)
    fz, fy, fx = np.meshgrid(frequency, frequency, frequency[: _BOX // 2 + 1], indexing="ij")
    far = np.sqrt(fz**2 + fy**2 + fx**2) * wavelength
    spectrum = np.fft.rfftn(draw.standard_normal((_BOX,) * 3, dtype=np.float32))
    field = np.fft.irfftn(spectrum * np.exp(-(((far - 1) / _BAND) ** 2)), s=(_BOX,) * 3, axes=(0, 1, 2))
    unit: Floats = (field / field.std()).astype(np.float32)
    return unit


def _surface_points(lattice: Lattice, place: Points, hull: Floats) -> Points:
    """The point of the outline above every node, in the standard head."""
    step = lattice.settings.lattice
    smooth = gaussian_filter(hull, _SMOOTH / step)
    x, y, z = gradient(smooth, step)
    length = np.sqrt(x * x + y * y + z * z) + np.float32(1e-3)
    climb = np.clip(hull, 0, _DEEPEST) / length * np.clip(length * 1.6, 0, 1)
    here = lattice.points
    above = (here.z - climb * z, here.y - climb * y, here.x - climb * x)
    index = np.stack([(a - n[0]) / np.float32(step) for a, n in zip(above, lattice.nodes, strict=True)])
    found = (map_coordinates(v, index, order=1, mode="nearest") for v in (place.x, place.y, place.z))
    return Points(**dict(zip("xyz", found, strict=True)))


def _bent(subject: Subject, lattice: Lattice, name: str, under: Points, hull: Floats) -> Points:
    share = np.clip(hull, 0, _DEEPEST) * np.float32(_BEND / 20)
    by = [share * random_wave(lattice, 14.0, subject.draw("anatomy", "bend", name, axis)) for axis in "xyz"]
    return under.moved((by[0], by[1], by[2]))


def _looked_up(field: Floats, place: Points) -> Floats:
    x = place.x + np.float32(_APART) * np.sign(place.x)
    index = np.stack([place.z, place.y, x]) / np.float32(_STEP)
    value: npt.NDArray[np.float32] = map_coordinates(field, index, order=1, mode="grid-wrap", output=np.float32)
    return value

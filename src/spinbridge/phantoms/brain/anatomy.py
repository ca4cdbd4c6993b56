"""The whole class map of a subject: smooth shapes of the nodes, looked up at the samples of voxels and put in order.

    pial depth  p = min( depth below the outline, from the medial wall, from the sulci, from the Sylvian fissure )
    fluid p < 0,   cortex p < thickness,   white matter below

Nuclei, ventricles, cerebellum, vessels and skull are written over it in turn, the tumour last. Ours.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt
from scipy.ndimage import binary_fill_holes, gaussian_filter

from spinbridge.phantoms.brain.cerebrum import Cerebrum, cerebrum
from spinbridge.phantoms.brain.deep import Deep, deep_structures
from spinbridge.phantoms.brain.folds import Pattern, patterns
from spinbridge.phantoms.brain.growth import Growth, growth
from spinbridge.phantoms.brain.head import Head, head
from spinbridge.phantoms.brain.hindbrain import Hindbrain, furrow_distance, hilum_share, hindbrain
from spinbridge.phantoms.brain.lattice import Lattice, as_depth, random_wave
from spinbridge.phantoms.brain.matter import GREY, WHITE, Matter
from spinbridge.phantoms.brain.solids import Floats, Points, common, union
from spinbridge.phantoms.brain.subject import Subject
from spinbridge.phantoms.brain.vessels import Vessels, vessels
from spinbridge.phantoms.brain.warp import standard_points

Classes = npt.NDArray[np.uint8]
Mask = npt.NDArray[np.bool_]
LookUp = Callable[[Floats], Floats]

_OUTER_LAYERS = 0.66  # of the cortex, as a share of its thickness
_CEREBELLAR_CORTEX = 1.5  # thickness [mm]
_FURROW = 0.22  # half-width of a furrow of the cerebellum [mm]
_FINE_VESSEL = 0.13  # of the waves whose zeros are fine vessels
_RIPPLES = ((20.0, 3.0), (9.0, 1.1))  # of fissures: scale and size [mm]
# what a brain extraction follows: tissue, smoothed [mm], above a level; all of it from a depth on [mm]
_STRIP_SMOOTH, _STRIP_LEVEL, _STRIP_DEPTH = 2.2, 0.35, 7.0
_EXTRACTED = (*GREY, *WHITE, Matter.VENTRICLE, Matter.PLEXUS)


@dataclass(frozen=True, eq=False, kw_only=True)
class Shapes:
    """All shapes of a head without its tumour, at the nodes."""

    lattice: Lattice
    cerebrum: Cerebrum
    folds: tuple[Pattern, ...]
    deep: Deep
    hind: Hindbrain
    head: Head
    vessels: Vessels
    thickness: Floats  #: of the cortex [mm]
    width: Floats  #: half of a sulcus' [mm]
    core_white: Floats  #: 1 in the white core of the cerebellum
    wander: Floats  #: of the folia [mm]
    brain: Floats  #: depth below the outline of all of the brain [mm]


@lru_cache(maxsize=2)
def shapes(subject: Subject) -> Shapes:
    """Of a subject, displaced by its tumour."""
    lattice = Lattice(subject.settings)
    place, step = standard_points(subject, lattice), subject.settings.lattice
    upper = cerebrum(place, _rippled(subject, lattice, place))
    lower = hindbrain(place)
    folds = patterns(subject, lattice, place, as_depth(upper.hull, step), upper.reach)
    brain = union(union(upper.filled, lower.cerebellum), lower.stem)
    around = head(subject, lattice, place, brain)
    shape = subject.shape
    uneven = random_wave(lattice, 12.0, subject.draw("anatomy", "thickness"))
    wide = random_wave(lattice, 20.0, subject.draw("anatomy", "width"))
    return Shapes(
        lattice=lattice,
        cerebrum=upper,
        folds=folds,
        deep=deep_structures(place, shape.ventricles),
        hind=lower,
        head=around,
        vessels=vessels(subject, lattice, place, around.cavity),
        thickness=np.float32(shape.cortex) * (1 + np.float32(0.10) * uneven),
        width=np.float32(shape.sulcal_width) * np.exp(np.float32(0.3) * wide),
        wander=np.float32(3.0) * random_wave(lattice, 15.0, subject.draw("anatomy", "folia")),
        core_white=hilum_share(place),
        brain=brain,
    )


def _rippled(subject: Subject, lattice: Lattice, place: Points) -> Points:
    """Small displacements that make straight fissures wander."""
    for scale, size in _RIPPLES:
        by = [random_wave(lattice, scale, subject.draw("anatomy", "ripple", scale, axis)) for axis in "xyz"]
        place = place.moved((by[0], by[1], by[2]), size)
    return place


@lru_cache(maxsize=2)
def grown(subject: Subject) -> Growth | None:
    """The subject's tumour at the nodes."""
    if subject.tumour is None:
        return None
    parts = shapes(subject)
    codes = healthy(parts, lambda field: field)
    speed = np.zeros(codes.shape, np.float32)
    speed[np.isin(codes, GREY)] = 0.5
    speed[np.isin(codes, (Matter.WHITE, Matter.BRAINSTEM))] = 1.0
    smooth = gaussian_filter(speed, 0.35)
    return growth(subject, subject.tumour, parts.lattice, np.where(speed > 0, smooth, 0).astype(np.float32))


def anatomy(subject: Subject) -> Iterator[Classes]:
    """`Matter` codes (z, y, x) of one sample of every voxel after another."""
    parts, tumour = shapes(subject), grown(subject)
    for sample in range(subject.settings.samples):
        look = parts.lattice.sampler(sample)
        codes = healthy(parts, look)
        if tumour is not None:
            write_tumour(codes, tumour, look)
        yield codes


@lru_cache(maxsize=2)
def brain_mask(subject: Subject) -> Mask:
    """What a brain extraction leaves: brain, and the fluid in its narrow sulci (z, y, x)."""
    parts = shapes(subject)
    codes = healthy(parts, lambda field: field)
    solid = np.isin(codes, _EXTRACTED) | (parts.brain > _STRIP_DEPTH)
    smooth = gaussian_filter(solid.astype(np.float32), _STRIP_SMOOTH / subject.settings.lattice)
    mask: Mask = parts.lattice.sampler(0)(smooth) > _STRIP_LEVEL
    return np.stack([binary_fill_holes(plane) for plane in mask])


def extent(subject: Subject) -> Mask:
    """Voxels (z, y, x) that can matter for an image: the cavity of the skull with its wall, or all of the head."""
    parts = shapes(subject)
    centre = Lattice(subject.settings).sampler(0)
    whole = parts.head.head if subject.settings.whole_head else parts.head.cavity + np.float32(2)
    mask: Mask = centre(whole) > 0
    return mask


def healthy(parts: Shapes, look: LookUp) -> Classes:
    """Codes of a head without its tumour."""
    cavity = look(parts.head.cavity)
    codes = _outside(parts, look, cavity)
    _write_cerebrum(parts, look, codes)
    _write_hindbrain(parts, look, codes)
    _write_vessels(parts, look, codes, cavity)
    return codes


def write_tumour(codes: Classes, tumour: Growth, look: LookUp) -> None:
    """Write the tumour over `codes`, in place: oedema spares fluid, vessels and bone."""
    oedema, core = look(tumour.oedema) > 0, look(tumour.core)
    tissue = (codes >= Matter.CORTEX) & (codes <= Matter.BRAINSTEM) | (codes == Matter.DEEP_CORTEX)
    white = (codes == Matter.WHITE) | (codes == Matter.BRAINSTEM)
    codes[oedema & white] = Matter.OEDEMA
    codes[oedema & tissue & ~white] = Matter.INFILTRATION
    inside = (core > 0) & ((codes >= Matter.CSF) & (codes <= Matter.PLEXUS) | (codes >= Matter.OEDEMA))
    rim = look(tumour.rim)
    codes[inside] = np.where(rim[inside] > 0.05, Matter.ENHANCING, Matter.CORE)  # noqa: PLR2004
    codes[inside & (look(tumour.necrosis) > 0)] = Matter.NECROSIS


def _outside(parts: Shapes, look: LookUp, cavity: Floats) -> Classes:
    """Fluid in the cavity, and all that is around it."""
    codes = np.full(cavity.shape, Matter.AIR, np.uint8)
    skull, skin = look(parts.head.skull), look(parts.head.head)
    codes[skin > 0] = Matter.SKIN
    soft = skin > 1.8  # noqa: PLR2004
    codes[soft] = Matter.FAT
    muscle = (look(parts.head.temporalis) > 0) & (skin > 4)  # noqa: PLR2004
    codes[soft & muscle] = Matter.MUSCLE
    codes[soft & (skin > 9) & (look(parts.vessels.first) + look(parts.vessels.second) > -0.3)] = Matter.MUSCLE  # noqa: PLR2004
    codes[(skull > 0) & (skin > 3)] = Matter.BONE  # noqa: PLR2004
    inner = (skull > 1.5) & (cavity < -1.6)  # noqa: PLR2004
    codes[inner] = Matter.MARROW
    codes[look(parts.head.orbit) > 0] = Matter.FAT
    globe = look(parts.head.globe)
    codes[globe > 0] = Matter.MUSCLE
    codes[globe > 1.2] = Matter.VITREOUS  # noqa: PLR2004
    air = look(parts.head.air)
    codes[(air > -1.2) & (skin > 2)] = Matter.MUCOSA  # noqa: PLR2004
    codes[air > 0] = Matter.AIR
    codes[cavity > -0.7] = Matter.DURA  # noqa: PLR2004
    codes[cavity > 0] = Matter.CSF
    return codes


def _write_cerebrum(parts: Shapes, look: LookUp, codes: Classes) -> None:
    shape = parts.cerebrum
    outer, medial, joined = look(shape.outer), look(shape.medial), look(shape.joined)
    inside = (outer > 0) & ((medial > 0) | (joined > 0))
    width = look(parts.width) * (np.float32(0.6) + np.float32(2.6) * np.exp(-np.maximum(outer, 0) / 3.5))
    furrow = np.full(outer.shape, 99, np.float32)
    for pattern in parts.folds:
        np.minimum(furrow, pattern.distance(look(pattern.wave), look(pattern.slope), look(pattern.room)), out=furrow)
    sylvian = look(shape.sylvian) - np.float32(0.6) - np.float32(1.2) * look(shape.opening)
    walls = np.minimum(np.hypot(medial, 3 * np.maximum(joined, 0)), sylvian)
    pial = np.minimum(common(outer, furrow - width, 4.0), walls)
    codes[inside] = Matter.WHITE
    thickness = look(parts.thickness)
    ribbon = inside & (pial < thickness) & (look(parts.hind.stem) < -1.0)
    codes[ribbon] = np.where(pial[ribbon] < _OUTER_LAYERS * thickness[ribbon], Matter.CORTEX, Matter.DEEP_CORTEX)
    codes[inside & (pial < 0)] = Matter.CSF
    deep = inside & ~ribbon
    for kind, depth in parts.deep.nuclei.items():
        codes[deep & (look(depth) > 0)] = kind
    ventricle = look(parts.deep.ventricles) > 0
    codes[ventricle & (inside | (codes == Matter.CSF))] = Matter.VENTRICLE
    codes[ventricle & inside & (look(parts.deep.plexus) > 0)] = Matter.PLEXUS


def _write_hindbrain(parts: Shapes, look: LookUp, codes: Classes) -> None:
    hind = parts.hind
    depth, stem = look(hind.cerebellum), look(hind.stem)
    free = codes == Matter.CSF
    furrow = furrow_distance(look(hind.along), look(parts.vessels.first) * np.float32(0.7) + look(parts.wander), depth)
    pial = np.minimum(depth, furrow - np.float32(_FURROW))
    inside = free & (depth > 0)
    white = (pial > _CEREBELLAR_CORTEX) & (depth > 2.5) | (look(parts.core_white) > 0.5)  # noqa: PLR2004
    codes[inside] = Matter.CEREBELLAR_CORTEX
    codes[inside & white] = Matter.CEREBELLAR_WHITE
    codes[inside & (pial < 0)] = Matter.CSF
    bottom = (stem > 0) & ((depth > 0) | free | (codes == Matter.WHITE))
    codes[bottom] = Matter.BRAINSTEM
    codes[(look(hind.fourth) > 0) & ((depth > -3) | bottom)] = Matter.VENTRICLE  # noqa: PLR2004
    codes[(look(parts.deep.ventricles) > 0) & bottom] = Matter.VENTRICLE


def _write_vessels(parts: Shapes, look: LookUp, codes: Classes, cavity: Floats) -> None:
    fluid = codes == Matter.CSF
    codes[fluid & (look(parts.vessels.arteries) > 0)] = Matter.ARTERY
    first, second = look(parts.vessels.first), look(parts.vessels.second)
    codes[fluid & (np.abs(first) < _FINE_VESSEL) & (np.abs(second) < _FINE_VESSEL)] = Matter.VEIN
    near = (cavity > -1.5) & ((codes == Matter.CSF) | (codes == Matter.DURA) | (codes == Matter.VEIN))  # noqa: PLR2004
    codes[near & (look(parts.vessels.sinuses) > 0)] = Matter.VEIN

"""One subject: every number drawn before anything is built, from four streams that do not know of each other.

    anatomy      size and shape of brain, ventricles, sulci, skull
    disease      the glioma: grade, place, size, what it does to its surroundings
    physiology   tissue values, flow, uptake of the contrast agent
    protocol     scanner, sequences, coils, noise

A change of one draws nothing else anew. Coordinates [mm]: x to the right, y to the front, z up, the anterior commissure
at 0 in a brain that nothing has moved.

Distributions: lobes of gliomas rounded from Larjavaara et al., Neuro Oncol 2007;9:319, doi:10.1215/15228517-2007-016
(frontal most often, then temporal, parietal, insula and deep, occipital); spreads of size and ventricles within the
usual range of adults, ours.
"""

from dataclasses import dataclass

import numpy as np

from spinbridge.core.random import derive_seed, numpy_generator
from spinbridge.phantoms.brain.settings import BrainSettings, Grade

Triple = tuple[float, float, float]

# places of gliomas: centre (|x|, y, z), spread of it [mm], share of cases
_LOBES: dict[str, tuple[Triple, Triple, float]] = {
    "frontal": ((27, 36, 26), (6, 11, 11), 0.40),
    "temporal": ((40, -14, -17), (4, 13, 5), 0.27),
    "parietal": ((29, -44, 38), (6, 9, 8), 0.17),
    "insular": ((33, 0, 6), (3, 9, 6), 0.11),
    "occipital": ((24, -72, 14), (4, 6, 6), 0.05),
}
_LOW_GRADE = 0.25  # share of gliomas
_ENHANCING_LOW = 0.12  # share of low-grade gliomas with a faint enhancing spot


@dataclass(frozen=True, kw_only=True)
class BrainShape:
    """The healthy anatomy of one subject."""

    size: Triple  #: scale of the head along (x, y, z)
    gyrus: float  #: wavelength of the primary folds: two gyri and their sulci [mm]
    sulcal_depth: float  #: mean depth of the primary sulci [mm]
    sulcal_width: float  #: half-width of a sulcus at its bottom [mm]
    cortex: float  #: mean thickness of the cortex [mm]
    ventricles: float  #: scale of the ventricles' radii
    skull: float  #: mean thickness of the skull [mm]
    scalp: float  #: mean thickness of the scalp [mm]
    subarachnoid: float  #: mean width of the fluid under the skull [mm]


@dataclass(frozen=True, kw_only=True)
class Tumour:
    """A glioma."""

    grade: Grade
    lobe: str
    centre: Triple  #: [mm]
    radius: float  #: of the core: the radius of a ball of its volume, about [mm]
    aspect: Triple  #: relative half-axes of the core
    rough: float  #: waviness of its outline
    lobes: int  #: of the core
    rim: float  #: thickness of the enhancing rim, 0 for none [mm]
    viable: float  #: of the inside of the rim, a layer that is not necrotic [mm]
    oedema: float  #: how far oedema has spread in white matter [mm]
    push: float  #: share of the core's volume that surroundings have made room for


@dataclass(frozen=True, kw_only=True)
class Subject:
    """All the numbers of one subject."""

    seed: int
    index: int
    settings: BrainSettings
    shape: BrainShape
    tumour: Tumour | None

    @property
    def name(self) -> str:
        """Such as `sub007`."""
        return f"sub{self.index:03d}"

    @property
    def group(self) -> str:
        """`HGG`, `LGG` as in BraTS, or `NOR` without a tumour."""
        if self.tumour is None:
            return "NOR"
        return "HGG" if self.tumour.grade == "high" else "LGG"

    def draw(self, stream: str, *place: object) -> np.random.Generator:
        """The random numbers of one named part of a stream."""
        return numpy_generator(self.seed, "brain", stream, self.index, *place)

    def torch_seed(self, stream: str, *place: object) -> int:
        """The seed of one named part of a stream."""
        return derive_seed(self.seed, "brain", stream, self.index, *place)


def draw_subject(seed: int, index: int, grade: Grade | None = None, settings: BrainSettings | None = None) -> Subject:
    """Subject `index` of the population `seed`; three in four tumours are high-grade unless `grade` is given."""
    options = settings or BrainSettings()
    shape = _draw_shape(numpy_generator(seed, "brain", "anatomy", index, "shape"))
    tumour = _draw_tumour(numpy_generator(seed, "brain", "disease", index, "tumour"), grade)
    return Subject(seed=seed, index=index, settings=options, shape=shape, tumour=tumour if options.tumour else None)


def _draw_shape(draw: np.random.Generator) -> BrainShape:
    whole = draw.normal(1.0, 0.028)
    return BrainShape(
        size=tuple(float(whole * draw.normal(1.0, 0.02)) for _ in range(3)),  # type: ignore[arg-type]
        gyrus=float(draw.uniform(25.5, 30.0)),
        sulcal_depth=float(draw.uniform(18.0, 22.0)),
        sulcal_width=float(draw.lognormal(np.log(0.38), 0.3)),
        cortex=float(np.clip(draw.normal(2.4, 0.1), 2.1, 2.8)),
        ventricles=float(np.clip(draw.lognormal(np.log(0.88), 0.18), 0.6, 1.4)),
        skull=float(draw.uniform(5.0, 8.0)),
        scalp=float(draw.uniform(4.5, 8.0)),
        subarachnoid=float(draw.lognormal(np.log(1.3), 0.3)),
    )


def _draw_tumour(draw: np.random.Generator, asked: Grade | None) -> Tumour:
    low = draw.random() < _LOW_GRADE
    grade: Grade = asked or ("low" if low else "high")
    names = list(_LOBES)
    lobe = names[int(draw.choice(len(names), p=[_LOBES[name][2] for name in names]))]
    middle, spread, _ = _LOBES[lobe]
    side = draw.choice([-1.0, 1.0])
    away = np.clip(draw.standard_normal(3), -1.6, 1.6)
    x, y, z = (m + s * a for m, s, a in zip(middle, spread, away, strict=True))
    high = grade == "high"
    radius = float(np.clip(draw.lognormal(np.log(17.0), 0.32), 8, 30))
    spot = draw.random() < _ENHANCING_LOW
    rim, viable = draw.uniform(2.5, 5.5), max(draw.uniform(-2.0, 1.5), 0.0)
    spread_far, soft_far = draw.lognormal(np.log(15.0), 0.45), draw.uniform(4, 13)
    push, soft_push = draw.uniform(0.45, 0.85), draw.uniform(0.2, 0.6)
    return Tumour(
        grade=grade,
        lobe=lobe,
        centre=(float(side * x), float(y), float(z)),
        radius=radius,
        aspect=tuple(float(v) for v in np.exp(draw.normal(0, 0.16, 3))),  # type: ignore[arg-type]
        rough=float(draw.uniform(0.10, 0.2)),
        lobes=int(draw.choice([1, 2, 3], p=[0.5, 0.35, 0.15])),
        rim=float(rim) if high or spot else 0.0,
        viable=float(viable),
        oedema=float(np.clip(spread_far, 5, 32) if high else soft_far),
        push=float(push if high else soft_push),
    )

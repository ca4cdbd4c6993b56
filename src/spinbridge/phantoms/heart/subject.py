"""One subject: every number drawn before anything is built, so that the same seed and index give the same heart.

Anatomy, disease, physiology and protocol come from streams of their own (`streams.py`): the same index is the same body
with any group, field strength or protocol, as far as the group leaves it (volumes, walls and a scar are its own).

Coordinates [mm], used by every file of this folder: z along the long axis of the left ventricle with the end-diastolic
base at 0 and the apex at `length`; x to the right of the image (towards the patient's left and back), y down the image
(towards the feet); x = y = 0 is the middle of the left ventricle. Angles about the long axis are atan2(y, x). Ours.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from math import ceil, erf, sqrt

import numpy as np

from spinbridge.phantoms.heart.groups import GROUPS, check_group, draw_factors, measures
from spinbridge.phantoms.heart.settings import HeartSettings
from spinbridge.phantoms.heart.streams import Stream, stream, stream_seed

_LENGTH = {"polar": 92.0, "implicit": 99.0}  # of a left ventricle of 140 ml [mm]


@dataclass(frozen=True, kw_only=True)
class Protocol:
    """Where the voxels of the short-axis stack lie."""

    slices: int
    thickness: float  #: [mm]
    step: float  #: from slice centre to slice centre [mm]
    first: float  #: z of the first slice's centre [mm]
    spacing: float  #: in plane [mm]
    shape: tuple[int, int]  #: voxels (y, x)
    centre: tuple[float, float]  #: position of the long axis as a share of the field of view (y, x)


@dataclass(frozen=True, kw_only=True)
class Scar:
    """A chronic infarct: a patch of the wall about (angle, level) that does not contract."""

    angle: float  #: [rad]
    level: float  #: share of the long axis, 0 base to 1 apex
    width: float  #: half-width in angle [rad]
    height: float  #: half-height as a share of the long axis
    transmural: float  #: share of the wall, from inside, that is scar
    thinning: float  #: share of the wall's thickness that is lost


@dataclass(frozen=True, kw_only=True)
class HeartShape:
    """What the two ventricles look like at end-diastole, next to their volumes."""

    length: float  #: base to epicardial apex of the left ventricle [mm]
    septum: float  #: direction of the middle of the septum [rad]
    harmonics: tuple[tuple[float, float], ...]  #: amplitude and phase of the outline's waves of order 2, 3, ...
    flattening: float  #: of the septum, 0 round to 1 straight
    septal_hypertrophy: float  #: extra thickness of the septum as a share
    apical_cap: float  #: thickness of the apex [mm]
    right_reach: float  #: half-angle of the right ventricle around the left at the base [rad]
    right_end: float  #: level at which the right ventricle ends, as a share of the long axis
    right_wall: float  #: [mm]
    tilt: tuple[float, float]  #: lean of the long axis against the stack (x, y) [mm/mm]
    base_tilt: tuple[float, float]  #: lean of the base against the long axis (x, y) [mm/mm]
    bend: tuple[float, float]  #: its bow (x, y) [mm]
    papillary: tuple[float, float]  #: sizes of the antero-lateral and postero-medial papillary muscles, about 1
    trabeculae: float  #: about 1
    fat: float  #: epicardial, about 1
    roll: float  #: turn of the whole patient about the long axis [rad]


@dataclass(frozen=True, kw_only=True)
class Subject:
    """All the numbers of one subject."""

    seed: int
    index: int
    group: str
    settings: HeartSettings
    lv_edv: float  #: [ml]
    lv_ef: float
    lv_mass: float  #: [g]
    rv_edv: float  #: [ml]
    rv_ef: float
    shortening: float  #: share of the long axis lost at end-systole
    heart_rate: float  #: [1/s]
    severity: float  #: of the group's disease among its patients, 0 to 1; 0 in the healthy
    shape: HeartShape
    protocol: Protocol
    scar: Scar | None = field(default=None)

    @property
    def name(self) -> str:
        """Such as `sub007`; hearts of the other generator are other patients, `alt007`."""
        return f"{'sub' if self.settings.generator == 'polar' else 'alt'}{self.index:03d}"

    def draw(self, name: Stream, *place: object) -> np.random.Generator:
        """The random numbers of one named part of this subject."""
        return stream(self.seed, self.index, name, *place)

    def torch_seed(self, *place: object) -> int:
        """The seed of one named part of this subject's scan."""
        return stream_seed(self.seed, self.index, "protocol", *place)


def draw_subject(seed: int, index: int, group: str | None = None, settings: HeartSettings | None = None) -> Subject:
    """Subject `index` of the population `seed`; the group goes round by index unless it is given.

    Raises `SettingsError` for a group that does not exist.
    """
    chosen = check_group(group or GROUPS[index % len(GROUPS)])
    factors = draw_factors(seed, index)
    return build_subject((seed, index), chosen, measures(chosen, factors), factors["severity"], settings)


def build_subject(
    number: tuple[int, int],
    group: str,
    values: Mapping[str, float],
    severity: float,
    settings: HeartSettings | None = None,
) -> Subject:
    """The subject (seed, index) with given measures and a given standard score of its disease's severity."""
    seed, index = number
    options = settings or HeartSettings()
    known = dict(values)
    length = _LENGTH[options.generator] * (known["lv_edv"] / 140) ** (1 / 3) * known.pop("elongation")
    disease = stream(seed, index, "disease", "shape")
    shape = _draw_shape(group, length, severity, stream(seed, index, "anatomy", "shape"), disease)
    return Subject(
        seed=seed,
        index=index,
        group=group,
        settings=options,
        heart_rate=float(stream(seed, index, "physiology", "heart rate").uniform(52, 88) / 60),
        severity=0.0 if group == "NOR" else _share(severity),
        shape=shape,
        protocol=_draw_protocol(options, length, stream(seed, index, "protocol", "stack")),
        scar=_draw_scar(shape.septum, severity, stream(seed, index, "disease", "scar")) if group == "MINF" else None,
        **known,
    )


def _share(score: float) -> float:
    """Share of a normal population that lies below a score."""
    return 0.5 * (1 + erf(score / sqrt(2)))


def _graded(low: float, high: float, severity: float, draw: np.random.Generator, tie: float = 0.7) -> float:
    """Uniform from `low` to `high`, by rank correlated with the severity."""
    return low + (high - low) * _share(tie * severity + sqrt(1 - tie**2) * draw.standard_normal())


def _draw_shape(
    group: str, length: float, severity: float, draw: np.random.Generator, disease: np.random.Generator
) -> HeartShape:
    asymmetric = disease.random() < 0.6 and group == "HCM"  # noqa: PLR2004
    right = group == "RV"
    harmonics = tuple((abs(draw.normal(0, 0.055)) / order, draw.uniform(0, 2 * np.pi)) for order in range(2, 7))
    return HeartShape(
        length=float(length),
        septum=float(np.pi + draw.normal(0.05, 0.14)),
        harmonics=harmonics,
        flattening=_graded(0.5, 1.0, severity, disease) if right else float(disease.uniform(0.0, 0.25)),
        septal_hypertrophy=_graded(0.4, 0.9, severity, disease) if asymmetric else float(disease.uniform(0.0, 0.15)),
        apical_cap=float(draw.uniform(4.0, 7.0)),
        right_reach=float(draw.uniform(1.15, 1.4)),
        right_end=float(draw.uniform(0.8, 0.92)),
        right_wall=_graded(3.5, 5.5, severity, disease) if right else float(disease.uniform(2.2, 3.4)),
        tilt=(float(draw.normal(0, 0.05)), float(draw.normal(0, 0.05))),
        base_tilt=(float(draw.uniform(0.05, 0.2)), float(draw.normal(0.06, 0.05))),
        bend=(float(draw.normal(0, 1.5)), float(draw.normal(0, 1.5))),
        papillary=(float(draw.uniform(0.8, 1.2)), float(draw.uniform(0.8, 1.2))),
        trabeculae=float(draw.uniform(0.7, 1.3)),
        fat=float(draw.uniform(0.6, 1.5)),
        roll=float(draw.normal(0, 0.12)),
    )


def _draw_scar(septum: float, severity: float, draw: np.random.Generator) -> Scar:
    """An infarct in the territory of one coronary artery: anterior descending, right, or circumflex."""
    territory = draw.choice(3, p=[0.5, 0.3, 0.2])
    angle = septum + (np.deg2rad(45), np.deg2rad(-85), np.deg2rad(-175))[territory]
    low, high = ((0.5, 0.75), (0.3, 0.5), (0.35, 0.55))[territory]
    return Scar(
        angle=float(angle + draw.normal(0, 0.15)),
        level=float(draw.uniform(low, high)),
        width=_graded(0.65, 1.05, severity, draw),
        height=_graded(0.22, 0.38, severity, draw),
        transmural=_graded(0.45, 1.0, severity, draw),
        thinning=float(draw.uniform(0.25, 0.55)),
    )


def _draw_protocol(settings: HeartSettings, length: float, draw: np.random.Generator) -> Protocol:
    thickness = draw.uniform(*settings.thickness)
    step = thickness + draw.uniform(*settings.gap)
    covering = ceil((length + 4) / step)
    slices = int(np.clip(covering, *settings.slices))
    if slices != covering and settings.whole:
        step = max((length + 4) / slices, settings.thickness[0])
    sides = np.arange(settings.matrix[0], settings.matrix[1] + 1, 16)
    columns, rows = (int(side) for side in np.sort(draw.choice(sides, 2)))
    spacing = float(np.clip(draw.uniform(*settings.field_of_view) / rows, *settings.spacing))
    first = draw.uniform(0.3, 0.6) + (0.0 if settings.whole else 0.5 * (length / step - slices))
    return Protocol(
        slices=slices,
        thickness=float(min(thickness, step)),
        step=float(step),
        first=float(step * first),
        spacing=spacing,
        shape=(rows, columns),
        centre=(float(draw.normal(0.43, 0.03)), float(draw.normal(0.45, 0.025))),
    )

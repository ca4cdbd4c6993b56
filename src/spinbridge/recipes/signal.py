"""The signal of one voxel under a sequence: a quick look at the physics, and its check from outside.

The tissue comes from the table by name, from its values, or from both, where a value given replaces that of the table.
A sweep gives the signal along one parameter; late enhancement says at which inversion time the voxel is nulled.
"""

from dataclasses import dataclass, replace

from spinbridge.core.close_match import did_you_mean
from spinbridge.core.errors import SequenceError, SettingsError
from spinbridge.core.protocols import SignalModel
from spinbridge.core.tissue import Tissue
from spinbridge.core.units import Kind, parse_quantity
from spinbridge.physics.sequences.language import parse_sequence, split_sequences
from spinbridge.physics.sequences.lge import LGE
from spinbridge.physics.sequences.null import null_time
from spinbridge.physics.tissue_table import load_tissues
from spinbridge.recipes.sweep import swept


@dataclass(frozen=True, kw_only=True)
class SignalSettings:
    """The signal of one voxel under a sequence; one number, or a list for a train of images.

    Real signals keep their sign; of complex ones the magnitude is given. Proton density of water is 1. The tissue is
    one of the table, or its T1 and T2 are given; where both are, a value given wins over that of the table.
    """

    sequence: str = "bssfp"  #: such as `bssfp(fa=50deg,tr=3.2ms,te=1.6ms)`, or a bare name with its defaults
    sweep: str = ""  #: a parameter of the sequence from end to end by steps, such as ti=100ms:400ms:20ms
    tissue: str = ""  #: a name of the tissue table, such as myocardium; `spinbridge sequences --tissues` lists them
    field: str = "1.5T"  #: field strength that the table is read at
    t1: str = ""  #: longitudinal relaxation time, such as 1000ms; wins over that of the tissue, as all below do
    t2: str = ""  #: transverse relaxation time, such as 50ms
    t2star: str = ""  #: effective transverse relaxation time; t2 where not given
    pd: float | None = None  #: proton density, water = 1; 1 where neither this nor a tissue is given
    df: str = ""  #: off-resonance, such as -220Hz; the tissue's chemical shift or 0 where not given


@dataclass(frozen=True, kw_only=True)
class SignalAnswer:
    """The signal of each image of the sequence."""

    images: tuple[str, ...]  #: names of the images, such as `ti120ms`
    values: tuple[float, ...]  #: signal of each, in units of the proton density of water
    null: float | None = None  #: of `lge` and `psir`: the inversion time that nulls the voxel [s]
    at: str = ""  #: of a sweep: the value of its parameter, such as `120ms`
    sweep: tuple["SignalAnswer", ...] = ()  #: one answer a step; the first one's signal stands above


def signal(settings: SignalSettings) -> SignalAnswer:
    """Give the signal of one voxel; raises `UnitError`, `SequenceError` or `SettingsError`."""
    several = split_sequences(settings.sequence)
    if len(several) > 1:
        remedy = "Ask for each on its own."
        raise SettingsError("one sequence", f"{len(several)}: {', '.join(several)}", remedy=remedy, where="--sequence")
    voxel = _voxel(settings)
    if not settings.sweep:
        return _answer(parse_sequence(settings.sequence), voxel)
    steps = tuple(_answer(model, voxel, at=at) for at, model in swept(settings.sequence, settings.sweep))
    if len({len(step.images) for step in steps}) > 1:
        raise SettingsError("a sweep that leaves the number of images", settings.sweep, where="--sweep")
    return replace(steps[0], at="", sweep=steps)


def _answer(model: SignalModel, voxel: Tissue, *, at: str = "") -> SignalAnswer:
    values = model(voxel)
    plain = values.abs() if values.is_complex() else values
    null = _null(model, voxel) if isinstance(model, LGE) else None
    return SignalAnswer(images=model.images, values=tuple(float(value) for value in plain), null=null, at=at)


def _null(model: LGE, voxel: Tissue) -> float | None:
    """The inversion time [s] that nulls the voxel, None where none does."""
    try:
        return null_time(model, voxel)
    except SequenceError:
        return None


def _voxel(settings: SignalSettings) -> Tissue:
    """The voxel that the settings describe."""
    known = _from_table(settings) if settings.tissue else {"pd": 1.0, "off_resonance": 0.0}
    given = {
        "pd": settings.pd,
        "t1": _quantity(settings.t1, Kind.TIME, "t1"),
        "t2": _quantity(settings.t2, Kind.TIME, "t2"),
        "t2star": _quantity(settings.t2star, Kind.TIME, "t2star"),
        "off_resonance": _quantity(settings.df, Kind.FREQUENCY, "df"),
    }
    values = known | {name: value for name, value in given.items() if value is not None}
    for name in ("t1", "t2"):
        if name not in values:
            remedy = f"Write --{name} with a time such as 50ms, or --tissue myocardium."
            raise SettingsError(f"--{name}, or --tissue", "neither", remedy=remedy)
    _refuse_impossible(values)
    return Tissue.voxel(
        pd=values["pd"],
        t1=values["t1"],
        t2=values["t2"],
        t2star=values.get("t2star"),
        off_resonance=values["off_resonance"],
    )


def _from_table(settings: SignalSettings) -> dict[str, float]:
    table = load_tissues(parse_quantity(settings.field, Kind.FIELD, where="--field"))
    name = "_".join(settings.tissue.lower().replace("-", " ").split())
    if name not in table:
        remedy = did_you_mean(name, table, otherwise="`spinbridge sequences --tissues` lists them.")
        raise SettingsError("a tissue of the table", f"'{settings.tissue}'", remedy=remedy, where="--tissue")
    entry = table[name]
    return {name: getattr(entry, name) for name in ("pd", "t1", "t2", "t2star", "off_resonance")}


def _quantity(text: str, kind: Kind, name: str) -> float | None:
    return parse_quantity(text, kind, where=f"--{name}") if text else None


def _refuse_impossible(values: dict[str, float]) -> None:
    for name in ("t1", "t2", "t2star"):
        if not values.get(name, 1.0) > 0:
            raise SettingsError(f"a {name} above zero", f"{values[name]} s", where=f"--{name}")
    if values["t2"] > values["t1"]:
        raise SettingsError("t2 no longer than t1", f"t2 {values['t2']} s and t1 {values['t1']} s", where="--t2")

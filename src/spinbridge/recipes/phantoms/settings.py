"""What `phantom` is asked for, and what it answers; every organ refuses the options that are not its own. Ours."""

from dataclasses import dataclass, fields
from pathlib import Path

from spinbridge.core.errors import SettingsError
from spinbridge.data.finding import Finding


@dataclass(frozen=True, kw_only=True)
class PhantomSettings:
    """Digital patients with exact truth: hearts under any sequence, or brains with a glioma in four contrasts."""

    out: Path  #: folder to write, such as Dataset900_Phantom
    organ: str = "heart"  #: heart, or brain
    subjects: int = 10  #: how many; groups of hearts take turns
    first: int = 0  #: number of the first subject
    groups: tuple[str, ...] = ()  #: hearts: among NOR, DCM, HCM, MINF, RV; brains: HGG, LGG, NOR; all ill where empty
    sequence: str = "bssfp"
    """Of hearts: one or more, such as `bssfp(fa=50deg,tr=3.2ms,te=1.6ms),molli`. Under a --protocol the words alone,
    and all of them in the stack of the first."""
    frames: tuple[str, ...] = ()  #: of hearts: ED, ES; both where empty
    protocol: str = ""  #: of hearts: scanners to draw from, such as ge-3T or mnms; `spinbridge protocols` lists them
    artefacts: str = ""  #: of hearts: usual or strong; none but noise, shading and truncation where empty
    generator: str = "polar"  #: of hearts: `implicit` is another anatomy, for tests of what was trained on the first
    contrast: str = ""  #: of hearts: native, or post for 15 minutes after gadolinium; where empty as clinics do
    field: str = ""  #: 1.5T or 3T; where empty 1.5T for hearts and 3T for brains
    layout: str = "nnunet"  #: of brains: nnunet, or brats
    whole_head: bool = False  #: of brains: with skull, scalp and face, not as after brain extraction
    small: bool = False  #: of brains: voxels of 3 mm, to try things out
    seed: int = 0


@dataclass(frozen=True, kw_only=True)
class PhantomResult:
    """What was written."""

    folder: str
    cases: tuple[str, ...]
    failures: tuple[Finding, ...]


def decisive(settings: PhantomSettings) -> dict[str, object]:
    """What a folder belongs to: everything that was asked for but where to, how many and which."""
    free = ("out", "subjects", "first")
    return {"command": "phantom", **{key: value for key, value in vars(settings).items() if key not in free}}


def refuse_options_of_others(settings: PhantomSettings, *names: str) -> None:
    """Raise `SettingsError` where one of the options `names`, which another organ has, was set."""
    usual = {each.name: each.default for each in fields(settings)}
    for name in names:
        if getattr(settings, name) != usual[name]:
            option = f"--{name.replace('_', '-')}"
            remedy = f"Leave {option} away."
            raise SettingsError(f"options of a {settings.organ}", option, remedy=remedy, where=option)

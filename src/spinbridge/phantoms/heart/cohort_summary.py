"""What a cohort measures, group by group, beside what is published: reference values of the healthy, group definitions.

Definitions   ACDC, Bernard et al. 2018, doi 10.1109/TMI.2018.2837502: DCM and MINF an LV EF below 40 %, DCM more than
              100 ml/m^2, MINF a scar; HCM an LV mass above 110 g/m^2 and an LV EF above 55 %; RV an RV volume above
              110 ml/m^2 or an RV EF below 40 %. A healthy heart is here one of an LV EF above 45 %, without scar
              or hypertrophy.
References    Petersen et al. 2017 as told in `population.toml`, sexes apart.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from spinbridge.phantoms.heart.cohort import Cohort, Member
from spinbridge.phantoms.heart.groups import GROUPS
from spinbridge.phantoms.heart.people import population

MEASURES = ("lv_edv", "lv_esv", "lv_ef", "lv_mass", "rv_edv", "rv_ef")  #: columns of the table
_HEADINGS = ("LV EDV [ml]", "LV ESV [ml]", "LV EF [%]", "LV mass [g]", "RV EDV [ml]", "RV EF [%]")


@dataclass(frozen=True, kw_only=True)
class Row:
    """Mean and spread of every measure over some members."""

    name: str
    count: int
    values: dict[str, tuple[float, float]]  #: [ml], [g] and shares
    defined: float  #: share that meets the definition of its group


def summary(cohort: Cohort) -> tuple[Row, ...]:
    """One row for each group, the healthy by sex, and the published values of those."""
    rows = []
    for group in GROUPS:
        members = cohort.of(group)
        if group == "NOR":
            for sex in ("women", "men"):
                rows.append(_row(f"NOR, {sex}", [member for member in members if member.person.sex == sex]))
                rows.append(_published(sex))
        else:
            rows.append(_row(group, members))
    return tuple(row for row in rows if row.count or row.name.startswith("published"))


def meets_definition(member: Member) -> bool:
    """Whether a member is what his group says."""
    subject, per_surface = member.subject, member.indexed
    failing = subject.lv_ef < 0.4  # noqa: PLR2004
    right = per_surface["rv_edv"] > 110 or subject.rv_ef < 0.4  # noqa: PLR2004
    return {
        "NOR": subject.lv_ef > 0.45 and subject.scar is None and per_surface["lv_mass"] < 110,  # noqa: PLR2004
        "DCM": failing and subject.scar is None and per_surface["lv_edv"] > 100,  # noqa: PLR2004
        "HCM": subject.lv_ef > 0.55 and per_surface["lv_mass"] > 110,  # noqa: PLR2004
        "MINF": failing and subject.scar is not None,
        "RV": right,
    }[subject.group]


def as_table(rows: Sequence[Row]) -> str:
    """The rows as a Markdown table, means and spreads."""
    lines = [f"| group | n | {' | '.join(_HEADINGS)} |", f"|---|---|{'---|' * len(_HEADINGS)}"]
    for row in rows:
        cells = [_cell(name, *row.values[name]) if name in row.values else "" for name in MEASURES]
        lines.append(f"| {row.name} | {row.count or ''} | {' | '.join(cells)} |")
    return "\n".join(lines)


def _cell(name: str, mean: float, spread: float) -> str:
    factor = 100 if name.endswith("_ef") else 1
    return f"{mean * factor:.0f} ± {spread * factor:.0f}"


def _row(name: str, members: Sequence[Member]) -> Row:
    subjects = [member.subject for member in members]
    found = {
        measure: [getattr(subject, measure) for subject in subjects] for measure in MEASURES if measure != "lv_esv"
    }
    found["lv_esv"] = [subject.lv_edv * (1 - subject.lv_ef) for subject in subjects]
    enough = len(members) > 1
    values = {key: (float(np.mean(v)), float(np.std(v, ddof=1))) for key, v in found.items()} if enough else {}
    met = float(np.mean([meets_definition(member) for member in members])) if members else 1.0
    return Row(name=name, count=len(members), values=values, defined=met)


def _published(sex: str) -> Row:
    table = population()[sex]
    values = {name: (table[name][0], table[name][1]) for name in MEASURES if name in table}
    return Row(name=f"published, {sex}", count=0, values=values, defined=1.0)

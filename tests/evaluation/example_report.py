"""A report about nothing in particular: ellipses as hearts, random scores, every kind of block."""

import numpy as np

from spinbridge.evaluation.report_blocks import (
    Block,
    Curve,
    Details,
    Gallery,
    Line,
    Outline,
    Panel,
    Paragraph,
    ReportData,
    Section,
    Statement,
    Table,
)

SHAPE = (96, 112)
ARMS = ("standard", "random-contrast", "gmm", "physics")


def a_label(seed: int, wobble: float = 0.0) -> np.ndarray:
    """A ring with its cavity and a crescent beside it."""
    rng = np.random.default_rng(seed)
    y, x = np.indices(SHAPE)
    cy, cx = 50 + wobble * rng.normal(), 64 + wobble * rng.normal()
    radius = np.hypot(y - cy, x - cx) + wobble * np.sin(3 * np.arctan2(y - cy, x - cx))
    crescent = (np.hypot((y - cy + 4) / 1.3, x - cx + 20) < 19) & (radius >= 22)
    return np.select([radius < 13, radius < 21, crescent], [3, 2, 1], 0)


def an_image(seed: int, values: tuple[float, ...]) -> np.ndarray:
    rng = np.random.default_rng(seed)
    return np.take(values, a_label(seed)) * (1 + 0.06 * rng.normal(size=SHAPE)) + 8 * rng.random(SHAPE)


def panels(count: int) -> tuple[Panel, ...]:
    looks = [(30, 190, 80, 200), (60, 20, 120, 25), (40, 150, 30, 160), (20, 240, 140, 235)]
    return tuple(
        Panel(title=f"Sequence {i}", image=an_image(i, looks[i % 4]), spacing=(1.4, 1.25), caption="slice 5")
        for i in range(count)
    )


def maps() -> tuple[Panel, ...]:
    rows = (("PD", (0.3, 0.9, 0.8, 0.95), "", "grey"), ("T1", (300, 1550, 1000, 1500), "ms", "magma"))
    return tuple(
        Panel(title=name, image=np.take(values, a_label(0)), unit=unit or "share", colours=colours)
        for name, values, unit, colours in (*rows, ("T2", (60, 250, 46, 240), "ms", "viridis"))
    )


def outlined(arm: str, wobble: float) -> Panel:
    lines = (Outline(name="truth", labels=a_label(1)), Outline(name=arm, labels=a_label(1, wobble)))
    return Panel(title=arm, image=an_image(1, (60, 20, 120, 25)), outlines=lines, caption=f"Dice {1 - wobble / 10:.2f}")


def a_curve(seed: int, title: str) -> Curve:
    rng = np.random.default_rng(seed)
    times = [120, 200, 280, 900, 1100, 1300, 1800, 2000, 2600, 3400, 4200]
    dip = np.exp(-((np.log(times) - np.log(500)) ** 2))
    lines = []
    for arm, depth in zip(ARMS, (0.7, 0.45, 0.3, 0.12), strict=True):
        y = 0.9 - depth * dip + 0.01 * rng.normal(size=len(times))
        lines.append(Line(name=arm, x=times, y=y.tolist(), low=(y - 0.04).tolist(), high=(y + 0.03).tolist()))
    return Curve(title=title, lines=tuple(lines), x_label="TI [ms]", y_label="Dice", y_limits=(0, 1), caption="95 %.")


def evidence() -> tuple[Block, ...]:
    cells = (("standard", "0.90 [0.88, 0.92]", "20", "0.41 [0.33, 0.50]", "20"),)
    table = Table(
        title="Dice of MYO",
        columns=("augmentation", "mean [95 %]", "n", "mean [95 %]", "n"),
        groups=(("", 1), ("in-domain", 2), ("out-of-domain", 2)),
        rows=(*cells, ("physics", "0.90 [0.87, 0.91]", "20", "0.79 [0.74, 0.83]", "20")),
        strong=frozenset({(1, 3)}),
        caption="Both empty: 0.",
    )
    better = Statement(text="physics is better than standard by 0.38 [0.30, 0.46] in Dice (n = 20)", tone="better")
    none = Statement(text="no evidence of a difference between gmm and physics in Dice", tone="no evidence")
    worse = Statement(text="random-contrast is worse than standard by 0.05 [0.02, 0.08]", tone="worse")
    return better, none, worse, table


def an_example(pictures: int = 8) -> ReportData:
    found = tuple(outlined(arm, wobble) for arm, wobble in zip(ARMS, (6.0, 3.5, 2.0, 0.8), strict=True))
    sections = (
        Section(title="Pictures", blocks=(Gallery(title="Rendered", panels=panels(pictures)), Gallery(panels=maps()))),
        Section(title="Segmentations", blocks=(Gallery(panels=found, caption="Truth and result."),)),
        Section(title="Along TI", blocks=(a_curve(1, "Native"), a_curve(2, "Post-contrast"))),
        Section(title="Evidence", blocks=evidence()),
        Section(title="Settings", blocks=(Paragraph(text="As run."), Details(title="Settings", text='{"seed": 1}'))),
    )
    return ReportData(
        title="Does it survive a new sequence?", lead="An example with random numbers.", sections=sections
    )

"""What a report is made of: sections of pictures, curves, tables and sentences, as plain data.

A block knows nothing of MR, of models or of which images are synthetic: a recipe fills blocks, `report.py` draws
them. Pictures are (y, x) arrays with the size of a pixel in mm; numbers in tables are text already, so that who fills
the table decides on digits. A name (of an outline or a line) has one colour throughout a report.

Ours.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from spinbridge.core.errors import GeometryError, InputError
from spinbridge.core.image import Array

Colours = Literal["grey", "magma", "viridis", "cividis"]
Tone = Literal["neutral", "better", "worse", "no evidence", "undecidable"]


@dataclass(frozen=True, eq=False, kw_only=True)
class Outline:
    """The borders of every structure of a label, drawn over a picture."""

    name: str
    labels: Array  #: (y, x) integers or booleans; 0 is no structure


@dataclass(frozen=True, eq=False, kw_only=True)
class Panel:
    """One picture."""

    title: str
    image: Array  #: (y, x)
    outlines: tuple[Outline, ...] = ()
    caption: str = ""
    limits: tuple[float, float] | None = None  #: values drawn darkest and brightest; None: but for 0.5 % at either end
    unit: str = ""  #: of the values; a scale is drawn where it is given
    colours: Colours = "grey"
    spacing: tuple[float, float] = (1.0, 1.0)  #: size of a pixel along (y, x) [mm]

    def __post_init__(self) -> None:
        """Refuse what is no picture and outlines of another one."""
        if self.image.ndim != 2 or not self.image.size:  # noqa: PLR2004
            raise GeometryError("a picture (y, x)", f"shape {self.image.shape}", where=self.title)
        for outline in self.outlines:
            if outline.labels.shape != self.image.shape:
                got = f"{outline.labels.shape}"
                raise GeometryError(f"an outline '{outline.name}' of shape {self.image.shape}", got, where=self.title)


@dataclass(frozen=True, eq=False, kw_only=True)
class Gallery:
    """Pictures side by side."""

    panels: tuple[Panel, ...]
    title: str = ""
    caption: str = ""
    width: int = 190  #: the least width of a picture on the screen [CSS pixels]


@dataclass(frozen=True, kw_only=True)
class Line:
    """One line of a curve with the interval about it; NaN leaves a gap."""

    name: str
    x: Sequence[float]
    y: Sequence[float]
    low: Sequence[float] = ()
    high: Sequence[float] = ()

    def __post_init__(self) -> None:
        """Refuse a line whose parts are of different length."""
        lengths = {len(part) for part in (self.x, self.y, self.low or self.x, self.high or self.x)}
        if len(lengths) != 1 or bool(self.low) != bool(self.high):
            raise InputError("as many y, low and high as x", f"lengths {sorted(lengths)}", where=self.name)


@dataclass(frozen=True, kw_only=True)
class Curve:
    """Lines over a common axis."""

    title: str
    lines: tuple[Line, ...]
    x_label: str
    y_label: str
    y_limits: tuple[float, float] | None = None
    caption: str = ""


@dataclass(frozen=True, kw_only=True)
class Table:
    """Rows of text; the first column names the row."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    title: str = ""
    groups: tuple[tuple[str, int], ...] = ()  #: headings above the columns, each with the number of columns it spans
    strong: frozenset[tuple[int, int]] = frozenset()  #: (row, column) of cells to stress
    caption: str = ""

    def __post_init__(self) -> None:
        """Refuse rows that do not fit the columns."""
        widths = {len(row) for row in self.rows} | ({sum(span for _, span in self.groups)} if self.groups else set())
        if widths - {len(self.columns)}:
            raise InputError(f"rows of {len(self.columns)} cells", f"{sorted(widths)}", where=self.title or None)


@dataclass(frozen=True, kw_only=True)
class Paragraph:
    """Text."""

    text: str


@dataclass(frozen=True, kw_only=True)
class Statement:
    """A sentence to be seen, such as a verdict."""

    text: str
    tone: Tone = "neutral"


@dataclass(frozen=True, kw_only=True)
class Details:
    """Preformatted text that opens on demand, such as settings or provenance."""

    title: str
    text: str


Block = Gallery | Curve | Table | Paragraph | Statement | Details


@dataclass(frozen=True, kw_only=True)
class Section:
    """A heading and what stands under it."""

    title: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True, kw_only=True)
class ReportData:
    """A whole report."""

    title: str
    sections: tuple[Section, ...]
    lead: str = ""  #: one or two sentences under the title

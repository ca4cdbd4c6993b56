"""Blocks of a report as HTML: every text escaped, every picture with words for those who cannot see it.

Follows WCAG 2.2 (https://www.w3.org/TR/WCAG22/): text alternatives (1.1.1), headers of tables (1.3.1), no meaning by
colour alone (1.4.1); a curve has its numbers in a table beneath it.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from html import escape

from spinbridge.evaluation.report_blocks import (
    Block,
    Curve,
    Details,
    Gallery,
    Line,
    Outline,
    Panel,
    Paragraph,
    Statement,
    Table,
)
from spinbridge.evaluation.report_figures import (
    curve_svg,
    on_picture,
    outline_path,
    picture,
    scale_colours,
    value_limits,
)

_MARKS = {"better": "▲", "worse": "▼", "no evidence": "≈", "undecidable": "?", "neutral": "•"}
_GAP = "–"


@dataclass(frozen=True, kw_only=True)
class Style:
    """What all blocks of a report share."""

    colours: Mapping[str, str]  #: of lines and outlines by name
    longest_side: int  #: of a picture [pixels]


def block_html(block: Block, style: Style, identifier: str) -> str:
    """One block; `identifier` is unique in the page."""
    match block:
        case Gallery():
            return _gallery(block, style, identifier)
        case Curve():
            return _curve(block, style, identifier)
        case Table():
            return _table(block)
        case Statement():
            mark = f'<span aria-hidden="true">{_MARKS[block.tone]}</span>'
            return f'<p class="statement {block.tone.replace(" ", "-")}">{mark}{escape(block.text)}</p>'
        case Details():
            return f"<details><summary>{escape(block.title)}</summary><pre>{escape(block.text)}</pre></details>"
        case Paragraph():
            return f"<p>{escape(block.text)}</p>"


def _gallery(gallery: Gallery, style: Style, identifier: str) -> str:
    names = list(dict.fromkeys(outline.name for panel in gallery.panels for outline in panel.outlines))
    legend = _legend(names, style, identifier) if names else ""
    panels = "".join(_panel(panel, style) for panel in gallery.panels)
    grid = f'<div class="panels" style="--width:{int(gallery.width)}px">{panels}</div>'
    return f'<div class="gallery">{_heading(gallery.title)}{legend}{grid}{_caption(gallery.caption)}</div>'


def _legend(names: list[str], style: Style, identifier: str) -> str:
    keys = "".join(
        f'<span class="key"><i style="background:{on_picture(style.colours[name])}"></i>{escape(name)}</span>'
        for name in names
    )
    box = f'<label><input type="checkbox" id="{identifier}-outlines" checked> show outlines</label>'
    return f'<div class="legend">{keys}{box}</div>'


def _panel(panel: Panel, style: Style) -> str:
    height, width = (n * s for n, s in zip(panel.image.shape, panel.spacing, strict=True))
    alt = " ".join(filter(None, [panel.title, panel.caption, _said(panel.outlines)]))
    drawn = "".join(_outline(outline, panel, style) for outline in panel.outlines)
    size = f'width="{width:.2f}" height="{height:.2f}" preserveAspectRatio="none"'
    image = f'<image href="{picture(panel, style.longest_side)}" {size}/>'
    box = f'viewBox="0 0 {width:.2f} {height:.2f}" role="img" aria-label="{escape(alt)}"'
    caption = f"<span>{escape(panel.caption)}</span>" if panel.caption else ""
    words = f"<figcaption><b>{escape(panel.title)}</b>{_scale(panel)}{caption}</figcaption>"
    return f"<figure><svg {box}>{image}{drawn}</svg>{words}</figure>"


def _said(outlines: tuple[Outline, ...]) -> str:
    return f"Outlines: {', '.join(outline.name for outline in outlines)}." if outlines else ""


def _outline(outline: Outline, panel: Panel, style: Style) -> str:
    path = outline_path(outline, panel.spacing)
    halo = f'<path class="halo" d="{path}"/>'
    return (
        f'<g class="outline">{halo}<path stroke="{on_picture(style.colours[outline.name])}" d="{path}"/></g>'
        if path
        else ""
    )


def _scale(panel: Panel) -> str:
    if not panel.unit:
        return ""
    low, high = value_limits(panel)
    bar = f'<i style="background:linear-gradient(to right,{",".join(scale_colours(panel.colours))})"></i>'
    return f'<span class="scale">{low:.4g}{bar}{high:.4g} {escape(panel.unit)}</span>'


def _curve(curve: Curve, style: Style, identifier: str) -> str:
    said = f"{curve.title}: {curve.y_label} over {curve.x_label} for {', '.join(line.name for line in curve.lines)}."
    svg = curve_svg(curve, style.colours, f"{identifier}-").replace(
        'role="img"', f'role="img" aria-label="{escape(said)}"', 1
    )
    numbers = f"<details><summary>The numbers</summary>{_table(_numbers(curve))}</details>"
    return f'<div class="curve">{_heading(curve.title)}{svg}{_caption(curve.caption)}{numbers}</div>'


def _numbers(curve: Curve) -> Table:
    places = sorted({x for line in curve.lines for x in line.x})
    found = [{x: _cell(line, i) for i, x in enumerate(line.x)} for line in curve.lines]
    rows = tuple((f"{x:g}", *(cells.get(x, _GAP) for cells in found)) for x in places)
    return Table(columns=(curve.x_label, *(line.name for line in curve.lines)), rows=rows)


def _cell(line: Line, index: int) -> str:
    if math.isnan(line.y[index]):
        return _GAP
    known = line.low and not math.isnan(line.low[index])
    interval = f" [{line.low[index]:.3f}, {line.high[index]:.3f}]" if known else ""
    return f"{line.y[index]:.3f}{interval}"


def _table(table: Table) -> str:
    groups = "".join(f'<th colspan="{span}" scope="colgroup">{escape(name)}</th>' for name, span in table.groups)
    heads = "".join(f'<th scope="col">{escape(name)}</th>' for name in table.columns)
    top = f'<tr class="groups">{groups}</tr>' if groups else ""
    body = "".join(_row(table, index) for index in range(len(table.rows)))
    inner = f"<table><thead>{top}<tr>{heads}</tr></thead><tbody>{body}</tbody></table>"
    return f'{_heading(table.title)}<div class="wide" tabindex="0">{inner}</div>{_caption(table.caption)}'


def _row(table: Table, index: int) -> str:
    first, *rest = table.rows[index]
    cells = "".join(
        f"<td><strong>{escape(text)}</strong></td>" if (index, column) in table.strong else f"<td>{escape(text)}</td>"
        for column, text in enumerate(rest, start=1)
    )
    return f'<tr><th scope="row">{escape(first)}</th>{cells}</tr>'


def _heading(title: str) -> str:
    return f"<h3>{escape(title)}</h3>" if title else ""


def _caption(text: str) -> str:
    return f'<p class="caption">{escape(text)}</p>' if text else ""

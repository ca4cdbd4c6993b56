"""Pictures and curves as text that a page can hold: PNG as data, outlines and curves as SVG.

The same input gives the same bytes: no dates, no version stamps, fixed identifiers. Curves are drawn with
matplotlib's objects, never with pyplot; their text takes the colour and the typeface of the page. Colours can be told
apart by the colour-blind (Okabe and Ito, after Wong, Nature Methods 8 (2011) 441, doi:10.1038/nmeth.1618), and lines
differ by dash and marker as well.
"""

import base64
import io
import re
from collections.abc import Iterable, Mapping
from typing import Any

import contourpy
import matplotlib as mpl
import numpy as np
import numpy.typing as npt
import PIL.Image
from matplotlib.axes import Axes
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure

from spinbridge.core.image import Array
from spinbridge.evaluation.report_blocks import Curve, Line, Outline, Panel

LINE_COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9")
OUTLINE_COLOURS = ("#F0E442", "#56B4E9", "#E69F00", "#009E73", "#CC79A7", "#D55E00")
_DASHES = ("-", "--", "-.", ":", (0, (5, 1, 1, 1, 1, 1)), (0, (8, 2)))
_MARKERS = "osD^vP"
_BRIGHT = 200
_INK = "#010203"  # stands for the colour of the page's text until the page is written
_RC: Any = {"svg.hashsalt": "spinbridge", "svg.fonttype": "none", "text.parse_math": False, "font.size": 10.0}
_NO_METADATA = {"Date": None, "Creator": None, "Format": None, "Type": None}


def colours_of(lines: Iterable[str], outlines: Iterable[str]) -> dict[str, str]:
    """One colour for each name, in order of first appearance; names of lines come first."""
    drawn = list(dict.fromkeys(lines))
    others = [name for name in dict.fromkeys(outlines) if name not in drawn]
    chosen = {name: LINE_COLOURS[i % len(LINE_COLOURS)] for i, name in enumerate(drawn)}
    return chosen | {name: OUTLINE_COLOURS[i % len(OUTLINE_COLOURS)] for i, name in enumerate(others)}


def on_picture(colour: str) -> str:
    """A brighter kind of a colour, to be seen on dark pictures; what is bright already stays."""
    channels = [int(colour[i : i + 2], 16) for i in (1, 3, 5)]
    if max(channels) > _BRIGHT:
        return colour
    return "#" + "".join(f"{round(c + (255 - c) * 0.4):02x}" for c in channels)


def value_limits(panel: Panel) -> tuple[float, float]:
    """The values drawn as darkest and brightest."""
    finite = panel.image[np.isfinite(panel.image)]
    if panel.limits is not None or not finite.size:
        return panel.limits or (0.0, 1.0)
    low, high = np.percentile(finite, (0.5, 99.5))
    return float(low), float(high) if high > low else float(low) + 1.0


def picture(panel: Panel, longest_side: int) -> str:
    """The image of a panel as PNG in a data address, averaged down until no side is above `longest_side` pixels."""
    low, high = value_limits(panel)
    step = -(-max(panel.image.shape) // longest_side)
    values = np.nan_to_num(_averaged(np.asarray(panel.image, np.float64), step), nan=low, posinf=high, neginf=low)
    levels = np.clip((values - low) / (high - low) * 255, 0, 255).round().astype(np.uint8)
    image = PIL.Image.fromarray(levels)
    if panel.colours != "grey":
        image.putpalette(_palette(panel.colours).tobytes())
    buffer = io.BytesIO()
    image.save(buffer, "PNG", optimize=True)
    return f"data:image/png;base64,{base64.b64encode(buffer.getvalue()).decode()}"


def scale_colours(colours: str) -> list[str]:
    """Nine colours from the darkest to the brightest, as hexadecimal digits."""
    palette = np.repeat(np.arange(256)[:, None], 3, axis=1) if colours == "grey" else _palette(colours)
    return ["#" + "".join(f"{value:02x}" for value in palette[i]) for i in np.linspace(0, 255, 9).astype(int)]


def outline_path(outline: Outline, spacing: tuple[float, float]) -> str:
    """The borders of all structures as the `d` of an SVG path, in mm from the upper left corner of the picture."""
    parts = []
    labels = np.pad(np.asarray(outline.labels).astype(np.int64), 1)
    for value in np.unique(labels[labels != 0]):
        generator = contourpy.contour_generator(z=(labels == value).astype(np.float64))
        for line in generator.lines(0.5):
            points = (np.asarray(line) - 0.5) * spacing[::-1]
            parts.append("M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in points[:-1]) + "Z")
    return "".join(parts)


def curve_svg(curve: Curve, colours: Mapping[str, str], prefix: str) -> str:
    """The curve as an SVG element whose identifiers begin with `prefix`."""
    with mpl.rc_context(_RC):
        figure = Figure(figsize=(7.6, 3.9), layout="constrained")
        FigureCanvasSVG(figure)
        axes = figure.add_subplot()
        for index, line in enumerate(curve.lines):
            _draw(axes, line, colours[line.name], index)
        _dress(axes, curve)
        buffer = io.StringIO()
        figure.savefig(buffer, format="svg", metadata=_NO_METADATA, transparent=True)
    return _for_the_page(buffer.getvalue(), prefix)


def _draw(axes: Axes, line: Line, colour: str, index: int) -> None:
    x, y = np.asarray(line.x, np.float64), np.asarray(line.y, np.float64)
    dash, marker = _DASHES[index % len(_DASHES)], _MARKERS[index % len(_MARKERS)]
    axes.plot(x, y, label=line.name, color=colour, linestyle=dash, marker=marker, linewidth=1.8, markersize=4.5)
    if line.low:
        axes.fill_between(x, line.low, line.high, color=colour, alpha=0.16, linewidth=0)


def _dress(axes: Axes, curve: Curve) -> None:
    axes.set_xlabel(curve.x_label, color=_INK)
    axes.set_ylabel(curve.y_label, color=_INK)
    axes.tick_params(colors=_INK)
    axes.grid(visible=True, color=_INK, alpha=0.13, linewidth=0.6)
    for side, spine in axes.spines.items():
        spine.set_visible(side in ("left", "bottom"))
        spine.set_color(_INK)
    if curve.y_limits:
        axes.set_ylim(*curve.y_limits)
    if curve.lines:
        columns = min(len(curve.lines), 5)
        axes.legend(frameon=False, labelcolor=_INK, ncols=columns, loc="lower left", bbox_to_anchor=(0, 1))


def _for_the_page(svg: str, prefix: str) -> str:
    svg = svg[svg.index("<svg") :]
    svg = re.sub(r"<metadata>.*?</metadata>", "", svg, flags=re.DOTALL)
    svg = re.sub(r'\bid="', f'id="{prefix}', svg)
    svg = re.sub(r'(url\(#|href="#)', rf"\g<1>{prefix}", svg)
    svg = re.sub(r"font: ([\d.]+px) [^;\"]*", r"font-size: \1; font-family: inherit", svg)
    svg = re.sub(r'<svg [^>]*?(viewBox="[^"]*")[^>]*>', r'<svg \1 role="img">', svg, count=1)
    return svg.replace(_INK, "currentColor").replace("xlink:href", "href")


def _palette(colours: str) -> npt.NDArray[np.uint8]:
    table: npt.NDArray[np.uint8] = (mpl.colormaps[colours](np.arange(256))[:, :3] * 255).round().astype(np.uint8)
    return table


def _averaged(image: Array, step: int) -> Array:
    if step <= 1:
        return image
    rows, columns = (-(-n // step) * step for n in image.shape)
    padded = np.pad(image, ((0, rows - image.shape[0]), (0, columns - image.shape[1])), mode="edge")
    averaged: Array = padded.reshape(rows // step, step, columns // step, step).mean(axis=(1, 3))
    return averaged

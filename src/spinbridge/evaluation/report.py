"""One page that holds a whole report: `report.html`, with no outside resource and no script.

The page forbids itself to load anything (Content Security Policy, https://www.w3.org/TR/CSP3/), so that it can be
sent on and opened anywhere as it is. Pictures share a budget of pixels and stay under some 10 MB together, however
many they are. The same data give the same bytes.
"""

from html import escape
from importlib.resources import files
from math import isqrt
from pathlib import Path

from spinbridge.core.files import write_text
from spinbridge.evaluation.report_blocks import Curve, Gallery, Panel, ReportData, Section
from spinbridge.evaluation.report_figures import colours_of
from spinbridge.evaluation.report_html import Style, block_html

_PIXELS = 5_000_000  # at most 4/3 bytes each as base64 of an incompressible grey PNG
_SMALLEST, _LARGEST = 48, 384
_POLICY = "default-src 'none'; img-src data:; style-src 'unsafe-inline'"


def write_report(path: Path, data: ReportData) -> None:
    """Write the report as one HTML file, whole or not at all."""
    write_text(path, render_report(data))


def render_report(data: ReportData) -> str:
    """The report as one HTML page."""
    style = _style(data)
    body = "".join(_section(section, style, number) for number, section in enumerate(data.sections, start=1))
    links = "".join(
        f'<li><a href="#section-{number}">{escape(section.title)}</a></li>'
        for number, section in enumerate(data.sections, start=1)
    )
    css = files("spinbridge.evaluation").joinpath("report.css").read_text(encoding="utf-8")
    lead = f'<p class="lead">{escape(data.lead)}</p>' if data.lead else ""
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="color-scheme" content="light dark">\n'
        f"<title>{escape(data.title)}</title>\n<style>\n{css}</style>\n</head>\n<body>\n"
        f'<nav aria-label="Contents"><ol>{links}</ol></nav>\n<main>\n'
        f"<header><h1>{escape(data.title)}</h1>{lead}</header>\n{body}</main>\n</body>\n</html>\n"
    )


def _section(section: Section, style: Style, number: int) -> str:
    blocks = "\n".join(block_html(block, style, f"b{number}-{i}") for i, block in enumerate(section.blocks))
    return f'<section id="section-{number}">\n<h2>{escape(section.title)}</h2>\n{blocks}\n</section>\n'


def _style(data: ReportData) -> Style:
    blocks = [block for section in data.sections for block in section.blocks]
    panels: list[Panel] = [panel for block in blocks if isinstance(block, Gallery) for panel in block.panels]
    lines = [line.name for block in blocks if isinstance(block, Curve) for line in block.lines]
    outlines = [outline.name for panel in panels for outline in panel.outlines]
    side = isqrt(_PIXELS // max(len(panels), 1))
    return Style(colours=colours_of(lines, outlines), longest_side=min(max(side, _SMALLEST), _LARGEST))

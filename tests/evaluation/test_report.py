"""One page, the same bytes each time, nothing from outside, nothing unescaped, words for every picture."""

import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pytest
from tests.evaluation.example_report import a_curve, a_label, an_example

from spinbridge.core.errors import GeometryError, InputError
from spinbridge.evaluation.report import render_report, write_report
from spinbridge.evaluation.report_blocks import (
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
from spinbridge.evaluation.report_figures import colours_of, outline_path, picture, value_limits

VOID = {"meta", "br", "input"}


class Page(HTMLParser):
    """Collects identifiers, addresses and what was left open."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.ids: list[str] = []
        self.links: list[str] = []
        self.images: list[dict[str, str | None]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        self.ids += [found["id"] or ""] if "id" in found else []
        self.links += [value or "" for key, value in attrs if key in ("href", "src")]
        self.images += [found] if tag == "svg" else []
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.open.pop()


@pytest.fixture(scope="module")
def page() -> str:
    return render_report(an_example())


def test_the_same_data_give_the_same_bytes(page: str, tmp_path: Path) -> None:
    for name in ("a", "b"):
        write_report(tmp_path / name / "report.html", an_example())
    assert (tmp_path / "a/report.html").read_bytes() == (tmp_path / "b/report.html").read_bytes() == page.encode()


def test_nothing_comes_from_outside(page: str) -> None:
    assert all(link.startswith(("data:image/png;base64,", "#")) for link in Page(page).links)
    assert not re.search(r"<script|<link|@import|url\((?!#)|https?://(?!www\.w3\.org/)", page)
    assert "default-src 'none'" in page


def test_every_element_is_closed_and_every_identifier_unique(page: str) -> None:
    parsed = Page(page)
    assert parsed.open == []
    assert len(parsed.ids) == len(set(parsed.ids))
    assert {link[1:] for link in parsed.links if link.startswith("#")} <= set(parsed.ids)


def test_every_picture_has_words(page: str) -> None:
    images = Page(page).images
    assert len(images) == 8 + 3 + 4 + 2
    assert all(image["role"] == "img" and image["aria-label"] for image in images)


def test_pictures_stand_before_tables(page: str) -> None:
    assert page.index("<image") < page.index("<table")


def test_no_date_or_version_of_a_tool_is_written(page: str) -> None:
    assert not re.search(r"matplotlib v|created with|<metadata|\d{4}-\d\d-\d\dT", page, re.IGNORECASE)


EVIL = "<u>&\"'$x^2$"


def test_text_is_escaped_wherever_it_may_stand() -> None:
    image, labels = np.zeros((4, 4)), np.eye(4, dtype=int)
    panel = Panel(title=EVIL, image=image, caption=EVIL, unit=EVIL, outlines=(Outline(name=EVIL, labels=labels),))
    line = Line(name=EVIL, x=[0.0, 1.0], y=[0.0, 1.0])
    blocks = (
        Gallery(panels=(panel,), title=EVIL, caption=EVIL),
        Curve(title=EVIL, lines=(line,), x_label=EVIL, y_label=EVIL, caption=EVIL),
        Table(columns=(EVIL, EVIL), rows=((EVIL, EVIL),), title=EVIL, groups=((EVIL, 2),), caption=EVIL),
        Paragraph(text=EVIL),
        Statement(text=EVIL),
        Details(title=EVIL, text=EVIL),
    )
    page = render_report(ReportData(title=EVIL, lead=EVIL, sections=(Section(title=EVIL, blocks=blocks),)))
    assert EVIL[:3] not in page
    assert Page(page).open == []
    assert page.count("x^2") > 15


@pytest.mark.parametrize("count", [1, 60, 300])
def test_any_number_of_noisy_pictures_stays_below_ten_megabytes(count: int) -> None:
    noise = np.random.default_rng(0).normal(size=(400, 400))
    panels = tuple(Panel(title=str(i), image=noise) for i in range(count))
    page = render_report(ReportData(title="", sections=(Section(title="", blocks=(Gallery(panels=panels),)),)))
    assert len(page) < 10_000_000


def test_a_square_is_outlined_half_a_pixel_beyond_its_centres() -> None:
    labels = np.zeros((9, 9), int)
    labels[2:5, 3:7] = 1
    numbers = np.array(re.findall(r"[\d.]+", outline_path(Outline(name="", labels=labels), (2.0, 1.0))), float)
    x, y = numbers[0::2], numbers[1::2]
    assert (x.min(), x.max(), y.min(), y.max()) == (3, 7, 4, 10)


def test_a_structure_at_the_border_has_a_closed_outline() -> None:
    path = outline_path(Outline(name="", labels=np.ones((5, 6), bool)), (1.0, 1.0))
    assert path.count("M") == path.count("Z") == 1
    assert outline_path(Outline(name="", labels=np.zeros((5, 6))), (1.0, 1.0)) == ""


def test_every_structure_of_a_label_is_outlined() -> None:
    assert outline_path(Outline(name="", labels=a_label(0)), (1.0, 1.0)).count("M") >= 4


def test_a_name_keeps_its_colour_and_two_names_never_share_one() -> None:
    colours = colours_of(["standard", "physics", "standard"], ["truth", "physics"])
    assert list(colours) == ["standard", "physics", "truth"]
    assert len(set(colours.values())) == 3


def test_limits_leave_out_stray_values_and_survive_a_flat_or_empty_picture() -> None:
    spike = np.zeros((100, 100))
    spike[0, 0], spike[:, 50:] = 1e6, 1.0
    assert value_limits(Panel(title="", image=spike)) == (0, 1)
    for flat in (np.full((3, 3), 5.0), np.full((3, 3), np.nan)):
        assert picture(Panel(title="", image=flat), 64).startswith("data:image/png")


def test_given_limits_are_used(page: str) -> None:
    assert value_limits(Panel(title="", image=np.eye(3), limits=(-1.0, 4.0))) == (-1.0, 4.0)
    assert "1550 ms" in page


def test_a_curve_without_lines_and_with_gaps_is_drawn() -> None:
    gap = Line(name="a", x=[1.0, 2.0, 3.0], y=[0.5, float("nan"), 0.7])
    for lines in ((), (gap,)):
        curve = replace(a_curve(0, "t"), lines=lines)
        page = render_report(ReportData(title="", sections=(Section(title="", blocks=(curve,)),)))
        assert Page(page).open == []
    assert "<td>–</td>" in page


def test_a_number_without_an_interval_stands_alone() -> None:
    unknown = float("nan")
    line = Line(name="a", x=[1.0, 2.0], y=[0.5, 0.7], low=[unknown, 0.6], high=[unknown, 0.8])
    curve = replace(a_curve(0, "t"), lines=(line,))
    page = render_report(ReportData(title="", sections=(Section(title="", blocks=(curve,)),)))
    assert "<td>0.500</td>" in page
    assert "<td>0.700 [0.600, 0.800]</td>" in page


def test_what_does_not_fit_is_refused_by_name() -> None:
    with pytest.raises(GeometryError, match="slice 3"):
        Panel(title="slice 3", image=np.zeros((2, 3, 4)))
    with pytest.raises(GeometryError, match="truth"):
        Panel(title="", image=np.zeros((3, 4)), outlines=(Outline(name="truth", labels=np.zeros((4, 3))),))
    with pytest.raises(InputError, match="physics"):
        Line(name="physics", x=[1.0], y=[1.0, 2.0])
    with pytest.raises(InputError, match="rows of 2 cells"):
        Table(columns=("a", "b"), rows=(("1",),))

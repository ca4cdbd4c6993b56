"""Draw every sequence along its main parameter, with its error against Bloch, and write docs/every-sequence.md.

What the page says of a sequence comes from its module, by `spinbridge.recipes.sequence_words`.

    python docs/figures/every_sequence.py [NAME ...]      some figures only, and the page
"""

import inspect
import io
import re
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

import matplotlib as mpl
import numpy as np
import numpy.typing as npt
import torch
from PIL import Image

mpl.use("Agg")
from matplotlib import pyplot as plt
from matplotlib.figure import Figure

from spinbridge.core.protocols import SignalModel
from spinbridge.core.tissue import Tissue
from spinbridge.physics.proof import bloch
from spinbridge.physics.proof.comparison import Comparison, compare, compare_inflow
from spinbridge.physics.sequences.flow import with_flow
from spinbridge.physics.sequences.program import Played
from spinbridge.physics.sequences.registry import WORDS
from spinbridge.physics.sequences.spoiled_gre import SpoiledGRE
from spinbridge.physics.sequences.word import Word
from spinbridge.physics.tissue_table import TissueEntry, load_tissues
from spinbridge.recipes.sequence_words import assumptions, default_of, images_of, meaning, what_it_is

DOCS = Path(__file__).parents[1]
POINTS, FLOOR = 119, 1e-12  # along the parameter; per cent below which all are drawn alike
Curves = npt.NDArray[np.complex128]

HEART = {"lv_blood": "#27597a", "myocardium": "#c1442e", "epicardial_fat": "#d39b22", "scar": "#3f8f68"}
ENHANCED = {f"{name}_post_gd" if "fat" not in name else name: colour for name, colour in HEART.items()}
BRAIN = {"csf": "#27597a", "grey_matter": "#c1442e", "white_matter": "#d39b22", "peritumoral_oedema": "#3f8f68"}
AFTER_CONTRAST, OF_THE_HEAD = ("lge", "psir", "perfusion", "perfusion-bssfp"), ("mprage", "flair", "tse", "se")


def colours_of(word: Word) -> tuple[float, dict[str, str]]:
    """The field [T] and the tissues of a sequence's figure."""
    if word.name in OF_THE_HEAD:
        return 3.0, BRAIN
    return 1.5, ENHANCED if word.name in AFTER_CONTRAST else HEART


def curves(word: Word) -> tuple[npt.NDArray[np.float64], Curves, Curves]:
    """The parameter in the unit that it is written in, and the last image by closed form and by Bloch: (point, tissue).

    Blood flows as in an image where the sequence knows flow.
    """
    along = cast(Any, word.along)
    field_strength, colours = colours_of(word)
    entries = [load_tissues(field_strength)[name] for name in colours]
    key, (low, high) = word.keys[along.key], (along.low, along.high)
    number, unit = float(re.sub(r"[^\d.]", "", low)), key.unit
    written = np.linspace(number, float(re.sub(r"[^\d.]", "", high)), POINTS)
    flow = {name: word.keys[name].read(text, name) for name, text in word.flow.items()}
    is_blood = torch.tensor(["blood" in entry.name for entry in entries], dtype=torch.float64)
    closed, truth = [], []
    for value in written:
        model = with_flow(word.make({**flow, along.key: key.read(f"{value}{unit}", along.key)}), is_blood)
        tissue = side_by_side(entries, off_resonance=model(entries[0].voxel()).is_complex())
        closed.append(model(tissue)[-1].numpy().astype(complex))
        truth.append(judged(model, tissue, entries))
    return written, np.stack(closed), np.stack(truth)


def side_by_side(entries: list[TissueEntry], *, off_resonance: bool) -> Tissue:
    """One voxel of each tissue."""
    columns = [[getattr(entry, name) for entry in entries] for name in ("pd", "t1", "t2", "t2star", "off_resonance")]
    pd, t1, t2, t2star, offset = torch.tensor(columns, dtype=torch.float64)
    return Tissue(pd=pd, t1=t1, t2=t2, t2star=t2star, off_resonance=offset if off_resonance else None)


def judged(model: SignalModel, tissue: Tissue, entries: list[TissueEntry]) -> Curves:
    """The last image by Bloch; inflowing blood of a gradient echo spin by spin."""
    found: Curves = bloch.play(cast(Played, model).program(), tissue)[-1]
    if not isinstance(model, SpoiledGRE):
        return found
    for place, (entry, speed) in enumerate(zip(entries, cast(Any, model.inflow_velocity).tolist(), strict=True)):
        if speed > 0:
            one = replace(model, inflow_velocity=speed)
            found[place] = bloch.inflowing_gre(one, entry.voxel(), spins=4000)[0]
    return found


def draw(word: Word) -> None:
    """The figure: signal above, error below."""
    along, (field_strength, colours) = cast(Any, word.along), colours_of(word)
    values, closed, truth = curves(word)
    complex_ = bool(np.abs(closed.imag).max() > 0)
    shown = np.abs(closed) if complex_ else closed.real
    error = 100 * np.abs(closed - (truth if complex_ else truth.real)) / np.abs(truth).max(0)
    figure, (signal, below) = plt.subplots(
        2, 1, figsize=(6.2, 4.0), height_ratios=(2.4, 1), sharex=True, constrained_layout=True
    )
    for name, colour, line, gap in zip(colours, colours.values(), shown.T, error.T, strict=True):
        signal.plot(values, line, color=colour, label=legend(name, word), linewidth=1.6)
        below.plot(values, np.maximum(gap, FLOOR), color=colour, linewidth=1)
    signal.axhline(0, color="black", linewidth=0.5)
    signal.set(title=f"{word.name}, {field_strength:g} T", ylabel="|signal|" if complex_ else "signal")
    signal.legend(frameon=False, fontsize=8, ncols=2)
    below.axhline(1, color="grey", linewidth=0.7, linestyle=":")
    below.set(yscale="log", ylim=(FLOOR / 3, 30), yticks=(1e-12, 1e-8, 1e-4, 1), ylabel="error [%]")
    below.set(xlabel=f"{axis_name(word)}, {along.key} [{word.keys[along.key].unit}]")
    below.minorticks_off()
    for axis in (signal, below):
        axis.spines[["top", "right"]].set_visible(False)
    save(figure, DOCS / "images" / "sequences" / f"{word.name}.png")


def legend(name: str, word: Word) -> str:
    """A tissue's name as it is read."""
    text = name.replace("_post_gd", " post").replace("epicardial_", "").replace("lv_", "").replace("peritumoral_", "")
    flow = "".join(f", {key} {value}" for key, value in word.flow.items()) if "blood" in name else ""
    return text.replace("_", " ").replace("csf", "CSF") + flow.replace("v ", "inflow ").replace("mm/s", " mm/s")


def save(figure: Figure, path: Path) -> None:
    """A small picture: 48 colours are enough for lines."""
    whole = io.BytesIO()
    figure.savefig(whole, dpi=95, format="png")
    plt.close(figure)
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.open(whole).convert("RGB").quantize(48).save(path, optimize=True)


def axis_name(word: Word) -> str:
    """The main parameter in words."""
    key = word.keys[cast(Any, word.along).key]
    return key.field.replace("_", " ").removesuffix("s") or "inversion time"


def section(word: Word, found: Comparison) -> str:
    """What the page says of one sequence."""
    source = Path(cast(str, inspect.getsourcefile(word.model)))
    shown = "Last image" if len(word.make({}).images) > 1 else "Signal"
    tissues = ", ".join(legend(name, word) for name in colours_of(word)[1])
    alt = f"{word.name}: signal against {axis_name(word)}, {tissues}; below, the error against Bloch"
    return "\n".join(
        [
            f"## {word.name}",
            "",
            f"{what_it_is(word)} Equations and sources: "
            f"[{source.name}](../src/spinbridge/physics/sequences/{source.name}).",
            "",
            f"```text\n{word.example}\n```",
            "",
            "| key | is | default | in clinics |",
            "|---|---|---|---|",
            *(key_line(word, key) for key in word.keys),
            "",
            f"**Gives** {images_of(word)}.",
            "",
            "**Assumes.** " + assumptions(word).replace("*", r"\*"),
            "",
            f"**Largest error against Bloch:** {error_of(found)}. {shown} along the {axis_name(word)}:",
            "",
            f"![{alt}](images/sequences/{word.name}.png)",
            "",
        ]
    )


def key_line(word: Word, key: str) -> str:
    """One row of a sequence's table."""
    ends = " to ".join(word.ranges[key]) if key in word.ranges else "-"
    return f"| `{key}` | {meaning(word, key)} | {default_of(word, key)} | {ends} |"


def error_of(found: Comparison) -> str:
    """The largest error with its tissue; that of inflow with it."""
    own = "below 0.000001 %" if found.error < 1e-8 else f"{100 * found.error:.2g} %, {found.tissue.replace('_', ' ')}"
    if found.model != "gre":
        return own
    flowing = compare_inflow()
    return f"{own} at rest; {100 * flowing.error:.2g} % with inflow of 3 to 200 mm/s"


HEAD = """# Every sequence

{count} words of the [language](sequences.md), each with its parameters, what it assumes, and how far its closed form
is from the Bloch equations over the clinical ranges given, in all tissues of both tables. `python
docs/figures/every_sequence.py` draws the figures and writes this page.

The figures show the signal, in units of the proton density of water, along the parameter that a sequence is best
drawn along: blood, myocardium, fat and scar of the 1.5 T table, after contrast where the sequence is used so; grey and
white matter, CSF and oedema of the 3 T table for sequences of the head. What is not drawn along keeps its default, and
blood flows as it does in images. Below, the difference from Bloch in per cent of a tissue's largest signal in the
figure, on a logarithmic axis; what is smaller than 10⁻¹² % is drawn there. Dotted: 1 %.

{links}

"""


def main() -> None:
    """Draw, then write the page."""
    for name in sys.argv[1:] or WORDS:
        draw(WORDS[name])
        print(name)
    links = " · ".join(f"[{name}](#{name})" for name in WORDS)
    sections = [section(word, compare(word, thorough=True)) for word in WORDS.values()]
    page = HEAD.format(count=len(WORDS), links=links) + "\n".join(sections)
    (DOCS / "every-sequence.md").write_text(page, encoding="utf-8")


if __name__ == "__main__":
    main()

"""What a word of the language is, in words: read from the modules that define it, so that nothing is said twice.

The first sentence of a module's docstring says what the sequence is, the rest what it assumes, and the comment beside a
field what a key is. `OWN` has what words say for themselves that share a module with another one.

Ours. docs/every-sequence.md is written from it.
"""

import inspect
import re
from dataclasses import fields, is_dataclass
from typing import Any, cast

from spinbridge.core.tissue import Tissue
from spinbridge.physics.sequences.word import Word

OWN = {
    "bssfp": "Balanced steady-state free precession with alternating RF, off-resonance included.",
    "bssfp-short": "The limit of `bssfp` for a repetition time far below T2, on resonance.",
    "molli": "MOLLI as it is acquired: inversions, single-shot bSSFP readouts gated to the heart, recovery in between.",
    "shmolli": "MOLLI in nine heartbeats: the scheme 5(1)1(1)1, with one beat of rest before each further inversion.",
    "lge": "Late gadolinium enhancement: an inversion, then a segment of gradient echoes, every second heartbeat.",
    "psir": "The signal of `lge` with its sign, which a phase-sensitive reconstruction keeps.",
    "black-blood": "A double inversion that leaves the slice as it was and nulls the blood that flows in, then TSE.",
    "triple-ir": "`black-blood` with a third inversion, of the slice alone, that nulls fat as well.",
    "stir": "Turbo spin echo after a short inversion time, which nulls fat.",
    "flair": "Turbo spin echo after a long inversion time, which nulls cerebrospinal fluid.",
}
MOLLI_KEYS = {
    "scheme": "images after each inversion, beats of rest in parentheses",
    "ti": "one image alone, of this inversion time",
    "ti0": "inversion time of the first image, for each inversion",
    "hr": "heart rate",
    "rr": "measured heartbeats, instead of a heart rate",
    "fa": "flip angle",
    "tr": "repetition time of the readout",
    "lines": "lines of k-space at the full flip angle",
    "centre": "of them, before the centre of k-space",
    "ramp": "pulses of the ramp; 0 for half a pulse",
    "inv": "inversion efficiency",
    "fresh": "share of blood replaced between two readouts",
}


def what_it_is(word: Word) -> str:
    """A sequence in one sentence."""
    return OWN.get(word.name) or " ".join(_paragraphs(word)[0].split())


def assumptions(word: Word) -> str:
    """What a sequence's model takes for granted."""
    own = inspect.cleandoc(cast(str, word.model.__doc__)).split("\n\n")[1:]  # a class that says more speaks for itself
    assumed = " ".join(" ".join(own or _paragraphs(word)[1:]).split())
    return re.sub(r"^.*?Times in seconds.*?\. ", "", assumed)


def images_of(word: Word) -> str:
    """How many images a sequence gives, and of what sign."""
    usual = word.make({})
    sign = "complex" if usual(Tissue.voxel(t1=1.0, t2=0.05)).is_complex() else "real, with its sign"
    names = usual.images
    if len(names) == 1:
        return f"one image, `{names[0]}`, {sign}"
    return f"{len(names)} images, `{names[0]}` to `{names[-1]}`, {sign.replace('its', 'their')}"


def meaning(word: Word, key: str) -> str:
    """A key in words: its field and the comment that stands beside it."""
    how = word.keys[key]
    if not how.field:
        return MOLLI_KEYS[key]
    holder, *inner = how.field.split(".")
    cls = type(getattr(word.make({}), holder)) if inner else word.model
    name = inner[0] if inner else holder
    source = "\n".join(inspect.getsource(base) for base in cls.__mro__ if name in _field_names(base))
    comment = re.search(rf"^ +{name}: [^#\n]*#: ?(.*)$", source, re.MULTILINE)
    said = re.sub(r"\s*\[[^\]]*\].*$", "", comment[1]).strip() if comment else ""
    several = "; several, parted by slashes" if how.several else ""
    words = name.replace("_", " ")
    return (said if said.startswith(words) else words + (f": {said}" if said else "")) + several


def default_of(word: Word, key: str) -> str:
    """What a key is where nothing is said, to five digits, and in images where blood flows in them; `-` for nothing."""
    usual = word.write(word.make({})).get(key, "-")
    short = re.sub(r"\d+\.\d{3,}", lambda number: f"{float(number[0]):.5g}", usual)
    return f"{short}, {word.flow[key]} in images" if key in word.flow else short


def _paragraphs(word: Word) -> list[str]:
    """Of the docstring of the model's module, without equations and sources."""
    text = inspect.cleandoc(cast(str, inspect.getmodule(word.model).__doc__))
    return [part for part in text.split("\n\n") if not part.startswith((" ", "Reference", "Source"))]


def _field_names(cls: type) -> set[str]:
    """The fields of a dataclass; none for another class."""
    return {field.name for field in fields(cast(Any, cls))} if is_dataclass(cls) else set()

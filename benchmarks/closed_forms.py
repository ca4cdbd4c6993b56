"""Print how far every closed form is from the Bloch equations, and what ideal pulses leave out of it.

    python benchmarks/closed_forms.py

Reference: docs/physics.md quotes these tables.
"""

import time
from collections.abc import Iterator
from dataclasses import replace

from spinbridge.physics.proof.comparison import Comparison, compare, compare_all
from spinbridge.physics.proof.idealisations import TISSUES, Change, off_resonance, refocusing, spoiling
from spinbridge.physics.sequences.registry import WORDS

READ_AFTER_HALF_A_PULSE = ("sasha", "msasha", "t2prep", "perfusion-bssfp")
EXACT = 1e-8  # share below which an error is that of the arithmetic


def comparisons() -> Iterator[Comparison]:
    """Every closed form, and those of the balanced readouts after half a pulse as well."""
    yield from compare_all(thorough=True)
    for name in READ_AFTER_HALF_A_PULSE:
        word = WORDS[name]
        yield compare(replace(word, ranges={**word.ranges, "ramp": ("0", "0")}), thorough=True)


def errors() -> None:
    """The first table: the largest error of each."""
    print("| closed form | protocols | largest error | where |\n|---|---|---|---|")
    for row in comparisons():
        error = "below 0.000001 %" if row.error < EXACT else f"{100 * row.error:.2g} %"
        where = "everywhere" if row.error < EXACT else row.tissue.replace("_", " ")
        name, comma, what = row.model.partition(",")
        ranges = row.ranges.replace("ramp 0 to 0", "half a pulse")
        print(f"| `{name}`{comma}{what} | {ranges} | {error} | {where} |")


def changes(rows: Iterator[Change]) -> None:
    """A table of what one departure from the ideal changes, in per cent."""
    print(f"\n| sequence | in place of the ideal | {' | '.join(name.replace('_', ' ') for name in TISSUES)} |")
    print("|---|---|" + "---|" * len(TISSUES))
    for row in rows:
        values = " | ".join(f"{100 * row.by_tissue[name]:+.1f} %" for name in TISSUES)
        print(f"| `{row.sequence}` | {row.departure} | {values} |")


def main() -> None:
    """Compare everything over the full ranges, as tables in Markdown."""
    start = time.perf_counter()
    errors()
    for rows in (spoiling(), refocusing(), off_resonance()):
        changes(rows)
    print(f"\n{time.perf_counter() - start:.0f} s")


if __name__ == "__main__":
    main()

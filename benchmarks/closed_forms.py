"""Print the largest error of every closed form against the Bloch equations: `python benchmarks/closed_forms.py`.

Reference: docs/physics.md quotes this table.
"""

import time

from spinbridge.physics.proof.comparison import compare_all


def main() -> None:
    """Compare everything over the full ranges, as a table in Markdown."""
    start = time.perf_counter()
    print("| closed form | protocols | largest error | where |\n|---|---|---|---|")
    for row in compare_all(thorough=True):
        print(f"| {row.model} | {row.ranges} | {100 * row.error:.2g} % | {row.tissue} |")
    print(f"\n{time.perf_counter() - start:.0f} s")


if __name__ == "__main__":
    main()

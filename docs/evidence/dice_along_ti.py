"""Myocardium Dice along the inversion time, native and after contrast, of a finished phantom experiment.

python docs/evidence/dice_along_ti.py OUT/bridge       writes docs/images/dice_along_ti.png
"""

import sys
from pathlib import Path

from finished_run import scores_of
from matplotlib.figure import Figure

from spinbridge.evaluation.report_blocks import Curve
from spinbridge.recipes.bridging.report_pictures import inversion_curve

TARGETS = ("molli-native", "molli-post")
COLOURS = ("#000000", "#E69F00", "#009E73", "#0072B2", "#CC79A7")  # Okabe and Ito's, safe for colour-blind readers


def main() -> None:
    """Read the scores and draw."""
    results = scores_of(Path(sys.argv[1]), TARGETS)
    figure = Figure(figsize=(10, 4), layout="constrained")
    for axes, name in zip(figure.subplots(1, 2, sharey=True), TARGETS, strict=True):
        curve = inversion_curve(name, "MYO", results)
        if isinstance(curve, Curve):
            for line, colour in zip(curve.lines, COLOURS, strict=False):
                axes.plot(line.x, line.y, "o-", color=colour, label=line.name)
                axes.fill_between(line.x, line.low, line.high, color=colour, alpha=0.15, linewidth=0)
        axes.set(title=name, xlabel="inversion time [ms]", ylim=(0, 1))
        axes.grid(alpha=0.3)
    figure.axes[0].set_ylabel("Dice of the myocardium")
    figure.axes[0].legend(frameon=False)
    figure.savefig(Path(__file__).parents[1] / "images" / "dice_along_ti.png", dpi=110, metadata={"Software": None})


if __name__ == "__main__":
    main()

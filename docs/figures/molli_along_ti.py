"""Draw the signals of blood and myocardium along the inversion time of a MOLLI, by both of the package's models."""

from pathlib import Path

import matplotlib as mpl
import torch
from torch import Tensor

mpl.use("Agg")
from matplotlib import pyplot as plt

from spinbridge.core.tissue import Tissue
from spinbridge.physics.sequences.ir_bssfp import ContinuousMOLLI
from spinbridge.physics.sequences.molli import GatedMOLLI
from spinbridge.physics.tissue_table import load_tissues

OUT = Path(__file__).parents[1] / "images" / "molli_along_ti.png"
TISSUES = {"myocardium": "#c1442e", "lv_blood": "#27597a"}
TIMES = torch.linspace(0.1, 4.6, 300).tolist()
SLOW_BEAT = 5.0  # so long that one image fits wherever it is asked for [s]


def null(signals: list[float]) -> float:
    """The time at which a growing signal crosses zero [s]."""
    after = next(i for i, signal in enumerate(signals) if signal > 0)
    low, high = signals[after - 1], signals[after]
    return TIMES[after - 1] + (TIMES[after] - TIMES[after - 1]) * -low / (high - low)


def single_shots(voxel: Tissue) -> list[float]:
    """One readout after one inversion, for many inversion times."""
    once = {"trains": (1,), "pauses": (), "rr_intervals": SLOW_BEAT}
    return [float(GatedMOLLI(inversion_times=(time,), **once)(voxel)[0]) for time in TIMES]


def misfit(gated: Tensor, continuous: Tensor) -> float:
    """What is left of the magnitudes of one train after the other was scaled to them as well as can be, as a share."""
    gated, continuous = gated.abs(), continuous.abs()
    scale = (gated * continuous).sum() / (continuous**2).sum()
    return float((gated - scale * continuous).norm() / gated.norm())


def main() -> None:
    """Write the picture; print the null points and how far the two forms are apart."""
    figure, (signed, magnitude) = plt.subplots(1, 2, figsize=(10, 3.6), constrained_layout=True)
    train = GatedMOLLI.scheme("3(3)3(3)5")
    image_times = list(train.timing.image_times)
    for name, colour in TISSUES.items():
        voxel = load_tissues(1.5)[name].voxel()
        shots, images = single_shots(voxel), train(voxel).tolist()
        paper = ContinuousMOLLI(inversion_times=tuple(TIMES))(voxel).tolist()
        print(f"{name}: null at {null(shots) * 1e3:.0f} ms, by the continuous form {null(paper) * 1e3:.0f} ms")
        same_times = ContinuousMOLLI(inversion_times=tuple(image_times))(voxel)
        print(f"  eleven images: {misfit(train(voxel), same_times):.0%} apart after the best scaling")
        signed.plot(TIMES, shots, color=colour, label=name.replace("_", " ").replace("lv", "LV"))
        signed.plot(TIMES, paper, color=colour, linestyle="--", linewidth=1)
        signed.plot(image_times, images, "o", color=colour, markersize=4)
        magnitude.plot(TIMES, [abs(value) for value in shots], color=colour)
        magnitude.plot(image_times, [abs(value) for value in images], "o", color=colour, markersize=4)
    signed.axhline(0, color="black", linewidth=0.5)
    signed.set(title="signal; dashed: the continuous form", xlabel="inversion time [s]", ylabel="signal [water = 1]")
    magnitude.set(title="what an image shows: its magnitude", xlabel="inversion time [s]", xlim=(0, 2.4))
    signed.legend(frameon=False)
    OUT.parent.mkdir(exist_ok=True)
    figure.savefig(OUT, dpi=110, metadata={"Software": ""})


if __name__ == "__main__":
    main()

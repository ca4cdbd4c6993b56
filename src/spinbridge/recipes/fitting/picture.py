"""A quick look at a fit: the maps of one slice with their scales, and the voxels that failed.

The same maps give the same bytes.
"""

from pathlib import Path

import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from torch import Tensor

from spinbridge.core.case import Case
from spinbridge.core.files import writing
from spinbridge.core.image import Array
from spinbridge.methods.reverse_imaging.estimate import TissueEstimate
from spinbridge.physics.fits.relaxation_fit import Failure, RelaxationFit

_INCHES = 3.4
_ORDINARY = {"T1": 2.0, "T2": 0.12}  #: top of the scales [s], lowered where the maps stay far below


def write_picture(path: Path, estimate: TissueEstimate, found: RelaxationFit, case: Case) -> None:
    """Draw the measured times, their deviations, PD and the failures of the slice with most heart, or most values."""
    busy = found.failed.logical_not() if case.label is None else case.label.data > 0
    z = int(np.argmax(np.asarray(busy).reshape(len(busy), -1).sum(axis=1)))
    panels: list[tuple[str, Array, float, str]] = []
    for name, values, deviation in (("T1", found.t1, found.t1_sd), ("T2", found.t2, found.t2_sd)):
        if values is not None and deviation is not None:
            top = _top(values[z], _ORDINARY[name])
            panels.append((f"{name} [ms]", 1e3 * values[z].numpy(), 1e3 * top, "magma"))
            panels.append((f"SD of {name} [ms]", 1e3 * deviation[z].numpy(), 100 * top, "viridis"))
    panels.append(("PD, water = 1", estimate.tissue.pd[z].numpy(), 1.5, "gray"))
    panels.append(("why there is no value", found.failure[z].numpy(), float(max(Failure)), "gray"))
    _, dy, dx = case.image.spacing
    figure = Figure(figsize=(_INCHES * len(panels), _INCHES), layout="constrained")
    for axes, (title, image, top, colours) in zip(np.atleast_1d(figure.subplots(1, len(panels))), panels, strict=True):
        drawn = axes.imshow(image, vmin=0, vmax=top, cmap=colours, aspect=dy / dx, interpolation="nearest")
        axes.set_title(title, fontsize=10)
        axes.set_axis_off()
        figure.colorbar(drawn, ax=axes, shrink=0.8)
    FigureCanvasAgg(figure)
    with writing(path) as temporary:
        figure.savefig(temporary, format="png", metadata={"Software": None})


def _top(values: Tensor, most: float) -> float:
    """The top of a scale: the usual one, or what nearly all values stay below."""
    finite = values[values.isfinite()]
    return min(most, 1.2 * float(finite.float().quantile(0.98))) if len(finite) else most

"""Six of the seven seams: what the parts of the package know of each other, and nothing more.

The seventh, `Augmentation`, stands beside the `Slice` it changes in `core/slices.py`.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Protocol, runtime_checkable

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from spinbridge.core.case import Case
from spinbridge.core.tissue import Tissue


@runtime_checkable
class SignalModel(Protocol):
    """A sequence: tissue to signal, pointwise and differentiable. Knows nothing of files or diffusion."""

    @property
    def images(self) -> tuple[str, ...]:
        """A short name for each image it makes, usable in a file name (`ti120ms`); one entry for a single image."""
        ...

    def __call__(self, tissue: Tissue) -> Tensor:
        """Signal of shape `(len(images), *tissue.shape)`: real (signed) or complex."""
        ...


@runtime_checkable
class Measurement(Protocol):
    """What was observed, how it comes about, and its noise. Knows nothing of MR as such or of networks."""

    @property
    def observed(self) -> Tensor:
        """The data, any shape."""
        ...

    @property
    def noise(self) -> float:
        """Standard deviation of the data's noise, in their units."""
        ...

    def forward(self, latent: Tensor) -> Tensor:
        """What would be observed were `latent` true; shaped like `observed`."""
        ...


@runtime_checkable
class Denoiser(Protocol):
    """`(x, sigma, condition) -> x0`. Knows nothing of where x came from."""

    def __call__(self, noisy: Tensor, sigma: Tensor, condition: Tensor | None = None) -> Tensor:
        """The expected clean sample."""
        ...


@runtime_checkable
class Sampler(Protocol):
    """One step of the way from noise to a sample. A posterior sampler is one that holds a `Measurement`."""

    def step(self, denoiser: Denoiser, noisy: Tensor, sigmas: tuple[float, float], draw: torch.Generator) -> Tensor:
        """From noise level `sigmas[0]` to `sigmas[1]`."""
        ...


@runtime_checkable
class Segmenter(Protocol):
    """Trains and predicts. Knows nothing of whether an image is synthetic."""

    def train(self, cases: Sequence[Case], folder: Path) -> None:
        """Learn from labelled cases; the model and checkpoints go to `folder`, and an unfinished run continues."""
        ...

    def predict(self, case: Case) -> npt.NDArray[np.uint8]:
        """Structures of every voxel, `(z, y, x)` as the case's image."""
        ...


@runtime_checkable
class Metric(Protocol):
    """Two masks to a number. Knows nothing of whose result it scores."""

    @property
    def unit(self) -> str:
        """`mm`, or empty for a share."""
        ...

    def __call__(self, truth: npt.NDArray[np.bool_], found: npt.NDArray[np.bool_], spacing: Sequence[float]) -> float:
        """The score of one structure in one case; NaN where both are empty, the stated penalty where one is."""
        ...

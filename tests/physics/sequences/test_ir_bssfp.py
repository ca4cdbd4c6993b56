"""Inversion recovery under a continuous train: the known constants, images, limits."""

from math import log, radians

import pytest
import torch
from torch import Tensor

from spinbridge.core.errors import SequenceError
from spinbridge.core.tissue import Tissue
from spinbridge.physics.sequences.bssfp import ShortTRBSSFP
from spinbridge.physics.sequences.ir_bssfp import ContinuousMOLLI

TISSUE = Tissue.voxel(t1=1.0, t2=0.045)
# Simulated once, apart from this package: the paper's form of 3(3)3(3)5 at 60 bpm with a perfect inversion.
PAPER = [-0.18281, 0.08308, 0.09743, -0.12428, 0.08624, 0.09760, -0.07794, 0.08874, 0.09774, 0.09822, 0.09825]


def test_known_images_are_met() -> None:
    signal = ContinuousMOLLI()(TISSUE)
    torch.testing.assert_close(signal, torch.tensor(PAPER, dtype=torch.float64), atol=6e-6, rtol=0)


def test_null_lies_at_the_known_time() -> None:
    null = 0.34258 * log(4.0607)  # T1* ln INV with the known constants
    assert abs(ContinuousMOLLI(inversion_times=(null,))(TISSUE).item()) < 1e-5


def test_late_image_is_the_steady_state() -> None:
    late = ContinuousMOLLI(inversion_times=(30.0,))(TISSUE)
    torch.testing.assert_close(late, ShortTRBSSFP(flip_angle=radians(35))(TISSUE))


def test_gradients_are_right() -> None:
    def signal(pd: Tensor, t1: Tensor, t2: Tensor, angle: Tensor) -> Tensor:
        return ContinuousMOLLI(inversion_times=(0.12, 1.0), flip_angle=angle)(Tissue(pd=pd, t1=t1, t2=t2))

    values = [torch.tensor(x, dtype=torch.float64, requires_grad=True) for x in (0.8, 1.0, 0.05, 0.6)]
    assert torch.autograd.gradcheck(signal, values)


def test_a_train_without_times_is_refused() -> None:
    with pytest.raises(SequenceError, match="at least one inversion time"):
        ContinuousMOLLI(inversion_times=())

"""T2-prepared bSSFP: how far a mono-exponential fit is off."""

import numpy as np
import pytest

from spinbridge.core.errors import SequenceError
from spinbridge.core.tissue import Tissue
from spinbridge.physics.sequences.t2prep_bssfp import T2PreparedBSSFP


@pytest.mark.parametrize(
    ("t1", "t2", "bias", "bias_at_90"),
    [
        (1.0, 0.05, 14.4, 8.0),
        (1.17, 0.05, 10.9, 2.8),
        (1.2, 0.042, 11.7, 3.7),
        (1.15, 0.065, 8.1, -0.7),
        (1.55, 0.25, -9.7, -26.7),
    ],
)
def test_mono_exponential_fit_is_biased_as_known(t1: float, t2: float, bias: float, bias_at_90: float) -> None:
    for rate, known in ((1.0, bias), (1.5, bias_at_90)):
        model = T2PreparedBSSFP(heart_rate=rate)
        signal = model(Tissue.voxel(t1=t1, t2=t2)).log().numpy()
        slope = np.polyfit(model.preparation_times, signal, 1, w=np.exp(signal))[0]
        assert 100 * (-1 / slope / t2 - 1) == pytest.approx(known, abs=1.5)


def test_full_recovery_leaves_the_first_preparation_unbiased() -> None:
    slow = T2PreparedBSSFP(preparation_times=(0.0, 0.0), recovery_beats=20)
    first, second = slow(Tissue.voxel(t1=1.0, t2=0.05)).tolist()
    assert first == pytest.approx(second, rel=1e-6)


def test_preparation_must_fit_between_readouts() -> None:
    with pytest.raises(SequenceError, match="a T2 preparation"):
        T2PreparedBSSFP(preparation_times=(0.0, 0.4), recovery_beats=0, heart_rate=2.0)

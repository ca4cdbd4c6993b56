"""The fit that belongs to a sequence: its times come from the model, in the order of its images.

    molli, ir-bssfp   T1 (`molli_fit.py`);  5(1)1(1)1 conditionally (`shmolli_fit.py`)
    sasha             T1, three parameters (`sasha_fit.py`)
    msasha            T1 and T2 (`msasha_fit.py`)
    t2prep            T2, two parameters (`t2prep_fit.py`)

All biased but the third, and meant to be followed by `simulated_correction.py` with the same model. Times in seconds.

Ours.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from math import inf
from typing import cast

from torch import Tensor

from spinbridge.core.errors import SequenceError
from spinbridge.core.protocols import SignalModel
from spinbridge.physics.fits.molli_fit import fit_molli
from spinbridge.physics.fits.msasha_fit import fit_msasha
from spinbridge.physics.fits.relaxation_fit import Limits, RelaxationFit
from spinbridge.physics.fits.sasha_fit import fit_sasha
from spinbridge.physics.fits.shmolli_fit import fit_shmolli
from spinbridge.physics.fits.simulated_correction import SimulatedCorrection
from spinbridge.physics.fits.t2prep_fit import fit_t2prep
from spinbridge.physics.sequences.ir_bssfp import ContinuousMOLLI
from spinbridge.physics.sequences.molli import GatedMOLLI
from spinbridge.physics.sequences.msasha import MSASHA
from spinbridge.physics.sequences.registry import WORDS, word_of
from spinbridge.physics.sequences.sasha import SASHA
from spinbridge.physics.sequences.t2prep_bssfp import T2PreparedBSSFP

_SHMOLLI = ((5, 1, 1), (1, 1))
_ANYTHING = Limits(residual=1.0, deviation=inf)  # for noise-free signals, which are to be corrected whatever they are


def can_fit(model: SignalModel) -> bool:
    """Whether the sequence tells a relaxation time."""
    return isinstance(model, tuple(_FITS))


@dataclass(frozen=True, kw_only=True)
class SequenceFit:
    """The fit of one sequence's images."""

    model: SignalModel
    signed: bool = False  #: real images carry their sign; complex ones always do
    noise: float | None = None  #: standard deviation of the images' noise, in their units; None to take the residual
    limits: Limits = field(default_factory=Limits)

    def __post_init__(self) -> None:
        """Refuse sequences that tell no relaxation time. Raises `SequenceError`."""
        if not can_fit(self.model):
            known = ", ".join(word.name for word in WORDS.values() if word.model in _FITS)
            own = word_of(self.model)
            remedy = "Write for example molli(scheme=5(3)3,hr=60bpm)."
            got = own.name if own else type(self.model).__name__
            raise SequenceError(f"a sequence of relaxation times: {known}", got, remedy=remedy)

    @property
    def lacks(self) -> tuple[str, ...]:
        """Which of `t1` and `t2` the fit does not tell."""
        return _LACKS.get(type(self.model), ("t2",))

    def __call__(self, images: Tensor) -> RelaxationFit:
        """Maps of images (N, ...) in the order of the model's. Raises `InputError` for another number of images."""
        return _FITS[type(self.model)](self, images)

    def correction(self) -> SimulatedCorrection:
        """What takes the fit's bias away under the model's protocol."""
        return SimulatedCorrection.of(self.model, replace(self, signed=True, noise=None, limits=_ANYTHING))


def _molli(fit: SequenceFit, images: Tensor) -> RelaxationFit:
    model = cast(GatedMOLLI, fit.model)
    times = model.timing.image_times
    if (model.trains, model.pauses) != _SHMOLLI:
        return fit_molli(images, times, signed=fit.signed, noise=fit.noise, limits=fit.limits)
    beats = model.rr_intervals if isinstance(model.rr_intervals, tuple) else (model.rr_intervals,)
    beat = sum(beats) / len(beats)
    return fit_shmolli(images, times, rr_interval=beat, signed=fit.signed, noise=fit.noise, limits=fit.limits)


def _continuous(fit: SequenceFit, images: Tensor) -> RelaxationFit:
    times = cast(ContinuousMOLLI, fit.model).inversion_times
    return fit_molli(images, times, signed=fit.signed, noise=fit.noise, limits=fit.limits)


def _sasha(fit: SequenceFit, images: Tensor) -> RelaxationFit:
    times = (inf, *cast(SASHA, fit.model).saturation_times)
    return fit_sasha(images, times, noise=fit.noise, limits=fit.limits)


def _msasha(fit: SequenceFit, images: Tensor) -> RelaxationFit:
    model = cast(MSASHA, fit.model)
    plain, prepared = model.saturation_times, model.preparation_times
    saturation = (inf, *plain, *(model.preparation_saturation_time for _ in prepared))
    preparation = (*(0.0 for _ in (inf, *plain)), *prepared)
    delay = model.readout.to_centre
    return fit_msasha(images, saturation, preparation, delay=delay, noise=fit.noise, limits=fit.limits)


def _t2prep(fit: SequenceFit, images: Tensor) -> RelaxationFit:
    times = cast(T2PreparedBSSFP, fit.model).preparation_times
    return fit_t2prep(images, times, noise=fit.noise, limits=fit.limits)


_FITS: dict[type, Callable[[SequenceFit, Tensor], RelaxationFit]] = {
    GatedMOLLI: _molli,
    ContinuousMOLLI: _continuous,
    SASHA: _sasha,
    MSASHA: _msasha,
    T2PreparedBSSFP: _t2prep,
}
_LACKS: dict[type, tuple[str, ...]] = {MSASHA: (), T2PreparedBSSFP: ("t1",)}

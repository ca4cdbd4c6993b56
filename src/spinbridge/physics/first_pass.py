"""The first pass of a bolus: concentration of agent over time in the right heart, the left heart and the myocardium.

    bolus    c(t) = peak (u exp(1 - u))^alpha,   u = (t - arrival)/rise for t > arrival;  the recirculated agent adds
             share * peak * (1 - exp(-(t - arrival)/rise)) (1 - exp(-(t - arrival)/(4 rise)))
    tissue   c(t) = density F int_0^t c_LV(t - delay - s) R(s) ds,   R(s) = (1 + b)/(1 + b exp(k s)),  F blood flow

Times in seconds, concentrations in mmol/l of blood or tissue, F in ml/g/min, density 1.05 g/ml. R is Fermi's function,
with R(0) = 1. The agent changes tissue (`contrast_agent.py`), not the sequence: render each time with `perfusion`.

References: M. Jerosch-Herold, N. Wilke, A. Stillman, Med Phys 1998;25:73, doi:10.1118/1.598163 (Fermi residue); H.
Thompson et al., Circ Res 1964;14:502 (gamma variate). Flow at rest and under stress: about 1.0 and 3.5 ml/g/min
(MRXCAT, L. Wissmann et al., J Cardiovasc Magn Reson 2014;16:63). Shapes and delays are ours.
"""

from dataclasses import dataclass

import torch
from torch import Tensor

from spinbridge.core.errors import SettingsError

_DENSITY = 1.05  # of myocardium [g/ml]
_PER_SECOND = 1 / 60  # of ml/g/min
_STEP = 0.1  # of the convolution [s]


@dataclass(frozen=True, kw_only=True)
class FirstPass:
    """A bolus and the myocardium it reaches."""

    peak: float = 4.0  #: in the left ventricle's blood [mmol/l]
    arrival: float = 8.0  #: in the left ventricle [s]
    rise: float = 4.0  #: from arrival to peak [s]
    sharpness: float = 2.5  #: alpha
    recirculation: float = 0.15  #: share of the peak that stays
    transit: float = 5.0  #: from the right ventricle to the left [s]
    flow: float = 1.0  #: F, of the myocardium [ml/g/min]
    delay: float = 1.0  #: from the left ventricle to the myocardium [s]
    decay: float = 0.25  #: k of the residue [1/s]
    shoulder: float = 0.05  #: b of the residue

    def __post_init__(self) -> None:
        """Refuse what no bolus does. Raises `SettingsError`."""
        numbers = {name: float(value) for name, value in vars(self).items()}
        wrong = [name for name, value in numbers.items() if not value >= 0]
        wrong += [name for name in ("rise", "sharpness", "decay") if numbers[name] == 0]
        if wrong:
            raise SettingsError("numbers of zero or more, rise, sharpness and decay above", ", ".join(wrong))

    def left(self, times: Tensor) -> Tensor:
        """Concentration in the left ventricle at `times` [s], same shape [mmol/l]."""
        return self.peak * self._bolus(times - self.arrival, self.rise)

    def right(self, times: Tensor) -> Tensor:
        """Concentration in the right ventricle at `times` [s]: earlier, shorter and higher [mmol/l]."""
        narrow = 0.7
        return self.peak / narrow * self._bolus(times - self.arrival + self.transit, narrow * self.rise)

    def myocardium(self, times: Tensor, *, flow: float | None = None) -> Tensor:
        """Concentration in the myocardium at `times` [s], of its own or another `flow` [ml/g/min]; [mmol/l]."""
        last = float(times.max()) + _STEP
        grid = torch.arange(0.0, max(last, 2 * _STEP), _STEP, dtype=times.dtype)
        residue = (1 + self.shoulder) / (1 + self.shoulder * torch.exp(self.decay * grid))
        inflow = self.left(grid - self.delay)
        whole = torch.nn.functional.conv1d(inflow[None, None], residue.flip(0)[None, None], padding=len(grid) - 1)[
            0, 0, : len(grid)
        ]
        rate = (self.flow if flow is None else flow) * _PER_SECOND * _DENSITY
        return _read_off(rate * _STEP * whole, times)

    def _bolus(self, since: Tensor, rise: float) -> Tensor:
        """The bolus of height 1, `since` its arrival [s]."""
        later = since.clamp_min(0.0)
        u = later / rise
        first = (u * torch.exp(1 - u)) ** self.sharpness
        again = -torch.expm1(-u) * -torch.expm1(-u / 4)
        return first + self.recirculation * again


def _read_off(curve: Tensor, times: Tensor) -> Tensor:
    """A curve on the grid of `_STEP`, read between its points; 0 before it begins."""
    place = (times / _STEP).clamp(0.0, len(curve) - 1.001)
    low = place.floor().long()
    found = torch.lerp(curve[low], curve[low + 1], place - low)
    return torch.where(times >= 0, found, torch.zeros_like(found))

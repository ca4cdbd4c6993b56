"""Radio-frequency pulses, and the flip angle they give across a slice.

    sinc    b(t) = sin(pi B t)/(pi B t) [ (1 - w) + w cos(2 pi t/T) ],  |t| < T/2        B = time-bandwidth / T
    gauss   b(t) = exp(-t^2 / (2 s^2)),  s = sqrt(2 ln 2)/(pi B)                          B the FWHM of its spectrum
    small tip    a(z) = a F[b](f)/F[b](0),   f = w z,  w the width at half height of F[b]
    hard pulses  (alpha, beta) <- R_x(a_j) R_z(2 pi f T/n) (alpha, beta),  a_j = a b_j / sum b;  a(z) = 2 asin(-Im beta)

The second is the Bloch equation without relaxation in n short steps, exact at any flip angle as n grows; the gradient
is balanced about the middle of the pulse, so that beta is imaginary and a(z) has a sign: side lobes turn the other way.
z is in thicknesses of the slice, which is what the small-tip profile has at half height. Times in units of the pulse's
length, angles in radians.

References: J. Pauly, D. Nishimura, A. Macovski, J Magn Reson 1989;81:43, doi:10.1016/0022-2364(89)90265-5 (small tip);
J. Pauly et al., IEEE Trans Med Imaging 1991;10:53, doi:10.1109/42.75611 (hard pulses, Cayley-Klein parameters).
"""

from dataclasses import dataclass
from functools import lru_cache
from math import cos, log, pi, sin
from typing import Literal

import torch
from torch import Tensor

from spinbridge.core.errors import SettingsError

_STEPS = 400


@dataclass(frozen=True, kw_only=True)
class RFPulse:
    """The envelope of a slice-selective excitation."""

    shape: Literal["sinc", "gauss"] = "sinc"
    time_bandwidth: float = 2.0  #: bandwidth of the pulse times its length; 1.6 to 2.7 in cine, 4 and more in 3D
    window: float = 0.46  #: w of the sinc: 0 for none, 0.46 Hamming, 0.5 Hann

    def __post_init__(self) -> None:
        """Refuse what is no pulse. Raises `SettingsError`."""
        if self.shape not in ("sinc", "gauss") or not 0.5 <= self.time_bandwidth <= 100 or not 0 <= self.window <= 0.5:  # noqa: PLR2004
            needed = "sinc or gauss, a time-bandwidth product from 0.5 to 100, a window from 0 to 0.5"
            raise SettingsError(needed, repr(self), where="RFPulse")

    def envelope(self, steps: int = _STEPS) -> Tensor:
        """B(t) in the middle of `steps` equal steps `(steps,)`, with sum 1; float64."""
        t = (torch.arange(steps, dtype=torch.float64) + 0.5) / steps - 0.5
        if self.shape == "gauss":
            b = torch.exp(-0.5 * (t * pi * self.time_bandwidth).square() / (2 * log(2)))
        else:
            b = torch.sinc(self.time_bandwidth * t) * (1 - self.window + self.window * torch.cos(2 * pi * t))
        return b / b.sum()


def small_tip(pulse: RFPulse, flip_angle: float, places: Tensor) -> Tensor:
    """The pulse's spectrum: the signed angle [rad] at `places` [thicknesses] for a nominal `flip_angle` [rad]."""
    b = pulse.envelope()
    t = (torch.arange(len(b), dtype=torch.float64) + 0.5) / len(b) - 0.5
    turns = 2 * pi * bandwidth(pulse) * places.to(torch.float64)[..., None] * t
    return flip_angle * (torch.cos(turns) * b).sum(-1)


@lru_cache(maxsize=64)
def bandwidth(pulse: RFPulse) -> float:
    """Width of the pulse's spectrum at half its height, times the pulse's length: w."""
    t = (torch.arange(_STEPS, dtype=torch.float64) + 0.5) / _STEPS - 0.5
    f = torch.linspace(0, pulse.time_bandwidth + 2, 4000, dtype=torch.float64)
    spectrum = (torch.cos(2 * pi * f[:, None] * t) * pulse.envelope()).sum(-1)
    return 2 * float(f[int((spectrum < 1 / 2).nonzero()[0])])


def hard_pulses(pulse: RFPulse, flip_angle: float, places: Tensor) -> tuple[Tensor, Tensor]:
    """Signed angle [rad] at `places` [thicknesses] of a nominal `flip_angle` [rad], and the precession [rad] left."""
    b = pulse.envelope()
    half_turn = pi * bandwidth(pulse) * places.to(torch.float64) / len(b)
    forward = torch.polar(torch.ones_like(half_turn), half_turn / 2)
    alpha, beta = torch.ones_like(forward), torch.zeros_like(forward)
    for angle in (flip_angle * b).tolist():
        c, s = cos(angle / 2), sin(angle / 2)
        alpha, beta = alpha * forward.conj(), beta * forward
        alpha, beta = c * alpha - 1j * s * beta, c * beta - 1j * s * alpha
        alpha, beta = alpha * forward.conj(), beta * forward
    balance = torch.polar(torch.ones_like(half_turn), half_turn * len(b))
    return 2 * torch.asin((-beta.imag).clamp(-1, 1)), -2 * (alpha * balance).angle()

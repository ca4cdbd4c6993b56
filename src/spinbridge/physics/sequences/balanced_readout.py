"""What a single-shot bSSFP readout makes of the longitudinal magnetisation mz it finds: two maps, `gain mz + offset`.

On resonance, with a phase that alternates from pulse to pulse, the magnetisation stays in a plane. Just after a pulse
z is its longitudinal and u its transverse part, in the frame of that pulse and in units of pd:

    first pulse b      z = cos b mz,  u = sin b mz
    TR, then pulse b   z <- cos b z' + sin b u',   z' = 1 + (z - 1) E1,   E1 = exp(-TR/T1)
                       u <- sin b z' - cos b u',   u' = E2 u,             E2 = exp(-TR/T2)
    echo               pd exp(-TR/2T2) u   after k = centre line + 1 full pulses
    end                1 + (z - 1) E1      after k = lines full pulses; u is spoiled

A ramp of n has b = a w(j/(n + 1)), j = 1 ... n, with w(x) = x, or w(x) = sin(pi x/2) for a variable flip angle (VFA);
the full pulses have b = a. Exactly, for those,

    steady state       z_ss = (cos a + E2) w,   u_ss = sin a w,   w = (1 - E1)/Q,   Q = 1 - cos a (E1 - E2) - E1 E2
    eigenvalues        l = 1 - Q/(1 + m),   -m = h - r,   h = cos a (E1 - E2)/2,   r = sqrt(h^2 + E1 E2)
    k pulses           z <- z_ss + (S + D C) (z - z_ss) + D (sin a E2/r) (u - u_ss),   S, D = (l^k +- (-m)^k)/2
                       u <- u_ss + D (sin a E1/r) (z - z_ss) + (S - D C) (u - u_ss),   C = cos a (E1 + E2)/2r

l^k is the recovery under the train, (-m)^k a ripple that changes sign from line to line. Gain and offset are found
backwards, from the weights of z and u at the echo or the end to those at the first pulse. Half a pulse, TR/2 before
the first full one, leaves the magnetisation along the eigenvector of l and no ripple, but for terms of (TR/T2)^2:

    echo               pd sin(a/2) p,   p = m_ss + (mz - m_ss) exp(-k TR/T1*),   m_ss = cos(a/2) T1*/T1
    end                1 + (cos(a/2) p - 1) exp(-TR/2T1),                 1/T1* = cos^2(a/2)/T1 + sin^2(a/2)/T2

Timing: preparation P = n TR, or TR/2 after half a pulse; tc = P + (c + 1/2) TR from the start of the readout to the
echo at the centre of k-space, after c full lines; D = P + lines TR, its length. Lines may be acquired on the ramp; then
the numbers count the full pulses only.

Times in seconds, angles in radians. After a ramp, a relaxation time below TR/16 counts as TR/16.

References: B. Hargreaves et al., Magn Reson Med 2001;46:149, doi:10.1002/mrm.1170 (transient bSSFP as powers of a
matrix); P. Schmitt et al., Magn Reson Med 2004;51:661, doi:10.1002/mrm.20058 (T1*). The powers in closed form and the
way backwards are derived here; `bloch.py` judges them.
"""

from dataclasses import dataclass
from functools import cached_property
from math import pi, sin
from typing import Literal, Self

import torch
from torch import Tensor

from spinbridge.core.errors import SequenceError
from spinbridge.core.tissue import Tissue
from spinbridge.physics.parameter import Parameter, like, require_between
from spinbridge.physics.sequences.program import Echo, Event, Pulse, Spoil, Wait
from spinbridge.physics.sequences.word import Key, Values, count, time

_MOST_DECAY = 16.0  # TR/T1 and TR/T2 beyond which nothing is left anyway
_LEAST_L = 1e-6  # keeps the logarithm of l and its gradient finite


@dataclass(frozen=True, kw_only=True)
class Readout:
    """A single-shot bSSFP readout: a ramp of flip angles or half a pulse, then the lines of k-space."""

    repetition_time: float = 2.8e-3  #: [s]
    lines: int = 66  #: lines acquired at the full flip angle
    centre_line: int = 28  #: of them, before the centre of k-space
    ramp: int = 5  #: pulses of the ramp; 0 for half a pulse, TR/2 before the first line
    shape: Literal["linear", "sine"] = "linear"  #: of the ramp

    def __post_init__(self) -> None:
        """Refuse readouts without a centre. Raises `SequenceError`."""
        require_between("a repetition time", self.repetition_time, 1e-4, 0.1, unit="ms")
        require_between("a number of lines", self.lines, 1, 1000, unit="")
        require_between("a number of ramp pulses", self.ramp, 0, 99, unit="")
        if self.shape not in ("linear", "sine"):
            raise SequenceError("a ramp that is linear or sine", f"'{self.shape}'")
        remedy = "The centre of k-space must be among the lines acquired."
        require_between("a centre line", self.centre_line, 0, self.lines - 1, unit="", remedy=remedy)

    @classmethod
    def variable(cls, *, repetition_time: float = 2.8e-3, before: int = 28, after: int = 38) -> Self:
        """A variable flip angle: `before` lines on a sine ramp, then `after` full ones; `repetition_time` [s]."""
        return cls(repetition_time=repetition_time, ramp=before, lines=after, centre_line=0, shape="sine")

    @property
    def weights(self) -> tuple[float, ...]:
        """Flip angles of the ramp over the full one."""
        places = [j / (self.ramp + 1) for j in range(1, self.ramp + 1)]
        return tuple(sin(pi * x / 2) if self.shape == "sine" else x for x in places)

    @property
    def preparation(self) -> float:
        """From the start of the readout to its first full pulse [s]."""
        return (self.ramp or 0.5) * self.repetition_time

    @property
    def to_centre(self) -> float:
        """From the start of the readout to the centre of k-space [s]."""
        return self.preparation + (self.centre_line + 0.5) * self.repetition_time

    @property
    def length(self) -> float:
        """Of the whole readout [s]."""
        return self.preparation + self.lines * self.repetition_time

    def events(self, flip_angle: Parameter) -> list[Event]:
        """What is played: the pulses, the image at the centre of k-space, the spoiler."""
        tr = Wait(self.repetition_time)
        events: list[Event] = [] if self.ramp else [Pulse(flip_angle / 2, pi), Wait(self.repetition_time / 2)]
        for k in range(self.ramp + self.lines):
            full = k >= self.ramp
            events.append(Pulse(flip_angle if full else flip_angle * self.weights[k], pi * (k % 2)))
            if k == self.ramp + self.centre_line:
                events.append(Echo(self.repetition_time / 2, pi * (k % 2)))
            events.append(tr)
        return [*events, Spoil()]


@dataclass(frozen=True, eq=False)
class AffineMap:
    """`gain mz + offset`, voxel by voxel."""

    gain: Tensor
    offset: Tensor

    def __call__(self, mz: Tensor) -> Tensor:
        """What the mz before a readout becomes."""
        return torch.addcmul(self.offset, self.gain, mz)


def effect_of(readout: Readout, flip_angle: Parameter, tissue: Tissue) -> "HalfPulseReadout | RampReadout":
    """The two maps, `echo` and `end`, of a readout over a tissue."""
    kind = RampReadout if readout.ramp else HalfPulseReadout
    return kind(readout, flip_angle, tissue)


class HalfPulseReadout:
    """Half a pulse, then the lines; each map is computed when it is first asked for."""

    def __init__(self, readout: Readout, flip_angle: Parameter, tissue: Tissue) -> None:
        a = like(flip_angle, tissue.t1)
        self._readout, self._pd, self._cos, self._sin = readout, tissue.pd, torch.cos(a / 2), torch.sin(a / 2)
        self._r1 = 1 / tissue.t1
        along_z = self._cos**2 * self._r1
        self._rate = torch.addcdiv(along_z, self._sin**2, tissue.t2)
        self._m_ss = self._cos * self._r1 / self._rate

    @cached_property
    def echo(self) -> AffineMap:
        """From the mz before the readout to the signed signal at the centre of k-space."""
        return self._after(self._readout.centre_line + 1, self._pd * self._sin)

    @cached_property
    def end(self) -> AffineMap:
        """From the mz before the readout to the mz after it."""
        left = torch.exp(self._r1 * (-self._readout.repetition_time / 2))
        lines = self._after(self._readout.lines, self._cos * left)
        return AffineMap(lines.gain, lines.offset + (1 - left))

    def _after(self, k: int, scale: Tensor) -> AffineMap:
        """The p of k full pulses, scaled."""
        gain = torch.exp(self._rate * (-k * self._readout.repetition_time)) * scale
        return AffineMap(gain, (scale - gain) * self._m_ss)


class RampReadout:
    """A linear ramp of pulses, then the lines; each map is computed when it is first asked for."""

    def __init__(self, readout: Readout, flip_angle: Parameter, tissue: Tissue) -> None:
        self._readout, self._pd, self._a = readout, tissue.pd, like(flip_angle, tissue.t1)
        less1 = torch.expm1(_exponent(readout.repetition_time, tissue.t1))  # E1 - 1
        half2 = torch.expm1(_exponent(readout.repetition_time, tissue.t2) / 2)
        self._to_echo = half2 + 1
        less2 = torch.addcmul(half2, half2, self._to_echo)  # E2 - 1
        self._less1, self._e1, self._e2 = less1, less1 + 1, less2 + 1
        turned = 2 * torch.sin(self._a / 2) ** 2  # 1 - cos a
        cos, self._sin = 1 - turned, torch.sin(self._a)
        q = torch.addcmul(less1 * (1 + cos), less2, less1 + turned)  # -Q
        w = less1 / q
        self._z_ss, self._u_ss = (less2 + (1 + cos)) * w, w * self._sin
        h = (less1 - less2) * (cos / 2)
        square = torch.addcmul(self._e1 * self._e2, h, h)
        self._per_r = torch.rsqrt(square)
        self._c = (self._e1 + self._e2) * (cos / 2) * self._per_r
        m = torch.addcmul(-h, square, self._per_r)
        self._log_l, self._log_m = torch.log1p((q / (m + 1)).clamp(min=_LEAST_L - 1)), torch.log(m)

    @cached_property
    def echo(self) -> AffineMap:
        """From the mz before the readout to the signed signal at the centre of k-space."""
        s, d = self._powers(self._readout.centre_line + 1)
        of_z = d * (self._e1 * self._per_r * self._sin)
        found = self._backwards(of_z, torch.addcmul(s, d, self._c, value=-1), self._u_ss)
        scale = self._pd * self._to_echo
        return AffineMap(found.gain * scale, found.offset * scale)

    @cached_property
    def end(self) -> AffineMap:
        """From the mz before the readout to the mz after it."""
        s, d = self._powers(self._readout.lines)
        of_u = d * (self._e2 * self._per_r * self._sin)
        found = self._backwards(torch.addcmul(s, d, self._c), of_u, self._z_ss)
        return AffineMap(found.gain * self._e1, torch.addcmul(-self._less1, found.offset, self._e1))

    def _powers(self, k: int) -> tuple[Tensor, Tensor]:
        """S and D."""
        slow, ripple = torch.exp(self._log_l * k), torch.exp(self._log_m * k)
        d = (slow + ripple if k % 2 else slow - ripple) / 2
        return slow - d, d

    def _backwards(self, of_z: Tensor, of_u: Tensor, steady: Tensor) -> AffineMap:
        """From the weights of z and u after the ramp; `steady` is what they weigh in the steady state."""
        offset = torch.addcmul(steady, of_z, self._z_ss, value=-1).addcmul(of_u, self._u_ss, value=-1)
        weights = self._readout.weights
        for weight in reversed(weights[1:]):
            b = self._a * weight
            cos, sine = torch.cos(b), torch.sin(b)
            before = torch.addcmul(of_z * cos, of_u, sine)  # the weight of z'
            of_z, of_u = before * self._e1, torch.addcmul(of_z * sine, of_u, cos, value=-1) * self._e2
            offset = torch.addcmul(offset, before, self._less1, value=-1)
        first = self._a * weights[0]
        return AffineMap(torch.addcmul(of_z * torch.cos(first), of_u, torch.sin(first)), offset)


def _exponent(time: float, relaxation: Tensor) -> Tensor:
    """`-time/relaxation`, bounded."""
    return (like(-time, relaxation) / relaxation).clamp(min=-_MOST_DECAY)


#: How a readout is written; `shape` is linear or sine.
READOUT_KEYS = {
    "tr": time("readout.repetition_time"),
    "lines": count("readout.lines"),
    "centre": count("readout.centre_line"),
    "ramp": count("readout.ramp"),
    "shape": Key("readout.shape", text=True),
}


def centred(values: Values) -> Values:
    """The centre of k-space where it usually lies among the lines, unless it is given."""
    if "lines" not in values or "centre" in values:
        return values
    return {"centre": usual_centre(values["lines"]), **values}


def usual_centre(lines: int) -> int:
    """The centre line of that many, even, where it usually lies among them."""
    usual = Readout()
    return 2 * round(lines * usual.centre_line / usual.lines / 2)

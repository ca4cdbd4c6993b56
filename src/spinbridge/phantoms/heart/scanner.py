"""What the scanner adds to the signal: coils, a truncated and filtered k-space, complex noise, the magnitude.

    image = | IFFT( W (FFT(c s) + n) ) |

c is the combined coils' sensitivity with a smooth phase, W a window over the acquired lines that is flat inside and
falls like a Hamming window at its edge (the rest is zero-filled), n complex normal noise, so that the magnitude is
Rician. SNR is LV blood in a bSSFP image over the noise of one channel after the window. Signals in units of pd. Ours.
"""

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from spinbridge.core.random import uniform
from spinbridge.phantoms.heart.grid import voxel_axes
from spinbridge.phantoms.heart.subject import Subject
from spinbridge.physics.acquisition.phase_sensitive import signed_image

_BLOOD = 0.19  # of LV blood in a bSSFP image, the reference of the SNR
_COILS = 8


def coil_sensitivity(subject: Subject) -> Tensor:
    """Complex combined sensitivity (y, x), of magnitude 1 in the heart: elements on the chest and on the back."""
    draw = subject.draw("protocol", "coils")
    rows, columns = voxel_axes(subject)
    x, y = columns[None, :], rows[:, None]
    power = np.zeros((len(rows), len(columns)))
    for number in range(_COILS):
        front = number < _COILS // 2
        place = (-95 if front else 125) + draw.normal(0, 12), draw.uniform(-120, 130)
        lean = -0.3 * place[1]
        size = draw.uniform(60, 95)
        power += draw.uniform(0.6, 1.4) / (1 + ((x - place[0] - lean) ** 2 + (y - place[1]) ** 2) / size**2) ** 1.6
    here = power[np.abs(rows).argmin(), np.abs(columns).argmin()]
    strength = 0.5 * draw.uniform(0.5, 1.4) * subject.settings.shading
    magnitude = (power / here) ** strength
    phase = draw.normal(0, 0.6, 3) @ np.stack([np.ones_like(power), x / 150 + 0 * power, y / 150 + 0 * power]).reshape(
        3, -1
    )
    return torch.polar(torch.from_numpy(magnitude), torch.from_numpy(phase.reshape(power.shape))).to(torch.complex64)


def scan(subject: Subject, signal: Tensor, draw: torch.Generator, reference: Tensor | None = None) -> Tensor:
    """Magnitude (..., y, x) of a complex signal (..., y, x) that has passed the coils; 1 is the full pd.

    With the signal of a reference image, (..., y, x) too, the result is phase-sensitive and signed.
    """
    image = _measured(subject, signal, draw)
    if reference is None:
        return image.abs()
    return signed_image(image[None], _measured(subject, reference, draw)[None])


def _measured(subject: Subject, signal: Tensor, draw: torch.Generator) -> Tensor:
    """The complex image of one reception, with its noise."""
    window = _window(subject)
    noise_level = _BLOOD / float(subject.draw("protocol", "snr").uniform(*subject.settings.snr))
    rows, columns = signal.shape[-2:]
    lines = torch.fft.fft2(signal) * window
    scale = noise_level * np.sqrt(rows * columns / float(window.square().mean()))
    noise = torch.complex(torch.randn(signal.shape, generator=draw), torch.randn(signal.shape, generator=draw))
    image: Tensor = torch.fft.ifft2(lines + noise * (window * scale))
    return image


def _window(subject: Subject) -> Tensor:
    draw = torch.Generator().manual_seed(subject.torch_seed("k-space"))
    low, high = subject.settings.truncation
    shares = (uniform(low, high, draw), uniform(max(low, 0.8), 1.0, draw))
    taper = uniform(0.15, 0.5, draw)
    rows, columns = (_edged(count, share, taper) for count, share in zip(subject.protocol.shape, shares, strict=True))
    return torch.from_numpy((rows[:, None] * columns[None, :]).astype(np.float32))


def _edged(count: int, share: float, taper: float) -> npt.NDArray[np.float64]:
    """Window over FFT frequencies: 1 inside, falling to 0.08 over the outer `taper` of the `share`, 0 outside."""
    far = np.abs(np.fft.fftfreq(count)) / (0.5 * share)
    fall = np.clip((far - (1 - taper)) / taper, 0, 1)
    window: npt.NDArray[np.float64] = np.where(far <= 1, 0.54 + 0.46 * np.cos(np.pi * fall), 0.0)
    return window

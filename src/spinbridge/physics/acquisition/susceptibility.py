"""Off-resonance from susceptibility: every voxel is a dipole in the main field.

    df(k) = f0 chi(k) [ 1/3 - (k . b)^2 / k^2 ],   df(0) = 0,   f0 = 42.577 MHz/T B0

    sphere of radius a     inside 0,  outside f0 dchi/3 (a/r)^3 (3 cos^2 theta - 1)
    long cylinder at 90    inside -f0 dchi/6,  outside f0 dchi/2 (a/r)^2 cos(2 phi)

chi in parts per million (SI), lengths in mm, df in hertz; b the direction of the main field, theta and phi from it. The
1/3 holds the sphere of Lorentz. To first order in chi. The map goes on beyond its edges as it is there, half its size
to either side, before it repeats; one slice alone stands for a long body across its plane. What a scanner shims away is
taken out by `shimmed`: the polynomials of its coils, fitted in the heart.

References: R. Salomir, B. de Senneville, C. Moonen, Concepts Magn Reson B 2003;19:26, doi:10.1002/cmr.b.10083;
J. Marques, R. Bowtell, Concepts Magn Reson B 2005;25:65, doi:10.1002/cmr.b.20034 (the kernel); J. Schenck, Med Phys
1996;23:815, doi:10.1118/1.597854 (chi of air, water, bone; the sphere and the cylinder); W. Spees et al., Magn Reson
Med 2001;45:533, doi:10.1002/mrm.1072 (blood: 0.27 ppm in cgs of deoxygenated cells, here haematocrit 0.42 and a
saturation of 70 %). Lung is tissue and air in the proportion of its density; fat is a round value.
"""

from dataclasses import replace

import torch
from torch import Tensor
from torch.nn.functional import pad

from spinbridge.core.errors import SettingsError
from spinbridge.core.tissue import Tissue
from spinbridge.physics.acquisition.coil_array import AXIAL, Direction

GYROMAGNETIC = 42.577478518e6  #: of the proton over 2 pi [Hz/T]

#: Volume susceptibility in SI units [ppm].
SUSCEPTIBILITY = {
    "air": 0.36,
    "water": -9.05,
    "tissue": -9.05,
    "arterial_blood": -9.05,
    "venous_blood": -8.6,
    "fat": -8.3,
    "bone": -8.86,
    "lung": -2.2,
}

_THREE = 3


def field_shift(
    susceptibility: Tensor,
    spacing: tuple[float, float, float],
    field_strength: float,
    *,
    field_direction: Direction = AXIAL,
) -> Tensor:
    """Off-resonance `(z, y, x)` [Hz] of a susceptibility map `(z, y, x)` [ppm] with `spacing` along (z, y, x) [mm].

    `field_strength` [T]; `field_direction` along the map's (x, y, z). Raises `SettingsError` for other shapes.
    """
    if susceptibility.dim() != _THREE:
        raise SettingsError("a map (z, y, x)", f"{susceptibility.dim()} axes", where="field_shift")
    shape = susceptibility.shape
    margins = [n // 2 if n > 1 else 0 for n in shape]
    wide = _continued(susceptibility, margins)
    kernel = dipole_kernel(tuple(wide.shape), spacing, field_direction).to(susceptibility.dtype)
    shift = torch.fft.irfftn(torch.fft.rfftn(wide) * kernel, s=wide.shape)
    inside = tuple(slice(margin, margin + n) for margin, n in zip(margins, shape, strict=True))
    hertz: Tensor = GYROMAGNETIC * field_strength * 1e-6 * shift[inside]
    return hertz


def dipole_kernel(shape: tuple[int, ...], spacing: tuple[float, float, float], field_direction: Direction) -> Tensor:
    """1/3 - cos^2 of the angle to the main field, over the half of k-space that `rfftn` gives; 0 in the middle."""
    axes = [torch.fft.fftfreq(n, d, dtype=torch.float64) for n, d in zip(shape[:2], spacing[:2], strict=True)]
    axes.append(torch.fft.rfftfreq(shape[2], spacing[2], dtype=torch.float64))
    z, y, x = torch.meshgrid(*axes, indexing="ij")
    b = torch.tensor(field_direction, dtype=torch.float64)
    b = b / b.norm()
    along = b[0] * x + b[1] * y + b[2] * z
    squared = x.square() + y.square() + z.square()
    squared[0, 0, 0] = 1.0
    kernel: Tensor = 1 / 3 - along.square() / squared
    kernel[0, 0, 0] = 0.0
    return kernel


def shimmed(field: Tensor, where: Tensor, spacing: tuple[float, float, float], *, order: int = 1) -> Tensor:
    """The field `(z, y, x)` [Hz] less its best fit, in the voxels `where`, by the shims up to `order` (0, 1 or 2).

    `spacing` along (z, y, x) [mm]. Order 0 sets the frequency, 1 adds the gradients, 2 the five quadratic shims.
    """
    axes = [(torch.arange(n) - (n - 1) / 2) * d / 100 for n, d in zip(field.shape, spacing, strict=True)]
    z, y, x = torch.meshgrid(*axes, indexing="ij")
    terms = [torch.ones_like(x)]
    if order > 0:
        terms += [x, y, z]
    if order > 1:
        terms += [x * y, y * z, z * x, x * x - y * y, 2 * z * z - x * x - y * y]
    basis = torch.stack([term for term in terms if term.abs().max() > 0], dim=-1).double()
    solution = torch.linalg.lstsq(basis[where], field[where].double()[:, None], driver="gelsd").solution[:, 0]
    fitted: Tensor = (basis @ solution).to(field.dtype)
    return field - fitted


def with_off_resonance(tissue: Tissue, shift: Tensor) -> Tissue:
    """The tissue with a field error `shift` [Hz], any shape that broadcasts, added to its chemical shift."""
    offset = shift if tissue.off_resonance is None else tissue.off_resonance + shift
    return replace(tissue, off_resonance=offset.to(tissue.t1.dtype))


def _continued(volume: Tensor, margins: list[int]) -> Tensor:
    widths = [width for margin in reversed(margins) for width in (margin, margin)]
    return pad(volume[None, None], widths, mode="replicate")[0, 0]

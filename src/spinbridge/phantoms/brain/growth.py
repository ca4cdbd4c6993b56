"""The glioma: an irregular core with a rim and necrosis, and oedema that has crept along white matter.

    core       |x - c| / (R a) + waves < 1, of one to three balls; waves of 24, 11 and 6 mm
    rim        the core's outer layer, of uneven thickness; necrosis inside; a low-grade one has neither, at most spots
    oedema     u > 1/2 of  du/dt = div(D grad u) + rho u (1 - u),  u = 1 in the core

D is that of white matter, a tenth of it in grey matter and nothing in fluid: the front runs out in fingers between the
sulci and leaves the cortex free. It is worked out on the nodes of the lattice by explicit steps until the front
would have run `oedema` millimetres in even white matter:  2 sqrt(D rho) t - 5/2 sqrt(D/rho) ln(rho t).

References: growth of gliomas by Fisher's equation, D of white matter 5 to 100 times that of grey matter: K. Swanson et
al., Cell Prolif 2000;33:317, doi:10.1046/j.1365-2184.2000.00177.x. The delay of a round front: J. Gärtner, Math Nachr
1982;105:317, doi:10.1002/mana.19821050117. That oedema follows the same equation is ours.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from spinbridge.phantoms.brain.lattice import Lattice, random_wave
from spinbridge.phantoms.brain.solids import Floats
from spinbridge.phantoms.brain.subject import Subject, Tumour

Mask = npt.NDArray[np.bool_]

_WAVES = ((24.0, 0.8), (11.0, 0.65), (6.0, 0.35))  # scale [mm], weight
_GREY, _RATE = 0.08, 0.12  # diffusion relative to white matter; growth a step
_SPOT = 1.0  # level of the wave above which a low-grade glioma enhances, if it does
_REACH = 50.0  # of the box around the core that oedema can fill, beyond the core [mm]


@dataclass(frozen=True, eq=False, kw_only=True)
class Growth:
    """The tumour at the nodes."""

    core: Floats  #: depth in the core [mm]
    necrosis: Floats  #: above 0 where necrotic, in the core
    rim: Floats  #: thickness of the enhancing rim [mm]
    oedema: Floats  #: above 0 where oedema is


def growth(subject: Subject, tumour: Tumour, lattice: Lattice, speed: Floats) -> Growth:
    """Of a head in which oedema moves with `speed`: 1 white matter, 0 fluid and outside of the brain."""
    waves = [random_wave(lattice, scale, subject.draw("disease", "wave", scale)) for scale, _ in _WAVES]
    wave = np.add.reduce([np.float32(weight) * w for (_, weight), w in zip(_WAVES, waves, strict=True)])
    core = _core(subject, tumour, lattice, wave)
    core = np.minimum(core, 12 * (speed - np.float32(0.02)))
    texture = random_wave(lattice, 9.0, subject.draw("disease", "necrosis"))
    uneven = random_wave(lattice, 8.0, subject.draw("disease", "rim"))
    rim = np.float32(tumour.rim) * np.clip(1 + np.float32(0.55) * uneven, 0.25, 2.5)
    if tumour.grade == "low":
        rim, necrosis = np.where(uneven > _SPOT, rim, np.float32(0)), np.full_like(core, -1)
    else:
        necrosis = core - rim + np.float32(2.0) * texture - np.float32(tumour.viable)
    return Growth(core=core, necrosis=necrosis, rim=rim, oedema=_oedema(subject, tumour, lattice, core, speed))


def _core(subject: Subject, tumour: Tumour, lattice: Lattice, wave: Floats) -> Floats:
    draw = subject.draw("disease", "lobes")
    place, radius = lattice.points, tumour.radius
    share = tumour.lobes ** (-1 / 3) * 1.05
    best = np.full(place.x.shape, -np.inf, np.float32)
    for number in range(tumour.lobes):
        off = draw.normal(0, 0.62 * radius, 3) if number else np.zeros(3)
        size = radius * share * (1.0 if number == 0 else draw.uniform(0.65, 1.0))
        away = [
            (v - np.float32(c + o)) / np.float32(a)
            for v, c, o, a in zip((place.x, place.y, place.z), tumour.centre, off, tumour.aspect, strict=True)
        ]
        far = np.sqrt(sum(a * a for a in away))
        best = np.maximum(best, (np.float32(size) - far).astype(np.float32))
    depth: Floats = best + np.float32(tumour.rough * radius) * np.clip(wave, -2, 2)
    return depth


def _oedema(subject: Subject, tumour: Tumour, lattice: Lattice, core: Floats, speed: Floats) -> Floats:
    """The density less a half, on all nodes; nothing has come outside of the box."""
    step = lattice.settings.lattice
    box = _box(tumour, lattice)
    rough = np.exp(0.5 * random_wave(lattice, 10.0, subject.draw("disease", "oedema")))
    flow = (np.float32(_GREY) + (1 - np.float32(_GREY)) * np.clip(2 * speed - 1, 0, 1)) * (speed > 0.02) * rough  # noqa: PLR2004
    flow = np.clip(flow, 0, 2.0)[box].astype(np.float32)
    density = (core[box] > -0.5 * step).astype(np.float32)
    source = density.copy()
    diffusion = 1 / 12  # the largest stable step for D up to 2
    for _ in range(_steps(tumour.oedema / step, diffusion)):
        density = np.maximum(_advanced(density, flow, diffusion), source)
    whole = np.full(core.shape, -0.5, np.float32)
    whole[box] = density - np.float32(0.5)
    return whole


def _steps(distance: float, diffusion: float) -> int:
    """Steps after which the front has come a `distance`, the delay with which it forms included; in nodes."""
    times = np.arange(1, 4000)
    delay = 2.5 * np.sqrt(diffusion / _RATE) * np.log(np.maximum(_RATE * times, 1))
    reach = 2 * np.sqrt(diffusion * _RATE) * times - delay
    return int(np.argmax(reach >= distance)) + 1


def _advanced(density: Floats, flow: Floats, diffusion: float) -> Floats:
    change = _RATE * density * (1 - density) * (flow > 0) * np.minimum(flow, 1)
    for axis in range(3):
        first, second = [slice(None)] * 3, [slice(None)] * 3
        first[axis], second[axis] = slice(None, -1), slice(1, None)
        low, high = tuple(first), tuple(second)
        between = 2 * flow[low] * flow[high] / (flow[low] + flow[high] + np.float32(1e-6))
        current = diffusion * between * (density[high] - density[low])
        change[low] += current
        change[high] -= current
    grown: Floats = density + change
    return grown


def _box(tumour: Tumour, lattice: Lattice) -> tuple[slice, slice, slice]:
    reach = 1.8 * tumour.radius + min(_REACH, 1.6 * tumour.oedema + 8)
    x, y, z = tumour.centre
    spans = []
    for axis, middle in zip(lattice.nodes, (z, y, x), strict=True):
        inside = np.flatnonzero(np.abs(axis - middle) <= reach)
        spans.append(slice(int(inside[0]), int(inside[-1]) + 1))
    return spans[0], spans[1], spans[2]

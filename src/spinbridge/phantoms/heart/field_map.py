"""The main field's error [Hz]: smooth waves, a rise next to the lung, a steep rise far from the magnet's middle.

    df = s n(40 mm) + p (G * lung - its value in the heart) + e (r / 170 mm)^4,     G a Gaussian of 9 mm

at 1.5 T with s about 12 Hz, p about 90 Hz and e up to 90 Hz, in proportion to the field. A stand-in for the dipole
solution. Reeder et al., Magn Reson Med 1998;39:988, found 71 Hz from peak to peak in the heart at 1.5 T, doi
10.1002/mrm.1910390615.
"""

import numpy as np
import numpy.typing as npt
from scipy.ndimage import gaussian_filter

from spinbridge.phantoms.heart.fields import smooth_field
from spinbridge.phantoms.heart.generators import surroundings
from spinbridge.phantoms.heart.grid import depths, voxel_axes
from spinbridge.phantoms.heart.matter import Matter
from spinbridge.phantoms.heart.subject import Subject

Floats = npt.NDArray[np.float32]


def field_map(subject: Subject) -> Floats:
    """Off-resonance (z, y, x) [Hz], without chemical shift, shimmed on the heart."""
    draw = subject.draw("protocol", "field")
    rows, columns = voxel_axes(subject)
    scale = subject.settings.field_strength / 1.5
    classes = surroundings(subject)
    middle = classes[:, classes.shape[1] // 2]
    hollow = np.isin(middle, (Matter.LUNG, Matter.LUNG_VESSEL, Matter.GAS)).astype(np.float32)
    soft = gaussian_filter(hollow, (0.5, 9 / subject.protocol.spacing, 9 / subject.protocol.spacing), truncate=2.5)
    near = np.hypot(rows[:, None], columns[None, :]) < 30  # noqa: PLR2004
    waves = smooth_field((depths(subject).mean(axis=1), rows, columns), (40.0, 42.0, 42.0), draw)
    far = np.hypot(rows[:, None], columns[None, :]) / 170
    edge = draw.uniform(-90, 90) * np.minimum(far, 1.4) ** 4
    total = draw.uniform(8, 16) * waves + draw.uniform(50, 110) * soft + edge
    shimmed: Floats = (scale * (total - np.median(total[:, near]))).astype(np.float32)
    return shimmed

"""How the short axis lies in the patient: unit vectors in patient axes (R, A, S) of the heart's x, y and z.

    z to the apex: to the left, to the front and to the feet;   y down the image, as close to the feet as z allows

The polar hearts share one oblique stack, the implicit ones lie more or less across the chest. Ours.
"""

import numpy as np
import numpy.typing as npt

from spinbridge.phantoms.heart.subject import Subject

Doubles = npt.NDArray[np.float64]

# x to the left and back, y to the feet, z to the apex
_POLAR = np.array([[-0.62, -0.75, -0.22], [0.31, 0.02, -0.95], [-0.72, 0.66, -0.22]])


def heart_axes(subject: Subject) -> Doubles:
    """Rows x, y, z of an orthonormal system."""
    if subject.settings.generator == "polar":
        along, down, across = _POLAR[2], _POLAR[1], _POLAR[0]
    else:
        draw = subject.draw("anatomy", "implicit", "orientation")
        turn, dip = np.deg2rad(draw.uniform(42, 56)), np.deg2rad(draw.uniform(24, 40))
        along = np.array([-np.sin(turn) * np.cos(dip), np.cos(turn) * np.cos(dip), -np.sin(dip)])
        down, across = np.array([0.0, 0.0, -1.0]), np.array([-1.0, -1.0, 0.0])
    along = along / np.linalg.norm(along)
    down = down - down @ along * along
    down = down / np.linalg.norm(down)
    sideways = np.cross(down, along)
    axes: Doubles = np.stack([sideways * np.sign(sideways @ across), down, along])
    return axes

"""Four independent sources of a subject's numbers, all from one seed.

| stream | holds |
|---|---|
| `anatomy` | the shape of heart and body |
| `disease` | severity, scar, where a wall is thick |
| `physiology` | function, heart rate, flow, the subject's own tissue values |
| `protocol` | matrix, spacing, slices, position, coils, noise level, k-space, the field's error |

Nothing drawn from one stream moves when more or less is drawn from another: another protocol or field strength finds
the same heart, and the same anatomy can be seen with any disease. Ours.
"""

from typing import Literal

import numpy as np

from spinbridge.core.random import derive_seed, numpy_generator

Stream = Literal["anatomy", "disease", "physiology", "protocol"]


def stream(seed: int, index: int, name: Stream, *place: object) -> np.random.Generator:
    """The random numbers of one named part of subject `index` of the population `seed`."""
    return numpy_generator(seed, "heart", index, name, *place)


def stream_seed(seed: int, index: int, name: Stream, *place: object) -> int:
    """The seed of one named part."""
    return derive_seed(seed, "heart", index, name, *place)

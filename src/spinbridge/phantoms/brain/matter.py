"""What a point of the head consists of: the codes of the class maps, and what of them BraTS outlines.

Labels of the tumour follow Baid et al., arXiv:2107.02314 (BraTS 2021): necrotic core, oedema with infiltrated tissue,
enhancing tumour. A tumour that does not enhance is labelled as its core (1), as it is there.
"""

from enum import IntEnum

import numpy as np
import numpy.typing as npt

from spinbridge.core.structures import Glioma

Classes = npt.NDArray[np.uint8]


class Matter(IntEnum):
    """Every class of the phantom."""

    AIR = 0
    SKIN = 1
    FAT = 2
    MUSCLE = 3
    BONE = 4  #: tables of the skull, teeth
    MARROW = 5
    DURA = 6  #: with falx and tentorium
    CSF = 7
    VENTRICLE = 8
    CORTEX = 9
    WHITE = 10
    CAUDATE = 11
    PUTAMEN = 12
    PALLIDUM = 13
    THALAMUS = 14
    HIPPOCAMPUS = 15
    CEREBELLAR_CORTEX = 16
    CEREBELLAR_WHITE = 17
    BRAINSTEM = 18
    PLEXUS = 19
    ARTERY = 20
    VEIN = 21
    VITREOUS = 22
    LENS = 23
    MUCOSA = 24
    OEDEMA = 25
    INFILTRATION = 26  #: cortex that tumour cells and water have entered
    NECROSIS = 27
    ENHANCING = 28
    CORE = 29  #: solid tumour that does not enhance
    DEEP_CORTEX = 30  #: its inner layers, which hold more myelin


GREY = (
    Matter.CORTEX, Matter.DEEP_CORTEX,
    Matter.CAUDATE, Matter.PUTAMEN, Matter.PALLIDUM, Matter.THALAMUS, Matter.HIPPOCAMPUS,
    Matter.CEREBELLAR_CORTEX,
)  # fmt: skip
WHITE = (Matter.WHITE, Matter.CEREBELLAR_WHITE, Matter.BRAINSTEM)
FLUID = (Matter.CSF, Matter.VENTRICLE)
TUMOUR = (Matter.OEDEMA, Matter.INFILTRATION, Matter.NECROSIS, Matter.ENHANCING, Matter.CORE)

_LABELS = np.zeros(256, np.uint8)
_LABELS[[Matter.NECROSIS, Matter.CORE]] = Glioma.NECROTIC_CORE
_LABELS[[Matter.OEDEMA, Matter.INFILTRATION]] = Glioma.OEDEMA
_LABELS[Matter.ENHANCING] = Glioma.ENHANCING


def glioma_labels(classes: Classes) -> Classes:
    """Values of `Glioma` of class codes, any shape."""
    return _LABELS[classes]

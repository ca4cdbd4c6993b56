"""What a point of the phantom is made of: one name a tissue that looks or counts differently, and its heart label.

Muscle inside a cavity (papillary muscles, trabeculae) has the signal of myocardium and the label of the cavity, and
the wall of the right ventricle is background: the conventions of ACDC (Bernard et al. 2018, doi
10.1109/TMI.2018.2837502).
"""

from enum import IntEnum

import numpy as np
import numpy.typing as npt

from spinbridge.core.structures import Heart


class Matter(IntEnum):
    """The classes of a phantom's class map; the value is the code in memory."""

    AIR = 0
    LV_BLOOD = 1
    LV_MUSCLE = 2  #: papillary muscles and trabeculae in the left cavity
    MYOCARDIUM = 3
    SCAR = 4
    RV_BLOOD = 5
    RV_MUSCLE = 6  #: trabeculae in the right cavity
    RV_WALL = 7
    ATRIAL_BLOOD = 8  #: left atrium, aortic root
    VENOUS_BLOOD = 9  #: right atrium, outflow tract, veins
    VESSEL_WALL = 10  #: walls of atria and great vessels
    EPICARDIAL_FAT = 11
    PERICARDIUM = 12
    LUNG = 13
    LUNG_VESSEL = 14
    SUBCUTANEOUS_FAT = 15
    MUSCLE = 16
    RIB = 17  #: cortical bone
    MARROW = 18
    VISCERAL_FAT = 19
    LIVER = 20
    LIVER_VESSEL = 21
    SPLEEN = 22
    STOMACH_WALL = 23
    STOMACH_FLUID = 24
    GAS = 25
    AORTA = 26
    DISC = 27
    CSF = 28
    KIDNEY = 29
    SKIN = 30


#: the structure of each class
STRUCTURES = {
    Matter.LV_BLOOD: Heart.LV,
    Matter.LV_MUSCLE: Heart.LV,
    Matter.MYOCARDIUM: Heart.MYO,
    Matter.SCAR: Heart.MYO,
    Matter.RV_BLOOD: Heart.RV,
    Matter.RV_MUSCLE: Heart.RV,
}


def heart_labels(matter: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint8]:
    """`Heart` values of a class map of any shape."""
    table = np.zeros(256, np.uint8)
    for kind, structure in STRUCTURES.items():
        table[kind] = structure
    return table[matter]

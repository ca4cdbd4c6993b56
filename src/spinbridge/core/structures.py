"""Anatomical structures by name; the integers of a data set's files stay in `data`.

The members' values are the package's own coding of label arrays in memory, never that of a file.
"""

from enum import IntEnum


class Heart(IntEnum):
    """The structures of a short-axis cardiac label; the coding of every heart label in memory."""

    BACKGROUND = 0
    RV = 1  #: right ventricular cavity
    MYO = 2  #: left ventricular myocardium
    LV = 3  #: left ventricular cavity

    @classmethod
    def foreground(cls) -> tuple["Heart", ...]:
        """Every structure that is not background."""
        return (cls.RV, cls.MYO, cls.LV)


class Glioma(IntEnum):
    """The parts of a glioma as BraTS outlines them; the coding of every tumour label in memory.

    Without gaps, as nnU-Net needs its labels; files of BraTS write enhancing tumour as 4.
    """

    BACKGROUND = 0
    NECROTIC_CORE = 1  #: necrosis and solid tumour that does not enhance
    OEDEMA = 2  #: with tissue that tumour has infiltrated
    ENHANCING = 3

    @classmethod
    def foreground(cls) -> tuple["Glioma", ...]:
        """Every structure that is not background."""
        return (cls.NECROTIC_CORE, cls.OEDEMA, cls.ENHANCING)

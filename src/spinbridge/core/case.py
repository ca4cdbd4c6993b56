"""A case: an image, its label, whose it is and how it came to be. Every method takes cases and gives cases."""

from dataclasses import dataclass, field, replace
from enum import IntEnum
from typing import Any

from spinbridge.core.errors import GeometryError
from spinbridge.core.image import Image
from spinbridge.core.structures import Heart


@dataclass(frozen=True, eq=False, kw_only=True)
class Case:
    """One image of one patient; `label` holds values of `Heart` (or another structure enum)."""

    name: str  #: unique in its data set, such as `patient001_ED`
    patient: str  #: splits never part the cases of one patient
    image: Image
    label: Image | None = None
    structures: tuple[IntEnum, ...] = Heart.foreground()  #: what the label annotates; others are unknown, not absent
    frame: str = ""  #: `ED`, `ES`, a frame number, or empty
    group: str = ""  #: diagnosis, such as `DCM`
    sequence: str = ""  #: how it was acquired, in the sequence language, or empty where unknown
    field_strength: float | None = None  #: [T]
    synthetic: bool = False
    history: tuple[dict[str, Any], ...] = field(default=())  #: provenance steps, oldest first

    def __post_init__(self) -> None:
        """Refuse a label that does not lie on its image."""
        if self.label is not None and not self.image.same_place(self.label):
            got = (
                f"image {self.image.data.shape} with affine {self.image.affine.round(3).tolist()} and label "
                f"{self.label.data.shape} with affine {self.label.affine.round(3).tolist()}"
            )
            remedy = "Resample the label onto the image, or export both from one source."
            raise GeometryError("image and label of one geometry", got, remedy=remedy, where=self.name)

    def derived(self, *, name: str, image: Image, step: dict[str, Any], sequence: str = "") -> "Case":
        """A synthetic case of the same patient and label, with one more step of history."""
        history = (*self.history, step)
        return replace(self, name=name, image=image, sequence=sequence, synthetic=True, history=history)

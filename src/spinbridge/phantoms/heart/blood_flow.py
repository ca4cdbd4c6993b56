"""How fast blood moves through a slice, for sequences whose signal lives from fresh spins.

Speeds are those of the chambers in the mean over a readout: faster towards the base, in ejection and in early
filling, and with the ejection fraction; some tens of mm/s, the scale at which a gradient echo becomes bright (docs
of `spoiled_gre`). Ours.
"""

import numpy as np
import numpy.typing as npt

from spinbridge.core.protocols import SignalModel
from spinbridge.phantoms.heart.grid import depths
from spinbridge.phantoms.heart.matter import Matter
from spinbridge.phantoms.heart.subject import Subject
from spinbridge.physics.sequences.flow import with_blood_of

_FRESH = 0.8  # share of a chamber's blood that is new in the slice after a heartbeat


def blood_speed(subject: Subject, slice_index: int, phase: float) -> npt.NDArray[np.float32]:
    """Through-plane speed of every class in a slice [mm/s], indexed by `Matter`."""
    level = float(np.clip(depths(subject)[slice_index].mean() / subject.shape.length, 0, 1))
    pulse = 0.35 + np.exp(-(((phase - 0.17) / 0.12) ** 2)) + 0.8 * np.exp(-(((phase - 0.5) / 0.08) ** 2))
    strength = float(subject.draw("physiology", "speed").uniform(30, 90)) * pulse * (1 - 0.65 * level)
    table = np.zeros(256, np.float32)
    table[Matter.LV_BLOOD] = strength * (0.3 + 1.2 * subject.lv_ef)
    table[Matter.RV_BLOOD] = strength * (0.3 + 1.2 * subject.rv_ef) * 0.8
    table[[Matter.ATRIAL_BLOOD, Matter.VENOUS_BLOOD]] = 50 * pulse
    table[Matter.AORTA] = 150 * pulse
    table[[Matter.LUNG_VESSEL, Matter.LIVER_VESSEL]] = 20
    return table


def with_stated_flow(sequence: SignalModel, subject: Subject, phase: float) -> SignalModel:
    """The sequence with one number for its flow, that of LV blood in the mean over slices, so as to write it down."""
    slices = range(subject.protocol.slices)
    speed = float(np.mean([blood_speed(subject, k, phase)[Matter.LV_BLOOD] for k in slices]))
    thickness = subject.protocol.thickness
    return with_blood_of(sequence, speed=round(speed, 1), fresh=_FRESH, slice_thickness=round(thickness, 2))


def fresh_share() -> npt.NDArray[np.float32]:
    """Share of every class that is replaced between two heartbeats, indexed by `Matter`."""
    table = np.zeros(256, np.float32)
    table[[Matter.LV_BLOOD, Matter.RV_BLOOD, Matter.ATRIAL_BLOOD, Matter.VENOUS_BLOOD, Matter.AORTA]] = _FRESH
    return table

"""How far fitted relaxation times are from the true ones, on simulated noisy images: the tables of docs/fits.md.

    python docs/evidence/fit_bias.py [VOXELS]

Every tissue is imaged by the sequence's own closed form, many thousand times with complex noise of its own largest
signal over 40, and fitted: phase-sensitive images, and magnitudes where it says so. A bias is the median over the
voxels less the true value, the spread half the width of the middle 68 %; no voxel is left out for its deviation, so
that the uncertain ones count. Corrected fits are told the tissue's true T2 (MOLLI, SASHA) or T1 (T2-prep). On
resonance, no magnetisation transfer, spins at rest.
"""

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from math import inf
from typing import cast

import torch
from torch import Tensor

from spinbridge.core.protocols import SignalModel
from spinbridge.core.random import generator
from spinbridge.core.tissue import Tissue
from spinbridge.physics.fits.molli_fit import fit_molli
from spinbridge.physics.fits.msasha_fit import fit_msasha
from spinbridge.physics.fits.of_sequence import SequenceFit
from spinbridge.physics.fits.relaxation_fit import Limits, RelaxationFit
from spinbridge.physics.fits.sasha_fit import fit_sasha
from spinbridge.physics.fits.shmolli_fit import fit_shmolli
from spinbridge.physics.fits.simulated_correction import SimulatedCorrection
from spinbridge.physics.fits.t2prep_fit import fit_t2prep, fit_t2prep_with_t1
from spinbridge.physics.sequences.balanced_readout import Readout
from spinbridge.physics.sequences.molli import GatedMOLLI
from spinbridge.physics.sequences.msasha import MSASHA
from spinbridge.physics.sequences.sasha import SASHA
from spinbridge.physics.sequences.t2prep_bssfp import T2PreparedBSSFP
from spinbridge.physics.tissue_table import load_tissues

VOXELS, SNR = 16_000, 40
LOOSE = Limits(residual=1.0, deviation=1e9)
LONGEST_T2 = 0.26  # [s] below every T1 of the tables
#: T1 and T2 [s], and the bias [%] of 5(3)3, 3(3)3(3)5 and 4(1)3(1)2 at 60 bpm as simulated once apart from this package
KNOWN = {
    "myocardium, 1000/45": (1.0, 0.045, (-11.1, -9.6, -14.0)),
    "myocardium, 1200/42": (1.2, 0.042, (-12.8, -11.6, -17.6)),
    "blood, 1550/250": (1.55, 0.25, (-6.4, -7.8, -13.0)),
    "blood, 1900/180": (1.9, 0.18, (-8.4, -11.1, -17.4)),
    "fat, 300/70": (0.3, 0.07, (-3.6, -3.5, -3.5)),
    "oedema, 1150/65": (1.15, 0.065, (-9.6, -8.9, -13.7)),
    "after contrast, 450/43": (0.45, 0.043, (-6.5, -5.2, -5.6)),
    "scar after contrast, 300/50": (0.3, 0.05, (-4.5, -4.4, -4.5)),
}
SCHEMES = ("5(3)3", "3(3)3(3)5", "4(1)3(1)2")
#: T1 [ms] of two schemes at 40, 60, 80, 100 and 120 bpm
RATES = (40, 60, 80, 100, 120)
KNOWN_RATES = {
    ("5(3)3", 1.0, 0.045): (884, 889, 894, 898, 900),
    ("3(3)3(3)5", 1.0, 0.045): (899, 904, 906, 903, 897),
    ("5(3)3", 1.55, 0.25): (1455, 1451, 1437, 1422, 1415),
    ("3(3)3(3)5", 1.55, 0.25): (1455, 1429, 1378, 1315, 1253),
}
CARDIAC = (
    "lv_blood",
    "rv_blood",
    "myocardium",
    "myocardium_dcm",
    "myocardium_hcm",
    "myocardium_amyloid",
    "oedema",
    "scar",
    "myocardium_post_gd",
    "scar_post_gd",
    "lv_blood_post_gd",
    "rv_blood_post_gd",
    "epicardial_fat",
)
READOUTS = {"variable": Readout.variable(), "constant": Readout()}
SASHA_HEAD = ("tissue", *(f"{what}, {name}" for name in READOUTS for what in ("three", "two", "two, corrected")))
MSASHA_KINDS = ("T1", "T2", "T1, corrected", "T2, corrected", "T2 without TD")
MSASHA_HEAD = ("tissue", *(f"{what}, {name}" for name in READOUTS for what in MSASHA_KINDS))
T2PREP_HEAD = ("tissue", "two", "three", "with T1", "two, corrected")


@dataclass(frozen=True)
class Bias:
    """Of one time of one tissue."""

    bias: float  #: share
    spread: float  #: share
    failed: float  #: share of the voxels

    def __str__(self) -> str:
        """Bias and spread in per cent."""
        lost = f", {100 * self.failed:.0f} % failed" if self.failed > 0.005 else ""
        return f"{100 * self.bias:+.1f} ± {100 * self.spread:.1f}{lost}"


Cell = str | tuple[Bias, ...]


def main() -> None:
    """Print every table."""
    torch.set_num_threads(1)
    voxels = int(sys.argv[1]) if len(sys.argv) > 1 else VOXELS
    for title, head, rows in (
        ("MOLLI, bias of T1 in %: known | phase-sensitive | magnitudes", ("tissue", *SCHEMES), molli(voxels)),
        ("MOLLI at other heart rates, T1 in ms: known | found", ("tissue, scheme", *map(str, RATES)), rates(voxels)),
        ("MOLLI corrected, bias of T1 in %: phase-sensitive | magnitudes", ("tissue", *SCHEMES), corrected(voxels)),
        ("ShMOLLI at 60 bpm, bias of T1 in %", ("tissue", "5 images", "7 images", "conditional"), shmolli(voxels)),
        ("SASHA, bias of T1 in %: phase-sensitive | magnitudes", SASHA_HEAD, sasha(voxels)),
        ("mSASHA, bias in %, phase-sensitive", MSASHA_HEAD, msasha(voxels)),
        ("T2-prep at 60 bpm, bias of T2 in %, phase-sensitive", T2PREP_HEAD, t2prep(voxels)),
    ):
        print(f"\n**{title}**\n\n| {' | '.join(head)} |\n|{'---|' * len(head)}")
        table = list(rows)
        for row in [*table, *largest(table)]:
            print(f"| {' | '.join(map(text, row))} |", flush=True)


def text(cell: Cell) -> str:
    """A cell as it is printed."""
    return cell if isinstance(cell, str) else ", ".join(map(str, cell))


def largest(table: list[list[Cell]]) -> list[list[Cell]]:
    """The largest bias of each column that holds nothing but biases; no row where there is none."""
    columns = [[cell for cell in column if not isinstance(cell, str)] for column in zip(*table, strict=True)]
    if any(len(column) < len(table) for column in columns[1:]):
        return []
    most = [[max(abs(each.bias) for each in kind) for kind in zip(*column, strict=True)] for column in columns[1:]]
    return [["largest of all", *(", ".join(f"{100 * share:.1f}" for share in shares) for shares in most)]]


def molli(voxels: int) -> Iterator[list[Cell]]:
    """Known and found bias in per cent."""
    for name, (t1, t2, known) in KNOWN.items():
        found = [[molli_bias(scheme, 60, t1, t2, voxels, phase=phase) for phase in (True, False)] for scheme in SCHEMES]
        yield [name, *(f"{want:+.1f}, {one}, {other}" for want, (one, other) in zip(known, found, strict=True))]


def rates(voxels: int) -> Iterator[list[Cell]]:
    """Known and found T1."""
    for (scheme, t1, t2), known in KNOWN_RATES.items():
        found = [1e3 * t1 * (1 + molli_bias(scheme, rate, t1, t2, voxels, phase=True).bias) for rate in RATES]
        yield [
            f"{1e3 * t1:.0f}/{1e3 * t2:.0f}, {scheme}",
            *(f"{a}: {b:.0f}" for a, b in zip(known, found, strict=True)),
        ]


def molli_bias(scheme: str, beats: int, t1: float, t2: float, voxels: int, *, phase: bool) -> Bias:
    """Of the Look-Locker corrected T1."""
    model = GatedMOLLI.scheme(scheme, heart_rate=beats / 60)
    images = imaged(model, t1, t2, voxels)
    fit = fit_molli(images if phase else images.abs(), model.timing.image_times, limits=LOOSE)
    return bias_of(fit.t1, t1)


def corrected(voxels: int) -> Iterator[list[Cell]]:
    """Bias of the corrected T1."""
    fits = [SequenceFit(model=GatedMOLLI.scheme(scheme), limits=LOOSE) for scheme in SCHEMES]
    corrections = [fit.correction() for fit in fits]
    for name, (t1, t2, _) in KNOWN.items():
        row: list[Cell] = [name]
        for fit, correction in zip(fits, corrections, strict=True):
            images = imaged(fit.model, t1, t2, voxels)
            found = [correction(fit(each), t2=t2) for each in (images, images.abs())]
            row.append(tuple(bias_of(each.t1, t1) for each in found))
        yield row


def shmolli(voxels: int) -> Iterator[list[Cell]]:
    """Five images, seven, and the conditional choice."""
    model = GatedMOLLI.scheme("5(1)1(1)1")
    times = model.timing.image_times
    for name, (t1, t2, _) in KNOWN.items():
        images = imaged(model, t1, t2, voxels)
        five, seven = (fit_molli(images[:count], times[:count], limits=LOOSE) for count in (5, 7))
        conditional = fit_shmolli(images, times, rr_interval=1.0, limits=LOOSE)
        yield [name, *((bias_of(fit.t1, t1),) for fit in (five, seven, conditional))]


def sasha(voxels: int) -> Iterator[list[Cell]]:
    """T1 by readout and number of parameters."""
    ready = []
    for readout in READOUTS.values():
        model = SASHA(readout=readout)
        times = (inf, *model.saturation_times)
        three, two = (partial(fit_sasha, saturation_times=times, parameters=n, limits=LOOSE) for n in (3, 2))
        ready.append((model, three, two, SimulatedCorrection.of(model, two)))
    for name, t1, t2 in cardiac():
        row: list[Cell] = [name]
        for model, three, two, correction in ready:
            images = imaged(model, t1, t2, voxels)
            cells: list[list[Bias]] = [[], [], []]
            for each in (images, images.abs()):
                found = two(each)
                fits = three(each), found, correction(found, t2=t2)
                for cell, fit in zip(cells, fits, strict=True):
                    cell.append(bias_of(fit.t1, t1))
            row += [tuple(cell) for cell in cells]
        yield row


def msasha(voxels: int) -> Iterator[list[Cell]]:
    """T1 and T2 by readout, as fitted, corrected, and with the delay given to TS."""
    fits = [SequenceFit(model=MSASHA(readout=readout), limits=LOOSE) for readout in READOUTS.values()]
    corrections = [fit.correction() for fit in fits]
    for name, t1, t2 in cardiac():
        row: list[Cell] = [name]
        for fit, correction in zip(fits, corrections, strict=True):
            images = imaged(fit.model, t1, t2, voxels)
            found = fit(images)
            true, careless = correction(found), without_delay(cast(MSASHA, fit.model), images)
            times = (found.t1, t1), (found.t2, t2), (true.t1, t1), (true.t2, t2), (careless.t2, t2)
            row += [(bias_of(*each),) for each in times]
        yield row


def without_delay(model: MSASHA, images: Tensor) -> RelaxationFit:
    """The fit that counts the delay as saturation time."""
    plain, prepared, delay = model.saturation_times, model.preparation_times, model.readout.to_centre
    saturation = (inf, *(ts + delay for ts in (*plain, *(model.preparation_saturation_time for _ in prepared))))
    return fit_msasha(images, saturation, (*(0.0 for _ in (inf, *plain)), *prepared), delay=0.0, limits=LOOSE)


def t2prep(voxels: int) -> Iterator[list[Cell]]:
    """T2 by the three forms and corrected."""
    fit = SequenceFit(model=T2PreparedBSSFP(), limits=LOOSE)
    model, correction = cast(T2PreparedBSSFP, fit.model), fit.correction()
    times, delay = model.preparation_times, model.readout.to_centre
    rest = (model.recovery_beats + 1) / model.heart_rate - model.readout.length
    rests = (inf, *(rest - time for time in times[1:]))
    for name, t1, t2 in cardiac():
        images = imaged(model, t1, t2, voxels)
        two, three = fit(images), fit_t2prep(images, times, offset=True, limits=LOOSE)
        with_t1 = fit_t2prep_with_t1(images, times, t1=t1, delay=delay, rests=rests, limits=LOOSE)
        yield [name, *((bias_of(each.t2, t2),) for each in (two, three, with_t1, correction(two, t1=t1)))]


def cardiac() -> Iterator[tuple[str, float, float]]:
    """The tissues of the heart at both fields."""
    for field in (1.5, 3.0):
        table = load_tissues(field)
        for name in (name for name in CARDIAC if name in table):
            yield f"{name}, {field:g} T", table[name].t1, table[name].t2


def imaged(model: SignalModel, t1: float, t2: float, voxels: int) -> Tensor:
    """Complex images (N, voxels) of one tissue."""
    signal = model(Tissue.voxel(t1=t1, t2=t2, dtype=torch.float32))[:, None].expand(-1, voxels)
    draw = generator(0, "fit_bias", type(model).__name__, t1, t2)
    noise = torch.randn((2, *signal.shape), generator=draw) * signal.abs().max() / SNR
    return torch.complex(signal + noise[0], noise[1])


def bias_of(found: Tensor | None, true: float) -> Bias:
    """Bias and spread; a T2 whose decay cannot be seen is longer than all others."""
    whole = torch.zeros(0) if found is None else found
    failed = float(whole.isnan().float().mean())
    values = whole.nan_to_num(torch.inf) if true < LONGEST_T2 else whole[whole.isfinite()]
    low, middle, high = (values.sort().values[int(share * len(values))].item() for share in (0.16, 0.5, 0.84))
    return Bias(middle / true - 1, (high - low) / 2 / true, failed)


if __name__ == "__main__":
    main()

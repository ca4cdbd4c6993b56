"""RI-Aug: a training slice seen by another sequence, drawn anew each time.

Paper       Zhao et al., Reverse Imaging for Wide-spectrum Generalization of Cardiac MRI Segmentation, MICCAI 2025,
            arXiv:2508.21254.
What we do  The tissue of a slice (from `invert`, kept as `SpinSlice`) is varied class by class, may get contrast
            agent, is imaged with a sequence of random protocol, and acquired with random shading, resolution and noise.
Deviations  The paper renders fixed maps. Here PD, T1 and T2 of a class move by a random offset of `tissue_width` times
            the spread between subjects, since one bSSFP image does not tell T1 and T2 apart, and since a segmenter
            gains from contrasts beyond those that nature makes; in a share of the samples PD goes far beyond it, which
            reverses any contrast. MOLLI is the gated one; GRE has inflow.
Defaults    Ours, set on digital phantoms. Seconds, radians.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import torch
from torch import Tensor

from spinbridge.core.random import chance, uniform
from spinbridge.core.slices import Slice
from spinbridge.core.tissue import Tissue
from spinbridge.methods.reverse_imaging.prior import TissuePrior, bound_pools, concentrations, tissue_prior
from spinbridge.methods.reverse_imaging.rendering import with_transfer
from spinbridge.methods.reverse_imaging.sequence_draws import draw_family, draw_scan
from spinbridge.methods.reverse_imaging.spins import SpinSlice
from spinbridge.physics.acquisition.chain import acquire, bright_level
from spinbridge.physics.acquisition.magnetisation_transfer import has_steady_state
from spinbridge.physics.contrast_agent import with_gadolinium
from spinbridge.physics.protocols.catalogue import load_protocol
from spinbridge.physics.protocols.protocol import Contrast, Protocol
from spinbridge.physics.sequences.reception import phase_reference
from spinbridge.physics.sequences.registry import WORDS


@dataclass(frozen=True, kw_only=True)
class PhysicsSettings:
    """What RI-Aug draws from."""

    families: tuple[str, ...] = ("molli", "gre", "bssfp")
    source_chance: float = 0.5  #: share of samples that stay as they were acquired
    tissue_width: tuple[float, float] = (0.5, 3.0)  #: offset of a class in units of the spread between subjects
    texture: tuple[float, float] = (0.5, 1.5)  #: factor of the variation within a class
    density_chance: float = 0.35  #: share of samples whose classes get a proton density beyond nature
    density_spread: float = 0.8  #: of its logarithm
    gadolinium_chance: float = 0.5
    dose: tuple[float, float] = (0.3, 1.6)  #: factor of the concentrations
    protocol: str = ""  #: whose scanners are drawn; all that clinics play where empty


@dataclass(frozen=True, eq=False, kw_only=True)
class PhysicsAugmentation:
    """A slice seen by another sequence; an `Augmentation`."""

    spins: Mapping[str, SpinSlice]  #: tissue of each slice, by key
    settings: PhysicsSettings = PhysicsSettings()

    def __call__(self, item: Slice, draw: torch.Generator) -> Slice:
        """The same anatomy under another sequence, or the slice as it is. Raises `KeyError` for an unknown slice."""
        s = self.settings
        if chance(s.source_chance, draw):
            return item
        spin = self.spins[item.key]
        scanner = load_protocol(s.protocol).draw_one(draw) if s.protocol else None
        subject = draw_subject(spin.prior, s, draw, scanner=scanner)
        family = draw_family(s.families, draw)
        if WORDS[family].after_agent and subject.gadolinium is None:
            subject = replace(subject, gadolinium=_drawn_concentration(spin.prior, s, draw)[:, None])
        tissue, flows = subject.tissue_of(spin)
        contrast: Contrast = "native" if subject.gadolinium is None else "post"
        scan = draw_scan(family, flows, draw, spacing=item.spacing, scanner=scanner, contrast=contrast)
        if has_steady_state(scan.model):
            tissue = with_transfer(tissue, scan.model, spin.mixed(bound_pools(spin.prior.names)))
        train, reference = scan.model(tissue), phase_reference(scan.model, tissue)
        image = acquire(
            train[scan.image],
            scan.acquisition,
            draw,
            reference=bright_level(train),
            phase_reference=None if reference is None else reference[0],
        )
        return replace(item, image=image)


@dataclass(frozen=True, eq=False, kw_only=True)
class Subject:
    """Tissue of another subject of the same anatomy: what each of the K classes is, and how much texture is kept.

    With class means m and offsets d of the logarithms, a voxel's tissue becomes
    sum_k shares_k (m_k + d_k) + texture (log z - sum_k shares_k m_k).
    """

    texture: float  #: factor of the variation within a class
    log_tissue: Tensor  #: (K, 3) logarithm of PD, T1 [s], T2 [s] of each class, less the texture's share of the prior's
    constants: Tensor  #: (K, 3) logarithm of T2* [s], chemical shift [Hz], share of flowing blood
    gadolinium: Tensor | None  #: (K, 1) concentration of contrast agent [mmol/l]; None for a native image

    def tissue_of(self, spin: SpinSlice) -> tuple[Tissue, Tensor]:
        """Tissue maps of a slice, and the share of flowing blood (y, x)."""
        classes = [self.log_tissue, self.constants]
        maps = spin.mixed(torch.cat(classes if self.gadolinium is None else [*classes, self.gadolinium], dim=1))
        pd, t1, t2 = torch.add(maps[:3], spin.log_tissue.float(), alpha=self.texture).exp_()
        t2 = torch.minimum(t2, t1)
        t2star = torch.minimum(maps[3].exp(), t2)
        tissue = Tissue(pd=pd, t1=t1, t2=t2, t2star=t2star, off_resonance=maps[4])
        return (tissue if self.gadolinium is None else with_gadolinium(tissue, maps[6])), maps[5]


def draw_subject(
    prior: TissuePrior, settings: PhysicsSettings, draw: torch.Generator, *, scanner: Protocol | None = None
) -> Subject:
    """Every class moved by its own offset; in shares of the subjects density goes beyond nature, or agent was given.

    On a `scanner` of another field strength than the prior's, every class moves by the difference of the tables too.
    """
    there = prior if scanner is None else tissue_prior(scanner.field_strengths[0], prior.contrast)
    width = uniform(*settings.tissue_width, draw)
    offsets = width * prior.log_spread * torch.randn(prior.log_spread.shape, generator=draw)
    if chance(settings.density_chance, draw):
        offsets[:, 0] += settings.density_spread * torch.randn(len(offsets), generator=draw)
    texture = uniform(*settings.texture, draw)
    return Subject(
        texture=texture,
        log_tissue=there.log_mean - texture * prior.log_mean + offsets,
        constants=torch.stack([there.t2star.log(), there.chemical_shift, prior.flows], dim=1),
        gadolinium=_drawn_concentration(prior, settings, draw)[:, None]
        if chance(settings.gadolinium_chance, draw)
        else None,
    )


def _drawn_concentration(prior: TissuePrior, settings: PhysicsSettings, draw: torch.Generator) -> Tensor:
    """Gadolinium of each class (K,) [mmol/l]."""
    usual = concentrations(prior.names)
    return usual * (0.25 * torch.randn(len(usual), generator=draw)).exp() * uniform(*settings.dose, draw)

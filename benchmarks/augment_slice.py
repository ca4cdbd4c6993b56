"""Time one augmented slice on one core, ours and nnU-Net's: `python benchmarks/augment_slice.py`.

The promise: the physics augmentation of a 192x192 slice costs no more than the spatial and intensity augmentation that
nnU-Net v2 trains a 2D configuration with. Status 1 where it is not kept, 0 without a verdict where the extra `nnunet`
is not installed.

Ours; chances and ranges of nnU-Net's chain are those of its default trainer, doi:10.1038/s41592-020-01008-z.
docs/benchmarks.md quotes these figures.
"""

import sys
import time
import warnings
from collections.abc import Callable
from importlib.util import find_spec
from math import pi

import torch

from spinbridge.core.device import keep_large_buffers
from spinbridge.core.random import generator
from spinbridge.core.slices import Augmentation, Slice
from spinbridge.methods.augment.chain import Chain, Normalise
from spinbridge.methods.augment.intensity import Intensity
from spinbridge.methods.augment.spatial import Spatial
from spinbridge.methods.reverse_imaging.augmentation import PhysicsAugmentation, PhysicsSettings
from spinbridge.methods.reverse_imaging.inversion import InversionSettings
from spinbridge.methods.reverse_imaging.prior import tissue_prior
from spinbridge.methods.reverse_imaging.spins import spin_slices
from spinbridge.phantoms.heart.acquire import acquire
from spinbridge.phantoms.heart.settings import HeartSettings
from spinbridge.phantoms.heart.subject import draw_subject
from spinbridge.physics.sequences.language import parse_sequence

SIZE, SAMPLES = 192, 200
SOURCE = "bssfp(fa=50deg,tr=3.2ms,te=1.6ms)"


def main() -> None:
    """Print the median time of every chain, and whether the promise is kept."""
    torch.set_num_threads(1)
    keep_large_buffers()
    item = heart_slice()
    spins = spin_slices([item], parse_sequence(SOURCE), tissue_prior(1.5), InversionSettings())
    physics = PhysicsAugmentation(spins=spins, settings=PhysicsSettings(source_chance=0.0))
    as_trained = PhysicsAugmentation(spins=spins)
    spatial, intensity = Spatial(patch=SIZE), Intensity()
    ours: dict[str, Augmentation] = {
        "spinbridge: physics, as trained": as_trained,
        "spinbridge: physics, no sample left out": physics,
        "spinbridge: physics, spatial, intensity": Chain((physics, Normalise(), spatial, intensity)),
        "spinbridge: spatial, intensity": Chain((Normalise(), spatial, intensity)),
    }
    times = {name: timed(lambda n, a=a: a(item, generator(0, "time", n))) for name, a in ours.items()}  # type: ignore[misc]
    if find_spec("batchgeneratorsv2"):
        times["nnU-Net v2: spatial, intensity"] = timed(nnunet_chain(item))
        times["nnU-Net v2: the same, every step drawn"] = timed(nnunet_chain(item, always=True))
    print(f"one {SIZE}x{SIZE} slice, one core, processor time, median and mean of {SAMPLES}")
    for name, (median, mean) in times.items():
        print(f"  {name:42} {1e3 * median:6.2f} ms {1e3 * mean:6.2f} ms")
    if "nnU-Net v2: spatial, intensity" not in times:
        print("no verdict: pip install 'spinbridge[nnunet]' to compare with nnU-Net")
        return
    kept = times["spinbridge: physics, as trained"][1] <= times["nnU-Net v2: spatial, intensity"][1]
    print(
        f"physics costs {'no more' if kept else 'MORE'} than nnU-Net's spatial and intensity augmentation, by the mean"
    )
    sys.exit(not kept)


def heart_slice() -> Slice:
    """A slice of the heart phantom, cut or padded to the benchmark's size."""
    subject = draw_subject(0, 0, "NOR", HeartSettings(matrix=(SIZE, SIZE), slices=(8, 8)))
    case = acquire(subject, parse_sequence(SOURCE), "ED")[0]
    if case.label is None:
        raise SystemExit("the phantom gave no label")
    middle = case.image.data.shape[0] // 2
    image, label = (torch.from_numpy(volume.data[middle]) for volume in (case.image, case.label))
    still = Spatial(patch=SIZE, rotation_chance=0, zoom_chance=0, mirror_chance=0, foreground_chance=0)
    return still(Slice(key="heart#0", image=image.float(), label=label, spacing=1.5), generator(0))


def timed(once: Callable[[int], object]) -> tuple[float, float]:
    """Median and mean processor time of one sample [s], which other programs do not lengthen."""
    times = []
    for n in range(SAMPLES + 10):
        start = time.thread_time()
        once(n)
        times.append(time.thread_time() - start)
    warm = sorted(times[10:])
    return warm[len(warm) // 2], sum(warm) / len(warm)


def nnunet_chain(item: Slice, *, always: bool = False) -> Callable[[int], object]:
    """The default augmentation of a 2D configuration, without what follows for deep supervision.

    `always` applies every step to every sample instead of by its chance.
    """
    from batchgeneratorsv2.transforms.intensity.brightness import MultiplicativeBrightnessTransform
    from batchgeneratorsv2.transforms.intensity.contrast import BGContrast, ContrastTransform
    from batchgeneratorsv2.transforms.intensity.gamma import GammaTransform
    from batchgeneratorsv2.transforms.intensity.gaussian_noise import GaussianNoiseTransform
    from batchgeneratorsv2.transforms.noise.gaussian_blur import GaussianBlurTransform
    from batchgeneratorsv2.transforms.spatial.low_resolution import SimulateLowResolutionTransform
    from batchgeneratorsv2.transforms.spatial.mirroring import MirrorTransform
    from batchgeneratorsv2.transforms.spatial.spatial import SpatialTransform
    from batchgeneratorsv2.transforms.utils.compose import ComposeTransforms
    from batchgeneratorsv2.transforms.utils.random import RandomTransform

    def often(chance: float, transform: object) -> object:
        return RandomTransform(transform, apply_probability=1.0 if always else chance)

    def gamma(inverted: int) -> object:
        return GammaTransform(
            gamma=BGContrast((0.7, 1.5)),
            p_invert_image=inverted,
            synchronize_channels=False,
            p_per_channel=1,
            p_retain_stats=1,
        )

    spatial = SpatialTransform(
        (SIZE, SIZE),
        patch_center_dist_from_border=0,
        random_crop=False,
        p_elastic_deform=0,
        p_rotation=1.0 if always else 0.2,
        rotation=(-pi, pi),
        p_scaling=1.0 if always else 0.2,
        scaling=(0.7, 1.4),
        p_synchronize_scaling_across_axes=1,
        bg_style_seg_sampling=False,
    )
    low = SimulateLowResolutionTransform((0.5, 1), False, True, None, p_per_channel=0.5)
    steps = [
        spatial,
        often(0.1, GaussianNoiseTransform((0, 0.1), p_per_channel=1, synchronize_channels=True)),
        often(0.2, GaussianBlurTransform((0.5, 1.0), p_per_channel=0.5, benchmark=True)),
        often(0.15, MultiplicativeBrightnessTransform(BGContrast((0.75, 1.25)), False, 1)),
        often(0.15, ContrastTransform(BGContrast((0.75, 1.25)), True, False, 1)),
        often(0.25, low),
        often(0.1, gamma(1)),
        often(0.3, gamma(0)),
        MirrorTransform(allowed_axes=(0, 1)),
    ]
    chain = ComposeTransforms(steps)
    image = Normalise()(item, generator(0)).image[None]
    label = item.label[None].short()

    def once(_n: int) -> object:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return chain(image=image.clone(), segmentation=label.clone())

    return once


if __name__ == "__main__":
    main()

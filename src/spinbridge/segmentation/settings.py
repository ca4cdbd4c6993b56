"""Settings of the baseline U-Net, and presets by the machine they are for.

`small` is what two CPU cores train in minutes and what the figures of the documentation were measured with; `full` has
the size of nnU-Net's 2D configuration for a cardiac data set and wants a GPU.
"""

from dataclasses import dataclass

from spinbridge.core.errors import SettingsError


@dataclass(frozen=True, kw_only=True)
class UNetSettings:
    """How the baseline is built and trained."""

    channels: tuple[int, ...] = (16, 32, 64, 128, 256)  #: features at each resolution
    residual_units: int = 2  #: convolutions of each block
    spacing: float = 1.5  #: in plane [mm]
    patch: int = 128  #: edge of a training patch [pixels]
    field: int = 208  #: edge of the region around the heart that patches are cut from [pixels]
    batch: int = 16
    iterations: int = 5000
    learning_rate: float = 2e-3
    weight_decay: float = 1e-4
    decay_power: float = 0.9  #: the learning rate falls as (1 - progress) to this power
    gradient_limit: float = 12.0  #: norm that gradients are clipped to
    checkpoint_every: int = 100  #: iterations
    keep_largest: bool = True  #: whether a prediction keeps only its largest connected heart
    precision: str = "auto"  #: of the layers: float32, bfloat16, or auto; a trained model keeps what auto was
    threads: int = 1  #: CPU threads of one training; part of the settings because sums depend on it to the last bit


PRESETS = {
    "tiny": UNetSettings(channels=(8, 16, 32, 64), batch=8, iterations=200),
    "small": UNetSettings(),
    "full": UNetSettings(
        channels=(32, 64, 128, 256, 512, 512), patch=224, field=288, spacing=1.25, batch=32, iterations=50_000
    ),
}


def preset(name: str) -> UNetSettings:
    """The settings of a preset. Raises `SettingsError` for an unknown name."""
    if name not in PRESETS:
        raise SettingsError(f"a preset among {', '.join(PRESETS)}", f"'{name}'", where="--preset")
    return PRESETS[name]

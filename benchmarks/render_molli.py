"""Time the rendering of all 11 images of a MOLLI for a 256x256 slice on one core: `python benchmarks/render_molli.py`.

The promise is 20 ms in float32; the process ends with status 1 where it is not kept.

Reference: docs/benchmarks.md quotes this figure.
"""

import sys
import time

import torch

from spinbridge.core.device import keep_large_buffers
from spinbridge.core.random import generator
from spinbridge.core.tissue import Tissue
from spinbridge.physics.sequences.molli import GatedMOLLI

PROMISE = 20e-3  # [s]


def slice_of(size: int) -> Tissue:
    """Tissue of different values in every voxel."""
    noise = torch.rand((3, size, size), generator=generator(0, "render_molli"))
    return Tissue(pd=0.5 + noise[0], t1=0.3 + 1.5 * noise[1], t2=0.04 + 0.2 * noise[2])


def main() -> None:
    """Print the median of fifty renderings."""
    torch.set_num_threads(1)
    keep_large_buffers()
    tissue, sequence = slice_of(256), GatedMOLLI.scheme("3(3)3(3)5")
    times = []
    for _ in range(50):
        start = time.perf_counter()
        sequence(tissue)
        times.append(time.perf_counter() - start)
    median = sorted(times)[len(times) // 2]
    print(f"GatedMOLLI 3(3)3(3)5, 256x256, float32, one core: {1e3 * median:.1f} ms (promise {1e3 * PROMISE:.0f} ms)")
    sys.exit(median > PROMISE)


if __name__ == "__main__":
    main()

"""Time the acquisition chain on a 192x192 slice on one core: `python benchmarks/acquire_slice.py`.

The promise is 4 ms, since augmentation passes every training slice through it; status 1 where it is not kept.

Ours; docs/benchmarks.md quotes this figure.
"""

import sys
import time

import torch

from spinbridge.core.device import keep_large_buffers
from spinbridge.core.random import generator
from spinbridge.physics.acquisition.chain import acquire, draw_acquisition
from spinbridge.physics.acquisition.draws import Strength

PROMISE = 4e-3  # [s]


def median_time(signal: torch.Tensor, artefacts: Strength, repeats: int) -> float:
    """The median of some acquisitions, each with settings of its own [s]."""
    draw = generator(0, "acquire_slice", artefacts)
    times = []
    for _ in range(repeats):
        start = time.perf_counter()
        acquire(signal, draw_acquisition(draw, artefacts=artefacts), draw)
        times.append(time.perf_counter() - start)
    return sorted(times)[len(times) // 2]


def main() -> None:
    """Print the median of two hundred acquisitions, and of a few with artefacts."""
    torch.set_num_threads(1)
    keep_large_buffers()
    signal = torch.randn((192, 192), dtype=torch.complex64, generator=generator(0, "acquire_slice"))
    median = median_time(signal, "none", 200)
    print(f"acquire, 192x192, complex64, one core: {1e3 * median:.2f} ms (promise {1e3 * PROMISE:.0f} ms)")
    for artefacts in ("usual", "strong"):
        print(f"with {artefacts} artefacts: {1e3 * median_time(signal, artefacts, 20):.0f} ms")
    sys.exit(median > PROMISE)


if __name__ == "__main__":
    main()

"""Overlap of two masks: the Dice similarity coefficient.

    DSC = 2 |A and B| / (|A| + |B|)

A share from 0 to 1 without a unit; voxels of one image are of one size, so that their number stands for their volume.

Reference: Dice, Ecology 26 (1945) 297-302, doi:10.2307/1932409.
"""

from dataclasses import dataclass

import numpy as np

from spinbridge.evaluation.pair import MaskPair, PairMetric


@dataclass(frozen=True)
class Dice(PairMetric):
    """Twice the common volume over the sum of both volumes."""

    def measure(self, pair: MaskPair) -> float:
        """The share, 0 where the masks do not meet and 1 where they are the same."""
        common = np.count_nonzero(pair.truth & pair.found)
        return 2 * common / (np.count_nonzero(pair.truth) + np.count_nonzero(pair.found))

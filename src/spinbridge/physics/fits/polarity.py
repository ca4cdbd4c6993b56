"""The sign of the longitudinal magnetisation: from the phase of the images where they have one, by trial where not.

    S_i = Re(s_i exp(-i arg s_r))        r the image that is surely positive: the longest recovery

A magnitude has lost its sign, and near the null it has a floor of noise as well: it is Rician, not Gaussian. The real
part has both. Where there is no phase, the images are put in the order of their recovery, and any number of the first
ones may be negative.

References: H. Xue et al., Magn Reson Med 2013;69:1408, doi:10.1002/mrm.24385 (the phase of one image); S. Nekolla et
al., J Comput Assist Tomogr 1992;16:327 (signs by trial).
"""

import torch
from torch import Tensor


def phase_sensitive(images: Tensor, reference: int) -> Tensor:
    """Complex images (N, ...) with the phase of the image `reference` taken off, real part; real ones as they are."""
    if not images.is_complex():
        return images
    return (images * torch.exp(-1j * images[reference].angle())).real


def longest(times: tuple[float, ...]) -> int:
    """The image with the longest of the `times` [s]."""
    return times.index(max(times))


def sign_patterns(times: tuple[float, ...]) -> Tensor:
    """(N, N) of -1 and 1: in row k the images of the k shortest `times` [s] are negative."""
    place = torch.tensor(times, dtype=torch.float64).argsort(stable=True).argsort(stable=True)
    return torch.where(place[None, :] < torch.arange(len(place))[:, None], -1.0, 1.0)

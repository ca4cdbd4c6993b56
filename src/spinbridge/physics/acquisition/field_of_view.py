"""A rectangular field of view: anatomy beyond it along the phase-encoding axis folds back in.

    rows n' = round(share n),   first row s = (n - n')//2
    folded[j] = sum of image[y] over y = s + j (mod n')

Lines of k-space n/n' times as far apart; y is the phase-encoding axis, (..., y, x). What lies beyond the image's own
n rows is not known and does not fold. Exact for the discrete object.

Reference: R. Brown et al., Magnetic Resonance Imaging, 2nd ed. 2014, section 12.2 (aliasing).
"""

import torch
from torch import Tensor

from spinbridge.core.errors import SettingsError


def kept_rows(rows: int, share: float) -> slice:
    """The rows of the image that a field of view of `share` of its height keeps. Raises `SettingsError`."""
    kept = round(share * rows)
    if not 0 < kept <= rows:
        raise SettingsError("a share of the field of view above 0, up to 1", f"{share:g}", where="field of view")
    first = (rows - kept) // 2
    return slice(first, first + kept)


def folded(image: Tensor, share: float) -> Tensor:
    """The image `(..., y, x)` in the rows of a smaller field of view, the rest folded onto them."""
    rows = image.shape[-2]
    kept = kept_rows(rows, share)
    height = kept.stop - kept.start
    if height == rows:
        return image
    target = (torch.arange(rows) - kept.start) % height
    out = image.new_zeros((*image.shape[:-2], height, image.shape[-1]))
    return out.index_add_(-2, target, image)


def embedded(image: Tensor, rows: int, share: float) -> Tensor:
    """The rows of the smaller field of view at their place in `rows` rows, zeros elsewhere."""
    kept = kept_rows(rows, share)
    if kept.stop - kept.start == rows:
        return image
    out = image.new_zeros((*image.shape[:-2], rows, image.shape[-1]))
    out[..., kept, :] = image
    return out

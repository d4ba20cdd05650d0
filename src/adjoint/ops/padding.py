"""Zero padding as a linear map whose transpose is the same map with the opposite widths.

A width is a pair (before, after) for one axis; a negative number crops. The other modes (reflect, replicate,
circular) copy elements from elsewhere on the axis: they are axis maps (ops/resampling).
"""

from __future__ import annotations

import numpy as np

from ..core.batch_rules import leading
from ..core.kinds import linear

Widths = tuple[tuple[int, int], ...]


def pad_zeros(x: np.ndarray, widths: Widths) -> np.ndarray:
    """`x` with its last `len(widths)` axes padded by zeros, or cropped where a width is negative.

    Element j of a padded axis is element j - before of the axis of x, zero where there is none, so a crop may eat
    into the padding of the other side.
    """
    if not any(before or after for before, after in widths):
        return x
    lead = x.ndim - len(widths)
    shape, source, target = list(x.shape), [slice(None)] * x.ndim, [slice(None)] * x.ndim
    for axis, (before, after) in enumerate(widths, start=lead):
        size = x.shape[axis]
        shape[axis] = size + before + after
        start = max(0, -before)
        stop = max(start, min(size, shape[axis] - before))
        source[axis] = slice(start, stop)
        target[axis] = slice(start + before, stop + before) if stop > start else slice(0, 0)
    if all(before <= 0 and after <= 0 for before, after in widths):
        return x[tuple(source)].copy()
    out = np.zeros(shape, x.dtype)
    out[tuple(target)] = x[tuple(source)]
    return out


def opposite(widths: Widths) -> Widths:
    """The widths that undo `widths`."""
    return tuple((-before, -after) for before, after in widths)


def _pad_with_zeros(x: np.ndarray, *, widths: Widths) -> np.ndarray:
    return pad_zeros(x, widths)


pad_with_zeros = linear(_pad_with_zeros, lambda ct, x, *, widths: pad_with_zeros(ct, widths=opposite(widths)),
                        name="ConstantPadNd", batch=leading(0))

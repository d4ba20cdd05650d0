"""The convolution of two sequences, and the sliding product that it transposes to."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..core.kinds import bilinear


def _full_convolution(x: Any, y: Any) -> Any:
    return np.convolve(x, y)


def _sliding_product(x: Any, y: Any) -> Any:
    return np.convolve(x, y[::-1], "valid")


# sum_i x[i] y[k - i] for every k at which it has a term
full_convolution = bilinear(_full_convolution, lambda ct, x, y: sliding_product(ct, y),
                            lambda ct, x, y: sliding_product(ct, x), name="Convolve")
# sum_i x[k + i] y[i], for x at least as long as y
sliding_product = bilinear(_sliding_product, lambda ct, x, y: full_convolution(ct, y),
                           lambda ct, x, y: sliding_product(x, ct), name="Slide")

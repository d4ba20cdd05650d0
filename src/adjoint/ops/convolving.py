"""The convolution of two sequences, and the sliding product that it transposes to."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..core.kinds import bilinear
from ..core.payloads import shape_of
from . import structure as st
from .convolution import convolve


def _full_convolution(x: Any, y: Any) -> Any:
    return np.convolve(x, y)


def _sliding_product(x: Any, y: Any) -> Any:
    return np.convolve(x, y[::-1], "valid")


def _batch(level: Any, op: Any, payloads: Any, mapped: Any, params: Any) -> Any:
    """By the convolution of layers, which does not turn the second sequence; examples are channels or kernels."""
    full = op.op_name == "full_convolution"
    x, y = [v if m else st.expand_dims(v, axis=0) for v, m in zip(payloads, mapped, strict=True)]
    y = st.flip(y, axis=1) if full else y
    around = shape_of(y)[1] - 1 if full else 0
    geometry = {"stride": (1,), "padding": ((around, around),), "dilation": (1,)}
    if mapped[1]:
        out = convolve(st.expand_dims(x, axis=0), st.expand_dims(y, axis=1),
                       groups=level.size if mapped[0] else 1, **geometry)
        return st.squeeze(out, axis=0)
    return st.squeeze(convolve(st.expand_dims(x, axis=1), st.expand_dims(y, axis=0), groups=1, **geometry), axis=1)


# sum_i x[i] y[k - i] for every k at which it has a term
full_convolution = bilinear(_full_convolution, lambda ct, x, y: sliding_product(ct, y),
                            lambda ct, x, y: sliding_product(ct, x), name="Convolve", batch=_batch)
# sum_i x[k + i] y[i], for x at least as long as y
sliding_product = bilinear(_sliding_product, lambda ct, x, y: full_convolution(ct, y),
                           lambda ct, x, y: sliding_product(x, ct), name="Slide", batch=_batch)

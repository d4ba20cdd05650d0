"""Sums and means: the linear reductions. Extremes, products, scans and norms are in families of their own."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..core import registry
from ..core.kinds import kept_shape, linear
from . import structure as st


def _sum(x: Any, *, axis: Any = None, keepdims: bool = False) -> Any:
    return np.add.reduce(x, axis=axis, keepdims=keepdims)  # np.sum's wrapper costs a microsecond


def _spread(ct: Any, x: Any, axis: Any = None, keepdims: bool = False) -> Any:
    if not keepdims and ct.shape != ():
        ct = st.reshape(ct, shape=kept_shape(x.shape, axis))
    return st.broadcast_to(ct, shape=x.shape)


def _count(shape: tuple[int, ...], axis: Any) -> int:
    return st.size(shape) // max(1, st.size(kept_shape(shape, axis))) if st.size(shape) else 0


def _mean(x: Any, *, axis: Any = None, keepdims: bool = False) -> Any:
    kept = kept_shape(x.shape, axis)
    count = 1
    for n, k in zip(x.shape, kept, strict=True):
        if k == 1:
            count *= n
    return np.true_divide(np.add.reduce(x, axis=axis, keepdims=keepdims), count, dtype=x.dtype)


def _spread_mean(ct: Any, x: Any, axis: Any = None, keepdims: bool = False) -> Any:
    return _spread(ct / max(1, _count(x.shape, axis)), x, axis, keepdims)


sum = linear(_sum, _spread, name="Sum", widens=True)
mean = linear(_mean, _spread_mean, name="Mean", widens=True)
sum.op.node_name = lambda node: "SumBackward0" if node[3].get("axis") is None else "SumBackward1"
mean.op.node_name = lambda node: "MeanBackward0" if node[3].get("axis") is None else "MeanBackward1"


@registry.speaks(np.sum)
def _np_sum(x: Any, axis: Any = None, dtype: Any = None, out: None = None, keepdims: bool = False) -> Any:
    return sum(x if dtype is None else st.astype(x, dtype=np.dtype(dtype)), axis=axis, keepdims=keepdims)


@registry.speaks(np.mean)
def _np_mean(x: Any, axis: Any = None, dtype: Any = None, out: None = None, keepdims: bool = False) -> Any:
    return mean(x if dtype is None else st.astype(x, dtype=np.dtype(dtype)), axis=axis, keepdims=keepdims)

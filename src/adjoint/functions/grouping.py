"""What `scatter_reduce` and `index_reduce` do at each place: sum, mean, product or extreme of what arrives there."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..core import dtypes, memory
from ..core.tensor import wrap
from ..errors import RangeError
from ..ops import arithmetic, scans
from ..ops import structure as st
from ..ops.gathering import add_at, extreme_at
from ..ops.indexing import get, place
from ..ops.selection import select
from .casting import cast


def reduce_at(input: Any, src: Any, key: Any, reduce: str, include_self: bool) -> Any:
    """`input` in which, at each place that the key names, what is there and what `src` brings are reduced to one."""
    if reduce not in ("sum", "prod", "mean", "amax", "amin"):
        raise RangeError(f"reduce argument must be either sum, prod, mean, amax or amin, got {reduce}")
    a = memory.peek(input)
    counts = np.zeros(a.shape, np.intp)
    np.add.at(counts, key, 1)
    if not include_self:
        input = select(wrap(_identity(reduce, a.dtype)), input, condition=counts > 0)
    if reduce == "sum":
        return add_at(input, src, key=key)
    if reduce == "mean":
        total = add_at(input, src, key=key)
        divisor = wrap(np.maximum(counts + include_self, 1).astype(a.dtype))
        divide = arithmetic.floor_divide if a.dtype.kind in "iu" else arithmetic.divide
        return divide(total, divisor)
    if reduce == "prod":
        return _product_at(input, src, key)
    return extreme_at(input, src, key=key, largest=reduce == "amax")


def _identity(reduce: str, dtype: Any) -> Any:
    if reduce in ("sum", "mean"):
        return np.array(0, dtype)
    if reduce == "prod":
        return np.array(1, dtype)
    sign = -1 if reduce == "amax" else 1
    if dtype.kind in "iu":
        return np.array(np.iinfo(dtype).min if sign < 0 else np.iinfo(dtype).max, dtype)
    return np.array((sign < 0 and False) or sign > 0, dtype) if dtype.kind == "b" else np.array(sign * np.inf, dtype)


def _product_at(input: Any, src: Any, key: Any) -> Any:
    """Each place times what arrives there: the product of a row of a table, padded with ones, for each place hit."""
    a = memory.peek(input)
    place_of = np.arange(a.size).reshape(a.shape)[key].reshape(-1)
    hit, row = np.unique(place_of, return_inverse=True)
    if not hit.size:
        return st.copy(input)
    order = np.argsort(row, kind="stable")
    starts = np.searchsorted(row[order], np.arange(hit.size))
    column = np.empty_like(row)
    column[order] = np.arange(row.size) - starts[row[order]] + 1
    flat = st.reshape(input, shape=(-1,))
    table = wrap(np.ones((hit.size, int(column.max()) + 1), a.dtype))
    table = place(table, get(flat, key=(hit,)), steps=[], key=(slice(None), 0))
    table = place(table, st.reshape(src, shape=(-1,)), steps=[], key=(row, column))
    products = cast(scans.prod(table, axis=1), dtypes.of(a.dtype))
    return st.reshape(place(flat, products, steps=[], key=(hit,)), shape=a.shape)

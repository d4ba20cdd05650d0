"""Rows of a table at given indices, and the sum of rows back into a table, repeated indices added up."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..core import memory
from ..core.batch_rules import batched, moveaxis, spread, takes
from ..core.kinds import custom, linear
from ..core.op import Saved
from ..core.payloads import shape_of
from . import structure as st
from .indexing import scatter_into


def _take_rows(x: Any, *, index: Any, padding: int | None, by_frequency: bool) -> Any:
    return np.take(x, index, axis=0)


def _sum_rows(x: Any, *, index: Any, length: int) -> Any:
    """Zeros of `length` rows with row i of x added to row index[i]."""
    out = np.zeros((length, *x.shape[index.ndim:]), x.dtype)
    scatter_into(out, index, x)
    return out


def _take_rows_vjp(ct: Any, s: Saved) -> Any:
    index, padding = s.params["index"], s.params["padding"]
    if padding is not None:
        ct = np.where((index == padding)[..., None], 0, ct)
    if s.params["by_frequency"]:
        counts = np.bincount(index.reshape(-1))[index][..., None]
        ct = ct / counts.astype(s.avals[0].dtype)
    return sum_rows(ct, index=index, length=s.avals[0].shape[0])


@takes("index")
def _take_rows_batch(level: Any, op: Any, payloads: Any, mapped: Any, params: Any) -> Any:
    (x,), index = payloads, params["index"]
    if not batched(level, index):  # a table for each example
        out = take_rows(moveaxis(x, 0, 1), **params)
        return moveaxis(out, index.ndim, 0)
    if params["by_frequency"] or (mapped[0] and params["padding"] is not None):
        return NotImplemented  # rows are told apart within an example
    index = memory.concrete(index.payload)
    if not mapped[0]:
        return take_rows(x, **{**params, "index": index})
    shape = shape_of(x)
    rows = st.reshape(x, shape=(shape[0] * shape[1], *shape[2:]))
    return take_rows(rows, **{**params, "index": index + _first_rows(shape[0], shape[1], index.ndim)})


def _first_rows(examples: int, length: int, ndim: int) -> Any:
    """Where each example's rows begin, in a table of all."""
    return (np.arange(examples) * length).reshape(-1, *(1,) * (ndim - 1))


@takes("index")
def _sum_rows_batch(level: Any, op: Any, payloads: Any, mapped: Any, params: Any) -> Any:
    (x,), index, length = payloads, params["index"], params["length"]
    if not batched(level, index):
        return moveaxis(sum_rows(moveaxis(x, 0, index.ndim), **params), 1, 0)
    index = memory.concrete(index.payload)
    out = sum_rows(spread(level, x, mapped[0]), index=index + _first_rows(
        level.size, length, index.ndim), length=level.size * length)
    return st.reshape(out, shape=(level.size, length, *shape_of(out)[1:]))


# x[index]; the row `padding` gets no gradient, and by_frequency divides a row's by how often it was taken.
take_rows = custom(_take_rows, _take_rows_vjp, name="Embedding", widens=False, linear=True, batch=_take_rows_batch)
sum_rows = linear(_sum_rows, lambda ct, x, index, length: take_rows(
    ct, index=index, padding=None, by_frequency=False), name="EmbeddingDenseBackward", widens=True,
                  batch=_sum_rows_batch)

"""Rows of a table at given indices, and the sum of rows back into a table, repeated indices added up."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..core.kinds import Saved, custom, linear


def _take_rows(x: Any, *, index: Any, padding: int | None, by_frequency: bool) -> Any:
    return np.take(x, index, axis=0)


def _sum_rows(x: Any, *, index: Any, length: int) -> Any:
    """Zeros of `length` rows with row i of x added to row index[i]: sorted and summed in runs, as np.add.at is slow."""
    width = x.shape[index.ndim:]
    flat, rows = index.reshape(-1), x.reshape(index.size, *width)
    out = np.zeros((length, *width), x.dtype)
    if flat.size:
        order = np.argsort(flat, kind="stable")
        ordered = flat[order]
        starts = np.flatnonzero(np.concatenate(([True], ordered[1:] != ordered[:-1])))
        out[ordered[starts]] = np.add.reduceat(rows[order], starts, axis=0)
    return out


def _take_rows_vjp(ct: Any, s: Saved) -> Any:
    index, padding = s.params["index"], s.params["padding"]
    if padding is not None:
        ct = np.where((index == padding)[..., None], 0, ct)
    if s.params["by_frequency"]:
        counts = np.bincount(index.reshape(-1))[index][..., None]
        ct = ct / counts.astype(s.avals[0].dtype)
    return sum_rows(ct, index=index, length=s.avals[0].shape[0])


# x[index]; the row `padding` gets no gradient, and by_frequency divides a row's by how often it was taken.
take_rows = custom(_take_rows, _take_rows_vjp, name="Embedding", widens=False)
sum_rows = linear(_sum_rows, lambda ct, x, index, length: take_rows(
    ct, index=index, padding=None, by_frequency=False), name="EmbeddingDenseBackward", widens=True)

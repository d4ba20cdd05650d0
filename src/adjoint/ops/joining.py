"""Arrays joined as blocks down a diagonal."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..core.batch_rules import axes
from ..core.kinds import linear
from .indexing import get


def _block_diagonal(xs: Any) -> Any:
    """For matrices, or stacks of as many matrices each."""
    shape = (sum([x.shape[-2] for x in xs]), sum([x.shape[-1] for x in xs]))
    out = np.zeros((*xs[0].shape[:-2], *shape), xs[0].dtype)
    for x, key in zip(xs, _corners(xs), strict=True):
        out[key] = x
    return out


def _corners(xs: Any) -> list[tuple[Any, ...]]:
    keys, row, column = [], 0, 0
    for x in xs:
        keys.append((..., slice(row, row + x.shape[-2]), slice(column, column + x.shape[-1])))
        row, column = row + x.shape[-2], column + x.shape[-1]
    return keys


block_diagonal = linear(
    _block_diagonal, lambda ct, xs: [get(ct, key=key) for key in _corners(xs)], name="BlockDiag", variadic=True,
    batch=axes()
)

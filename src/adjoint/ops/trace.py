"""The trace of a matrix, and what it transposes to: a multiple of the identity."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..core.kinds import linear
from . import reduction as red
from . import structure as st


def _multiple_of_identity(x: Any, *, shape: tuple[int, int]) -> Any:
    return np.eye(*shape, dtype=x.dtype) * x


def _trace_batch(level: Any, op: Any, payloads: Any, mapped: Any, params: Any) -> Any:
    (x,) = payloads
    return red.sum(st.diagonal(x, axis1=1, axis2=2), axis=1)


def _multiple_batch(level: Any, op: Any, payloads: Any, mapped: Any, params: Any) -> Any:
    (x,) = payloads
    shape = params["shape"]
    row = st.broadcast_to(st.expand_dims(x, axis=1), shape=(level.size, min(shape)))
    return st.diagonal_into(row, shape=(level.size, *shape), axis1=1, axis2=2)


trace = linear(np.trace, lambda ct, x: multiple_of_identity(ct, shape=x.shape), name="Trace", widens=True,
               batch=_trace_batch)
multiple_of_identity = linear(_multiple_of_identity, lambda ct, x, shape: trace(ct), name="TraceBackward",
                              batch=_multiple_batch)

"""Sums, means, and tests of all elements. Extremes, products, scans and norms are in families of their own."""

from __future__ import annotations

import builtins
from typing import Any

import numpy as np

from ..core import fast
from ..core.batch_rules import axes
from ..core.kinds import constant, custom, kept_shape, linear, register
from ..core.op import Op, Saved
from ..core.payloads import shape_of
from ..core.sums import add_up
from ..core.tensor import Aval, next_seq
from ..errors import DtypeError
from . import structure as st


def _sum(x: Any, *, axis: Any = None, keepdims: bool = False) -> Any:
    if x.dtype.kind == "u":  # integers of every kind add up to int64, as in PyTorch
        return np.add.reduce(x, axis=axis, keepdims=keepdims, dtype=np.int64)
    return add_up(x, axis, keepdims)


def _total(x: Any) -> Any:
    if x.size < 5 and x.ndim == 1 and x.dtype.char in "fd":  # as Python numbers: 0.5 us less than a reduction
        return np.array(builtins.sum(x.tolist()), x.dtype)
    return _sum(x)


class Total(Op):
    """[TOTAL, seq, parent, shape]: the sum of all elements."""

    kind = "linear"
    linear = True
    widens = True
    saves = ()
    keep = size = 4

    def node(self, nodes: tuple[Any, ...], params: dict[str, Any], arrays: tuple[Any, ...], out: Any) -> list[Any]:
        return [self, next_seq(), nodes[0], arrays[0].shape]

    def vjp(self, node: list[Any], ct: Any, times: Any) -> Any:
        return (st.broadcast_to(ct, shape=node[3]),)

    def jvp(self, primals: Any, tangents: Any, params: dict[str, Any], out: Any, times: Any) -> Any:
        return total(tangents[0])

    def given(self, node: list[Any], out: Any) -> Any:
        return [None if out is None else Aval(node[3], out.dtype)]


def _spread(ct: Any, x: Any, axis: Any = None, keepdims: bool = False) -> Any:
    if not keepdims and ct.shape != ():
        ct = st.reshape(ct, shape=kept_shape(x.shape, axis))
    return st.broadcast_to(ct, shape=x.shape)


def group_size(shape: tuple[int, ...], axis: Any) -> int:
    """How many elements are reduced to one."""
    if axis is None:
        return st.size(shape)
    if type(axis) is tuple and len(axis) == 1:
        axis = axis[0]
    if type(axis) is int and shape:
        return shape[axis]
    count = 1
    for n, k in zip(shape, kept_shape(shape, axis), strict=True):
        if k == 1:
            count *= n
    return count


def _mean(x: Any, *, axis: Any = None, keepdims: bool = False) -> Any:
    if x.dtype.kind in "biu":
        raise DtypeError("mean(): could not infer output dtype. Input dtype must be either a floating point or complex "
                         f"dtype. Got: {x.dtype}; try x.float().mean() or mean(dtype=adjoint.float32)")
    return np.true_divide(np.add.reduce(x, axis=axis, keepdims=keepdims), group_size(x.shape, axis), dtype=x.dtype)


def _spread_mean(ct: Any, x: Any, axis: Any = None, keepdims: bool = False) -> Any:
    return _spread(ct / max(1, group_size(x.shape, axis)), x, axis, keepdims)


def _nansum(x: Any, *, axis: Any = None, keepdims: bool = False) -> Any:
    return _sum(np.where(np.isnan(x), 0, x).astype(x.dtype, copy=False), axis=axis, keepdims=keepdims)


def _nansum_vjp(ct: Any, s: Saved) -> Any:
    """The cotangent to the elements that are not NaN."""
    kept = st.reshape(ct, shape=kept_shape(s.avals[0].shape, s.params.get("axis")))
    return np.where(np.isnan(s.x), 0, kept)


def _all(x: Any, *, axis: Any = None, keepdims: bool = False) -> Any:
    return np.logical_and.reduce(x, axis=axis, keepdims=keepdims)


def _any(x: Any, *, axis: Any = None, keepdims: bool = False) -> Any:
    return np.logical_or.reduce(x, axis=axis, keepdims=keepdims)


def _count(x: Any, *, axis: Any = None, keepdims: bool = False) -> Any:
    return np.add.reduce(x != 0, axis=axis, keepdims=keepdims)


TOTAL = Total(_total, "Sum")
total = register(TOTAL, fast.total(TOTAL))
sum = linear(_sum, _spread, name="Sum", widens=True, batch=axes(axis=None))
mean = linear(_mean, _spread_mean, name="Mean", widens=True, batch=axes(axis=None))
nansum = custom(_nansum, _nansum_vjp, saves=("x",), single=True, batch=axes(axis=None))
all = constant(_all, batch=axes(axis=None))
any = constant(_any, batch=axes(axis=None))
count_nonzero = constant(_count, batch=axes(axis=None))
def _total_batch(level: Any, op: Any, payloads: Any, mapped: Any, params: Any) -> Any:
    return sum(payloads[0], axis=tuple(range(1, len(shape_of(payloads[0])))))


TOTAL.batch = _total_batch
sum.op.node_name = lambda node: "SumBackward0" if node[3].get("axis") is None else "SumBackward1"  # type: ignore[attr-defined]
mean.op.node_name = lambda node: "MeanBackward0" if node[3].get("axis") is None else "MeanBackward1"  # type: ignore[attr-defined]

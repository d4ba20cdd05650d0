"""Products and running sums, products, extremes: exact where factors are zero, to every order of derivative.

The derivative of a product in one factor is the product of the others: multiplied up from halves of halves, never by
dividing. A running product and its derivatives are all one thing, the linear recurrence s[i] = a[i] s[i-1] + b[i].
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ..core.batch_rules import axes, flattening
from ..core.kinds import custom, kept_shape, linear
from ..core.op import Saved
from . import structure as st
from .along import add_along
from .arithmetic import gap
from .exponential import complex_logaddexp

# Products


def _prod(x: Any, *, axis: int | None = None, keepdims: bool = False) -> Any:
    return np.multiply.reduce(x, axis=axis, keepdims=keepdims)


def _others(x: Any) -> Any:
    """At each place of the last axis, the product of all other elements of the row."""
    n = x.shape[-1]
    if n <= 1:
        return np.ones_like(x)
    if n % 2:
        x = st.concatenate((x, np.ones_like(x[..., :1])), axis=-1)
    left, right = x[..., 0::2], x[..., 1::2]
    outside = _others(left * right)
    pairs = st.stack((outside * right, outside * left), axis=-1)
    return st.reshape(pairs, shape=x.shape)[..., :n]


def _prod_vjp(ct: Any, s: Saved) -> Any:
    axis, shape = s.params.get("axis"), s.avals[0].shape
    ct = st.reshape(ct, shape=kept_shape(shape, axis))
    if axis is None or not shape:
        return s.times(ct, st.reshape(_others(st.reshape(s.x, shape=(st.size(shape),))), shape=shape))
    rows = st.swapaxes(s.x, axis1=axis, axis2=-1)
    return s.times(ct, st.swapaxes(_others(rows), axis1=axis, axis2=-1))


prod = custom(_prod, _prod_vjp, saves=("x",), single=True, batch=flattening(axis=None))
prod.op.node_name = lambda node: "ProdBackward0" if node[3].get("axis") is None else "ProdBackward1"  # type: ignore[attr-defined]


# Running sums


def _cumsum(x: Any, *, axis: int) -> Any:
    return np.add.accumulate(x, axis=axis)


def _cumsum_transpose(ct: Any, x: Any, axis: int) -> Any:
    return st.flip(cumsum(st.flip(ct, axis=axis), axis=axis), axis=axis)


cumsum = linear(_cumsum, _cumsum_transpose, widens=True, batch=axes(axis=0))


# The recurrence, and running products


def _recur(a: Any, b: Any, *, axis: int) -> Any:
    """s[i] = a[i] s[i-1] + b[i] along the axis, from 0; a zero s wins over any a."""
    a, b = np.moveaxis(a, axis, 0), np.moveaxis(b, axis, 0)
    out = np.empty(b.shape, b.dtype)
    exact = bool(np.isfinite(a).all())
    s = None
    for i in range(len(b)):
        if s is None:
            s = b[i]
        elif exact:
            s = a[i] * s + b[i]
        else:
            s = np.where(s == 0, 0, a[i] * s) + b[i]
        out[i] = s
    return np.moveaxis(out, 0, axis)


def _shift(x: Any, axis: int, first: float, steps: int = 1) -> Any:
    """x moved along the axis by one place, up (steps = 1) or down (-1), with `first` where nothing moved in."""
    n = x.shape[axis]
    if steps > 0:
        edge = st.narrow(x, axis=axis, start=0, length=min(n, 1))
        return st.concatenate((np.full_like(edge, first), st.narrow(x, axis=axis, start=0, length=max(n - 1, 0))),
                              axis=axis)
    edge = st.narrow(x, axis=axis, start=0, length=min(n, 1))
    return st.concatenate((st.narrow(x, axis=axis, start=min(n, 1), length=max(n - 1, 0)), np.full_like(edge, first)),
                          axis=axis)


def _recur_back(a: Any, ct: Any, axis: int) -> Any:
    """The transpose in b: t[i] = a[i+1] t[i+1] + ct[i]."""
    a = st.flip(_shift(a, axis, 0, -1), axis=axis)
    return st.flip(recur(a, st.flip(ct, axis=axis), axis=axis), axis=axis)


def _recur_vjp(ct: Any, s: Saved) -> Any:
    axis = s.params["axis"]
    t = _recur_back(s.x, ct, axis)
    return s.times(t, _shift(s.out, axis, 0)) if s.wanted[0] else None, t


def _cumprod(x: Any, *, axis: int) -> Any:
    return np.multiply.accumulate(x, axis=axis)


def _cumprod_vjp(ct: Any, s: Saved) -> Any:
    axis = s.params["axis"]
    return s.times(_recur_back(s.x, ct, axis), _shift(s.out, axis, 1))


recur = custom(_recur, _recur_vjp, saves=("x", "out"), batch=axes(axis=0))
cumprod = custom(_cumprod, _cumprod_vjp, saves=("x", "out"), single=True, batch=axes(axis=0))


# Running log-sum-exp


def _logcumsumexp(x: Any, *, axis: int) -> Any:
    if x.dtype.kind != "c":
        return np.logaddexp.accumulate(x, axis=axis)
    rows = np.moveaxis(x, axis, 0)
    out = rows.copy()
    for i in range(1, len(rows)):
        out[i] = complex_logaddexp(out[i - 1], rows[i])
    return np.moveaxis(out, 0, axis)


def _logcumsumexp_vjp(ct: Any, s: Saved) -> Any:
    """exp(x[i]) sum over k >= i of ct[k] exp(-out[k]), with every exponent kept at or below zero."""
    axis = s.params["axis"]
    fades = np.exp(gap(_shift(s.out, axis, 0), s.out))
    share = np.exp(s.x - np.where(np.isinf(s.out), 0, s.out))
    return s.times(_recur_back(fades, ct, axis), share)


logcumsumexp = custom(_logcumsumexp, _logcumsumexp_vjp, saves=("x", "out"), single=True, batch=axes(axis=0))

# Running extremes: (values, indices), the last of equals, as PyTorch has it


def _running(x: Any, axis: int, accumulate: Any) -> tuple[Any, Any]:
    values = accumulate(x, axis=axis)
    place = np.arange(x.shape[axis]).reshape((-1,) + (1,) * (x.ndim - axis % x.ndim - 1))
    hit = (x == values) | (x != x)
    return values, np.maximum.accumulate(np.where(hit, place, 0), axis=axis)


def _cummax(x: Any, *, axis: int) -> Any:
    return _running(x, axis, np.maximum.accumulate)


def _cummin(x: Any, *, axis: int) -> Any:
    return _running(x, axis, np.minimum.accumulate)


def _running_vjp(ct: Any, s: Saved) -> Any:
    axis = s.params["axis"]
    return add_along(ct[0], s.out[1], axis=axis, size=s.avals[0].shape[axis])


cummax = custom(_cummax, _running_vjp, saves=("out",), constant_outputs=(1,), batch=axes(axis=0))
cummin = custom(_cummin, _running_vjp, saves=("out",), constant_outputs=(1,), batch=axes(axis=0))

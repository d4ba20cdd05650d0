"""logsumexp, softmax and log_softmax, with entries of -inf, accurate where one entry has nearly all the weight.

There 1 - p has no digits left. The derivatives are therefore written with two maps, transposes of each other, whose
result at the heaviest entry (p > 1/2) is computed from the other entries:

    centre(x, p)  = x - sum(p x)        its p-weighted sum is zero
    residue(x, p) = x - p sum(x)        its sum is zero
"""

from __future__ import annotations

from operator import mul
from typing import Any

import numpy as np

from ..core.batch_rules import axes
from ..core.kinds import custom, reduction
from ..core.op import Saved
from ..native import kernels
from . import reduction as red
from .selection import unless_zero


def _top(x: Any, axis: Any) -> Any:
    """The largest real part along the axis, 0 where that is infinite (so that x - top is never inf - inf)."""
    top = np.maximum.reduce(x.real, axis=axis, keepdims=True, initial=-np.inf)
    return np.where(np.isinf(top), 0, top).astype(x.real.dtype, copy=False)


def _log_total(shifted: Any, axis: Any) -> Any:
    """log sum exp of entries of which the largest is 0; by log1p where that one dominates."""
    e = np.exp(shifted)
    total = np.add.reduce(e, axis=axis, keepdims=True)
    out = np.log(total)
    if shifted.dtype.kind != "c" and total.size and not np.minimum.reduce(total, axis=None) >= 1.5:
        single = (total > 0.5) & (total < 1.5)
        if single.any():
            rest = np.add.reduce(np.where(shifted == 0, 0, e), axis=axis, keepdims=True)
            out = np.where(single, np.log1p(rest), out).astype(out.dtype, copy=False)
    return out


def _logsumexp(x: Any, *, axis: Any = None, keepdims: bool = False) -> Any:
    top = _top(x, axis)
    out = _log_total(x - top, axis) + top
    return out if keepdims else np.squeeze(out, axis=axis)


def _by_rows(kernel: str, axis: Any, *operands: Any) -> Any:
    """What a kernel makes of the operands' rows, if the axis is their last; None if NumPy is to do it."""
    x = operands[0]
    own = kernels.of(x)
    if own is kernels.nothing or axis not in (-1, x.ndim - 1):
        return None
    out = getattr(own, kernel)(*[np.ascontiguousarray(v).reshape(-1, x.shape[-1]) for v in operands])
    return None if out is None else out.reshape(x.shape)


def _softmax(x: Any, *, axis: Any) -> Any:
    out = _by_rows("softmax", axis, x)
    if out is not None:
        return out
    e = np.exp(x - np.maximum.reduce(x.real, axis=axis, keepdims=True, initial=-np.inf))
    return e / np.add.reduce(e, axis=axis, keepdims=True)


def _log_softmax(x: Any, *, axis: Any) -> Any:
    out = _by_rows("log_softmax", axis, x)
    if out is not None:
        return out
    shifted = x - np.maximum.reduce(x.real, axis=axis, keepdims=True, initial=-np.inf)
    return shifted - _log_total(shifted, axis)


def _heaviest(p: Any) -> Any:
    """Where the weight is more than half of the row: at most once, which does not hold of complex weights."""
    return np.zeros(p.shape, bool) if p.dtype.kind == "c" else p > 0.5


def _centre(x: Any, p: Any, *, axis: Any) -> Any:
    out = x - np.add.reduce(p * x, axis=axis, keepdims=True)
    heavy = _heaviest(p)
    if heavy.any():
        rest = np.add.reduce(np.where(heavy, 0, p * out), axis=axis, keepdims=True)
        out = np.where(heavy, -rest / np.where(heavy, p, 1), out).astype(out.dtype, copy=False)
    return out


def _residue(x: Any, p: Any, *, axis: Any) -> Any:
    out = x - p * np.add.reduce(x, axis=axis, keepdims=True)
    heavy = _heaviest(p)
    if heavy.any():
        rest = np.add.reduce(np.where(heavy, 0, out), axis=axis, keepdims=True)
        out = np.where(heavy, -rest, out).astype(out.dtype, copy=False)
    return out


def _centre_vjp(ct: Any, s: Saved) -> Any:
    axis = s.params["axis"]
    return (unless_zero(ct, residue(ct, s.y, axis=axis), s, axis) if s.wanted[0] else None,
            -s.times(red.sum(ct, axis=axis, keepdims=True), s.out) if s.wanted[1] else None)


def _residue_vjp(ct: Any, s: Saved) -> Any:
    axis = s.params["axis"]
    return (unless_zero(ct, centre(ct, s.y, axis=axis), s, axis) if s.wanted[0] else None,
            -s.times(ct, red.sum(s.x, axis=axis, keepdims=True)) if s.wanted[1] else None)


def _softmax_vjp(ct: Any, s: Saved) -> Any:
    axis = s.params["axis"]
    x = _by_rows("softmax_pulled", axis, ct, s.out) if s.times is mul and type(s.out) is np.ndarray else None
    if x is not None:
        return x
    return unless_zero(ct, s.out * centre(ct, s.out, axis=axis), s, axis)


def _log_softmax_vjp(ct: Any, s: Saved) -> Any:
    axis = s.params["axis"]
    x = _by_rows("log_softmax_pulled", axis, ct, s.out) if s.times is mul and type(s.out) is np.ndarray else None
    if x is not None:
        return x
    return unless_zero(ct, residue(ct, np.exp(s.out), axis=axis), s, axis)


# p sums to 1 along the axis; the derivative in p is that along such p, x counted from its own mean.
centre = custom(_centre, _centre_vjp, saves=("y", "out"), name="SoftmaxBackwardData", batch=axes(axis=0))
residue = custom(_residue, _residue_vjp, saves=("x", "y"), name="LogSoftmaxBackwardData", batch=axes(axis=0))
softmax = custom(_softmax, _softmax_vjp, saves=("out",), single=True, batch=axes(axis=0))
log_softmax = custom(_log_softmax, _log_softmax_vjp, saves=("out",), single=True, name="LogSoftmax",
                     batch=axes(axis=0))
logsumexp = reduction(_logsumexp, lambda x, *, axis: softmax(x, axis=axis), floats=True)

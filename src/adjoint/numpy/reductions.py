"""Sums, products, means, variances, extremes and their running and NaN-ignoring forms, with all of NumPy's keywords."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..core.registry import speaks
from ..ops import extremes, moments, scans
from ..ops import reduction as red
from ..ops import structure as st
from .arguments import axis_number, axis_numbers, cast, deliver, dtype_of, floating, operand

NOT_GIVEN = np._NoValue  # what NumPy's signatures have for keywords that are absent


def axes_of(axis: Any, ndim: int) -> tuple[int, ...]:
    """The reduced axes, counted from the front."""
    return tuple(range(ndim)) if axis is None else axis_numbers(axis, ndim)


def reduced(axis: Any, ndim: int) -> Any:
    """The axis as the ops take it: None for all, else a tuple."""
    return None if axis is None else axis_numbers(axis, ndim)


def kept(keepdims: Any) -> bool:
    """Whether reduced dimensions stay, with length 1."""
    return keepdims is not NOT_GIVEN and bool(keepdims)


def given(value: Any) -> bool:
    """Whether a keyword was given."""
    return value is not NOT_GIVEN and value is not None


def masked(x: Any, where: Any, other: Any) -> Any:
    """x where the mask holds, `other` elsewhere."""
    return x if where is NOT_GIVEN or where is True else np.where(where, x, other)


def counts(x: Any, axis: Any, where: Any) -> Any:
    """How many elements of each group the mask keeps: a number where there is no mask."""
    if where is NOT_GIVEN or where is True:
        return red.group_size(tuple(x.shape), reduced(axis, x.ndim))
    return np.sum(np.broadcast_to(where, tuple(x.shape)), axis=axis, keepdims=True)


def gathered(x: Any, axis: Any) -> Any:
    """x with the reduced axes merged into one, the last."""
    axes = axes_of(axis, x.ndim)
    rest = [i for i in range(x.ndim) if i not in axes]
    if axes == (x.ndim - 1,):
        return x
    shape = tuple(x.shape)
    return np.reshape(np.transpose(x, (*rest, *axes)), (*[shape[i] for i in rest], st.size(
        tuple([shape[i] for i in axes]))))


def restored(out: Any, shape: tuple[int, ...], axis: Any) -> Any:
    """A reduced result with its reduced dimensions, of length 1, put back."""
    axes = axes_of(axis, len(shape))
    return np.reshape(out, tuple([1 if i in axes else n for i, n in enumerate(shape)]))


def _integer_sum(x: Any, dtype: Any) -> Any:
    """Integers add up and multiply in the machine's integers, signed or not."""
    if dtype is not None:
        return cast(x, dtype)
    kind = dtype_of(x)
    if kind.kind in "bi" and kind.itemsize < 8:
        return st.astype(x, dtype=np.dtype(np.int64))
    return st.astype(x, dtype=np.dtype(np.uint64)) if kind.kind == "u" and kind.itemsize < 8 else x


@speaks(np.sum)
def sum(a: Any, axis: Any = None, dtype: Any = None, out: Any = None, keepdims: Any = NOT_GIVEN,
        initial: Any = NOT_GIVEN, where: Any = NOT_GIVEN) -> Any:
    """np.sum."""
    if (axis is dtype is out is None and keepdims is initial is where is NOT_GIVEN
            and hasattr(a, "dtype") and dtype_of(a).char in "fdFD"):
        return red.total(a)
    x = masked(_integer_sum(operand(a), dtype), where, 0)
    result = red.sum(x, axis=reduced(axis, x.ndim), keepdims=kept(keepdims))
    if dtype_of(x).kind == "u":
        result = cast(result, dtype_of(x))
    return deliver(result + initial if given(initial) else result, out)


@speaks(np.prod)
def prod(a: Any, axis: Any = None, dtype: Any = None, out: Any = None, keepdims: Any = NOT_GIVEN,
         initial: Any = NOT_GIVEN, where: Any = NOT_GIVEN) -> Any:
    """np.prod."""
    x = masked(_integer_sum(operand(a), dtype), where, 1)
    if axis is None:
        result = scans.prod(x, axis=None, keepdims=kept(keepdims))
    elif axis == ():
        result = np.positive(x)
    else:
        result = scans.prod(gathered(x, axis), axis=-1, keepdims=False)
        result = restored(result, tuple(x.shape), axis) if kept(keepdims) else result
    return deliver(result * initial if given(initial) else result, out)


@speaks(np.mean)
def mean(a: Any, axis: Any = None, dtype: Any = None, out: Any = None, keepdims: Any = NOT_GIVEN,
         *, where: Any = NOT_GIVEN) -> Any:
    """np.mean."""
    x = cast(floating(a), dtype)
    if where is NOT_GIVEN or where is True:
        return deliver(red.mean(x, axis=reduced(axis, x.ndim), keepdims=kept(keepdims)), out)
    n = counts(x, axis, where)
    result = sum(x, axis, keepdims=True, where=where) / cast(n, dtype_of(np.real(x)))
    return deliver(_dropped(result, x, axis, keepdims), out)


def _dropped(result: Any, x: Any, axis: Any, keepdims: Any) -> Any:
    """A result with kept dimensions, without them unless they are wanted."""
    if kept(keepdims):
        return result
    axes = axes_of(axis, x.ndim)
    return np.reshape(result, tuple([n for i, n in enumerate(x.shape) if i not in axes]))


def _freedom(correction: Any, ddof: Any) -> Any:
    if correction is NOT_GIVEN:
        return ddof
    if ddof != 0:
        raise ValueError("ddof and correction can't be provided simultaneously.")
    return correction


@speaks(np.var)
def var(a: Any, axis: Any = None, dtype: Any = None, out: Any = None, ddof: Any = 0, keepdims: Any = NOT_GIVEN, *,
        where: Any = NOT_GIVEN, mean: Any = NOT_GIVEN, correction: Any = NOT_GIVEN) -> Any:
    """np.var."""
    ddof = _freedom(correction, ddof)
    x = cast(floating(a), dtype)
    if mean is NOT_GIVEN and (where is NOT_GIVEN or where is True):
        return deliver(moments.var(x, axis=reduced(axis, x.ndim), keepdims=kept(keepdims), correction=ddof), out)
    return deliver(_dropped(_masked_var(x, axis, ddof, where, mean), x, axis, keepdims), out)


def _masked_var(x: Any, axis: Any, ddof: Any, where: Any, mean: Any) -> Any:
    """The variance of what the mask keeps, about a given mean if there is one, with its dimensions kept."""
    n = np.asarray(counts(x, axis, where)) if where is NOT_GIVEN or where is True else counts(x, axis, where)
    real = dtype_of(np.real(x))
    if mean is NOT_GIVEN:
        mean = sum(x, axis, keepdims=True, where=where) / cast(n, real)
    off = masked(x - mean, where, 0)
    squares = np.square(np.real(off)) + np.square(np.imag(off)) if dtype_of(x).kind == "c" else np.square(off)
    return sum(squares, axis, keepdims=True) / cast(np.maximum(n - ddof, 0), real)


def _root(variance: Any) -> Any:
    """The square root, with slope zero where it is zero."""
    zero = np.equal(variance, 0)
    return np.where(zero, 0, np.sqrt(np.where(zero, 1, variance)))


@speaks(np.std)
def std(a: Any, axis: Any = None, dtype: Any = None, out: Any = None, ddof: Any = 0, keepdims: Any = NOT_GIVEN, *,
        where: Any = NOT_GIVEN, mean: Any = NOT_GIVEN, correction: Any = NOT_GIVEN) -> Any:
    """np.std."""
    ddof = _freedom(correction, ddof)
    x = cast(floating(a), dtype)
    if mean is NOT_GIVEN and (where is NOT_GIVEN or where is True):
        return deliver(moments.std(x, axis=reduced(axis, x.ndim), keepdims=kept(keepdims), correction=ddof), out)
    return deliver(_root(_dropped(_masked_var(x, axis, ddof, where, mean), x, axis, keepdims)), out)


# Extremes


def _bound(x: Any, largest: bool) -> Any:
    """What no element goes beyond: the neutral element of min (`largest`) or max."""
    kind = dtype_of(x)
    if kind.kind == "b":
        return largest
    if kind.kind in "iu":
        return np.iinfo(kind).max if largest else np.iinfo(kind).min
    return np.inf if largest else -np.inf


def _extreme(op: Any, join: Any, low: bool, a: Any, axis: Any, out: Any, keepdims: Any, initial: Any,
             where: Any) -> Any:
    x = operand(a)
    if not given(initial):
        if where is not NOT_GIVEN and where is not True:
            name = "minimum" if low else "maximum"
            raise ValueError(f"reduction operation '{name}' does not have an identity, so to use a where mask one has "
                             "to specify 'initial'")
        return deliver(op(x, axis=reduced(axis, x.ndim), keepdims=kept(keepdims)), out)
    x = masked(x, where, _bound(x, low))
    if 0 in x.shape:
        shape = tuple([1 if i in axes_of(axis, x.ndim) else n for i, n in enumerate(x.shape)])
        result = np.broadcast_to(initial, shape) if np.ndim(initial) == 0 else initial
        return deliver(_dropped(result, x, axis, keepdims), out)
    return deliver(join(op(x, axis=reduced(axis, x.ndim), keepdims=kept(keepdims)), initial), out)


@speaks(np.max, np.amax)
def max(a: Any, axis: Any = None, out: Any = None, keepdims: Any = NOT_GIVEN, initial: Any = NOT_GIVEN,
        where: Any = NOT_GIVEN) -> Any:
    """np.max."""
    return _extreme(extremes.amax, np.maximum, False, a, axis, out, keepdims, initial, where)


@speaks(np.min, np.amin)
def min(a: Any, axis: Any = None, out: Any = None, keepdims: Any = NOT_GIVEN, initial: Any = NOT_GIVEN,
        where: Any = NOT_GIVEN) -> Any:
    """np.min."""
    return _extreme(extremes.amin, np.minimum, True, a, axis, out, keepdims, initial, where)


@speaks(np.ptp)
def ptp(a: Any, axis: Any = None, out: Any = None, keepdims: Any = NOT_GIVEN) -> Any:
    """np.ptp: the largest less the smallest."""
    return deliver(max(a, axis, keepdims=keepdims) - min(a, axis, keepdims=keepdims), out)


# Tests of all elements, which are piecewise constant


def _test(op: Any, neutral: bool, a: Any, axis: Any, out: Any, keepdims: Any, where: Any) -> Any:
    x = masked(np.not_equal(operand(a), 0), where, neutral)
    return deliver(op(operand(x), axis=reduced(axis, np.ndim(x)), keepdims=kept(keepdims)), out)


@speaks(np.all)
def all(a: Any, axis: Any = None, out: Any = None, keepdims: Any = NOT_GIVEN, *, where: Any = NOT_GIVEN) -> Any:
    """np.all."""
    return _test(red.all, True, a, axis, out, keepdims, where)


@speaks(np.any)
def any(a: Any, axis: Any = None, out: Any = None, keepdims: Any = NOT_GIVEN, *, where: Any = NOT_GIVEN) -> Any:
    """np.any."""
    return _test(red.any, False, a, axis, out, keepdims, where)


@speaks(np.count_nonzero)
def count_nonzero(a: Any, axis: Any = None, *, keepdims: bool = False) -> Any:
    """np.count_nonzero."""
    x = operand(a)
    return red.count_nonzero(x, axis=reduced(axis, x.ndim), keepdims=keepdims)


# Running forms


def _running(op: Any, a: Any, axis: Any, dtype: Any, out: Any) -> Any:
    x = _integer_sum(operand(a), dtype)
    if axis is None or x.ndim == 0:
        x, axis = np.reshape(x, (-1,)), 0
    return deliver(op(x, axis=axis_number(axis, x.ndim)), out)


@speaks(np.cumsum)
def cumsum(a: Any, axis: Any = None, dtype: Any = None, out: Any = None) -> Any:
    """np.cumsum."""
    return _running(scans.cumsum, a, axis, dtype, out)


@speaks(np.cumprod)
def cumprod(a: Any, axis: Any = None, dtype: Any = None, out: Any = None) -> Any:
    """np.cumprod."""
    return _running(scans.cumprod, a, axis, dtype, out)


def _standard_running(op: Any, first: int, x: Any, axis: Any, dtype: Any, out: Any, include_initial: bool) -> Any:
    x = operand(x)
    if x.ndim == 0:
        raise ValueError("Input arrays must be at least one dimensional, but got 0.")
    if axis is None:
        if x.ndim > 1:
            raise ValueError("For arrays which have more than one dimension ``axis`` argument is required.")
        axis = 0
    result = _running(op, x, axis, dtype, None)
    if include_initial:
        shape = [1 if i == axis_number(axis, x.ndim) else n for i, n in enumerate(x.shape)]
        result = np.concatenate([np.full(shape, first, dtype_of(result)), result], axis=axis)
    return deliver(result, out)


@speaks(np.cumulative_sum)
def cumulative_sum(x: Any, /, *, axis: Any = None, dtype: Any = None, out: Any = None,
                   include_initial: bool = False) -> Any:
    """np.cumulative_sum."""
    return _standard_running(scans.cumsum, 0, x, axis, dtype, out, include_initial)


@speaks(np.cumulative_prod)
def cumulative_prod(x: Any, /, *, axis: Any = None, dtype: Any = None, out: Any = None,
                    include_initial: bool = False) -> Any:
    """np.cumulative_prod."""
    return _standard_running(scans.cumprod, 1, x, axis, dtype, out, include_initial)

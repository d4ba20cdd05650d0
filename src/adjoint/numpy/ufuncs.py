"""What ufuncs have beside a plain call: out=, where=, dtype=, axis=, and reduce, accumulate, outer, reduceat, at.

Sums, products and extremes go to the NumPy functions that do the same; every other ufunc is folded along the axis, one
call a step, which is right for any ufunc.
"""

from __future__ import annotations

import inspect
import sys
from collections.abc import Callable
from typing import Any

import numpy as np

from .. import errors
from ..core import dispatch, protocols, registry, writes
from ..core.keys import numpy_key
from ..core.levels import Box, boxes, concrete
from ..core.memory import everything
from ..core.registry import speaks
from ..core.tensor import TensorBase
from ..functions import writing
from ..ops import scans
from ..ops import structure as st
from ..ops.gathering import add_at
from ..ops.indexing import get, place
from ..ops.softmax import logsumexp
from .arguments import axis_number, axis_numbers, cast, deliver, dtype_of, is_tracked, like, operand

Call = Callable[..., Any]

# What reduces an axis by these, with NumPy's own keywords.
REDUCTIONS: dict[Any, Callable[..., Any]] = {
    np.add: np.sum, np.multiply: np.prod, np.maximum: np.max, np.minimum: np.min,
    np.logical_and: np.all, np.logical_or: np.any,
}
RUNNING: dict[Any, Callable[..., Any]] = {
    np.add: lambda x, axis: scans.cumsum(x, axis=axis), np.multiply: lambda x, axis: scans.cumprod(x, axis=axis),
    np.maximum: lambda x, axis: scans.cummax(x, axis=axis)[0],
    np.minimum: lambda x, axis: scans.cummin(x, axis=axis)[0],
    np.logaddexp: lambda x, axis: scans.logcumsumexp(x, axis=axis),
}
IGNORED = ("casting", "order", "subok")  # they say how memory is laid out and which casts are allowed; results are new


def run(ufunc: np.ufunc, method: str, inputs: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """The method of the ufunc on values of which some are traced."""
    if ufunc not in registry.by_function and "scipy.special" in sys.modules:
        registry.scipy_family()  # a ufunc does not say whose it is
    kwargs = {k: v for k, v in kwargs.items() if k not in IGNORED}
    if method != "__call__":
        methods: dict[str, Any] = {"reduce": reduce, "accumulate": accumulate, "outer": outer,
                                   "reduceat": reduceat, "at": at}
        for x in kwargs.values():
            if isinstance(x, TensorBase) and method != "at":  # a mask alone is traced
                inputs = tuple([like(v, x) for v in inputs])
        return methods[method](ufunc, *inputs, **kwargs)
    call = registry.by_function.get(ufunc)
    out, where, dtype = kwargs.pop("out", None), kwargs.pop("where", True), kwargs.pop("dtype", None)
    if "signature" in kwargs or "sig" in kwargs:
        raise TypeError(f"np.{ufunc.__name__}: signature= is not supported on traced values; use dtype=")
    if dtype is not None:
        inputs = tuple([_as(x, np.dtype(dtype)) for x in inputs])
    if where is not True:  # nothing is computed where the mask does not hold, so nothing is to be warned of there
        with np.errstate(all="ignore"):
            result = _masked(run(ufunc, method, inputs, kwargs), where, out)
    elif call is None:
        result = protocols.without_rule(ufunc, inputs, kwargs)
    elif ufunc.signature is not None and kwargs and "axis" not in _parameters(call):
        result = _along(ufunc, call, inputs, **kwargs)
    else:
        result = call(*inputs, **kwargs)
    if out is None:
        return result
    if isinstance(result, tuple):
        return tuple([deliver(r, o) for r, o in zip(result, out, strict=True)])
    return deliver(_spread(result, out[0]), out[0])


def _as(x: Any, dtype: np.dtype[Any]) -> Any:
    """An operand in the dtype of the loop; a loss of kind is refused, as NumPy does."""
    x = operand(x)
    if not np.can_cast(dtype_of(x), dtype, "same_kind"):
        raise TypeError(f"Cannot cast an operand from {dtype_of(x)!r} to {dtype!r} with casting rule 'same_kind'")
    return cast(x, dtype)


def _parameters(call: Callable[..., Any]) -> Any:
    return inspect.signature(call).parameters


def _masked(result: Any, where: Any, out: Any) -> Any:
    """The result where the mask holds; elsewhere what `out` has, and zero where there is none to say."""
    if isinstance(result, tuple):
        return tuple([_masked(r, where, None if out is None else (o,))
                      for r, o in zip(result, out or result, strict=True)])
    base = np.zeros_like(result) if out is None or out[0] is None else out[0]
    return np.where(where, result, base)


def _spread(result: Any, out: Any) -> Any:
    """A result that is broadcast into a larger out."""
    if out is None or tuple(out.shape) == tuple(np.shape(result)):
        return result
    return np.broadcast_to(result, tuple(out.shape))


def _along(ufunc: np.ufunc, call: Callable[..., Any], inputs: tuple[Any, ...], axis: Any = None, axes: Any = None,
           keepdims: bool = False) -> Any:
    """A ufunc of vectors and matrices, along other axes than the last ones."""
    assert ufunc.signature is not None
    cores = [part.count(",") + 1 if part.strip("()") else 0 for part in ufunc.signature.replace("->", ";").replace(
        "),(", ");(").split(";")]
    axes = [(axis,) * n for n in cores] if axis is not None else axes
    if axes is not None:
        axes = [a if isinstance(a, tuple) else (a,) for a in axes]
        inputs = tuple([np.moveaxis(operand(x), a, range(-len(a), 0)) if a else x
                        for x, a in zip(inputs, axes, strict=False)])
    result = call(*inputs)
    if keepdims:
        return np.expand_dims(result, axes[0] if axes else -1)
    if axes is not None and len(axes) > len(inputs) and axes[-1]:
        result = np.moveaxis(result, range(-len(axes[-1]), 0), axes[-1])
    return result


@speaks(np.divmod)
def divmod(x: Any, y: Any) -> Any:
    """The whole quotients, which are piecewise constant, and the remainders."""
    return np.floor_divide(x, y), np.remainder(x, y)


# Reductions and running forms


def reduce(ufunc: np.ufunc, array: Any, axis: Any = 0, dtype: Any = None, out: Any = None, keepdims: bool = False,
           initial: Any = np._NoValue, where: Any = True) -> Any:
    """ufunc.reduce: all elements along the axis joined into one."""
    array = operand(array)
    if ufunc in REDUCTIONS:
        given = {} if initial is np._NoValue or initial is None else {"initial": initial}
        if where is not True:
            given["where"] = where
        if dtype is not None:
            array = cast(array, dtype)
        return deliver(REDUCTIONS[ufunc](array, axis=axis, keepdims=keepdims, **given), out)
    _binary(ufunc, "reduce")
    array = cast(array, dtype)
    axes = tuple(range(array.ndim)) if axis is None else axis_numbers(axis, array.ndim)
    if ufunc is np.logaddexp and where is True and initial is np._NoValue and dtype_of(array).kind == "f":
        return deliver(logsumexp(array, axis=axes, keepdims=keepdims), out)
    return deliver(_fold(ufunc, array, axes, keepdims, initial, where), out)


def _binary(ufunc: np.ufunc, method: str) -> None:
    if ufunc.nin != 2 or ufunc.nout != 1 or ufunc.signature is not None:
        raise ValueError(f"{method} only supported for binary functions, got np.{ufunc.__name__}")


def _fold(ufunc: np.ufunc, x: Any, axes: tuple[int, ...], keepdims: bool, initial: Any, where: Any) -> Any:
    """ufunc(ufunc(ufunc(x[0], x[1]), x[2]), ...) along the axes."""
    if len(axes) > 1 and ufunc.identity is None and ufunc not in (np.maximum, np.minimum, np.fmax, np.fmin):
        raise ValueError(f"reduction operation '{ufunc.__name__}' is not reorderable, so at most one axis may be "
                         "specified")
    shape = tuple(x.shape)
    rest = [i for i in range(x.ndim) if i not in axes]
    parts = _flattened(x, axes, rest)
    masks = None if where is True else _flattened(np.broadcast_to(where, shape), axes, rest)
    if initial is np._NoValue or initial is None:
        initial = ufunc.identity
        if initial is None and masks is not None:
            raise ValueError(f"reduction operation '{ufunc.__name__}' does not have an identity, so to use a where "
                             "mask one has to specify 'initial'")
        if initial is None and parts.shape[0] == 0:
            raise ValueError(f"zero-size array to reduction operation {ufunc.__name__} which has no identity")
        start = 1 if masks is None and parts.shape[0] else 0
        out = get(parts, key=(0, ...)) if start else np.full_like(np.sum(parts, axis=0), initial)
    else:
        start, out = 0, np.broadcast_to(initial, parts.shape[1:])
    for i in range(start, parts.shape[0]):
        joined = ufunc(out, get(parts, key=(i, ...)))
        out = joined if masks is None else np.where(get(masks, key=(i, ...)), joined, out)
    kept = tuple([1 if i in axes else n for i, n in enumerate(shape)])
    return st.reshape(out, shape=kept) if keepdims else out


def _flattened(x: Any, axes: tuple[int, ...], rest: list[int]) -> Any:
    """The reduced axes as one, in front."""
    moved = np.transpose(x, (*axes, *rest))
    return np.reshape(moved, (st.size(tuple([x.shape[a] for a in axes])), *[x.shape[i] for i in rest]))


def accumulate(ufunc: np.ufunc, array: Any, axis: Any = 0, dtype: Any = None, out: Any = None) -> Any:
    """ufunc.accumulate: the results of all the steps of a reduction."""
    _binary(ufunc, "accumulate")
    array = cast(array, dtype)
    axis = axis_number(axis, array.ndim)
    if ufunc in RUNNING and array.shape[axis]:
        return deliver(RUNNING[ufunc](array, axis), out)
    steps = [get(array, key=(*(slice(None),) * axis, i, ...)) for i in range(array.shape[axis])]
    for i in range(1, len(steps)):
        steps[i] = ufunc(steps[i - 1], steps[i])
    return deliver(np.stack(steps, axis=axis) if steps else array, out)


def outer(ufunc: np.ufunc, x: Any, y: Any, **kwargs: Any) -> Any:
    """ufunc.outer: every element of x with every element of y."""
    x, y = operand(x), operand(y)
    return ufunc(np.reshape(x, (*x.shape, *(1,) * y.ndim)), y, **kwargs)


def reduceat(ufunc: np.ufunc, array: Any, indices: Any, axis: Any = 0, dtype: Any = None, out: Any = None) -> Any:
    """ufunc.reduceat: the reductions from each index up to the next one; the element alone where that is not beyond."""
    _binary(ufunc, "reduceat")
    array = cast(array, dtype)
    axis = axis_number(axis, array.ndim)
    n = array.shape[axis]
    begins = [int(i) for i in np.asarray(concrete(indices))]
    parts = []
    for begin, end in zip(begins, [*begins[1:], n], strict=True):
        if not 0 <= begin < n:
            raise IndexError(f"index {begin} out-of-bounds in {ufunc.__name__}.reduceat [0, {n})")
        part = st.narrow(array, axis=axis, start=begin, length=max(1, end - begin))
        parts.append(reduce(ufunc, part, axis=axis))
    return deliver(np.stack(parts, axis=axis), out)


# Writes at indices


def at(ufunc: np.ufunc, a: Any, indices: Any, b: Any = None) -> None:
    """ufunc.at: a[indices] = ufunc(a[indices], b), an index that occurs again applied again."""
    if not isinstance(a, TensorBase):
        if isinstance(a, Box) or is_tracked(b):
            raise errors.WriteError(f"np.{ufunc.__name__}.at writes where no derivative can follow, into a plain array "
                                    f"({dispatch.user_line()}); start from np.zeros_like(x) of a traced x, or use "
                                    f"np.bincount(index, weights=y) for sums")
        operands = () if b is None else (concrete(b),)
        key = concrete(indices) if not isinstance(indices, tuple) else tuple([concrete(i) for i in indices])
        ufunc.at(a, key, *operands)
        return
    writes.check_writable(a)
    key = numpy_key(indices)
    if ufunc is np.add or ufunc is np.subtract:
        new = add_at(a, operand(b) if ufunc is np.add else np.negative(b), key=key)
    else:
        new = applied(ufunc, a, key, b)
    if not np.can_cast(dtype_of(new), dtype_of(a), "same_kind"):
        raise TypeError(f"np.{ufunc.__name__}.at: cannot cast from {dtype_of(new)!r} to {dtype_of(a)!r} with casting "
                        "rule 'same_kind'")
    writing.assign_part(a, (Ellipsis,), new)


def applied(function: Call, a: Any, key: Any, b: Any = None) -> Any:
    """A copy of `a` after ufunc.at: first what the first occurrences of the indices do, then the second ones ..."""
    shape = tuple(a.shape)
    numbers = np.arange(st.size(shape)).reshape(shape)
    if boxes((key,)):
        return _applied_once(function, a, key, b, numbers)
    places = numbers[key]
    order = np.argsort(places, axis=None, kind="stable")
    ordered = places.reshape(-1)[order]
    firsts = np.searchsorted(ordered, ordered)
    occurrence = np.empty(order.size, np.intp)
    occurrence[order] = np.arange(order.size) - firsts
    flat = np.reshape(a, (-1,))
    values = None if b is None else np.reshape(np.broadcast_to(operand(b), places.shape), (-1,))
    for n in range(int(occurrence.max(initial=-1)) + 1):
        which = np.flatnonzero(occurrence == n)
        where = (places.reshape(-1)[which],)
        old = get(flat, key=where)
        new = function(old) if values is None else function(old, get(values, key=(which,)))
        flat = place(flat, cast(new, dtype_of(a)), steps=[], key=where)
    return np.reshape(flat, shape)


def _applied_once(function: Call, a: Any, key: Any, b: Any, numbers: Any) -> Any:
    """The same where the indices differ between examples: how often each occurs must not, so it must be once."""
    places = np.sort(np.reshape(get(numbers, key=key), (-1,)))
    if np.any(everything(np.diff(places)) == 0):
        raise errors.MissingRule("an index that occurs twice in an example, under vmap where examples have indices of "
                                 "their own: of the functions that write at indices only np.add and np.subtract follow "
                                 "it; use np.where, or a loop over the indices")
    old = get(a, key=key)
    return place(a, cast(function(old) if b is None else function(old, operand(b)), dtype_of(a)), steps=[], key=key)

"""NumPy's functions that make arrays: like another one, between traced ends, and all those that take like=."""

from __future__ import annotations

import operator
from typing import Any

import numpy as np

from ..core.memory import everything
from ..core.registry import speaks
from ..ops import structure as st
from .arguments import as_dtype, axis_number, cast, dtype_of, is_traced, is_tracked, operand, plain
from .declarations import makes, plainly, role
from .joining import assembled
from .manipulation import _shape


def _like(op: Any, a: Any, dtype: Any, shape: Any, **params: Any) -> Any:
    if dtype is not None:
        params["dtype"] = as_dtype(dtype)
    if shape is not None:
        params["shape"] = _shape(shape)
    return op(a, **params)


@speaks(np.zeros_like)
@role("constant")
def zeros_like(a: Any, dtype: Any = None, order: str = "K", subok: bool = True, shape: Any = None, *,
               device: Any = None) -> Any:
    """Zeros like `a`, which may be written: what is written keeps its derivative."""
    return _like(st.zeros_like, a, dtype, shape)


@speaks(np.ones_like)
@role("constant")
def ones_like(a: Any, dtype: Any = None, order: str = "K", subok: bool = True, shape: Any = None, *,
              device: Any = None) -> Any:
    """Ones like `a`, which may be written."""
    return _like(st.ones_like, a, dtype, shape)


@speaks(np.empty_like)
@role("constant")
def empty_like(prototype: Any, /, dtype: Any = None, order: str = "K", subok: bool = True, shape: Any = None, *,
               device: Any = None) -> Any:
    """An array like the prototype to be written into. It holds zeros: what was never set is the same in every mode."""
    return _like(st.zeros_like, prototype, dtype, shape)


@speaks(np.full_like)
def full_like(a: Any, fill_value: Any, dtype: Any = None, order: str = "K", subok: bool = True, shape: Any = None, *,
              device: Any = None) -> Any:
    """An array like `a` with the value everywhere, differentiable in the value."""
    if not is_traced(fill_value):
        fill_value = np.array(fill_value) if np.ndim(fill_value) else fill_value
        return _like(st.full_like, a, dtype, shape, fill_value=fill_value)
    wanted = dtype_of(a) if dtype is None else as_dtype(dtype)
    return st.copy(st.broadcast_to(cast(fill_value, wanted), shape=tuple(a.shape) if shape is None else _shape(shape)))


@speaks(np.full)
def full(shape: Any, fill_value: Any, dtype: Any = None, order: str = "C", *, device: Any = None) -> Any:
    """np.full(..., like=x): the value, traced or not, in an array of a shape."""
    return st.copy(st.broadcast_to(cast(operand(fill_value), dtype), shape=_shape(shape)))


# From a value, with like=


@speaks(np.array)
def _array(object: Any, dtype: Any = None, *, copy: bool | None = True, order: str = "K", subok: bool = False,
           ndmin: int = 0) -> Any:
    """np.array(..., like=x): traced numbers in nested lists are stacked."""
    return assembled(object, dtype, copy=copy, ndmin=ndmin)


@speaks(np.asarray)
def asarray(a: Any, dtype: Any = None, order: Any = None, *, device: Any = None, copy: bool | None = None) -> Any:
    """np.asarray(..., like=x)."""
    return assembled(a, dtype, copy=copy)


@speaks(np.asanyarray)
def asanyarray(a: Any, dtype: Any = None, order: Any = None, *, device: Any = None, copy: bool | None = None) -> Any:
    """np.asanyarray(..., like=x)."""
    return assembled(a, dtype, copy=copy)


@speaks(np.ascontiguousarray)
def ascontiguousarray(a: Any, dtype: Any = None) -> Any:
    """np.ascontiguousarray(..., like=x): at least one dimension."""
    return assembled(a, dtype, copy=None, ndmin=1)


@speaks(np.asfortranarray)
def asfortranarray(a: Any, dtype: Any = None) -> Any:
    """np.asfortranarray(..., like=x): traced values have no order of their own."""
    return assembled(a, dtype, copy=None)


@speaks(np.require)
def require(a: Any, dtype: Any = None, requirements: Any = None) -> Any:
    """np.require(..., like=x)."""
    return assembled(a, dtype, copy=None)


@speaks(np.fromfunction)
def fromfunction(function: Any, shape: Any, *, dtype: Any = float, **kwargs: Any) -> Any:
    """np.fromfunction(..., like=x): the function of the indices, which may use traced values."""
    return function(*np.indices(_shape(shape), dtype=as_dtype(dtype)), **kwargs)


@speaks(np.arange)
def arange(start: Any, stop: Any = None, step: Any = 1, dtype: Any = None, *, device: Any = None) -> Any:
    """np.arange(..., like=x): differentiable in the first number and the step, whose count is the numbers' own."""
    ends = plain((start, step) if stop is None else (start, stop, step))
    if stop is None:
        start, ends = 0, (0, *ends)
    numbers = np.arange(*ends, dtype=as_dtype(dtype))
    if not is_tracked([start, step]):
        return numbers
    return cast(operand(start) + operand(step) * np.arange(len(numbers)), numbers.dtype)


# The others that take like= have nothing traced to keep: their arguments are sizes, files and buffers.
plainly(np.empty, np.zeros, np.ones, np.eye, np.identity, np.tri, np.frombuffer, np.fromfile, np.fromiter,
        np.fromstring, np.genfromtxt, np.loadtxt)
makes(np.arange, np.empty, np.zeros, np.ones, np.full, np.eye, np.identity, np.tri, np.array, np.asarray,
      np.asanyarray, np.ascontiguousarray, np.asfortranarray, np.require, np.fromfunction, np.frombuffer, np.fromfile,
      np.fromiter, np.fromstring, np.genfromtxt, np.loadtxt)


# Between two ends ----------------------------------------------------------------------------------------------------


def _ends(start: Any, stop: Any) -> tuple[Any, Any]:
    """The two ends as floating-point arrays of one shape."""
    start, stop = operand(start), operand(stop)
    shape = np.broadcast_shapes(tuple(start.shape), tuple(stop.shape))
    wanted = np.result_type(dtype_of(start), dtype_of(stop))
    if wanted.kind not in "fc":
        wanted = np.dtype(float)
    return tuple([st.broadcast_to(cast(v, wanted), shape=shape) for v in (start, stop)])


def _shares(num: Any, endpoint: bool, like: Any) -> Any:
    """How much of the way to the stop each of the numbers has gone, in a column before the ends' own axes."""
    num = operator.index(plain(num))
    if num < 0:
        raise ValueError(f"Number of samples, {num}, must be non-negative.")
    share = np.arange(num) / max(num - 1 if endpoint else num, 1)
    kind = np.dtype(dtype_of(like).char.lower()) if dtype_of(like).kind == "c" else dtype_of(like)
    return share.astype(kind).reshape(-1, *(1,) * like.ndim)


def _placed(out: Any, axis: int) -> Any:
    axis = axis_number(axis, out.ndim)
    return out if not axis else st.moveaxis(out, source=0, destination=axis)


@speaks(np.linspace)
def linspace(start: Any, stop: Any, num: int = 50, endpoint: bool = True, retstep: bool = False, dtype: Any = None,
             axis: int = 0, *, device: Any = None) -> Any:
    """Evenly spaced numbers from start to stop, differentiable in both; with retstep also their distance."""
    first, last = _ends(start, stop)
    share = _shares(num, endpoint, first)
    out = first * (1 - share) + last * share
    dtype = as_dtype(dtype)
    if dtype is not None and dtype.kind in "iu":
        out = np.floor(out)
    out = _placed(cast(out, dtype), axis)
    gaps = share.shape[0] - 1 if endpoint else share.shape[0]
    return (out, (last - first) / gaps if gaps > 0 else np.full(tuple(first.shape), np.nan)) if retstep else out


@speaks(np.logspace)
def logspace(start: Any, stop: Any, num: int = 50, endpoint: bool = True, base: Any = 10.0, dtype: Any = None,
             axis: int = 0) -> Any:
    """Powers of the base with evenly spaced exponents, differentiable in the ends and the base."""
    base = operand(base)
    if base.ndim:
        shape = np.broadcast_shapes(np.shape(start), np.shape(stop), tuple(base.shape))
        start, stop, base = [st.broadcast_to(operand(v), shape=shape) for v in (start, stop, base)]
    exponents = linspace(start, stop, num, endpoint)
    return _placed(cast(np.power(base, exponents), dtype), axis)


@speaks(np.geomspace)
def geomspace(start: Any, stop: Any, num: int = 50, endpoint: bool = True, dtype: Any = None, axis: int = 0) -> Any:
    """Numbers in geometric progression from start to stop, differentiable in both."""
    first, last = _ends(start, stop)
    if any([np.any(np.equal(everything(end), 0)) for end in (first, last)]):
        raise ValueError("Geometric sequence cannot include zero")
    return _placed(cast(first * np.power(last / first, _shares(num, endpoint, first)), dtype), axis)

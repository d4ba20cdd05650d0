"""Largest, smallest, middle and most frequent elements, by value and by position.

What a value was found at gets its cotangent, by scattering or by np.where, never by a product with a mask. A reduction
without positions shares among equals; one with positions gives all to the position that it returns.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ..core.batch_rules import axes, flattening
from ..core.kinds import constant, custom, kept_shape
from ..core.op import Saved
from ..core.payloads import shape_of
from . import reduction as red
from . import structure as st
from .along import put_along


def _shared(ct: Any, s: Saved) -> Any:
    """The cotangent in equal parts to the elements that equal the result; NaNs equal a NaN."""
    axis = s.params.get("axis")
    shape = kept_shape(s.avals[0].shape, axis)
    out = st.reshape(s.out, shape=shape)
    hit = np.logical_or(np.equal(s.x, out), np.logical_and(np.isnan(s.x), np.isnan(out)))
    count = red.sum(st.astype(hit, dtype=s.avals[0].dtype), axis=axis, keepdims=True)
    return np.where(hit, st.reshape(ct, shape=shape) / count, 0)


def _amax(x: Any, *, axis: Any = None, keepdims: bool = False) -> Any:
    return np.maximum.reduce(x, axis=axis, keepdims=keepdims)


def _amin(x: Any, *, axis: Any = None, keepdims: bool = False) -> Any:
    return np.minimum.reduce(x, axis=axis, keepdims=keepdims)


def _largest(x: Any) -> Any:
    return np.maximum.reduce(x, axis=None)


def _smallest(x: Any) -> Any:
    return np.minimum.reduce(x, axis=None)


def _rows(x: Any, axis: int | None, skip_nan: bool) -> Any:
    """The lower middle of each row, the axis being the last one, or of all elements."""
    x = x.reshape(-1) if axis is None else x
    if x.shape[-1] == 0:
        return np.full(x.shape[:-1], np.nan, x.dtype)
    return np.take_along_axis(x, _middle(x, -1, skip_nan), -1)[..., 0]


def _median(x: Any, *, axis: int | None = None) -> Any:
    """The lower middle of all elements; NaN if there is a NaN."""
    return _rows(x, axis, skip_nan=False)


def _nanmedian(x: Any, *, axis: int | None = None) -> Any:
    """The lower middle of all elements that are not NaN."""
    return _rows(x, axis, skip_nan=True)


def _everywhere_batch(level: Any, op: Any, payloads: Any, mapped: Any, params: Any) -> Any:
    """The largest of all elements is that over all axes but the examples'."""
    (x,) = payloads
    return (amax if op.op_name == "largest" else amin)(x, axis=tuple(range(1, len(shape_of(x)))))


amax = custom(_amax, _shared, saves=("x", "out"), single=True, batch=axes(axis=None))
amin = custom(_amin, _shared, saves=("x", "out"), single=True, batch=axes(axis=None))
largest = custom(_largest, _shared, saves=("x", "out"), single=True, name="MaxBackward1", batch=_everywhere_batch)
smallest = custom(_smallest, _shared, saves=("x", "out"), single=True, name="MinBackward1", batch=_everywhere_batch)
median = custom(_median, _shared, saves=("x", "out"), single=True, batch=flattening(axis=None))
nanmedian = custom(_nanmedian, _shared, saves=("x", "out"), single=True, batch=flattening(axis=None))

# With positions: (values, indices) along one axis


def _at(x: Any, index: Any, axis: int, keepdims: bool) -> tuple[Any, Any]:
    """The elements at `index`, which has length 1 along `axis`, and the index."""
    values = np.take_along_axis(x, index, axis)
    return (values, index) if keepdims else (np.squeeze(values, axis), np.squeeze(index, axis))


def _to_position(ct: Any, s: Saved) -> Any:
    axis = s.params["axis"]
    shape = kept_shape(s.avals[0].shape, axis)
    return put_along(st.reshape(ct[0], shape=shape), st.reshape(s.out[1], shape=shape), axis=axis,
                     size=s.avals[0].shape[axis])


def _max_along(x: Any, *, axis: int, keepdims: bool = False) -> Any:
    """The first of the largest; NaN is the largest."""
    return _at(x, np.argmax(x, axis=axis, keepdims=True), axis, keepdims)


def _min_along(x: Any, *, axis: int, keepdims: bool = False) -> Any:
    """The first of the smallest; NaN is the smallest."""
    return _at(x, np.argmin(x, axis=axis, keepdims=True), axis, keepdims)


def _middle(x: Any, axis: int, skip_nan: bool) -> Any:
    """The position of the lower middle; of the first NaN if there is one, unless these are to be skipped."""
    order = np.argsort(x, axis=axis, kind="stable")
    n = x.shape[axis]
    nans = np.sum(np.isnan(x), axis=axis, keepdims=True)
    if skip_nan:
        k = np.maximum(n - nans - 1, 0) // 2
    else:
        k = np.where(nans > 0, n - nans, (n - 1) // 2)
    return np.take_along_axis(order, k, axis)


def _median_along(x: Any, *, axis: int, keepdims: bool = False) -> Any:
    return _at(x, _middle(x, axis, skip_nan=False), axis, keepdims)


def _nanmedian_along(x: Any, *, axis: int, keepdims: bool = False) -> Any:
    return _at(x, _middle(x, axis, skip_nan=True), axis, keepdims)


def _kth_along(x: Any, *, k: int, axis: int, keepdims: bool = False) -> Any:
    """The k-th smallest, counted from 1."""
    order = np.argsort(x, axis=axis, kind="stable")
    return _at(x, np.take(order, [k - 1], axis=axis), axis, keepdims)


def _mode_along(x: Any, *, axis: int, keepdims: bool = False) -> Any:
    """The most frequent (the smallest of several), where it stands last."""
    order = np.moveaxis(np.argsort(x, axis=axis, kind="stable"), axis, -1)
    ordered = np.take_along_axis(np.moveaxis(x, axis, -1), order, -1)
    place = np.arange(ordered.shape[-1])
    begins = np.ones(ordered.shape, bool)
    begins[..., 1:] = ordered[..., 1:] != ordered[..., :-1]
    in_run = place - np.maximum.accumulate(np.where(begins, place, 0), axis=-1)
    end = np.argmax(in_run, axis=-1, keepdims=True)
    return _at(x, np.moveaxis(np.take_along_axis(order, end, -1), -1, axis), axis, keepdims)


def _along(fn: Any, name: str) -> Any:
    return custom(fn, _to_position, saves=("out",), name=name, constant_outputs=(1,), batch=axes(axis=0))


max_along = _along(_max_along, "MaxBackward0")
min_along = _along(_min_along, "MinBackward0")
median_along = _along(_median_along, "MedianBackward1")
nanmedian_along = _along(_nanmedian_along, "NanmedianBackward1")
kth_along = _along(_kth_along, "KthvalueBackward0")
mode_along = _along(_mode_along, "ModeBackward0")

argmax = constant(np.argmax, batch=flattening(axis=None))
argmin = constant(np.argmin, batch=flattening(axis=None))
nanargmax = constant(np.nanargmax, batch=flattening(axis=None))
nanargmin = constant(np.nanargmin, batch=flattening(axis=None))

"""Differences, numerical gradients, integrals, interpolation, and the convolution of sequences."""

from __future__ import annotations

import math
from operator import index
from typing import Any

import numpy as np

from .. import errors
from ..core import protocols
from ..core.levels import concrete
from ..core.registry import speaks
from ..ops import reduction as red
from ..ops import structure as st
from ..ops.along import take_along
from ..ops.bessel import i0 as i0_op
from ..ops.convolving import full_convolution
from ..ops.sorting import searchsorted
from ..ops.trigonometric import sinc as sinc_op
from .arguments import axis_number, axis_numbers, batched, cast, conjugated, dtype_of, floating, is_complex, operand


def _part(x: Any, axis: int, start: int, stop: int) -> Any:
    """x[..., start:stop, ...] along the axis; both counted from the front."""
    return st.narrow(x, axis=axis, start=start, length=max(0, stop - start))


def _steps(x: Any, axis: int) -> Any:
    """The difference of each two neighbours along the axis."""
    n = x.shape[axis]
    later, earlier = _part(x, axis, min(1, n), n), _part(x, axis, 0, max(0, n - 1))
    return np.not_equal(later, earlier) if dtype_of(x).kind == "b" else later - earlier


@speaks(np.diff)
def diff(a: Any, n: Any = 1, axis: int = -1, prepend: Any = np._NoValue, append: Any = np._NoValue) -> Any:
    n = index(concrete(n))
    a = operand(a)
    if n == 0:
        return a
    if n < 0:
        raise errors.RangeError(f"order must be non-negative but got {n}")
    if a.ndim == 0:
        raise errors.ShapeError("diff requires input that is at least one dimensional")
    axis = axis_number(axis, a.ndim)
    one = tuple([1 if k == axis else size for k, size in enumerate(a.shape)])
    ends = [None if e is np._NoValue else operand(e) for e in (prepend, append)]
    ends = [e if e is None or e.ndim else st.broadcast_to(e, shape=one) for e in ends]
    pieces = [piece for piece in (ends[0], a, ends[1]) if piece is not None]
    if len(pieces) > 1:
        a = st.concatenate(pieces, axis=axis)
    for _ in range(n):
        a = _steps(a, axis)
    return a


@speaks(np.ediff1d)
def ediff1d(ary: Any, to_end: Any = None, to_begin: Any = None) -> Any:
    flat = _flat(ary)
    pieces = [None if e is None else _flat(e) for e in (to_begin, to_end)]
    joined = [p for p in (pieces[0], _steps(flat, 0), pieces[1]) if p is not None]
    return st.concatenate(joined, axis=0) if len(joined) > 1 else joined[0]


def _flat(x: Any) -> Any:
    x = operand(x)
    return x if x.ndim == 1 else st.reshape(x, shape=(math.prod(tuple(x.shape)),))


# np.gradient: second-order differences inside, one-sided ones at the ends


@speaks(np.gradient)
def gradient(f: Any, *varargs: Any, axis: Any = None, edge_order: int = 1) -> Any:
    f = floating(f)
    axes = tuple(range(f.ndim)) if axis is None else axis_numbers(axis, f.ndim)
    if edge_order > 2:
        raise errors.RangeError("'edge_order' greater than 2 not supported")
    # a Python number takes the dtype of f
    spacings = [1.0] * len(axes) if not varargs else [v if type(v) in (int, float) else operand(v) for v in varargs]
    if len(spacings) == 1 < len(axes):
        if not _is_number(spacings[0]):
            raise TypeError("invalid number of arguments")
        spacings = spacings * len(axes)
    if len(spacings) != len(axes):
        raise TypeError("invalid number of arguments")
    parts = [_gradient(f, k, _gaps(f, k, h), edge_order) for k, h in zip(axes, spacings, strict=True)]
    return parts[0] if len(parts) == 1 else tuple(parts)


def _is_number(h: Any) -> bool:
    return type(h) in (int, float) or h.ndim == 0


def _gaps(f: Any, axis: int, spacing: Any) -> Any:
    """One distance, or the distances between the points along the axis as an array that broadcasts with f."""
    if _is_number(spacing):
        return spacing
    if spacing.ndim != 1:
        raise errors.ShapeError("distances must be either scalars or 1d")
    if spacing.shape[0] != f.shape[axis]:
        raise errors.ShapeError("when 1d, distances must match the length of the corresponding dimension: "
                                f"{spacing.shape[0]} points for {f.shape[axis]}")
    gaps = _steps(floating(spacing), 0)
    return st.reshape(gaps, shape=tuple([gaps.shape[0] if k == axis else 1 for k in range(f.ndim)]))


def _gradient(f: Any, axis: int, h: Any, edge_order: int) -> Any:
    n = f.shape[axis]
    if n < edge_order + 1:
        raise errors.ShapeError("Shape of array too small to calculate a numerical gradient, at least (edge_order + 1) "
                                "elements are required.")
    uniform = _is_number(h)

    def at(i: int) -> Any:
        return _part(f, axis, i % n, i % n + 1)

    def gap(i: int) -> Any:
        return h if uniform else _part(h, axis, i % (n - 1), i % (n - 1) + 1)

    after, before = _part(f, axis, 2, n), _part(f, axis, 0, n - 2)
    if n == 2:
        inside = []
    elif uniform:
        inside = [(after - before) / (2.0 * h)]
    else:
        h0, h1 = _part(h, axis, 0, n - 2), _part(h, axis, 1, n - 1)
        inside = [before * (-h1 / (h0 * (h0 + h1))) + _part(f, axis, 1, n - 1) * ((h1 - h0) / (h0 * h1))
                  + after * (h0 / (h1 * (h0 + h1)))]
    if edge_order == 1:
        first, last = (at(1) - at(0)) / gap(0), (at(-1) - at(-2)) / gap(-1)
    else:
        first = _one_sided(at(0), at(1), at(2), gap(0), gap(1))
        last = -_one_sided(at(-1), at(-2), at(-3), gap(-1), gap(-2))
    return st.concatenate([first, *inside, last], axis=axis)


def _one_sided(f0: Any, f1: Any, f2: Any, h1: Any, h2: Any) -> Any:
    """The slope at the first of three points, h1 and h2 apart, of the parabola through them."""
    both = h1 + h2
    return f1 * (both / (h1 * h2)) - f0 * ((h1 + both) / (h1 * both)) - f2 * (h1 / (h2 * both))


@speaks(np.trapezoid)
def trapezoid(y: Any, x: Any = None, dx: Any = 1.0, axis: int = -1) -> Any:
    y = floating(y)
    axis = axis_number(axis, y.ndim)
    if x is None:
        widths = dx
    else:
        x = floating(x)
        widths = _steps(x, 0 if x.ndim == 1 else axis)
        if x.ndim == 1:
            widths = st.reshape(widths, shape=(-1,) + (1,) * (y.ndim - 1 - axis))
    n = y.shape[axis]
    return red.sum(widths * (_part(y, axis, 1, n) + _part(y, axis, 0, n - 1)) / 2.0, axis=axis)


@speaks(np.interp)
def interp(x: Any, xp: Any, fp: Any, left: Any = None, right: Any = None, period: Any = None) -> Any:
    x, xp, fp = cast(x, float), cast(xp, float), operand(fp)
    fp = cast(fp, complex if is_complex(fp) else float)
    if xp.ndim != 1 or fp.ndim != 1 or xp.shape != fp.shape:
        raise errors.ShapeError("fp and xp are not of the same length, or not vectors: they have shapes "
                                f"{tuple(fp.shape)} and {tuple(xp.shape)}")
    if xp.shape[0] == 0:
        raise errors.ShapeError("array of sample points is empty")
    if period is not None:
        left = right = None
        period = np.abs(operand(period))
        x, xp = x % period, xp % period
        order = np.argsort(xp)
        xp, fp = take_along(xp, order, axis=0), take_along(fp, order, axis=0)
        xp = st.concatenate([xp[-1:] - period, xp, xp[:1] + period], axis=0)
        fp = st.concatenate([fp[-1:], fp, fp[:1]], axis=0)
    shape, flat = tuple(x.shape), _flat(x)
    last = xp.shape[0] - 1
    beyond = np.greater(flat, xp[-1])
    below = np.less(flat, xp[0])
    if last == 0:
        inside = st.broadcast_to(fp, shape=flat.shape) + 0 * flat
    else:
        start = np.clip(searchsorted(xp, flat, side="right") - 1, 0, last - 1)
        x0, x1 = take_along(xp, start, axis=0), take_along(xp, start + 1, axis=0)
        f0, f1 = take_along(fp, start, axis=0), take_along(fp, start + 1, axis=0)
        inside = _on_line(flat, x0, x1, f0, f1)
    result = np.where(below, fp[0] if left is None else cast(left, dtype_of(fp)), inside)
    result = np.where(beyond, fp[-1] if right is None else cast(right, dtype_of(fp)), result)
    return st.reshape(result, shape=shape)


def _on_line(x: Any, x0: Any, x1: Any, f0: Any, f1: Any) -> Any:
    """The line through two points at x; where an infinite end makes that NaN, NumPy starts from the other end."""
    slope = (f1 - f0) / (x1 - x0)
    forth = slope * (x - x0) + f0
    if not batched(forth) and not np.isnan(concrete(forth)).any():
        return forth
    back = slope * (x - x1) + f1
    found = np.where(np.isnan(forth), back, forth)
    return np.where(np.logical_and(np.isnan(found), np.equal(f0, f1)), f0, found)


@speaks(np.unwrap)
def unwrap(p: Any, discont: Any = None, axis: int = -1, *, period: Any = 2 * math.pi) -> Any:
    p = operand(p)
    if dtype_of(p).kind in "biu":
        if isinstance(period, int):
            return protocols.without_rule(np.unwrap, (p, discont, axis), {"period": period})
        p = floating(p)
    axis = axis_number(axis, p.ndim)
    steps = _steps(p, axis)
    if discont is None:
        discont = period / 2
    high = period / 2
    # what is added to each step is a multiple of the period: it has no derivative in p
    wrapped = (steps + high) % period - high
    wrapped = np.where(np.logical_and(np.equal(wrapped, -high), np.greater(steps, 0)), high, wrapped)
    change = np.where(np.less(np.abs(steps), discont), 0, wrapped - steps)
    first = _part(p, axis, 0, 1)
    rest = _part(p, axis, 1, p.shape[axis]) + np.cumsum(change, axis=axis)
    return st.concatenate([first, rest], axis=axis)


@speaks(np.sinc)
def sinc(x: Any) -> Any:
    return sinc_op(floating(x))


@speaks(np.i0)
def i0(x: Any) -> Any:
    return i0_op(floating(x))


# Convolution. "same" is as long as the longer of the two, "valid" has the elements to which both contribute in full.


def _cropped(full: Any, longer: int, shorter: int, mode: str, left: int) -> Any:
    if mode == "full":
        return full
    if mode == "same":
        return _part(full, 0, left, left + longer)
    if mode == "valid":
        return _part(full, 0, shorter - 1, longer)
    raise errors.RangeError(f"mode must be one of 'valid', 'same', or 'full' (got '{mode}')")


def _sequences(a: Any, v: Any) -> tuple[Any, Any]:
    a, v = _flat(a), _flat(v)
    if a.shape[0] == 0 or v.shape[0] == 0:
        raise errors.ShapeError("convolution of an empty sequence")
    return a, v


@speaks(np.convolve)
def convolve(a: Any, v: Any, mode: str = "full") -> Any:
    a, v = _sequences(a, v)
    longer, shorter = max(a.shape[0], v.shape[0]), min(a.shape[0], v.shape[0])
    return _cropped(full_convolution(a, v), longer, shorter, mode, (shorter - 1) // 2)


@speaks(np.correlate)
def correlate(a: Any, v: Any, mode: str = "valid") -> Any:
    a, v = _sequences(a, v)
    n, m = a.shape[0], v.shape[0]
    full = full_convolution(a, st.flip(conjugated(v), axis=0))
    # where the second is the longer, NumPy correlates the other way around and turns the result
    return _cropped(full, max(n, m), min(n, m), mode, (m - 1) // 2 if n >= m else n // 2)

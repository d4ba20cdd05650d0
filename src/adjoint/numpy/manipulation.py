"""NumPy's functions that change the shape of an array, or turn, repeat and pad it. Joining and cutting: joining.py."""

from __future__ import annotations

import math
import operator
from typing import Any

import numpy as np

from .. import errors
from ..core import memory
from ..core.dispatch import user_line
from ..core.levels import Box, concrete
from ..core.registry import speaks
from ..core.tensor import TensorBase
from ..ops import arithmetic as ar
from ..ops import structure as st
from ..ops.indexing import get
from ..ops.strides import unfold
from .arguments import along, axis_number, batched, cast, dtype_of, flat, like, moved, operand, plain, read_only
from .declarations import role


def _shape(shape: Any) -> tuple[int, ...]:
    shape = plain(shape)
    return tuple([operator.index(n) for n in shape]) if np.ndim(shape) else (operator.index(shape),)


def _fortran(a: Any, order: str) -> bool:
    """Whether "A" means Fortran's order: that in which the elements of `a` lie in memory."""
    flags = _lying(a, order).flags
    return flags.f_contiguous and not flags.c_contiguous


def _lying(a: Any, order: str) -> np.ndarray[Any, Any]:
    """The memory that an order is about; MissingRule under vmap, where examples lie in none that a program knows."""
    if a.ndim > 1 and isinstance(concrete(a), Box):
        raise errors.MissingRule(f'order="{order}" is that of memory ({user_line()}), in which the examples of a vmap '
                                 'have no place of their own: say order="C" or order="F"')
    return memory.laid(a) if isinstance(a, TensorBase) else concrete(a)


@speaks(np.reshape)
def reshape(a: Any, shape: Any, order: str = "C", *, copy: bool | None = None) -> Any:
    """The elements of `a` in another shape. Under vmap order "A" is refused: examples have no memory of their own."""
    shape = _shape(shape)
    if order == "A":
        order = "F" if _fortran(a, order) else "C"
    if order == "F":
        out = st.transpose(st.reshape(st.transpose(a), shape=shape[::-1]))
    elif order == "C":
        out = st.reshape(a, shape=shape)
    else:
        raise ValueError(f"order must be one of 'C', 'F', 'A', got {order!r}")
    if copy is False and not may_share_memory(a, out):
        raise ValueError("Unable to avoid creating a copy while reshaping.")
    return st.copy(out) if copy else out


@speaks(np.ravel)
def ravel(a: Any, order: str = "C") -> Any:
    """The elements in one dimension: a view where they lie so in memory, else a copy. Order "K" is as they lie.

    Under vmap orders "K" and "A" are refused: examples have no memory of their own.
    """
    a = operand(a)
    if order == "K":
        strides = _lying(a, order).strides
        a = st.transpose(a, axes=tuple(np.argsort([-abs(s) for s in strides], kind="stable").tolist()))
    elif order == "F" or (order == "A" and _fortran(a, order)):
        a = st.transpose(a)
    elif order not in ("C", "A"):
        raise ValueError(f"order must be one of 'C', 'F', 'A', or 'K' (got {order!r})")
    if isinstance(a, TensorBase) and not memory.laid(a).flags.c_contiguous:
        a = st.copy(a, order="C")
    return st.reshape(a, shape=(st.size(tuple(a.shape)),))


@speaks(np.transpose)
def transpose(a: Any, axes: Any = None) -> Any:
    """The axes in another order, reversed by default."""
    a = operand(a)
    return st.transpose(a, axes=None if axes is None else tuple([axis_number(i, a.ndim) for i in plain(axes)]))


@speaks(np.matrix_transpose, np.linalg.matrix_transpose)
def matrix_transpose(x: Any, /) -> Any:
    """The last two axes exchanged."""
    if x.ndim < 2:
        raise ValueError(f"Input array must be at least 2-dimensional, but it is {x.ndim}")
    return st.swapaxes(x, axis1=-1, axis2=-2)


@speaks(np.swapaxes)
def swapaxes(a: Any, axis1: int, axis2: int) -> Any:
    """Two axes exchanged."""
    return st.swapaxes(a, axis1=axis_number(axis1, a.ndim), axis2=axis_number(axis2, a.ndim))


@speaks(np.moveaxis)
def moveaxis(a: Any, source: Any, destination: Any) -> Any:
    """Axes moved to other places; the others keep their order."""
    order = np.moveaxis(_axes(a), plain(source), plain(destination))
    return st.transpose(a, axes=tuple([n - 2 for n in order.shape]))


@speaks(np.rollaxis)
def rollaxis(a: Any, axis: int, start: int = 0) -> Any:
    """One axis moved before another."""
    return st.transpose(a, axes=tuple([n - 2 for n in np.rollaxis(_axes(a), plain(axis), plain(start)).shape]))


def _axes(a: Any) -> Any:
    """An array without memory whose axis i has length i + 2: its shape shows where axes went."""
    return np.broadcast_to(0, tuple(range(2, a.ndim + 2)))


@speaks(np.squeeze)
def squeeze(a: Any, axis: Any = None) -> Any:
    """Without the axes of length 1, or without those that are named."""
    if axis is None:
        gone = tuple([i for i, n in enumerate(a.shape) if n == 1])
    else:
        axis = plain(axis)
        gone = tuple([axis_number(i, a.ndim) for i in (axis if isinstance(axis, (tuple, list)) else (axis,))])
        if any([a.shape[i] != 1 for i in gone]):
            raise ValueError("cannot select an axis to squeeze out which has size not equal to one")
    return st.reshape(a, shape=tuple([n for i, n in enumerate(a.shape) if i not in gone]))


@speaks(np.expand_dims)
def expand_dims(a: Any, axis: Any) -> Any:
    """New axes of length 1 at the places that they have in the result."""
    return st.reshape(a, shape=np.expand_dims(np.broadcast_to(0, tuple(a.shape)), plain(axis)).shape)


@speaks(np.broadcast_to)
def broadcast_to(array: Any, shape: Any, subok: bool = False) -> Any:
    """The array repeated along new axes and axes of length 1."""
    shape = _shape(shape) if np.ndim(shape) else (operator.index(plain(shape)),)
    return read_only(st.broadcast_to(array, shape=shape))


@speaks(np.broadcast_arrays)
def broadcast_arrays(*args: Any, subok: bool = False) -> tuple[Any, ...]:
    """All arrays in the shape in which they meet."""
    arrays = [operand(a) for a in args]
    shape = np.broadcast_shapes(*[tuple(a.shape) for a in arrays])
    return tuple([a if tuple(a.shape) == shape else st.broadcast_to(a, shape=shape) for a in arrays])


def _at_least(n: int, arys: Any) -> Any:
    made = [_widened(operand(a), n) for a in arys]
    return made[0] if len(made) == 1 else tuple(made)


def _widened(a: Any, n: int) -> Any:
    shape = tuple(a.shape)
    if len(shape) >= n:
        return a
    if n < 3:
        return st.reshape(a, shape=(1,) * (n - len(shape)) + shape)
    return st.reshape(a, shape=(1, *shape, 1) if len(shape) else (1, 1, 1)) if len(shape) < 2 else st.reshape(
        a, shape=(*shape, 1))


@speaks(np.atleast_1d)
def atleast_1d(*arys: Any) -> Any:
    """Numbers as arrays of one element."""
    return _at_least(1, arys)


@speaks(np.atleast_2d)
def atleast_2d(*arys: Any) -> Any:
    """Vectors as rows."""
    return _at_least(2, arys)


@speaks(np.atleast_3d)
def atleast_3d(*arys: Any) -> Any:
    """Vectors as (1, n, 1), matrices as (m, n, 1)."""
    return _at_least(3, arys)


# Turning -------------------------------------------------------------------------------------------------------------


@speaks(np.flip)
def flip(m: Any, axis: Any = None) -> Any:
    """The elements in reversed order along the axes, all by default: a view."""
    axis = plain(axis)
    axes = range(m.ndim) if axis is None else [axis_number(i, m.ndim) for i in (axis if np.ndim(axis) else (axis,))]
    return st.flip(m, axis=tuple(axes)) if m.ndim else m


@speaks(np.fliplr)
def fliplr(m: Any) -> Any:
    """Columns in reversed order."""
    if m.ndim < 2:
        raise ValueError("Input must be >= 2-d.")
    return st.flip(m, axis=(1,))


@speaks(np.flipud)
def flipud(m: Any) -> Any:
    """Rows in reversed order."""
    if m.ndim < 1:
        raise ValueError("Input must be >= 1-d.")
    return st.flip(m, axis=(0,))


@speaks(np.rot90)
def rot90(m: Any, k: int = 1, axes: Any = (0, 1)) -> Any:
    """Turned by k quarter turns in the plane of two axes."""
    first, second = [axis_number(i, m.ndim) for i in axes]
    if first == second:
        raise ValueError("Axes must be different.")
    k = plain(k) % 4
    if k == 0:
        return st.alias(m)
    if k == 2:
        return st.flip(m, axis=(first, second))
    if k == 1:
        return st.swapaxes(st.flip(m, axis=(second,)), axis1=first, axis2=second)
    return st.flip(st.swapaxes(m, axis1=first, axis2=second), axis=(second,))


@speaks(np.roll)
def roll(a: Any, shift: Any, axis: Any = None) -> Any:
    """Elements moved along axes; what leaves at one end comes in at the other."""
    a, axis = like(operand(a), shift), plain(axis)
    if axis is None:
        return st.reshape(roll(flat(a), np.sum(shift), 0), shape=tuple(a.shape))
    if batched(shift):
        for i, k in zip(np.atleast_1d(axis).tolist(), np.atleast_1d(shift), strict=True):
            n = a.shape[i]
            a = np.take(a, np.remainder(np.arange(n) - k, n), axis=i)
        return a
    shift = plain(shift)
    shifts, axes = np.broadcast_arrays(shift, axis)
    return st.roll(a, shift=tuple(shifts.reshape(-1).tolist()),
                   axis=tuple([axis_number(i, a.ndim) for i in axes.reshape(-1).tolist()]))


# Repeating -----------------------------------------------------------------------------------------------------------


@speaks(np.repeat)
def repeat(a: Any, repeats: Any, axis: int | None = None) -> Any:
    """Each element (each slice of an axis) as often as `repeats` says."""
    a, repeats = operand(a), np.array(plain(repeats))  # a copy: the op keeps it
    if axis is None:
        a, axis = flat(a), 0
    axis = axis_number(axis, a.ndim)
    return st.repeat(a, repeats=int(repeats.item()) if repeats.size == 1 else repeats, axis=axis)


@speaks(np.tile)
def tile(A: Any, reps: Any) -> Any:
    """The whole array repeated along each axis."""
    reps = plain(reps)
    reps = tuple([operator.index(r) for r in np.atleast_1d(reps).tolist()])
    return st.copy(A) if not reps or (all([r == 1 for r in reps]) and len(reps) <= A.ndim) else st.tile(A, reps=reps)


@speaks(np.resize)
def resize(a: Any, new_shape: Any) -> Any:
    """The elements, repeated as often as needed, in a new shape."""
    a, new_shape = operand(a), _shape(new_shape)
    if any([n < 0 for n in new_shape]):
        raise ValueError("all elements of `new_shape` must be non-negative")
    if not st.size(tuple(a.shape)):
        return st.zeros_like(a, shape=new_shape)
    return moved(lambda numbers: np.resize(numbers, new_shape), a)


# Padding -------------------------------------------------------------------------------------------------------------

_SUMMARY: dict[str, Any] = {"maximum": np.max, "minimum": np.min, "mean": np.mean, "median": np.median}


@speaks(np.pad)
def pad(array: Any, pad_width: Any, mode: Any = "constant", **kwargs: Any) -> Any:
    """The array with elements added at the ends of its axes; constants and end values may be traced too."""
    x = array
    if callable(mode):
        raise errors.MissingRule("np.pad with a function for mode writes into an ndarray, where no derivative can "
                                 "follow; compute the ends and join them by np.concatenate")
    allowed = {"constant": {"constant_values"}, "linear_ramp": {"end_values"}, "edge": set(), "wrap": set(),
               "empty": set(), "reflect": {"reflect_type"}, "symmetric": {"reflect_type"},
               **{name: {"stat_length"} for name in _SUMMARY}}
    if mode not in allowed:
        raise ValueError(f"mode {mode!r} is not supported; it is one of {', '.join(sorted(allowed))}")
    if unknown := set(kwargs) - allowed[mode]:
        raise ValueError(f"unsupported keyword arguments for mode {mode!r}: {unknown}")
    widths = _widths(pad_width, x.ndim)
    ends = kwargs.get("constant_values" if mode == "constant" else "end_values", 0)
    for axis, (before, after) in enumerate(widths):
        if before == after == 0:
            continue
        if mode in ("constant", "empty", "linear_ramp"):
            first, last = [cast(v, dtype_of(x)) for v in _ends(ends, x.ndim, axis)]
            left, right = _row(x, axis, before, first), _row(x, axis, after, last)
            if mode == "linear_ramp":
                left = _ramp(left, along(x, axis, slice(0, 1)), axis, False)
                right = _ramp(right, along(x, axis, slice(x.shape[axis] - 1, None)), axis, True)
            x = st.concatenate([left, x, right], axis=axis)
        elif mode in _SUMMARY:
            lengths = kwargs.get("stat_length")
            lengths = (None, None) if lengths is None else np.broadcast_to(plain(lengths), (array.ndim, 2))[axis]
            x = st.concatenate([_summary(x, axis, before, mode, lengths[0], False), x,
                                _summary(x, axis, after, mode, lengths[1], True)], axis=axis)
        elif kwargs.get("reflect_type", "even") == "odd":
            # A linear map along the axis, whose matrix NumPy writes down for us.
            matrix = np.pad(np.eye(x.shape[axis]), ((before, after), (0, 0)), mode=mode, reflect_type="odd")
            mapped = np.matmul(st.swapaxes(x, axis1=axis, axis2=-1), cast(matrix.T, dtype_of(x)))
            x = st.swapaxes(mapped, axis1=axis, axis2=-1)
        else:
            x = along(x, axis, np.pad(np.arange(x.shape[axis]), (before, after), mode=mode))
    return st.copy(x) if x is array else x


def _widths(pad_width: Any, ndim: int) -> list[list[int]]:
    if isinstance(pad_width, dict):
        made = [[0, 0] for _ in range(ndim)]
        for axis, w in pad_width.items():
            made[axis_number(axis, ndim)] = np.broadcast_to(plain(w), (2,)).tolist()
        return made
    widths = np.broadcast_to(plain(pad_width), (ndim, 2))
    if widths.dtype.kind not in "iu":
        raise TypeError("`pad_width` must be of integral type.")
    if (widths < 0).any():
        raise ValueError("index can't contain negative values")
    return widths.tolist()


def _ends(values: Any, ndim: int, axis: int) -> tuple[Any, Any]:
    """The two values of an axis."""
    pairs = broadcast_to(operand(values), (ndim, 2))
    return get(pairs, key=(axis, 0)), get(pairs, key=(axis, 1))


def _row(x: Any, axis: int, n: int, value: Any) -> Any:
    """`n` slices of `x` along the axis that are all `value`."""
    shape = list(x.shape)
    shape[axis] = n
    return st.broadcast_to(value, shape=tuple(shape))


def _ramp(ends: Any, edge: Any, axis: int, falling: bool) -> Any:
    """Slices that lead evenly from the end values to the edge, which is not among them."""
    n = ends.shape[axis]
    share = np.arange(n) / n if n else np.zeros(0)
    share = cast((share[::-1] if falling else share).reshape(-1, *(1,) * (ends.ndim - axis - 1)), dtype_of(ends))
    return ends * (1 - share) + edge * share


def _summary(x: Any, axis: int, n: int, mode: str, length: Any, last: bool) -> Any:
    """`n` slices that are the maximum, mean ... of the first or the last `length` slices."""
    size = x.shape[axis]
    length = size if length is None else min(int(length), size)
    if length == 0 and n:
        raise ValueError("stat_length of 0 yields no value for padding")
    value = _SUMMARY[mode](along(x, axis, slice(size - length, size) if last else slice(0, length)), axis=axis,
                           keepdims=True)
    return _row(x, axis, n, cast(value, dtype_of(x)))


# Copies, casts, parts of complex numbers -----------------------------------------------------------------------------


@speaks(np.copy)
def copy(a: Any, order: str = "K", subok: bool = False) -> Any:
    """A copy that may be written without `a` seeing it."""
    return st.copy(a)


@speaks(np.astype)
def astype(x: Any, dtype: Any, /, *, copy: bool = True, device: Any = None) -> Any:
    """The array in another dtype."""
    if device not in (None, "cpu"):
        raise ValueError(f"Device not understood: {device!r}; there is only 'cpu'")
    out = cast(x, dtype)
    return st.copy(out) if copy and out is x else out


@speaks(np.real)
def real(val: Any) -> Any:
    """The real part: a view."""
    return st.real(val)


@speaks(np.imag)
def imag(val: Any) -> Any:
    """The imaginary part; zeros of a real array."""
    return st.imag(val) if dtype_of(val).kind == "c" else st.zeros_like(val)


@speaks(np.angle)
def angle(z: Any, deg: bool = False) -> Any:
    """The argument of complex numbers, counterclockwise from the positive real axis."""
    radians = ar.angle(operand(z))
    return radians * (180 / math.pi) if deg else radians


@speaks(np.real_if_close)
def real_if_close(a: Any, tol: float = 100) -> Any:
    """The real part, if all imaginary parts are within `tol` machine epsilons of zero (or a number, if below 1)."""
    if dtype_of(a).kind != "c":
        return a
    return st.real(a) if np.isrealobj(np.real_if_close(plain(a), plain(tol))) else a


@speaks(np.lib.stride_tricks.sliding_window_view)
def sliding_window_view(x: Any, window_shape: Any, axis: Any = None, *, subok: bool = False,
                        writeable: bool = False) -> Any:
    """All windows of a shape: a view that is read-only, since one element stands in several windows."""
    if writeable:
        raise errors.WriteError("sliding_window_view(writeable=True): one element stands in several windows, so a "
                                "write to them has no derivative; write to the array itself")
    x, sizes, axes = operand(x), plain(window_shape), plain(axis)
    ndim = x.ndim
    np.lib.stride_tricks.sliding_window_view(np.broadcast_to(0, tuple(x.shape)), sizes, axes)  # its errors
    axes = range(ndim) if axes is None else np.atleast_1d(axes).tolist()
    for size, k in zip(np.atleast_1d(sizes).tolist(), axes, strict=True):
        x = unfold(x, axis=axis_number(k, ndim), size=size, step=1)
    return read_only(x)


@speaks(np.may_share_memory)
@role("plain")
def may_share_memory(a: Any, b: Any, /, max_work: Any = 0) -> bool:
    """Whether the two may lie in the same memory."""
    return _shared(a, b, max_work, np.may_share_memory)


@speaks(np.shares_memory)
@role("plain")
def shares_memory(a: Any, b: Any, /, max_work: Any = -1) -> bool:
    """Whether the two have an element in common."""
    return _shared(a, b, max_work, np.shares_memory)


def _shared(a: Any, b: Any, max_work: Any, ask: Any) -> bool:
    a, b = [memory.region(x) if isinstance(x, TensorBase) else x for x in (a, b)]
    if isinstance(a, np.ndarray) and isinstance(b, np.ndarray):
        return bool(ask(a, b, max_work=max_work))
    return a is b



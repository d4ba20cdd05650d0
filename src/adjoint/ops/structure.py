"""Moving elements without computing: reshape, transpose, broadcast, join, flip, pad with zeros.

NumPy's names; on a bare array each goes straight to NumPy. Views share memory with their operand.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ..core import rules
from ..core.batch_rules import aligned, axes, axes_of_result, behind, flattening, leading, pointwise, shaped
from ..core.kinds import constant, elementwise, linear, structural
from ..core.layout import in_rows
from ..core.payloads import shape_of

# NumPy's functions of these names spend 0.3 to 3 us before they call the method.


def _array(x: Any) -> Any:
    return x if type(x) is np.ndarray else np.asarray(x)


def _reshape(x: Any, *, shape: tuple[int, ...]) -> Any:
    return _array(x).reshape(shape)


def _transpose(x: Any, *, axes: Any = None) -> Any:
    return _array(x).transpose() if axes is None else _array(x).transpose(axes)


def _swapaxes(x: Any, *, axis1: int, axis2: int) -> Any:
    return _array(x).swapaxes(axis1, axis2)


def _squeeze(x: Any, *, axis: Any = None) -> Any:
    return _array(x).squeeze(axis)


def _expand_dims(x: Any, *, axis: Any) -> Any:
    x = _array(x)
    n = x.ndim
    if type(axis) is not int or not -n - 1 <= axis <= n:
        return np.expand_dims(x, axis)
    axis %= n + 1
    return x.reshape((*x.shape[:axis], 1, *x.shape[axis:]))


def _flip(x: Any, *, axis: Any = None) -> Any:
    x = _array(x)
    if type(axis) is not int or not -x.ndim <= axis < x.ndim:
        return np.flip(x, axis)
    return x[(slice(None),) * (axis % x.ndim) + (slice(None, None, -1),)]


def _copy(x: Any, *, order: Any = "K") -> Any:
    return _array(x).copy(order)


def _alias(x: Any) -> Any:
    return x[...]


def _read_only(x: Any) -> Any:
    view = x[...]
    view.flags.writeable = False
    return view


def _astype(x: Any, *, dtype: Any) -> Any:
    return np.asarray(x).astype(dtype)


def _concatenate(xs: Any, *, axis: int = 0) -> Any:
    return _in_rows(np.concatenate(xs, axis=axis))


def _stack(xs: Any, *, axis: int = 0) -> Any:
    return _in_rows(np.stack(xs, axis=axis))


def _in_rows(x: Any) -> Any:
    """The array with its rows one after the other in memory: NumPy follows the operands' order, PyTorch does not."""
    return x if x.flags.c_contiguous else in_rows(x)


def _full_like(x: Any, *, fill_value: Any, dtype: Any = None, shape: Any = None) -> Any:
    return np.full_like(x, fill_value, dtype, shape=shape)


def _reshape_batch(level: Any, op: Any, payloads: Any, mapped: Any, params: Any) -> Any:
    (x,) = payloads
    shape = params["shape"]
    shape = (shape,) if isinstance(shape, int) else tuple(shape)
    if -1 in shape:  # NumPy infers no length beside one of 0
        known = size(tuple([n for n in shape if n != -1]))
        if not known:
            return NotImplemented
        shape = tuple([size(shape_of(x)[1:]) // known if n == -1 else n for n in shape])
    return reshape(x, shape=(level.size, *shape))


def _transpose_batch(level: Any, op: Any, payloads: Any, mapped: Any, params: Any) -> Any:
    (x,) = payloads
    axes = params.get("axes")
    n = len(shape_of(x)) - 1
    return transpose(x, axes=(0, *(range(n, 0, -1) if axes is None else [a % n + 1 for a in axes])))


def _squeeze_batch(level: Any, op: Any, payloads: Any, mapped: Any, params: Any) -> Any:
    (x,) = payloads
    shape, axis = shape_of(x)[1:], params.get("axis")
    if axis is None:
        axis = tuple([i for i, n in enumerate(shape) if n == 1])
    moved = behind({"axis": axis}, {"axis": 0}, len(shape))
    return NotImplemented if moved is None else squeeze(x, **moved)


reshape = structural(_reshape, lambda ct, x, shape: reshape(ct, shape=x.shape),
                     name="View", batch=_reshape_batch)
transpose = structural(_transpose, lambda ct, x, axes=None: transpose(ct, axes=invert(axes)), name="Permute",
                       batch=_transpose_batch)
swapaxes = structural(_swapaxes, lambda ct, x, axis1, axis2: swapaxes(ct, axis1=axis1, axis2=axis2),
                      name="Transpose", batch=axes(axis1=0, axis2=0))
moveaxis = structural(np.moveaxis, lambda ct, x, source, destination: moveaxis(
    ct, source=destination, destination=source), name="Permute", batch=axes(source=0, destination=0))
expand_dims = structural(_expand_dims, lambda ct, x, axis: reshape(ct, shape=x.shape), name="Unsqueeze",
                         batch=axes_of_result(axis=0))
squeeze = structural(_squeeze, lambda ct, x, axis=None: reshape(ct, shape=x.shape), batch=_squeeze_batch)
squeeze.op.node_name = lambda node: f"SqueezeBackward{_squeeze_form(**node[3])}"  # type: ignore[attr-defined]


def _squeeze_form(axis: Any = None) -> int:
    """Which of PyTorch's three forms it is: of all dimensions, of one, of several."""
    return 0 if axis is None else 2 if isinstance(axis, tuple) and len(axis) > 1 else 1




def _broadcast_to(x: Any, *, shape: tuple[int, ...]) -> Any:
    if type(x) is np.ndarray and x.size and x.flags.c_contiguous and x.dtype.kind in "fciub":  # 0.7 us, NumPy: 2.5
        new = len(shape) - x.ndim
        strides: list[Any] = [0 if n == 1 else step if n == m else None
                              for n, m, step in zip(x.shape, shape[max(0, new):], x.strides, strict=False)]
        if new >= 0 and None not in strides:
            return np.ndarray(shape, x.dtype, x, 0, [0] * new + strides)
    out = np.broadcast_to(x, shape)
    if x.flags.writeable:  # parts of it in which no element repeats may be written; core.memory refuses the others
        out.flags.writeable = True
    return out


def _broadcast_batch(level: Any, op: Any, payloads: Any, mapped: Any, params: Any) -> Any:
    (x,) = payloads
    shape = params["shape"]
    return broadcast_to(aligned(x, len(shape)), shape=(level.size, *shape))


# the kind sums over the new axes
broadcast_to = structural(_broadcast_to, lambda ct, x, shape: ct, name="Expand", batch=_broadcast_batch)
flip = structural(_flip, lambda ct, x, axis=None: flip(ct, axis=axis), batch=axes(axis=None))
alias = structural(_alias, lambda ct, x: ct, name="Alias", batch=pointwise)
# A view that no write goes through: what NumPy gives for a diagonal, for repeated elements, for windows.
read_only = structural(_read_only, lambda ct, x: ct, name="Alias", batch=pointwise)


def invert(axes: Any) -> Any:
    """The permutation that undoes `axes`."""
    return None if axes is None else tuple([int(i) for i in np.argsort([a % len(axes) for a in axes])])


def mT(x: Any) -> Any:
    """The matrix transpose of the last two axes."""
    return swapaxes(x, axis1=-1, axis2=-2)


copy = linear(_copy, lambda ct, x, order="K": ct, name="Clone", batch=pointwise)
astype = linear(_astype, lambda ct, x, dtype: ct, name="ToCopy", batch=pointwise)
rules.astype_op = astype


def _grad_copy(x: Any) -> Any:
    return _in_rows(x)


def _constant_in(x: Any, y: Any) -> Any:
    return x if x.shape == y.shape else np.array(np.broadcast_to(x, np.broadcast_shapes(x.shape, y.shape)))


# x as a function of y too, whose derivative is zero: the gradient of what is linear piece by piece.
constant_in = elementwise(_constant_in, 1, 0)

# A gradient on its way into `.grad` while the backward pass is itself recorded.
grad_copy = linear(_grad_copy, lambda ct, x: ct, name="CopyBackwards", batch=pointwise)
def _roll_batch(level: Any, op: Any, payloads: Any, mapped: Any, params: Any) -> Any:
    (x,) = payloads
    shape = shape_of(x)
    if params.get("axis") is None:  # of the elements in one row
        row = reshape(x, shape=(shape[0], size(shape[1:])))
        shift = params["shift"]
        return reshape(roll(row, shift=sum(shift) if isinstance(shift, tuple) else shift, axis=1), shape=shape)
    moved = behind(params, {"axis": 0}, len(shape) - 1)
    return NotImplemented if moved is None else roll(x, **moved)


roll = linear(np.roll, lambda ct, x, shift, axis=None: roll(ct, shift=_negated(shift), axis=axis), batch=_roll_batch)


def _negated(shift: Any) -> Any:
    return tuple([-s for s in shift]) if isinstance(shift, tuple) else -shift


def _split_like(ct: Any, xs: Any, axis: int = 0) -> list[Any]:
    parts, start = [], 0
    for x in xs:
        n = x.shape[axis]
        parts.append(narrow(ct, axis=axis, start=start, length=n))
        start += n
    return parts


concatenate = linear(_concatenate, _split_like, name="Cat", variadic=True, batch=axes(axis=0))
stack = linear(_stack,
               lambda ct, xs, axis=0: [squeeze(narrow(ct, axis=axis, start=i, length=1), axis=axis)
                                       for i in range(len(xs))], variadic=True, batch=axes_of_result(axis=0))


def _narrow(x: Any, *, axis: int, start: int, length: int) -> Any:
    return x[(slice(None),) * (axis % x.ndim) + (slice(start, start + length),)]


def _narrow_transpose(ct: Any, x: Any, axis: int, start: int, length: int) -> Any:
    return zero_pad(ct, axis=axis, before=start, after=x.shape[axis] - start - length)


def _zero_pad(x: Any, *, axis: int, before: int, after: int) -> Any:
    widths = [(0, 0)] * x.ndim
    widths[axis] = (before, after)
    return np.pad(x, widths)


narrow = structural(_narrow, _narrow_transpose, name="Slice", batch=axes(axis=0))
zero_pad = linear(_zero_pad, lambda ct, x, axis, before, after: narrow(
    ct, axis=axis, start=before, length=x.shape[axis]), name="ConstantPadNd", batch=axes(axis=0))


def _diagonal_transpose(ct: Any, x: Any, offset: int = 0, axis1: int = 0, axis2: int = 1) -> Any:
    return diagonal_into(ct, shape=x.shape, offset=offset, axis1=axis1, axis2=axis2)


def _diagonal_into(ct: Any, *, shape: tuple[int, ...], offset: int = 0, axis1: int = 0, axis2: int = 1) -> Any:
    out = np.zeros(shape, ct.dtype)
    view = _writable_diagonal(out, offset=offset, axis1=axis1, axis2=axis2)
    view[...] = ct
    return out


def _writable_diagonal(x: Any, *, offset: int = 0, axis1: int = 0, axis2: int = 1) -> Any:
    """np.diagonal as a view that can be written, since tensors' diagonals can."""
    view = np.diagonal(x, offset, axis1, axis2)
    if x.flags.writeable:
        view.flags.writeable = True
    return view


diagonal = structural(_writable_diagonal, _diagonal_transpose, batch=axes(axis1=0, axis2=1))
diagonal_into = linear(_diagonal_into, lambda ct, x, shape, offset=0, axis1=0, axis2=1: diagonal(
    ct, offset=offset, axis1=axis1, axis2=axis2), name="DiagonalBackward", batch=shaped(axis1=0, axis2=1))
tril = linear(np.tril, lambda ct, x, k=0: tril(ct, k=k), batch=leading(2))
triu = linear(np.triu, lambda ct, x, k=0: triu(ct, k=k), batch=leading(2))
repeat = linear(np.repeat, lambda ct, x, repeats, axis=None: _repeat_transpose(ct, x, repeats, axis),
                batch=flattening(axis=None))


def _repeat_transpose(ct: Any, x: Any, repeats: Any, axis: int | None) -> Any:
    if axis is None:
        flat = segment_sum(ct, counts=np.broadcast_to(np.asarray(repeats), (size(x.shape),)), axis=0)
        return reshape(flat, shape=x.shape)
    return segment_sum(ct, counts=np.broadcast_to(np.asarray(repeats), (x.shape[axis],)), axis=axis)


def _segment_sum(x: Any, *, counts: Any, axis: int) -> Any:
    moved = np.moveaxis(x, axis, 0)
    out = np.zeros((len(counts), *moved.shape[1:]), x.dtype)
    np.add.at(out, np.repeat(np.arange(len(counts)), counts), moved)
    return np.moveaxis(out, 0, axis)


segment_sum = linear(_segment_sum, lambda ct, x, counts, axis: repeat(ct, repeats=counts, axis=axis), widens=True,
                     batch=axes(axis=0))


def _tile_transpose(ct: Any, x: Any, reps: Any) -> Any:
    reps = (reps,) if isinstance(reps, int) else tuple(reps)
    n = max(len(reps), x.ndim)
    reps = (1,) * (n - len(reps)) + reps
    shape = (1,) * (n - x.ndim) + x.shape
    split = reshape(ct, shape=tuple([v for pair in zip(reps, shape, strict=True) for v in pair]))
    return reshape(np.sum(split, axis=tuple(range(0, 2 * n, 2))), shape=x.shape)


def _tile_batch(level: Any, op: Any, payloads: Any, mapped: Any, params: Any) -> Any:
    (x,) = payloads
    reps = params["reps"]
    reps = (reps,) if isinstance(reps, int) else tuple(reps)
    n = max(len(reps), len(shape_of(x)) - 1)
    return tile(aligned(x, n), reps=(1,) * (1 + n - len(reps)) + reps)


tile = linear(np.tile, _tile_transpose, name="Repeat", batch=_tile_batch)


def _real(x: Any) -> Any:
    return x.real


def _imag(x: Any) -> Any:
    return x.imag


real = structural(_real, lambda ct, x: ct + 0j if x.dtype.kind == "c" else ct, name="Real", batch=pointwise)
imag = structural(_imag, lambda ct, x: ct * -1j, name="Imag", batch=pointwise)


def _like_batch(level: Any, op: Any, payloads: list[Any], mapped: list[bool], params: dict[str, Any]) -> Any:
    """A shape that is asked for is that of one example."""
    if params.get("shape") is not None:
        params = {**params, "shape": (level.size, *params["shape"])}
    return op.call(*payloads, **params)


zeros_like = constant(np.zeros_like, promotes=False, batch=_like_batch)
ones_like = constant(np.ones_like, promotes=False, batch=_like_batch)
full_like = constant(_full_like, promotes=False, batch=_like_batch)
for _maker in (copy, zeros_like, ones_like, full_like):
    _maker.op.blank = True  # type: ignore[attr-defined]


def size(shape: tuple[int, ...]) -> int:
    """How many elements an array of this shape has."""
    n = 1
    for k in shape:
        n *= k
    return n

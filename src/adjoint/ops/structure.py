"""Moving elements without computing: reshape, transpose, broadcast, join, flip, pad with zeros.

NumPy's names; on a bare array each goes straight to NumPy. Views share memory with their operand.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ..core import rules
from ..core.kinds import constant, linear, structural


def _reshape(x: Any, *, shape: tuple[int, ...]) -> Any:
    return np.reshape(x, shape)


def _alias(x: Any) -> Any:
    return x[...]


def _astype(x: Any, *, dtype: Any) -> Any:
    return np.asarray(x).astype(dtype)


def _concatenate(xs: Any, *, axis: int = 0) -> Any:
    return np.concatenate(xs, axis=axis)


def _stack(xs: Any, *, axis: int = 0) -> Any:
    return np.stack(xs, axis=axis)


def _full_like(x: Any, *, fill_value: Any) -> Any:
    return np.full_like(x, fill_value)


reshape = structural(_reshape, lambda ct, x, shape: reshape(ct, shape=x.shape),
                     name="View")
transpose = structural(np.transpose, lambda ct, x, axes=None: transpose(ct, axes=invert(axes)), name="Permute")
swapaxes = structural(np.swapaxes, lambda ct, x, axis1, axis2: swapaxes(ct, axis1=axis1, axis2=axis2),
                      name="Transpose")
moveaxis = structural(np.moveaxis, lambda ct, x, source, destination: moveaxis(
    ct, source=destination, destination=source), name="Permute")
expand_dims = structural(np.expand_dims, lambda ct, x, axis: reshape(ct, shape=x.shape), name="Unsqueeze")
squeeze = structural(np.squeeze, lambda ct, x, axis=None: reshape(ct, shape=x.shape))
squeeze.op.node_name = lambda node: f"SqueezeBackward{_squeeze_form(**node[3])}"  # type: ignore[attr-defined]


def _squeeze_form(axis: Any = None) -> int:
    """Which of PyTorch's three forms it is: of all dimensions, of one, of several."""
    return 0 if axis is None else 2 if isinstance(axis, tuple) and len(axis) > 1 else 1




def _broadcast_to(x: Any, *, shape: tuple[int, ...]) -> Any:
    out = np.broadcast_to(x, shape)
    if x.flags.writeable:  # parts of it in which no element repeats may be written; core.memory refuses the others
        out.flags.writeable = True
    return out


broadcast_to = structural(_broadcast_to, lambda ct, x, shape: ct, name="Expand")  # the kind sums over the new axes
flip = structural(np.flip, lambda ct, x, axis=None: flip(ct, axis=axis))
alias = structural(_alias, lambda ct, x: ct, name="Alias")


def invert(axes: Any) -> Any:
    """The permutation that undoes `axes`."""
    return None if axes is None else tuple([int(i) for i in np.argsort([a % len(axes) for a in axes])])


def mT(x: Any) -> Any:
    """The matrix transpose of the last two axes."""
    return swapaxes(x, axis1=-1, axis2=-2)


copy = linear(np.copy, lambda ct, x: ct, name="Clone")
astype = linear(_astype, lambda ct, x, dtype: ct, name="ToCopy")
rules.astype_op = astype


def _grad_copy(x: Any) -> Any:
    return x


# A gradient on its way into `.grad` while the backward pass is itself recorded.
grad_copy = linear(_grad_copy, lambda ct, x: ct, name="CopyBackwards")
roll = linear(np.roll, lambda ct, x, shift, axis=None: roll(ct, shift=_negated(shift), axis=axis))


def _negated(shift: Any) -> Any:
    return tuple([-s for s in shift]) if isinstance(shift, tuple) else -shift


def _split_like(ct: Any, xs: Any, axis: int = 0) -> list[Any]:
    parts, start = [], 0
    for x in xs:
        n = x.shape[axis]
        parts.append(narrow(ct, axis=axis, start=start, length=n))
        start += n
    return parts


concatenate = linear(_concatenate, _split_like, name="Cat", variadic=True)
stack = linear(_stack,
               lambda ct, xs, axis=0: [squeeze(narrow(ct, axis=axis, start=i, length=1), axis=axis)
                                       for i in range(len(xs))], variadic=True)


def _narrow(x: Any, *, axis: int, start: int, length: int) -> Any:
    return x[(slice(None),) * (axis % x.ndim) + (slice(start, start + length),)]


def _narrow_transpose(ct: Any, x: Any, axis: int, start: int, length: int) -> Any:
    return zero_pad(ct, axis=axis, before=start, after=x.shape[axis] - start - length)


def _zero_pad(x: Any, *, axis: int, before: int, after: int) -> Any:
    widths = [(0, 0)] * x.ndim
    widths[axis] = (before, after)
    return np.pad(x, widths)


narrow = structural(_narrow, _narrow_transpose, name="Slice")
zero_pad = linear(_zero_pad, lambda ct, x, axis, before, after: narrow(
    ct, axis=axis, start=before, length=x.shape[axis]), name="ConstantPadNd")


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


diagonal = structural(_writable_diagonal, _diagonal_transpose)
diagonal_into = linear(_diagonal_into, lambda ct, x, shape, offset=0, axis1=0, axis2=1: diagonal(
    ct, offset=offset, axis1=axis1, axis2=axis2), name="DiagonalBackward")
tril = linear(np.tril, lambda ct, x, k=0: tril(ct, k=k))
triu = linear(np.triu, lambda ct, x, k=0: triu(ct, k=k))
repeat = linear(np.repeat, lambda ct, x, repeats, axis=None: _repeat_transpose(ct, x, repeats, axis))


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


segment_sum = linear(_segment_sum, lambda ct, x, counts, axis: repeat(ct, repeats=counts, axis=axis), widens=True)


def _tile_transpose(ct: Any, x: Any, reps: Any) -> Any:
    reps = (reps,) if isinstance(reps, int) else tuple(reps)
    n = max(len(reps), x.ndim)
    reps = (1,) * (n - len(reps)) + reps
    shape = (1,) * (n - x.ndim) + x.shape
    split = reshape(ct, shape=tuple([v for pair in zip(reps, shape, strict=True) for v in pair]))
    return reshape(np.sum(split, axis=tuple(range(0, 2 * n, 2))), shape=x.shape)


tile = linear(np.tile, _tile_transpose, name="Repeat")


def _real(x: Any) -> Any:
    return x.real


def _imag(x: Any) -> Any:
    return x.imag


real = structural(_real, lambda ct, x: ct + 0j if x.dtype.kind == "c" else ct, name="Real")
imag = structural(_imag, lambda ct, x: ct * -1j, name="Imag")
zeros_like = constant(np.zeros_like, promotes=False)
ones_like = constant(np.ones_like, promotes=False)
full_like = constant(_full_like, promotes=False)
for _maker in (copy, zeros_like, ones_like, full_like):
    _maker.op.blank = True  # type: ignore[attr-defined]


def size(shape: tuple[int, ...]) -> int:
    """How many elements an array of this shape has."""
    n = 1
    for k in shape:
        n *= k
    return n

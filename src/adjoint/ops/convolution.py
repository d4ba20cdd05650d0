"""Convolution over any number of axes, as three bilinear maps that are each other's transposes.

With y = convolve(x, w), a cotangent of y gives x's by convolve_input(ct, w) and w's by convolve_weight(x, ct); the
transposes of those two are convolve and each other again, so derivatives of every order are convolutions. The same
holds for the linear pair `windows` (im2col) and `overlap_add` (col2im).

Arrays are (batch, channels, *space); kernels are (out channels, in channels / groups, *space). `padding` is a pair
(before, after) for each axis and must be *exact*: the last window ends where the padded axis ends. Then every shape
follows from the other two and no op carries sizes. `exact_padding` makes it so; its second number may be negative.
"""

from __future__ import annotations

import math

import numpy as np

from ..core.batch_rules import leading, moveaxis, reshape, spread
from ..core.kinds import bilinear, linear
from ..core.payloads import shape_of
from .padding import Widths, opposite, pad_zeros

Sizes = tuple[int, ...]


def extent(kernel: int, dilation: int) -> int:
    """The number of elements that a dilated kernel spans."""
    return dilation * (kernel - 1) + 1


def exact_padding(size: Sizes, kernel: Sizes, stride: Sizes, padding: Widths, dilation: Sizes) -> Widths:
    """`padding` less the elements at the end of each axis that no window reaches."""
    return tuple(
        (before, after - (n + before + after - extent(k, d)) % s)
        for n, k, s, (before, after), d in zip(size, kernel, stride, padding, dilation, strict=True)
    )


def _view_windows(x: np.ndarray, kernel: Sizes, stride: Sizes, padding: Widths, dilation: Sizes) -> np.ndarray:
    """The windows of x as a read-only view of shape (..., *kernel, *positions)."""
    x = pad_zeros(x, padding)
    n = len(kernel)
    axes = tuple(range(-n, 0))
    spans = tuple(extent(k, d) for k, d in zip(kernel, dilation, strict=True))
    view = np.lib.stride_tricks.sliding_window_view(x, spans, axis=axes)
    view = view[(..., *(slice(None, None, s) for s in stride), *(slice(None, None, d) for d in dilation))]
    lead = view.ndim - 2 * n
    return view.transpose(*range(lead), *range(lead + n, lead + 2 * n), *range(lead, lead + n))


def _add_windows(columns: np.ndarray, stride: Sizes, padding: Widths, dilation: Sizes) -> np.ndarray:
    """The array on which the windows `columns` (..., *kernel, *positions) lie, overlaps added."""
    n = len(stride)
    lead, kernel, positions = columns.shape[: -2 * n], columns.shape[-2 * n : -n], columns.shape[-n:]
    spans = [(p - 1) * s + 1 for p, s in zip(positions, stride, strict=True)]
    padded = np.zeros(
        (*lead, *(span + d * (k - 1) for span, d, k in zip(spans, dilation, kernel, strict=True))), columns.dtype
    )
    everything = (slice(None),) * n
    for offset in np.ndindex(*kernel):
        starts = [o * d for o, d in zip(offset, dilation, strict=True)]
        where = tuple(slice(a, a + span, s) for a, span, s in zip(starts, spans, stride, strict=True))
        padded[(..., *where)] += columns[(..., *offset, *everything)]
    return pad_zeros(padded, opposite(padding))


def _convolve(x, w, *, stride, padding, dilation, groups):
    batch, space = x.shape[0], w.shape[2:]
    view = _view_windows(x, space, stride, padding, dilation)
    positions = view.shape[-len(space) :]
    columns = view.reshape(batch, groups, w.shape[1] * math.prod(space), math.prod(positions))
    kernel = w.reshape(groups, w.shape[0] // groups, columns.shape[2])
    return np.matmul(kernel, columns).reshape(batch, w.shape[0], *positions)


def _convolve_input(y, w, *, stride, padding, dilation, groups):
    batch, positions, space = y.shape[0], y.shape[2:], w.shape[2:]
    kernel = w.reshape(groups, w.shape[0] // groups, w.shape[1] * math.prod(space))
    y = y.reshape(batch, groups, kernel.shape[1], math.prod(positions))
    columns = np.matmul(kernel.transpose(0, 2, 1), y)
    return _add_windows(columns.reshape(batch, groups * w.shape[1], *space, *positions), stride, padding, dilation)


def _convolve_weight(x, y, *, stride, padding, dilation, groups):
    batch, channels, positions = x.shape[0], x.shape[1], y.shape[2:]
    n = len(positions)
    space = tuple(
        (size + before + after - (p - 1) * s - 1) // d + 1
        for size, (before, after), p, s, d in zip(x.shape[2:], padding, positions, stride, dilation, strict=True)
    )
    view = _view_windows(x, space, stride, padding, dilation)
    # One product per group over batch and positions together: (out, batch * positions) @ (batch * positions, in).
    columns = view.transpose(1, *range(2, 2 + n), 0, *range(2 + n, 2 + 2 * n)).reshape(
        groups, channels // groups * math.prod(space), batch * math.prod(positions)
    )
    filters = y.shape[1]
    y = y.reshape(batch, filters, math.prod(positions)).transpose(1, 0, 2)
    product = np.matmul(y.reshape(groups, filters // groups, columns.shape[2]), columns.transpose(0, 2, 1))
    return product.reshape(filters, channels // groups, *space)


def _windows(x, *, kernel, stride, padding, dilation):
    return np.ascontiguousarray(_view_windows(x, kernel, stride, padding, dilation))


def _overlap_add(columns, *, stride, padding, dilation):
    return _add_windows(columns, stride, padding, dilation)


# Under vmap, arrays with examples and kernels without are one larger batch. Otherwise the examples become groups of
# channels: (examples, batch, channels, ...) is (batch, examples * channels, ...), and each has its kernels.


def _merge_batches(x):
    shape = shape_of(x)
    return reshape(x, (shape[0] * shape[1], *shape[2:]))


def _split_batches(x, examples):
    shape = shape_of(x)
    return reshape(x, (examples, shape[0] // max(examples, 1), *shape[1:]))


def _as_groups(x):
    x = moveaxis(x, 0, 1)
    shape = shape_of(x)
    return reshape(x, (shape[0], shape[1] * shape[2], *shape[3:]))


def _from_groups(x, examples):
    shape = shape_of(x)
    return moveaxis(reshape(x, (shape[0], examples, shape[1] // max(examples, 1), *shape[2:])), 1, 0)


def _batch(level, op, payloads, mapped, params):
    """Of convolve and convolve_input, which take arrays and kernels and give arrays."""
    x, w = payloads
    if not mapped[1]:
        return _split_batches(op.call(_merge_batches(x), w, **params), level.size)
    if not mapped[0] and params["groups"] == 1 and op.op_name == "convolve":  # the examples' kernels give more channels
        return _from_groups(op.call(x, _merge_batches(w), **params), level.size)
    groups = {**params, "groups": level.size * params["groups"]}
    return _from_groups(op.call(_as_groups(spread(level, x, mapped[0])), _merge_batches(w), **groups), level.size)


def _weight_batch(level, op, payloads, mapped, params):
    x, y = payloads
    if not mapped[0] and params["groups"] == 1:
        return _split_batches(op.call(x, _as_groups(y), **params), level.size)
    x, y = [_as_groups(spread(level, v, m)) for v, m in zip(payloads, mapped, strict=True)]
    return _split_batches(op.call(x, y, **{**params, "groups": level.size * params["groups"]}), level.size)


convolve = bilinear(
    _convolve,
    lambda ct, x, y, **geometry: convolve_input(ct, y, **geometry),
    lambda ct, x, y, **geometry: convolve_weight(x, ct, **geometry),
    name="Convolution",
    batch=_batch,
)

convolve_input = bilinear(
    _convolve_input,
    lambda ct, x, y, **geometry: convolve(ct, y, **geometry),
    lambda ct, x, y, **geometry: convolve_weight(ct, x, **geometry),
    batch=_batch,
)

convolve_weight = bilinear(
    _convolve_weight,
    lambda ct, x, y, **geometry: convolve_input(y, ct, **geometry),
    lambda ct, x, y, **geometry: convolve(x, ct, **geometry),
    batch=_weight_batch,
)

windows = linear(
    _windows,
    lambda ct, x, *, kernel, stride, padding, dilation: overlap_add(
        ct, stride=stride, padding=padding, dilation=dilation
    ),
    batch=leading(0),
)


def _overlap_add_transpose(ct, x, *, stride, padding, dilation):
    n = len(stride)
    return windows(ct, kernel=tuple(x.shape[-2 * n : -n]), stride=stride, padding=padding, dilation=dilation)


overlap_add = linear(_overlap_add, _overlap_add_transpose, widens=True, batch=leading(0))

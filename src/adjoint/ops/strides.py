"""Views by strides: as_strided, sliding windows, a complex array as pairs of reals; and what these transpose to."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from ..core.batch_rules import axes, pointwise, shaped
from ..core.kinds import linear, structural
from ..core.payloads import shape_of


def _owner(x: Any) -> Any:
    """The contiguous array that owns the memory of x, or None where NumPy does not show one."""
    base = x if x.base is None else x.base
    if type(base) is not np.ndarray or base.base is not None or base.dtype.kind not in "biufc":
        return None
    return base if base.flags.c_contiguous else base.T if base.flags.f_contiguous else None


def _address(x: Any) -> int:
    return x.__array_interface__["data"][0]


def _window(x: Any, shape: tuple[int, ...], strides: tuple[int, ...], offset: int = 0) -> Any:
    """The memory of x with other strides, `offset` and `strides` in bytes. Its base is that of x, as a view's is."""
    owner = _owner(x)
    if owner is None or 0 in shape:
        part = np.lib.stride_tricks.as_strided(x, shape, strides, writeable=x.flags.writeable)
        if offset:
            raise ValueError("a storage offset needs an array that owns its memory")
        return part
    part = np.ndarray(shape, x.dtype, buffer=owner, offset=_address(x) - _address(owner) + offset, strides=strides)
    part.flags.writeable = x.flags.writeable
    return part


def _as_strided(x: Any, *, size: tuple[int, ...], stride: tuple[int, ...], offset: int) -> Any:
    flat = x.ravel()  # contiguous, which reshape(-1) of a broadcast array is not
    last = offset + sum([(n - 1) * s for n, s in zip(size, stride, strict=True)])
    if 0 not in size and not 0 <= last < x.size:
        raise ValueError(
            f"size {list(size)}, stride {list(stride)} and offset {offset} reach element {last} of {x.size}"
        )
    return _window(flat[offset:], size, tuple([s * x.itemsize for s in stride]))


def _strided_sum(ct: Any, *, shape: tuple[int, ...], stride: tuple[int, ...], offset: int) -> Any:
    out = np.zeros(shape, ct.dtype)
    place = np.full(ct.shape, offset)
    for axis, s in enumerate(stride):
        place += np.expand_dims(np.arange(ct.shape[axis]) * s, tuple(range(1, ct.ndim - axis)))
    np.add.at(out.reshape(-1), place, ct)
    return out


def _strided_batch(level: Any, op: Any, payloads: Any, mapped: Any, params: Any) -> Any:
    """The examples lie one behind the other."""
    (x,) = payloads
    shape = params.get("shape", shape_of(x)[1:])
    outer = {name: (level.size, *params[name]) for name in ("size", "shape") if name in params}
    return op.call(x, **{**params, **outer, "stride": (math.prod(shape), *params["stride"])})


def _in_order_batch(level: Any, op: Any, payloads: Any, mapped: Any, params: Any) -> Any:
    (x,) = payloads
    order = params["order"]
    return in_order(x, order=None if order is None else (0, *[a + 1 for a in order]))


# Elements of a contiguous array by sizes, strides and an offset counted in elements.
as_strided = structural(
    _as_strided, lambda ct, x, size, stride, offset: strided_sum(ct, shape=x.shape, stride=stride, offset=offset),
    batch=_strided_batch
)
strided_sum = linear(
    _strided_sum,
    lambda ct, x, shape, stride, offset: as_strided(ct, size=x.shape, stride=stride, offset=offset),
    name="AsStridedBackward",
    widens=True,
    batch=_strided_batch,
)


def _unfold(x: Any, *, axis: int, size: int, step: int) -> Any:
    if x.ndim == 0:
        return _window(x, (size,), (x.itemsize,))
    count = (x.shape[axis] - size) // step + 1
    shape = (*x.shape[:axis], count, *x.shape[axis + 1 :], size)
    strides = (*x.strides[:axis], x.strides[axis] * step, *x.strides[axis + 1 :], x.strides[axis])
    return _window(x, shape, strides)


def _fold(ct: Any, *, shape: tuple[int, ...], axis: int, size: int, step: int) -> Any:
    out = np.zeros(shape, ct.dtype)
    if not shape:
        return out + ct.sum(dtype=ct.dtype)
    moved = np.moveaxis(out, axis, -1)
    windows = np.moveaxis(ct, axis, -2)
    for k in range(size):
        moved[..., k : k + windows.shape[-2] * step : step] += windows[..., k]
    return out


# Windows of `size` along `axis`, one every `step`; the elements of a window are the last dimension.
unfold = structural(_unfold, lambda ct, x, axis, size, step: fold(ct, shape=x.shape, axis=axis, size=size, step=step),
                    batch=axes(axis=0))
fold = linear(
    _fold,
    lambda ct, x, shape, axis, size, step: unfold(ct, axis=axis, size=size, step=step),
    name="UnfoldBackward",
    widens=True,
    batch=shaped(axis=0),
)


def _as_real(x: Any) -> Any:
    return x[..., None].view(x.real.dtype)


def _as_complex(x: Any) -> Any:
    if x.strides[-1] != x.itemsize:
        x = x.copy()
    return x.view(np.result_type(x.dtype, np.complex64))[..., 0]


as_real = structural(_as_real, lambda ct, x: np.conjugate(as_complex(ct)), name="ViewAsReal", batch=pointwise)
as_complex = structural(_as_complex, lambda ct, x: as_real(np.conjugate(ct)), name="ViewAsComplex", batch=pointwise)


def _in_order(x: Any, *, order: tuple[int, ...] | None) -> Any:
    if order is None:
        return np.array(x, order="C")
    return np.array(x.transpose(order), order="C").transpose([order.index(i) for i in range(x.ndim)])


# A copy whose dimensions lie in memory in this order (None: their own).
in_order = linear(_in_order, lambda ct, x, order: ct, name="Clone", batch=_in_order_batch)

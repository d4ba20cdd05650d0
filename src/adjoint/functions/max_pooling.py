"""Max pooling: fixed, adaptive and fractional windows, the positions of the maxima, and max unpooling.

Each pool finds positions first (a constant op) and then fetches the elements there, so gradients flow to the elements
that were chosen: the first of equal ones.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from .. import errors
from ..core.rng import default_generator, draw
from ..ops import pooling as ops
from ..ops import structure as st
from ..ops.along import put_along, take_along
from .pooling import Size, Target, target_size, window_arguments, window_counts
from .windows import per_axis, with_batch, without_batch

if TYPE_CHECKING:
    from .._tensor import Tensor

__all__ = [
    "max_pool1d",
    "max_pool2d",
    "max_pool3d",
    "max_pool1d_with_indices",
    "max_pool2d_with_indices",
    "max_pool3d_with_indices",
    "adaptive_max_pool1d",
    "adaptive_max_pool2d",
    "adaptive_max_pool3d",
    "adaptive_max_pool1d_with_indices",
    "adaptive_max_pool2d_with_indices",
    "adaptive_max_pool3d_with_indices",
    "fractional_max_pool2d",
    "fractional_max_pool3d",
    "fractional_max_pool2d_with_indices",
    "fractional_max_pool3d_with_indices",
    "max_unpool1d",
    "max_unpool2d",
    "max_unpool3d",
]


def max_pool1d(
    input: Tensor,
    kernel_size: Size,
    stride: Size | None = None,
    padding: Size = 0,
    dilation: Size = 1,
    ceil_mode: bool = False,
    return_indices: bool = False,
) -> Tensor | tuple[Tensor, Tensor]:
    """The largest element of each window of `input` (batch, channels, length); with `return_indices` also where it was.

    `stride` is the kernel size unless given; padding never wins; with `ceil_mode` a last window may overhang.

    >>> import adjoint as ad
    >>> ad.nn.functional.max_pool1d(ad.tensor([[1., 5., 2., 3.]]), 2, return_indices=True)
    (tensor([[5., 3.]]), tensor([[1, 3]]))
    """
    return _max_pool("max_pool1d", 1, input, kernel_size, stride, padding, dilation, ceil_mode, return_indices)


def max_pool2d(
    input: Tensor,
    kernel_size: Size,
    stride: Size | None = None,
    padding: Size = 0,
    dilation: Size = 1,
    ceil_mode: bool = False,
    return_indices: bool = False,
) -> Tensor | tuple[Tensor, Tensor]:
    """The largest element of each window of `input` (batch, channels, height, width); arguments as for `max_pool1d`.

    Indices count through the plane of one channel.

    >>> import adjoint as ad
    >>> ad.nn.functional.max_pool2d(ad.arange(16.).reshape(1, 1, 4, 4), 2)
    tensor([[[[ 5.,  7.],
              [13., 15.]]]])
    """
    return _max_pool("max_pool2d", 2, input, kernel_size, stride, padding, dilation, ceil_mode, return_indices)


def max_pool3d(
    input: Tensor,
    kernel_size: Size,
    stride: Size | None = None,
    padding: Size = 0,
    dilation: Size = 1,
    ceil_mode: bool = False,
    return_indices: bool = False,
) -> Tensor | tuple[Tensor, Tensor]:
    """The largest element of each window of `input` (batch, channels, depth, height, width).

    >>> import adjoint as ad
    >>> ad.nn.functional.max_pool3d(ad.arange(8.).reshape(1, 1, 2, 2, 2), 2)
    tensor([[[[[7.]]]]])
    """
    return _max_pool("max_pool3d", 3, input, kernel_size, stride, padding, dilation, ceil_mode, return_indices)


def max_pool1d_with_indices(
    input: Tensor,
    kernel_size: Size,
    stride: Size | None = None,
    padding: Size = 0,
    dilation: Size = 1,
    ceil_mode: bool = False,
    return_indices: bool = False,
) -> tuple[Tensor, Tensor]:
    """The maxima and their indices, as `max_pool1d` gives them with `return_indices=True`.

    >>> import adjoint as ad
    >>> ad.nn.functional.max_pool1d_with_indices(ad.tensor([[1., 5.]]), 2)
    (tensor([[5.]]), tensor([[1]]))
    """
    return _max_pool("max_pool1d", 1, input, kernel_size, stride, padding, dilation, ceil_mode, True)


def max_pool2d_with_indices(
    input: Tensor,
    kernel_size: Size,
    stride: Size | None = None,
    padding: Size = 0,
    dilation: Size = 1,
    ceil_mode: bool = False,
    return_indices: bool = False,
) -> tuple[Tensor, Tensor]:
    """The maxima and their indices, as `max_pool2d` gives them with `return_indices=True`.

    >>> import adjoint as ad
    >>> ad.nn.functional.max_pool2d_with_indices(ad.arange(4.).reshape(1, 2, 2), 2)
    (tensor([[[3.]]]), tensor([[[3]]]))
    """
    return _max_pool("max_pool2d", 2, input, kernel_size, stride, padding, dilation, ceil_mode, True)


def max_pool3d_with_indices(
    input: Tensor,
    kernel_size: Size,
    stride: Size | None = None,
    padding: Size = 0,
    dilation: Size = 1,
    ceil_mode: bool = False,
    return_indices: bool = False,
) -> tuple[Tensor, Tensor]:
    """The maxima and their indices, as `max_pool3d` gives them with `return_indices=True`.

    >>> import adjoint as ad
    >>> ad.nn.functional.max_pool3d_with_indices(ad.arange(8.).reshape(1, 2, 2, 2), 2)
    (tensor([[[[7.]]]]), tensor([[[[7]]]]))
    """
    return _max_pool("max_pool3d", 3, input, kernel_size, stride, padding, dilation, ceil_mode, True)


def adaptive_max_pool1d(
    input: Tensor, output_size: Target, return_indices: bool = False
) -> Tensor | tuple[Tensor, Tensor]:
    """The largest elements of `output_size` near-equal pieces of each row of `input` (batch, channels, length).

    >>> import adjoint as ad
    >>> ad.nn.functional.adaptive_max_pool1d(ad.tensor([[1., 5., 2., 3.]]), 2)
    tensor([[5., 3.]])
    """
    return _adaptive_max("adaptive_max_pool1d", 1, input, output_size, return_indices)


def adaptive_max_pool2d(
    input: Tensor, output_size: Target, return_indices: bool = False
) -> Tensor | tuple[Tensor, Tensor]:
    """The largest elements of near-equal pieces of `input` (batch, channels, height, width); None keeps an axis.

    >>> import adjoint as ad
    >>> ad.nn.functional.adaptive_max_pool2d(ad.arange(4.).reshape(1, 2, 2), (1, None))
    tensor([[[2., 3.]]])
    """
    return _adaptive_max("adaptive_max_pool2d", 2, input, output_size, return_indices)


def adaptive_max_pool3d(
    input: Tensor, output_size: Target, return_indices: bool = False
) -> Tensor | tuple[Tensor, Tensor]:
    """The largest elements of near-equal pieces of `input` (batch, channels, depth, height, width).

    >>> import adjoint as ad
    >>> ad.nn.functional.adaptive_max_pool3d(ad.arange(8.).reshape(1, 2, 2, 2), 1)
    tensor([[[[7.]]]])
    """
    return _adaptive_max("adaptive_max_pool3d", 3, input, output_size, return_indices)


def adaptive_max_pool1d_with_indices(
    input: Tensor, output_size: Target, return_indices: bool = False
) -> tuple[Tensor, Tensor]:
    """The maxima and their indices, as `adaptive_max_pool1d` gives them with `return_indices=True`.

    >>> import adjoint as ad
    >>> ad.nn.functional.adaptive_max_pool1d_with_indices(ad.tensor([[1., 5.]]), 1)
    (tensor([[5.]]), tensor([[1]]))
    """
    return _adaptive_max("adaptive_max_pool1d", 1, input, output_size, True)


def adaptive_max_pool2d_with_indices(
    input: Tensor, output_size: Target, return_indices: bool = False
) -> tuple[Tensor, Tensor]:
    """The maxima and their indices, as `adaptive_max_pool2d` gives them with `return_indices=True`.

    >>> import adjoint as ad
    >>> ad.nn.functional.adaptive_max_pool2d_with_indices(ad.arange(4.).reshape(1, 2, 2), 1)
    (tensor([[[3.]]]), tensor([[[3]]]))
    """
    return _adaptive_max("adaptive_max_pool2d", 2, input, output_size, True)


def adaptive_max_pool3d_with_indices(
    input: Tensor, output_size: Target, return_indices: bool = False
) -> tuple[Tensor, Tensor]:
    """The maxima and their indices, as `adaptive_max_pool3d` gives them with `return_indices=True`.

    >>> import adjoint as ad
    >>> ad.nn.functional.adaptive_max_pool3d_with_indices(ad.arange(8.).reshape(1, 2, 2, 2), 1)
    (tensor([[[[7.]]]]), tensor([[[[7]]]]))
    """
    return _adaptive_max("adaptive_max_pool3d", 3, input, output_size, True)


def fractional_max_pool2d(
    input: Tensor,
    kernel_size: Size,
    output_size: Size | None = None,
    output_ratio: float | tuple[float, ...] | None = None,
    return_indices: bool = False,
    _random_samples: Tensor | None = None,
) -> Tensor | tuple[Tensor, Tensor]:
    """The largest elements of windows at random, near-evenly spaced starts (Graham 2014, arXiv:1412.6071).

    Give `output_size`, or `output_ratio` in (0, 1); `_random_samples` (batch, channels, 2) in [0, 1) fix the starts.

    >>> import adjoint as ad
    >>> ad.nn.functional.fractional_max_pool2d(ad.ones(1, 7, 7), 2, output_ratio=0.5).shape
    adjoint.Size([1, 3, 3])
    """
    y, indices = _fractional("fractional_max_pool2d", 2, input, kernel_size, output_size, output_ratio, _random_samples)
    return (y, indices) if return_indices else y


def fractional_max_pool3d(
    input: Tensor,
    kernel_size: Size,
    output_size: Size | None = None,
    output_ratio: float | tuple[float, ...] | None = None,
    return_indices: bool = False,
    _random_samples: Tensor | None = None,
) -> Tensor | tuple[Tensor, Tensor]:
    """`fractional_max_pool2d` over depth, height and width; `_random_samples` is (batch, channels, 3).

    >>> import adjoint as ad
    >>> ad.nn.functional.fractional_max_pool3d(ad.ones(1, 7, 7, 7), 2, output_size=3).shape
    adjoint.Size([1, 3, 3, 3])
    """
    y, indices = _fractional("fractional_max_pool3d", 3, input, kernel_size, output_size, output_ratio, _random_samples)
    return (y, indices) if return_indices else y


def fractional_max_pool2d_with_indices(
    input: Tensor,
    kernel_size: Size,
    output_size: Size | None = None,
    output_ratio: float | tuple[float, ...] | None = None,
    return_indices: bool = False,
    _random_samples: Tensor | None = None,
) -> tuple[Tensor, Tensor]:
    """The maxima and their indices, as `fractional_max_pool2d` gives them with `return_indices=True`.

    >>> import adjoint as ad
    >>> y, indices = ad.nn.functional.fractional_max_pool2d_with_indices(ad.ones(1, 7, 7), 2, output_size=3)
    >>> indices.dtype
    adjoint.int64
    """
    return _fractional("fractional_max_pool2d", 2, input, kernel_size, output_size, output_ratio, _random_samples)


def fractional_max_pool3d_with_indices(
    input: Tensor,
    kernel_size: Size,
    output_size: Size | None = None,
    output_ratio: float | tuple[float, ...] | None = None,
    return_indices: bool = False,
    _random_samples: Tensor | None = None,
) -> tuple[Tensor, Tensor]:
    """The maxima and their indices, as `fractional_max_pool3d` gives them with `return_indices=True`.

    >>> import adjoint as ad
    >>> y, indices = ad.nn.functional.fractional_max_pool3d_with_indices(ad.ones(1, 7, 7, 7), 2, output_size=3)
    >>> indices.shape
    adjoint.Size([1, 3, 3, 3])
    """
    return _fractional("fractional_max_pool3d", 3, input, kernel_size, output_size, output_ratio, _random_samples)


def max_unpool1d(
    input: Tensor,
    indices: Tensor,
    kernel_size: Size,
    stride: Size | None = None,
    padding: Size = 0,
    output_size: Sequence[int] | None = None,
) -> Tensor:
    """Zeros in which the elements of `input` stand at their `indices`: a partial inverse of `max_pool1d`.

    `output_size` chooses among the sizes that pool to the same one.

    >>> import adjoint as ad
    >>> F = ad.nn.functional
    >>> y, indices = F.max_pool1d(ad.tensor([[1., 5., 2., 3.]]), 2, return_indices=True)
    >>> F.max_unpool1d(y, indices, 2)
    tensor([[0., 5., 0., 3.]])
    """
    return _unpool("max_unpool1d", 1, input, indices, kernel_size, stride, padding, output_size)


def max_unpool2d(
    input: Tensor,
    indices: Tensor,
    kernel_size: Size,
    stride: Size | None = None,
    padding: Size = 0,
    output_size: Sequence[int] | None = None,
) -> Tensor:
    """Zeros in which the elements of `input` stand at their `indices`: a partial inverse of `max_pool2d`.

    >>> import adjoint as ad
    >>> F = ad.nn.functional
    >>> F.max_unpool2d(*F.max_pool2d(ad.arange(4.).reshape(1, 2, 2), 2, return_indices=True), 2)
    tensor([[[0., 0.],
             [0., 3.]]])
    """
    return _unpool("max_unpool2d", 2, input, indices, kernel_size, stride, padding, output_size)


def max_unpool3d(
    input: Tensor,
    indices: Tensor,
    kernel_size: Size,
    stride: Size | None = None,
    padding: Size = 0,
    output_size: Sequence[int] | None = None,
) -> Tensor:
    """Zeros in which the elements of `input` stand at their `indices`: a partial inverse of `max_pool3d`.

    >>> import adjoint as ad
    >>> F = ad.nn.functional
    >>> F.max_unpool3d(*F.max_pool3d(ad.ones(1, 4, 4, 4), 2, return_indices=True), 2).sum()
    tensor(8.)
    """
    return _unpool("max_unpool3d", 3, input, indices, kernel_size, stride, padding, output_size)


def _fetch(x: Any, index: Any, counts: tuple[int, ...], added: bool, return_indices: bool) -> Any:
    """The elements of x (batch, channels, *space) at flat positions (batch, channels, product of counts)."""
    shape = (*x.shape[:2], *counts)
    flat = st.reshape(x, shape=(*x.shape[:2], math.prod(x.shape[2:])))
    y = without_batch(st.reshape(take_along(flat, index, axis=-1), shape=shape), added)
    return (y, without_batch(st.reshape(index, shape=shape), added)) if return_indices else y


def _max_pool(
    name: str,
    n: int,
    x: Any,
    kernel_size: Any,
    stride: Any,
    padding: Any,
    dilation: Any,
    ceil_mode: bool,
    return_indices: bool,
) -> Any:
    kernel, step, pad, dil = window_arguments(name, n, kernel_size, stride, padding, dilation)
    x, added = with_batch(x, n, name)
    counts = window_counts(x, kernel, step, pad, dil, ceil_mode)
    index = ops.max_positions(x, kernel=kernel, stride=step, padding=pad, dilation=dil, positions=counts)
    return _fetch(x, index, counts, added, return_indices)


def _adaptive_max(name: str, n: int, x: Any, output_size: Any, return_indices: bool) -> Any:
    x, added = with_batch(x, n, name)
    space = tuple(x.shape[2:])
    target = target_size(name, space, output_size)
    bounds = [ops.adaptive_bounds(size, o) for size, o in zip(space, target, strict=True)]
    index = ops.max_in_boxes(x, starts=tuple(b[0] for b in bounds), stops=tuple(b[1] for b in bounds))
    return _fetch(x, index, target, added, return_indices)


def _fractional(name: str, n: int, x: Any, kernel_size: Any, output_size: Any, output_ratio: Any, samples: Any) -> Any:
    kernel = per_axis(kernel_size, n, "kernel_size")
    x, added = with_batch(x, n, name)
    space = tuple(x.shape[2:])
    if output_size is None:
        if output_ratio is None:
            raise ValueError(f"{name} requires specifying either an output_size or an output_ratio")
        ratios = tuple(output_ratio) if isinstance(output_ratio, Sequence) else (output_ratio,) * n
        if len(ratios) != n or not all(0 < r < 1 for r in ratios):
            raise ValueError(f"output_ratio must be between 0 and 1, once or for each axis, not {output_ratio}")
        output_size = tuple(int(size * r) for size, r in zip(space, ratios, strict=True))
    target = per_axis(output_size, n, "output_size")
    for size, k, o in zip(space, kernel, target, strict=True):
        if o < 1 or k < 1 or o + k - 1 > size:
            raise errors.ShapeError(
                f"{name}: {o} windows of {k} elements at different starts do not fit on an axis of {size}; "
                f"output_size + kernel_size - 1 must be at most that"
            )
    shape = (*x.shape[:2], n)
    if samples is None:
        values = draw(default_generator.advance(), lambda g: g.random(shape))
    else:
        values = np.asarray(samples.detach().numpy())
        if values.shape != shape:
            raise errors.ShapeError(f"{name}: expected _random_samples of shape {shape}, not {values.shape}")
    order = (1, 0) if n == 2 else (0, 1, 2)  # two samples are for width and height, three for depth, height and width
    starts = np.concatenate(
        [
            ops.fractional_starts(values[..., i], size, k, o)
            for i, size, k, o in zip(order, space, kernel, target, strict=True)
        ],
        axis=-1,
    )
    return _fetch(x, ops.max_at_starts(x, starts, kernel=kernel, positions=target), target, added, True)


def _unpool(
    name: str, n: int, x: Any, indices: Any, kernel_size: Any, stride: Any, padding: Any, output_size: Any
) -> Any:
    kernel = per_axis(kernel_size, n, "kernel_size")
    step = kernel if stride is None else per_axis(stride, n, "stride")
    pad = per_axis(padding, n, "padding")
    if indices.dtype.numpy != np.int64:
        raise errors.DtypeError(f"elements in indices should be type int64 but got: {indices.dtype}")
    if tuple(indices.shape) != tuple(x.shape):
        raise errors.ShapeError(
            f"Expected shape of indices to be same as that of the input tensor ({list(x.shape)}) but got indices "
            f"tensor with shape: {list(indices.shape)}"
        )
    x, added = with_batch(x, n, name)
    space = _unpooled_size(tuple(x.shape[2:]), kernel, step, pad, output_size)
    flat = (*x.shape[:2], math.prod(x.shape[2:]))
    index = st.reshape(indices, shape=flat).detach()
    size = math.prod(space)
    found = np.asarray(index.numpy())
    if found.size and (found.min() < 0 or found.max() >= size):
        bad = found.min() if found.min() < 0 else found.max()
        volume = "x".join(map(str, space))
        raise errors.ShapeError(f"Found an invalid max index: {bad} (output volumes are of size {volume})")
    y = put_along(st.reshape(x, shape=flat), index, axis=-1, size=size)
    return without_batch(st.reshape(y, shape=(*x.shape[:2], *space)), added)


def _unpooled_size(space: Any, kernel: Any, stride: Any, padding: Any, wanted: Any) -> tuple[int, ...]:
    n = len(space)
    usual = tuple((o - 1) * s + k - 2 * p for o, k, s, p in zip(space, kernel, stride, padding, strict=True))
    if wanted is None:
        return usual
    wanted = tuple(int(w) for w in wanted)
    if len(wanted) == n + 2:
        wanted = wanted[2:]
    if len(wanted) != n:
        raise ValueError(f"output_size should be a sequence containing {n} or {n + 2} elements, not {len(wanted)}")
    if any(not u - s < w < u + s for w, u, s in zip(wanted, usual, stride, strict=True)):
        low, high = ([u + sign * s for u, s in zip(usual, stride, strict=True)] for sign in (-1, 1))
        raise ValueError(f'invalid output_size "{list(wanted)}" (dim sizes must be strictly between {low} and {high})')
    return wanted

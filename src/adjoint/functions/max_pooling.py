"""Max pooling over fixed and adaptive windows, with the positions of the maxima.

Each pool finds positions first (a constant op) and then fetches the elements there, so gradients flow to the elements
that were chosen: the first of equal ones.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from ..ops import pooling as ops
from ..ops import structure as st
from ..ops.along import take_along
from .pooling import Size, Target, target_size, window_arguments, window_counts
from .windows import with_batch, without_batch

if TYPE_CHECKING:
    from .._tensor import Tensor

__all__ = [
    "max_pool1d", "max_pool2d", "max_pool3d", "max_pool1d_with_indices", "max_pool2d_with_indices",
    "max_pool3d_with_indices", "adaptive_max_pool1d", "adaptive_max_pool2d", "adaptive_max_pool3d",
    "adaptive_max_pool1d_with_indices", "adaptive_max_pool2d_with_indices", "adaptive_max_pool3d_with_indices",
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


def fetch(x: Any, index: Any, counts: tuple[int, ...], added: bool, return_indices: bool) -> Any:
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
    return fetch(x, index, counts, added, return_indices)


def _adaptive_max(name: str, n: int, x: Any, output_size: Any, return_indices: bool) -> Any:
    x, added = with_batch(x, n, name)
    space = tuple(x.shape[2:])
    target = target_size(name, space, output_size)
    bounds = [ops.adaptive_bounds(size, o) for size, o in zip(space, target, strict=True)]
    index = ops.max_in_boxes(x, starts=tuple(b[0] for b in bounds), stops=tuple(b[1] for b in bounds))
    return fetch(x, index, target, added, return_indices)

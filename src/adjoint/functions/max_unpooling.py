"""Max unpooling: the elements of a pooled tensor put back where they were."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from .. import errors
from ..core import memory
from ..ops import structure as st
from ..ops.along import put_along
from .pooling import Size
from .windows import per_axis, with_batch, without_batch

if TYPE_CHECKING:
    from .._tensor import Tensor

__all__ = ["max_unpool1d", "max_unpool2d", "max_unpool3d"]


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
    found = memory.everything(index)
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

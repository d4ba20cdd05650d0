"""Blocks of an image as columns, and their sum back into an image: unfold and fold."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from .. import errors
from ..ops import convolution as ops
from ..ops import structure as st
from .convolution import Size
from .windows import per_axis, positive, with_batch, without_batch

if TYPE_CHECKING:
    from .._tensor import Tensor

__all__ = ["unfold", "fold"]


def unfold(input: Tensor, kernel_size: Size, dilation: Size = 1, padding: Size = 0, stride: Size = 1) -> Tensor:
    """The windows of `input` (batch, channels, height, width) as columns: (batch, channels * kernel, windows).

    >>> import adjoint as ad
    >>> ad.nn.functional.unfold(ad.arange(4.).reshape(1, 1, 2, 2), (1, 2))
    tensor([[[0., 2.],
             [1., 3.]]])
    """
    kernel, stride_, pad, dil = _block_arguments(kernel_size, stride, padding, dilation)
    x, added = with_batch(input, 2, "unfold")
    space = tuple(x.shape[2:])
    counts = _block_counts(space, kernel, stride_, pad, dil)
    if min(counts) < 1:
        raise errors.ShapeError(
            f"Given input with spatial size {space}, kernel_size={kernel}, dilation={dil}, padding={pad}, "
            f"stride={stride_}, calculated shape of the array of sliding blocks as {counts}, but its components must "
            f"be at least one"
        )
    pads = ops.exact_padding(space, kernel, stride_, tuple((p, p) for p in pad), dil)
    y = ops.windows(x, kernel=kernel, stride=stride_, padding=pads, dilation=dil)
    y = st.reshape(y, shape=(x.shape[0], x.shape[1] * math.prod(kernel), math.prod(counts)))
    return without_batch(y, added)


def fold(
    input: Tensor, output_size: Size, kernel_size: Size, dilation: Size = 1, padding: Size = 0, stride: Size = 1
) -> Tensor:
    """The image (batch, channels, *output_size) on which the columns of `unfold` lie, overlapping elements added.

    >>> import adjoint as ad
    >>> F = ad.nn.functional
    >>> F.fold(F.unfold(ad.ones(1, 1, 3, 3), 2), (3, 3), 2)
    tensor([[[[1., 2., 1.],
              [2., 4., 2.],
              [1., 2., 1.]]]])
    """
    kernel, stride_, pad, dil = _block_arguments(kernel_size, stride, padding, dilation)
    space = per_axis(output_size, 2, "output_size")
    positive(space, "output_size")
    if input.ndim not in (2, 3):
        raise errors.ShapeError(
            f"Expected 2D or 3D (batch mode) tensor for input with possibly 0 batch size and non-zero dimensions for "
            f"input, but got: {list(input.shape)}"
        )
    added = input.ndim == 2
    x = st.expand_dims(input, axis=0) if added else input
    if x.shape[1] % math.prod(kernel):
        raise errors.ShapeError(
            f"Expected size of input's dimension 1 to be divisible by the product of kernel_size, but got "
            f"input.size(1)={x.shape[1]} and kernel_size={kernel}."
        )
    counts = _block_counts(space, kernel, stride_, pad, dil)
    if min(counts) < 1 or x.shape[2] != math.prod(counts):
        raise errors.ShapeError(
            f"Given output_size={space}, kernel_size={kernel}, dilation={dil}, padding={pad}, stride={stride_}, "
            f"expected size of input's dimension 2 to match the calculated number of sliding blocks "
            f"{counts[0]} * {counts[1]} = {math.prod(counts)}, but got input.size(2)={x.shape[2]}."
        )
    pads = ops.exact_padding(space, kernel, stride_, tuple((p, p) for p in pad), dil)
    x = st.reshape(x, shape=(x.shape[0], x.shape[1] // math.prod(kernel), *kernel, *counts))
    return without_batch(ops.overlap_add(x, stride=stride_, padding=pads, dilation=dil), added)


def _block_arguments(kernel_size: Size, stride: Size, padding: Size, dilation: Size) -> tuple[tuple[int, ...], ...]:
    kernel, step = per_axis(kernel_size, 2, "kernel_size"), per_axis(stride, 2, "stride")
    pad, dil = per_axis(padding, 2, "padding"), per_axis(dilation, 2, "dilation")
    positive(kernel, "kernel size")
    positive(step, "stride")
    positive(dil, "dilation")
    if min(pad) < 0:
        raise errors.ShapeError(f"padding should be non-negative, but got {pad}")
    return kernel, step, pad, dil


def _block_counts(space: Any, kernel: Any, stride: Any, padding: Any, dilation: Any) -> tuple[int, ...]:
    return tuple(
        (n + 2 * p - ops.extent(k, d)) // s + 1
        for n, k, s, p, d in zip(space, kernel, stride, padding, dilation, strict=True)
    )

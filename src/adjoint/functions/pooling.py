"""Average and power-average pooling with fixed windows, and adaptive average pooling."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from .. import errors
from ..ops import pooling as ops
from ..ops.axismap import apply_space
from .windows import per_axis, positive, rounded_once, with_batch, without_batch

if TYPE_CHECKING:
    from .._tensor import Tensor

__all__ = [
    "avg_pool1d",
    "avg_pool2d",
    "avg_pool3d",
    "lp_pool1d",
    "lp_pool2d",
    "lp_pool3d",
    "adaptive_avg_pool1d",
    "adaptive_avg_pool2d",
    "adaptive_avg_pool3d",
]

Size = int | tuple[int, ...]
Target = int | tuple[int | None, ...] | None


def avg_pool1d(
    input: Tensor,
    kernel_size: Size,
    stride: Size | None = None,
    padding: Size = 0,
    ceil_mode: bool = False,
    count_include_pad: bool = True,
) -> Tensor:
    """The mean of each window of `input` (batch, channels, length); the batch may be left out.

    `stride` is the kernel size unless given; with `ceil_mode` a last window may overhang; padding zeros count as
    elements if `count_include_pad`.

    >>> import adjoint as ad
    >>> ad.nn.functional.avg_pool1d(ad.tensor([[1., 3., 5., 9.]]), 2)
    tensor([[2., 7.]])
    """
    return _average("avg_pool1d", 1, input, kernel_size, stride, padding, ceil_mode, count_include_pad, None)


def avg_pool2d(
    input: Tensor,
    kernel_size: Size,
    stride: Size | None = None,
    padding: Size = 0,
    ceil_mode: bool = False,
    count_include_pad: bool = True,
    divisor_override: int | None = None,
) -> Tensor:
    """The mean of each window of `input` (batch, channels, height, width), or its sum over `divisor_override`.

    >>> import adjoint as ad
    >>> ad.nn.functional.avg_pool2d(ad.arange(4.).reshape(1, 2, 2), 2)
    tensor([[[1.5000]]])
    """
    return _average(
        "avg_pool2d", 2, input, kernel_size, stride, padding, ceil_mode, count_include_pad, divisor_override
    )


def avg_pool3d(
    input: Tensor,
    kernel_size: Size,
    stride: Size | None = None,
    padding: Size = 0,
    ceil_mode: bool = False,
    count_include_pad: bool = True,
    divisor_override: int | None = None,
) -> Tensor:
    """The mean of each window of `input` (batch, channels, depth, height, width), or its sum over `divisor_override`.

    >>> import adjoint as ad
    >>> ad.nn.functional.avg_pool3d(ad.arange(8.).reshape(1, 2, 2, 2), 2)
    tensor([[[[3.5000]]]])
    """
    return _average(
        "avg_pool3d", 3, input, kernel_size, stride, padding, ceil_mode, count_include_pad, divisor_override
    )


def lp_pool1d(
    input: Tensor, norm_type: float, kernel_size: int, stride: Size | None = None, ceil_mode: bool = False
) -> Tensor:
    """The root of the sum of `norm_type`-th powers over each window of `input` (batch, channels, length).

    >>> import adjoint as ad
    >>> ad.nn.functional.lp_pool1d(ad.tensor([[3., 4.]]), 2, 2)
    tensor([[5.]])
    """
    return _power_average("lp_pool1d", 1, input, norm_type, kernel_size, stride, ceil_mode)


def lp_pool2d(
    input: Tensor, norm_type: float, kernel_size: Size, stride: Size | None = None, ceil_mode: bool = False
) -> Tensor:
    """The root of the sum of `norm_type`-th powers over each window of `input` (batch, channels, height, width).

    >>> import adjoint as ad
    >>> ad.nn.functional.lp_pool2d(ad.ones(1, 2, 2), 2, 2)
    tensor([[[2.]]])
    """
    return _power_average("lp_pool2d", 2, input, norm_type, kernel_size, stride, ceil_mode)


def lp_pool3d(
    input: Tensor, norm_type: float, kernel_size: Size, stride: Size | None = None, ceil_mode: bool = False
) -> Tensor:
    """The root of the sum of `norm_type`-th powers over each window of `input` (batch, channels, depth, height, width).

    >>> import adjoint as ad
    >>> ad.nn.functional.lp_pool3d(ad.ones(1, 1, 2, 2), 2, (1, 2, 2))
    tensor([[[[2.]]]])
    """
    return _power_average("lp_pool3d", 3, input, norm_type, kernel_size, stride, ceil_mode)


def adaptive_avg_pool1d(input: Tensor, output_size: Target) -> Tensor:
    """The means of `output_size` near-equal, possibly overlapping pieces of each row of `input`.

    >>> import adjoint as ad
    >>> ad.nn.functional.adaptive_avg_pool1d(ad.tensor([[1., 2., 3., 4.]]), 2)
    tensor([[1.5000, 3.5000]])
    """
    return _adaptive_average("adaptive_avg_pool1d", 1, input, output_size)


def adaptive_avg_pool2d(input: Tensor, output_size: Target) -> Tensor:
    """The means of near-equal pieces of `input` (batch, channels, height, width); None keeps an axis as it is.

    >>> import adjoint as ad
    >>> ad.nn.functional.adaptive_avg_pool2d(ad.arange(4.).reshape(1, 2, 2), (1, None))
    tensor([[[1., 2.]]])
    """
    return _adaptive_average("adaptive_avg_pool2d", 2, input, output_size)


def adaptive_avg_pool3d(input: Tensor, output_size: Target) -> Tensor:
    """The means of near-equal pieces of `input` (batch, channels, depth, height, width); None keeps an axis as it is.

    >>> import adjoint as ad
    >>> ad.nn.functional.adaptive_avg_pool3d(ad.ones(1, 4, 4, 4), 2).shape
    adjoint.Size([1, 2, 2, 2])
    """
    return _adaptive_average("adaptive_avg_pool3d", 3, input, output_size)


def window_arguments(
    name: str, n: int, kernel_size: Any, stride: Any, padding: Any, dilation: Any = 1
) -> tuple[tuple[int, ...], ...]:
    """Kernel, stride, padding and dilation of a pool as n numbers each, checked."""
    kernel = per_axis(kernel_size, n, "kernel_size")
    empty = stride is None or (isinstance(stride, Sequence) and not len(stride))
    step = kernel if empty else per_axis(stride, n, "stride")
    pad, dil = per_axis(padding, n, "padding"), per_axis(dilation, n, "dilation")
    positive(kernel, f"{name}: kernel size")
    positive(step, f"{name}: stride")
    positive(dil, f"{name}: dilation")
    for k, p, d in zip(kernel, pad, dil, strict=True):
        if p < 0:
            raise errors.ShapeError(f"pad must be non-negative, but got pad: {p}")
        if p > (d * (k - 1) + 1) // 2:
            raise errors.ShapeError(
                f"pad should be at most half of effective kernel size, but got pad={p}, kernel_size={k} and "
                f"dilation={d}"
            )
    return kernel, step, pad, dil


def window_counts(x: Any, kernel: Any, stride: Any, padding: Any, dilation: Any, ceil_mode: bool) -> tuple[int, ...]:
    """How many windows there are along each axis of x (batch, channels, *space)."""
    arguments = zip(x.shape[2:], kernel, stride, padding, dilation, strict=True)
    counts = tuple(ops.window_count(*a, ceil_mode) for a in arguments)
    if min(counts) < 1:
        raise errors.ShapeError(
            f"Given input size: ({'x'.join(map(str, x.shape[1:]))}). Calculated output size: "
            f"({'x'.join(map(str, (x.shape[1], *counts)))}). Output size is too small"
        )
    return counts


def target_size(name: str, space: Any, output_size: Any) -> tuple[int, ...]:
    """The output size of an adaptive pool over axes of sizes `space`: None keeps the size."""
    n = len(space)
    if not isinstance(output_size, Sequence):
        output_size = (output_size,) * n
    if len(output_size) != n:
        raise errors.ShapeError(f"{name}: output_size must be one number or {n}, not {tuple(output_size)}")
    target = tuple(size if o is None else int(o) for o, size in zip(output_size, space, strict=True))
    if min(target) < 0:
        raise errors.ShapeError(f"{name}: elements of output_size must be greater than or equal to 0, not {target}")
    if min(space) < 1:
        raise errors.ShapeError(f"{name}: expected input to have non-zero size for its axes of space, not {space}")
    return target


def _average(
    name: str,
    n: int,
    x: Any,
    kernel_size: Any,
    stride: Any,
    padding: Any,
    ceil_mode: bool,
    count_include_pad: bool,
    divisor: int | None,
) -> Any:
    kernel, step, pad, dil = window_arguments(name, n, kernel_size, stride, padding)
    x, added = with_batch(x, n, name)
    window_counts(x, kernel, step, pad, dil, ceil_mode)
    if divisor == 0:
        raise errors.ShapeError("divisor must be not zero")
    geometry = tuple(zip(x.shape[2:], kernel, step, pad, strict=True))
    integer = not (x.dtype.is_floating_point or x.dtype.is_complex)
    how = "padded" if count_include_pad else "inside"
    count = "one" if integer or divisor is not None else how
    y = rounded_once(apply_space, x, tuple(ops.average_map(*g, ceil_mode, count) for g in geometry))
    if integer:
        sizes = ops.window_sizes(geometry, ceil_mode, how) if divisor is None else divisor
        y = ops.divide_towards_zero(y, divisor=sizes)
    elif divisor is not None:
        y = y / divisor
    return without_batch(y, added)


def _power_average(name: str, n: int, x: Any, p: float, kernel_size: Any, stride: Any, ceil_mode: bool) -> Any:
    if p == 0 or math.isinf(p) or math.isnan(p):
        raise ValueError(f"{name}: norm_type must be finite and not zero, not {p}; for infinity use max_pool{n}d")
    kernel, step, pad, dil = window_arguments(name, n, kernel_size, stride, 0)
    x, added = with_batch(x, n, name)
    window_counts(x, kernel, step, pad, dil, ceil_mode)
    # A window that overhangs the end counts as a full one: its mean over what is there, times the full size.
    maps = tuple(
        ops.average_map(size, k, s, 0, ceil_mode, "padded")
        for size, k, s in zip(x.shape[2:], kernel, step, strict=True)
    )
    return without_batch(rounded_once(_norms, x, maps, p, math.prod(kernel)), added)


def _norms(x: Any, maps: Any, p: float, size: int) -> Any:
    total = apply_space(x**p, maps) * size
    # At zero the root's slope is infinite and the power's is zero; the gradient there is zero.
    nothing = total.detach() == 0
    root = np.where(nothing, 1.0, total) ** (1.0 / p)
    return np.where(nothing, 0.0 if p > 0 else math.inf, root)


def _adaptive_average(name: str, n: int, x: Any, output_size: Any) -> Any:
    x, added = with_batch(x, n, name)
    target = target_size(name, tuple(x.shape[2:]), output_size)
    if target == (1,) * n:
        return without_batch(np.mean(x, axis=tuple(range(-n, 0)), keepdims=True), added)
    maps = tuple(ops.adaptive_average_map(size, o) for size, o in zip(x.shape[2:], target, strict=True))
    return without_batch(rounded_once(apply_space, x, maps), added)

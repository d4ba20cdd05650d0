"""Normalization over layers, batches, groups, instances and neighbours, by the names of torch.nn.functional."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from ..core import memory, modes
from ..errors import ShapeError
from ..ops import arithmetic as ar
from ..ops import normalization as ops
from ..ops import reduction as red
from ..ops import structure as st
from .linalg_norms import vector_norm
from .padding import pad
from .writing import assign, deliver

if TYPE_CHECKING:
    from .._tensor import Tensor

__all__ = ["layer_norm", "batch_norm", "group_norm", "instance_norm", "rms_norm", "local_response_norm", "normalize"]


def layer_norm(input: Tensor, normalized_shape: int | Sequence[int], weight: Tensor | None = None,
               bias: Tensor | None = None, eps: float = 1e-5) -> Tensor:
    """The input with mean 0 and variance 1 over its last dimensions, of `normalized_shape`, times weight plus bias.

    >>> import adjoint as ad
    >>> ad.nn.functional.layer_norm(ad.tensor([[1., 2., 3.]]), (3,))
    tensor([[-1.2247,  0.0000,  1.2247]])
    """
    axes = _last(input, normalized_shape, weight, bias, "layer_norm")
    out = ops.standardize(input, axes=axes, eps=eps, name="NativeLayerNorm")[0]
    return _affine(out, weight, bias, "NativeLayerNorm")


def _last(input: Any, normalized: Any, weight: Any, bias: Any, function: str) -> tuple[int, ...]:
    """The axes of the last dimensions, which must have the shape `normalized`, as must weight and bias."""
    normalized = (normalized,) if isinstance(normalized, int) else tuple(normalized)
    shape = memory.peek(input).shape
    if not normalized:
        raise ShapeError(f"Expected normalized_shape of {function} to be at least 1-dimensional, got ()")
    if shape[-len(normalized):] != normalized:
        raise ShapeError(f"Given normalized_shape={list(normalized)}, expected input with shape [*, "
                         f"{', '.join(map(str, normalized))}], but got input of size{list(shape)}")
    for what, value in (("weight", weight), ("bias", bias)):
        if value is not None and memory.peek(value).shape != normalized:
            raise ShapeError(f"Expected {what} to be of same shape as normalized_shape, but got {what} of shape "
                             f"{list(memory.peek(value).shape)} and normalized_shape = {list(normalized)}")
    return tuple(range(len(shape) - len(normalized), len(shape)))


def _affine(x: Any, weight: Any, bias: Any, name: str) -> Any:
    """x * weight + bias, where either may be missing."""
    if weight is None:
        return x if bias is None else ar.add(x, bias)
    return ar.multiply(x, weight) if bias is None else ops.scale_shift(x, weight, bias, name=name)


def _by_channel(value: Any, ndim: int, channels: int, what: str) -> Any:
    """A vector over the channels, shaped to be multiplied with tensors of so many dimensions."""
    if value is None:
        return None
    if memory.peek(value).shape != (channels,):
        raise ShapeError(f"{what} should contain {channels} elements, one for each channel; its shape is "
                         f"{list(memory.peek(value).shape)}")
    return st.reshape(value, shape=(channels,) + (1,) * (ndim - 2))


def batch_norm(input: Tensor, running_mean: Tensor | None, running_var: Tensor | None, weight: Tensor | None = None,
               bias: Tensor | None = None, training: bool = False, momentum: float = 0.1, eps: float = 1e-5) -> Tensor:
    """The input with mean 0 and variance 1 over all dimensions but the channels' (1), times weight plus bias.

    In training mean and variance are the batch's, and the running ones move towards them by `momentum`, in place;
    otherwise they are the running ones.

    >>> import adjoint as ad
    >>> ad.nn.functional.batch_norm(ad.tensor([[1.], [3.]]), None, None, training=True)
    tensor([[-1.0000],
            [ 1.0000]])
    """
    shape = memory.peek(input).shape
    if len(shape) == 1 and shape[0] == 0:
        return input * 1  # as PyTorch has it
    if len(shape) < 2:
        raise ShapeError(f"batch_norm expects an input of shape [N, C, ...], got {list(shape)}")
    if training and st.size(shape) // max(1, shape[1]) == 1:
        raise ValueError(f"Expected more than 1 value per channel when training, got input size {list(shape)}")
    return _channels(input, running_mean, running_var, weight, bias, training, momentum, eps, "NativeBatchNorm")


def _channels(input: Any, running_mean: Any, running_var: Any, weight: Any, bias: Any, own: bool, momentum: float,
              eps: float, name: str) -> Any:
    """Standardized by each channel's own statistics, towards which the running ones move, or by the running ones."""
    shape = memory.peek(input).shape
    ndim, c = len(shape), shape[1]
    weight, bias = _by_channel(weight, ndim, c, "weight"), _by_channel(bias, ndim, c, "bias")
    if own:
        axes = (0, *range(2, ndim))
        out, mean, _, var = ops.standardize(input, axes=axes, eps=eps, name=name)
        if running_mean is not None or running_var is not None:
            n = red.group_size(shape, axes)
            with modes.mode(grad=False):
                _move(running_mean, mean, momentum, 1.0, c, "running_mean")
                _move(running_var, var, momentum, n / max(1, n - 1), c, "running_var")
        return _affine(out, weight, bias, name)
    if running_mean is None or running_var is None:
        raise ValueError("Expected running_mean and running_var to be defined when training=False")
    out = ar.subtract(input, _by_channel(running_mean, ndim, c, "running_mean"))
    scale = ar.rsqrt(ar.add(_by_channel(running_var, ndim, c, "running_var"), float(eps)))
    return _affine(out, scale if weight is None else ar.multiply(scale, weight), bias, name)


def _move(running: Any, now: Any, momentum: float, factor: float, c: int, what: str) -> None:
    """running moves by `momentum` towards factor * now, in place."""
    if running is None:
        return
    if memory.peek(running).shape != (c,):
        raise ShapeError(f"{what} should contain {c} elements, one for each channel, not {memory.peek(running).size}")
    now = ar.multiply(st.reshape(now.detach(), shape=(c,)), momentum * factor)
    assign(running, ar.add(ar.multiply(running, 1 - momentum), now))


def group_norm(input: Tensor, num_groups: int, weight: Tensor | None = None, bias: Tensor | None = None,
               eps: float = 1e-5) -> Tensor:
    """The input with mean 0 and variance 1 in each group of channels (dimension 1), times weight plus bias.

    >>> import adjoint as ad
    >>> ad.nn.functional.group_norm(ad.tensor([[1., 3., 10., 30.]]), 2)
    tensor([[-1.0000,  1.0000, -1.0000,  1.0000]])
    """
    shape = memory.peek(input).shape
    if len(shape) < 2:
        raise ShapeError(f"Expected at least 2 dimensions for input tensor but received {len(shape)}")
    n, c = shape[:2]
    if num_groups <= 0 or c % num_groups:
        raise ShapeError(f"Expected number of channels in input to be divisible by num_groups, but got input of shape "
                         f"{list(shape)} and num_groups={num_groups}")
    rows = st.reshape(input, shape=(n, num_groups, st.size(shape[1:]) // num_groups))
    out = ops.standardize(rows, axes=(2,), eps=eps, name="NativeGroupNorm")[0]
    return _affine(st.reshape(out, shape=shape), _by_channel(weight, len(shape), c, "weight"),
                   _by_channel(bias, len(shape), c, "bias"), "NativeGroupNorm")


def instance_norm(input: Tensor, running_mean: Tensor | None = None, running_var: Tensor | None = None,
                  weight: Tensor | None = None, bias: Tensor | None = None, use_input_stats: bool = True,
                  momentum: float = 0.1, eps: float = 1e-5) -> Tensor:
    """The input with mean 0 and variance 1 in each channel of each sample, times weight plus bias.

    The running statistics move towards the mean over the batch; without `use_input_stats` they are used instead.

    >>> import adjoint as ad
    >>> ad.nn.functional.instance_norm(ad.tensor([[[1., 3.], [10., 30.]]]))
    tensor([[[-1.0000,  1.0000],
             [-1.0000,  1.0000]]])
    """
    shape = memory.peek(input).shape
    if len(shape) < 3:
        raise ShapeError(f"instance_norm expects an input of shape [N, C, ...], got {list(shape)}")
    if not use_input_stats:
        return _channels(input, running_mean, running_var, weight, bias, False, momentum, eps, "NativeBatchNorm")
    size = st.size(shape[2:])
    if size == 1:
        raise ValueError(f"Expected more than 1 spatial element when training, got input size {list(shape)}")
    ndim, c = len(shape), shape[1]
    out, mean, _, var = ops.standardize(input, axes=tuple(range(2, ndim)), eps=eps, name="NativeBatchNorm")
    if running_mean is not None or running_var is not None:
        with modes.mode(grad=False):
            _move(running_mean, red.mean(mean, axis=0), momentum, 1.0, c, "running_mean")
            _move(running_var, red.mean(var, axis=0), momentum, size / max(1, size - 1), c, "running_var")
    return _affine(out, _by_channel(weight, ndim, c, "weight"), _by_channel(bias, ndim, c, "bias"), "NativeBatchNorm")


def rms_norm(input: Tensor, normalized_shape: int | Sequence[int], weight: Tensor | None = None,
             eps: float | None = None) -> Tensor:
    """The input over the root of its mean square in its last dimensions, of `normalized_shape`, times weight.

    eps, added to the mean square, is the machine epsilon of the dtype unless given. 16-bit floats compute in float32,
    with its epsilon.

    >>> import adjoint as ad
    >>> ad.nn.functional.rms_norm(ad.tensor([[1., 7.]]), (2,))
    tensor([[0.2000, 1.4000]])
    """
    axes = _last(input, normalized_shape, weight, None, "rms_norm")
    dtype = memory.peek(input).dtype
    if dtype.kind in "fV" and dtype.itemsize == 2:
        wide = rms_norm(st.astype(input, dtype=np.dtype(np.float32)), normalized_shape, weight, eps)
        return st.astype(wide, dtype=dtype)
    if eps is None:
        eps = float(np.finfo(dtype).eps)
    square = red.mean(ar.multiply(input, input), axis=axes, keepdims=True)
    out = ar.multiply(input, ar.rsqrt(ar.add(square, float(eps))))
    return out if weight is None else ar.multiply(out, weight)


def local_response_norm(input: Tensor, size: int, alpha: float = 1e-4, beta: float = 0.75, k: float = 1.0) -> Tensor:
    """input / (k + alpha * mean of the squares of `size` neighbouring channels)^beta.

    >>> import adjoint as ad
    >>> ad.nn.functional.local_response_norm(ad.ones(1, 3, 1), 3, alpha=3., beta=1.).flatten()
    tensor([0.3333, 0.2500, 0.3333])
    """
    shape = memory.peek(input).shape
    if len(shape) < 3:
        raise ShapeError(f"Expected 3D or higher dimensionality input (got {len(shape)} dimensions)")
    rows = st.reshape(ar.multiply(input, input), shape=(*shape[:2], st.size(shape[2:])))
    wide = pad(rows, (0, 0, size // 2, (size - 1) // 2))
    total = st.narrow(wide, axis=1, start=0, length=shape[1])
    for i in range(1, size):
        total = ar.add(total, st.narrow(wide, axis=1, start=i, length=shape[1]))
    mean = st.reshape(ar.divide(total, float(size)), shape=shape)
    return ar.divide(input, ar.power_constant(ar.add(ar.multiply(mean, alpha), k), exponent=float(beta)))


def normalize(input: Tensor, p: float = 2.0, dim: int | tuple[int, ...] = 1, eps: float = 1e-12,
              out: Tensor | None = None) -> Tensor:
    """The input over its p-norm along `dim`, or over eps where the norm is smaller.

    >>> import adjoint as ad
    >>> ad.nn.functional.normalize(ad.tensor([[3., 4.], [0., 0.]]))
    tensor([[0.6000, 0.8000],
            [0.0000, 0.0000]])
    """
    norm = ar.clamp_min(vector_norm(input, p, dim, keepdim=True), float(eps))
    return deliver(ar.divide(input, norm), out)

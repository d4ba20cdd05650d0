"""Padding at the ends of axes, and moving elements between channels and space (pixel and channel shuffles)."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from .. import errors
from ..ops import structure as st
from ..ops.axismap import apply_axis, copies
from ..ops.padding import pad_with_zeros, pad_zeros

if TYPE_CHECKING:
    from .._tensor import Tensor

__all__ = [
    "pad",
    "pixel_shuffle",
    "pixel_unshuffle",
    "channel_shuffle",
    "native_channel_shuffle",
]


def pad(input: Tensor, pad: Sequence[int], mode: str = "constant", value: float | None = None) -> Tensor:
    """`input` with elements added at the ends of its last axes; a negative number removes them.

    `pad` lists (before, after) for the last axis, then for the one before it, and so on. `mode` is "constant" (filled
    with `value`, 0 by default), "reflect" (mirrored, the edge not repeated), "replicate" (the edge repeated) or
    "circular" (taken from the other end). The last three pad 1 to 3 axes, behind channels and perhaps a batch.

    >>> import adjoint as ad
    >>> x = ad.tensor([[1., 2., 3.]])
    >>> ad.nn.functional.pad(x, (1, 2), value=9.)
    tensor([[9., 1., 2., 3., 9., 9.]])
    >>> ad.nn.functional.pad(x, (2, 1), mode="reflect")
    tensor([[3., 2., 1., 2., 3., 2.]])
    """
    widths = _widths(input, pad)
    if mode == "constant":
        return _constant(input, widths, 0 if value is None else value)
    if mode not in ("reflect", "replicate", "circular"):
        raise NotImplementedError(
            f"Unrecognised padding mode {mode!r}; it is 'constant', 'reflect', 'replicate' or 'circular'"
        )
    if value is not None and value != 0:
        raise ValueError(f'Padding mode "{mode}" doesn\'t take in value argument')
    n = len(widths)
    if not 1 <= n <= 3 or input.ndim not in (n + 1, n + 2):
        raise NotImplementedError(
            f"Only 2D, 3D, 4D, 5D padding with non-constant padding are supported for now: {mode} padding of the last "
            f"{n} axes needs an input of {n + 1} or {n + 2} dimensions, not {input.ndim}"
        )
    for axis, (before, after) in enumerate(widths, start=input.ndim - n):
        if before or after:
            source = _source(input, axis, before, after, mode)
            input = apply_axis(input, axis=axis, map=copies(input.shape[axis], source))
    return input


def constant_pad_nd(input: Tensor, pad: Sequence[int], value: float = 0) -> Tensor:
    """`pad` in its mode "constant".

    >>> import adjoint as ad
    >>> ad.constant_pad_nd(ad.ones(2), (1, 0), 5)
    tensor([5., 1., 1.])
    """
    return _constant(input, _widths(input, pad), value)


def pixel_shuffle(input: Tensor, upscale_factor: int) -> Tensor:
    """`input` (..., C * r * r, H, W) rearranged to (..., C, H * r, W * r), r the upscale factor.

    >>> import adjoint as ad
    >>> ad.pixel_shuffle(ad.arange(4.).reshape(1, 4, 1, 1), 2)
    tensor([[[[0., 1.],
              [2., 3.]]]])
    """
    r = upscale_factor
    _needs(input, 3, "pixel_shuffle")
    if r < 1:
        raise errors.ShapeError(f"pixel_shuffle expects a positive upscale_factor, but got {r}")
    *lead, channels, height, width = input.shape
    if channels % (r * r):
        raise errors.ShapeError(
            f"pixel_shuffle expects its input's 'channel' dimension to be divisible by the square of upscale_factor, "
            f"but input.size(-3)={channels} is not divisible by {r * r}"
        )
    k, c = len(lead), channels // (r * r)
    x = st.reshape(input, shape=(*lead, c, r, r, height, width))
    x = st.transpose(x, axes=(*range(k), k, k + 3, k + 1, k + 4, k + 2))
    return st.reshape(x, shape=(*lead, c, height * r, width * r))


def pixel_unshuffle(input: Tensor, downscale_factor: int) -> Tensor:
    """`input` (..., C, H * r, W * r) rearranged to (..., C * r * r, H, W): the inverse of `pixel_shuffle`.

    >>> import adjoint as ad
    >>> ad.pixel_unshuffle(ad.arange(4.).reshape(1, 1, 2, 2), 2).shape
    adjoint.Size([1, 4, 1, 1])
    """
    r = downscale_factor
    _needs(input, 3, "pixel_unshuffle")
    if r < 1:
        raise errors.ShapeError(f"pixel_unshuffle expects a positive downscale_factor, but got {r}")
    *lead, c, height, width = input.shape
    for name, size in (("height", height), ("width", width)):
        if size % r:
            raise errors.ShapeError(
                f"pixel_unshuffle expects {name} to be divisible by downscale_factor, but {size} is not by {r}"
            )
    k = len(lead)
    x = st.reshape(input, shape=(*lead, c, height // r, r, width // r, r))
    x = st.transpose(x, axes=(*range(k), k, k + 2, k + 4, k + 1, k + 3))
    return st.reshape(x, shape=(*lead, c * r * r, height // r, width // r))


def channel_shuffle(input: Tensor, groups: int) -> Tensor:
    """`input` (batch, channels, ...) with the channels of `groups` equal groups interleaved.

    >>> import adjoint as ad
    >>> ad.channel_shuffle(ad.arange(4.).reshape(1, 4, 1), 2).flatten()
    tensor([0., 2., 1., 3.])
    """
    _needs(input, 3, "channel_shuffle")
    if groups < 1:
        raise errors.ShapeError(f"Number of groups to divide channels in must be positive. Value of groups:{groups}")
    batch, channels, *rest = input.shape
    if channels % groups:
        raise errors.ShapeError(
            f"Number of channels must be divisible by groups. Got {channels} channels and {groups} groups."
        )
    x = st.reshape(input, shape=(batch, groups, channels // groups, math.prod(rest)))
    return st.reshape(st.transpose(x, axes=(0, 2, 1, 3)), shape=(batch, channels, *rest))


def native_channel_shuffle(input: Tensor, groups: int) -> Tensor:
    """`channel_shuffle` by its other name.

    >>> import adjoint as ad
    >>> ad.native_channel_shuffle(ad.arange(4.).reshape(1, 4, 1), 2).flatten()
    tensor([0., 2., 1., 3.])
    """
    return channel_shuffle(input, groups)


def _needs(x: Any, ndim: int, name: str) -> None:
    if x.ndim < ndim:
        raise errors.ShapeError(
            f"{name} expects input to have at least {ndim} dimensions, but got input with {x.ndim} dimension(s)"
        )


def _widths(x: Any, pad: Sequence[int]) -> tuple[tuple[int, int], ...]:
    """The pairs of `pad` in the order of the axes."""
    if not hasattr(pad, "__iter__"):
        raise TypeError(f"pad(): argument 'pad' must be a tuple of integers, (before, after) for each axis, not "
                        f"{pad!r}")
    pad = [int(p) for p in pad]
    if len(pad) % 2:
        raise errors.ShapeError(f"Padding length must be divisible by 2, but got {pad}: (before, after) for each axis")
    if len(pad) > 2 * x.ndim:
        raise errors.ShapeError(
            f"Padding length should be less than or equal to two times the input dimension but got padding length "
            f"{len(pad)} and input of dimension {x.ndim}"
        )
    widths = tuple((pad[i], pad[i + 1]) for i in range(len(pad) - 2, -1, -2))
    for axis, (before, after) in enumerate(widths, start=x.ndim - len(widths)):
        if x.shape[axis] + before + after < 0:
            raise errors.ShapeError(
                f"The input size {x.shape[axis]}, plus negative padding {before} and {after}, resulted in a negative "
                f"output size, which is invalid. Check dimension {axis} of your input."
            )
    return widths


def _constant(x: Any, widths: tuple[tuple[int, int], ...], value: Any) -> Any:
    y = pad_with_zeros(x, widths=widths)
    if isinstance(value, (int, float, complex)) and value == 0:
        return y
    if not (x.dtype.is_floating_point or x.dtype.is_complex):
        value = x.dtype.numpy.type(value).item()
    inside = pad_zeros(np.broadcast_to(np.True_, x.shape), widths)
    return np.where(inside, y, value)


def _source(x: Any, axis: int, before: int, after: int, mode: str) -> np.ndarray:
    """For each element of the padded axis, the element of x that it copies."""
    size = x.shape[axis]
    if size + before + after < 1:
        raise errors.ShapeError(
            f"{mode} padding ({before}, {after}) of dimension {axis}, of size {size}, leaves nothing"
        )
    where = f"padding ({before}, {after}) at dimension {axis} of input {list(x.shape)}"
    position = np.arange(-before, size + after)
    if mode == "reflect":
        if max(before, after) >= size:
            raise errors.ShapeError(
                f"Padding size should be less than the corresponding input dimension, but got: {where}"
            )
        return (size - 1) - np.abs((size - 1) - np.abs(position))
    if size == 0:
        raise errors.ShapeError(f"there is no element to repeat: {where}")
    if mode == "replicate":
        return np.clip(position, 0, size - 1)
    if max(before, after) > size:
        raise errors.ShapeError(f"Padding value causes wrapping around more than once: {where}")
    # What is cropped at one end is not wrapped to the other.
    start, stop = max(-before, 0), size - max(-after, 0)
    return start + (position - start) % (stop - start)

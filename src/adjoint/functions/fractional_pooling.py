"""Fractional max pooling: windows at pseudo-random starts (Graham, 2014, arXiv:1412.6071)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from .. import errors
from ..core.rng import default_generator, draw
from ..ops import pooling as ops
from .max_pooling import fetch
from .pooling import Size
from .windows import per_axis, with_batch

if TYPE_CHECKING:
    from .._tensor import Tensor

__all__ = [
    "fractional_max_pool2d", "fractional_max_pool3d", "fractional_max_pool2d_with_indices",
    "fractional_max_pool3d_with_indices",
]


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
    return fetch(x, ops.max_at_starts(x, starts, kernel=kernel, positions=target), target, added, True)

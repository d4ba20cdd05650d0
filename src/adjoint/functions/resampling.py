"""Resizing images and volumes (interpolate) and sampling them at given points (grid_sample, affine_grid)."""

from __future__ import annotations

import math
import warnings
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from .. import errors
from ..ops import resampling as ops
from ..ops import structure as st
from ..ops.axismap import AxisMap, apply_space
from ..ops.sampling import grid_sample as sample_at
from .casting import cast
from .pooling import adaptive_avg_pool1d, adaptive_avg_pool2d, adaptive_avg_pool3d
from .windows import rounded_once

if TYPE_CHECKING:
    from .._tensor import Tensor

__all__ = [
    "interpolate",
    "upsample",
    "upsample_nearest",
    "upsample_bilinear",
    "grid_sample",
    "affine_grid",
]

SMOOTH = {"linear": 1, "bilinear": 2, "bicubic": 2, "trilinear": 3}  # modes, and how many axes each is for
AREA = (adaptive_avg_pool1d, adaptive_avg_pool2d, adaptive_avg_pool3d)


def interpolate(
    input: Tensor,
    size: int | tuple[int, ...] | None = None,
    scale_factor: float | tuple[float, ...] | None = None,
    mode: str = "nearest",
    align_corners: bool | None = None,
    recompute_scale_factor: bool | None = None,
    antialias: bool = False,
) -> Tensor:
    """`input` (batch, channels, *space) resized to `size`, or by `scale_factor`.

    `mode` is "nearest", "nearest-exact", "area", or by the number of axes "linear", "bilinear", "bicubic", "trilinear".
    With `align_corners` the corner elements' centres stay in place, otherwise the outer edges do. `antialias` averages
    when shrinking (bilinear, bicubic). `recompute_scale_factor` takes the scale from the rounded output size.

    >>> import adjoint as ad
    >>> ad.nn.functional.interpolate(ad.tensor([[[0., 4.]]]), size=4, mode="linear")
    tensor([[[0., 1., 3., 4.]]])
    """
    if mode not in ("nearest", "nearest-exact", "area", *SMOOTH):
        raise NotImplementedError(
            f"interpolate: there is no mode {mode!r}; modes are nearest, nearest-exact, area, {', '.join(SMOOTH)}"
        )
    if mode not in SMOOTH and align_corners is not None:
        raise ValueError(
            f"align_corners option can only be set with the interpolating modes: {' | '.join(SMOOTH)}; not {mode}"
        )
    n = input.ndim - 2
    if n not in (1, 2, 3) or SMOOTH.get(mode, n) != n:
        needed = f"{SMOOTH[mode] + 2}D" if mode in SMOOTH else "3D, 4D or 5D"
        raise NotImplementedError(f"Got {input.ndim}D input, but {mode} mode needs {needed} input")
    if antialias and not (mode in ("bilinear", "bicubic") and n == 2):
        raise ValueError(
            "Anti-alias option is restricted to bilinear and bicubic modes and requires a 4-D tensor as input"
        )
    space = tuple(input.shape[2:])
    target, factors = _target(space, size, scale_factor, recompute_scale_factor)
    if min(target) < 1 or min(space) < 1:
        raise errors.ShapeError(
            f"Input and output sizes should be greater than 0, but got input {space} and output {target}"
        )
    if mode == "area":
        return AREA[n - 1](input, target)
    maps = tuple(
        _map(mode, i, o, bool(align_corners), f, antialias) for i, o, f in zip(space, target, factors, strict=True)
    )
    if mode in SMOOTH and input.dtype.numpy == np.uint8:
        y = apply_space(input.float(), maps)
        return y.round().clamp(0, 255).to(input.dtype)
    return rounded_once(apply_space, input, maps)


def upsample(
    input: Tensor,
    size: int | tuple[int, ...] | None = None,
    scale_factor: float | tuple[float, ...] | None = None,
    mode: str = "nearest",
    align_corners: bool | None = None,
) -> Tensor:
    """`interpolate` by its older name, which warns.

    >>> import adjoint as ad
    >>> import warnings
    >>> with warnings.catch_warnings(action="ignore"):
    ...     ad.nn.functional.upsample(ad.tensor([[[1., 2.]]]), scale_factor=2)
    tensor([[[1., 1., 2., 2.]]])
    """
    _deprecated("upsample")
    return interpolate(input, size, scale_factor, mode, align_corners)


def upsample_nearest(
    input: Tensor, size: int | tuple[int, ...] | None = None, scale_factor: float | tuple[float, ...] | None = None
) -> Tensor:
    """`interpolate` in its mode "nearest", by its older name, which warns.

    >>> import adjoint as ad
    >>> import warnings
    >>> with warnings.catch_warnings(action="ignore"):
    ...     ad.nn.functional.upsample_nearest(ad.tensor([[[1., 2.]]]), scale_factor=2)
    tensor([[[1., 1., 2., 2.]]])
    """
    _deprecated("upsample_nearest")
    return interpolate(input, size, scale_factor, mode="nearest")


def upsample_bilinear(
    input: Tensor, size: int | tuple[int, ...] | None = None, scale_factor: float | tuple[float, ...] | None = None
) -> Tensor:
    """`interpolate` in its mode "bilinear" with aligned corners, by its older name, which warns.

    >>> import adjoint as ad
    >>> import warnings
    >>> with warnings.catch_warnings(action="ignore"):
    ...     ad.nn.functional.upsample_bilinear(ad.tensor([[[[0., 3.]]]]), size=(1, 4))
    tensor([[[[0., 1., 2., 3.]]]])
    """
    _deprecated("upsample_bilinear")
    return interpolate(input, size, scale_factor, mode="bilinear", align_corners=True)


def grid_sample(
    input: Tensor,
    grid: Tensor,
    mode: str = "bilinear",
    padding_mode: str = "zeros",
    align_corners: bool | None = None,
) -> Tensor:
    """`input` (batch, channels, *space) at the points of `grid` (batch, *size, dimensions): (batch, channels, *size).

    A point lists its coordinates with the last axis first, -1 and 1 being the two ends: the centres of the outer
    elements if `align_corners`, otherwise their outer edges. `mode` is "bilinear" (trilinear for volumes), "nearest" or
    "bicubic" (images only); `padding_mode` says what lies outside: "zeros", "border" or "reflection".

    >>> import adjoint as ad
    >>> image = ad.tensor([[[[0., 1.], [2., 3.]]]])
    >>> ad.nn.functional.grid_sample(image, ad.zeros(1, 1, 1, 2), align_corners=True)
    tensor([[[[1.5000]]]])
    """
    for what, given, choices in (
        ("mode", mode, ("bilinear", "nearest", "bicubic")),
        ("padding_mode", padding_mode, ("zeros", "border", "reflection")),
    ):
        if given not in choices:
            raise ValueError(
                f"nn.functional.grid_sample(): expected {what} to be {choices[0]!r}, {choices[1]!r} or {choices[2]!r}, "
                f"but got: {given!r}"
            )
    if align_corners is None:
        warnings.warn(
            "grid_sample without align_corners takes align_corners=False; say which you mean", UserWarning, stacklevel=2
        )
        align_corners = False
    n = input.ndim - 2
    if n not in (2, 3) or grid.ndim != input.ndim:
        raise errors.ShapeError(
            f"grid_sampler(): expected 4D or 5D input and grid with same number of dimensions, but got input with "
            f"sizes {list(input.shape)} and grid with sizes {list(grid.shape)}"
        )
    if grid.shape[0] != input.shape[0] or grid.shape[-1] != n:
        raise errors.ShapeError(
            f"grid_sampler(): expected grid to have batch size {input.shape[0]} and size {n} in last dimension, but "
            f"got grid with sizes {list(grid.shape)}"
        )
    if min(input.shape[2:]) < 1:
        raise errors.ShapeError(
            f"grid_sampler(): expected input to have non-empty spatial dimensions, not sizes {list(input.shape)}"
        )
    if grid.dtype != input.dtype:
        raise errors.DtypeError(
            f"grid_sampler(): expected input and grid to have same dtype, but input has {input.dtype} and grid has "
            f"{grid.dtype}"
        )
    if mode == "bicubic" and n == 3:
        raise errors.ShapeError("grid_sampler(): bicubic interpolation only supports 4D input")
    size = tuple(grid.shape[1:-1])
    points = st.reshape(grid, shape=(grid.shape[0], math.prod(size), n))
    y = rounded_once(_sample, input, points, mode=mode, padding=padding_mode, align_corners=align_corners)
    return st.reshape(y, shape=(*input.shape[:2], *size))


def grid_sampler(
    input: Tensor, grid: Tensor, interpolation_mode: int, padding_mode: int, align_corners: bool
) -> Tensor:
    """`grid_sample` with its modes as numbers: 0 bilinear, 1 nearest, 2 bicubic; 0 zeros, 1 border, 2 reflection.

    >>> import adjoint as ad
    >>> ad.grid_sampler(ad.ones(1, 1, 2, 2), ad.zeros(1, 1, 1, 2), 0, 0, True)
    tensor([[[[1.]]]])
    """
    return grid_sample(
        input,
        grid,
        ("bilinear", "nearest", "bicubic")[interpolation_mode],
        ("zeros", "border", "reflection")[padding_mode],
        align_corners,
    )


def grid_sampler_2d(
    input: Tensor, grid: Tensor, interpolation_mode: int, padding_mode: int, align_corners: bool
) -> Tensor:
    """`grid_sampler` of images (batch, channels, height, width).

    >>> import adjoint as ad
    >>> ad.grid_sampler_2d(ad.ones(1, 1, 2, 2), ad.zeros(1, 1, 1, 2), 0, 0, True)
    tensor([[[[1.]]]])
    """
    if input.ndim != 4:
        raise errors.ShapeError(f"grid_sampler_2d(): expected 4D input, but got input with sizes {list(input.shape)}")
    return grid_sampler(input, grid, interpolation_mode, padding_mode, align_corners)


def grid_sampler_3d(
    input: Tensor, grid: Tensor, interpolation_mode: int, padding_mode: int, align_corners: bool
) -> Tensor:
    """`grid_sampler` of volumes (batch, channels, depth, height, width).

    >>> import adjoint as ad
    >>> ad.grid_sampler_3d(ad.ones(1, 1, 2, 2, 2), ad.zeros(1, 1, 1, 1, 3), 0, 0, True)
    tensor([[[[[1.]]]]])
    """
    if input.ndim != 5:
        raise errors.ShapeError(f"grid_sampler_3d(): expected 5D input, but got input with sizes {list(input.shape)}")
    return grid_sampler(input, grid, interpolation_mode, padding_mode, align_corners)


def affine_grid(theta: Tensor, size: Sequence[int], align_corners: bool | None = None) -> Tensor:
    """The grid for `grid_sample` that applies the affine maps `theta` (batch, n, n + 1) to an output of `size`.

    `size` is (batch, channels, height, width) with n = 2, or with a depth and n = 3; the result (batch, *space, n).

    >>> import adjoint as ad
    >>> identity = ad.tensor([[[1., 0., 0.], [0., 1., 0.]]])
    >>> ad.nn.functional.affine_grid(identity, (1, 1, 1, 2), align_corners=True)
    tensor([[[[-1.,  0.],
              [ 1.,  0.]]]])
    """
    if align_corners is None:
        warnings.warn(
            "affine_grid without align_corners takes align_corners=False; say which you mean", UserWarning, stacklevel=2
        )
        align_corners = False
    if not (theta.dtype.is_floating_point):
        raise ValueError(f"Expected theta to have floating point type, but got {theta.dtype}")
    size = tuple(int(s) for s in size)
    n = len(size) - 2
    if n not in (2, 3):
        raise NotImplementedError(
            f"affine_grid only supports 4D and 5D sizes, for 2D and 3D affine transforms, respectively. Got {size}."
        )
    if min(size) < 1:
        raise ValueError(f"Expected non-zero, positive output size. Got {size}")
    if tuple(theta.shape) != (size[0], n, n + 1):
        raise ValueError(
            f"Expected a batch of {n}D affine matrices of shape {size[0]}x{n}x{n + 1} for size {size}. Got "
            f"{tuple(theta.shape)}."
        )
    axes = np.meshgrid(*(_ends(s, align_corners) for s in size[2:]), indexing="ij")
    points = np.stack([a.reshape(-1) for a in reversed(axes)] + [np.ones(math.prod(size[2:]))], axis=-1)
    grid = np.matmul(points.astype(theta.dtype.numpy), st.mT(theta))
    return st.reshape(grid, shape=(size[0], *size[2:], n))


def _sample(x: Any, points: Any, **how: Any) -> Any:
    return sample_at(x, cast(points, x.dtype), **how)


def _ends(size: int, align_corners: bool) -> np.ndarray:
    """Coordinates of the elements of an axis whose ends are -1 and 1."""
    if size == 1:
        return np.zeros(1)
    span = np.linspace(-1.0, 1.0, size)
    return span if align_corners else span * ((size - 1) / size)


def _target(space: Any, size: Any, scale_factor: Any, recompute: Any) -> tuple[tuple[int, ...], tuple[Any, ...]]:
    """The output size, and the scale factors by which positions are to be computed (None: from the sizes)."""
    n = len(space)
    if size is not None and scale_factor is not None:
        raise ValueError("only one of size or scale_factor should be defined")
    if size is None and scale_factor is None:
        raise ValueError("either size or scale_factor should be defined")
    given = size if scale_factor is None else scale_factor
    values = tuple(given) if isinstance(given, Sequence) else (given,) * n
    name = "size" if scale_factor is None else "scale_factor"
    if len(values) != n:
        raise ValueError(
            f"Input and {name} must have the same number of spatial dimensions, but got input with spatial dimensions "
            f"of {list(space)} and {name} of {given}"
        )
    if scale_factor is None:
        if recompute:
            raise ValueError("recompute_scale_factor is not meaningful with an explicit size.")
        return tuple(int(v) for v in values), (None,) * n
    target = tuple(math.floor(float(i) * float(v)) for i, v in zip(space, values, strict=True))
    return target, (None,) * n if recompute else tuple(float(v) for v in values)


def _map(mode: str, n_in: int, n_out: int, align_corners: bool, factor: float | None, antialias: bool) -> AxisMap:
    if mode in ("nearest", "nearest-exact"):
        return ops.nearest_map(n_in, n_out, factor, mode == "nearest-exact")
    if antialias:
        return ops.antialias_map(n_in, n_out, align_corners, factor, mode == "bicubic")
    return (ops.cubic_map if mode == "bicubic" else ops.linear_map)(n_in, n_out, align_corners, factor)


def _deprecated(name: str) -> None:
    warnings.warn(f"`nn.functional.{name}` is deprecated. Use `nn.functional.interpolate` instead.", stacklevel=3)

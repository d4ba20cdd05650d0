"""The three transforms behind the names of adjoint.fft, along any dimensions, cropped or padded to any lengths."""

from __future__ import annotations

from typing import Any

from .. import errors
from ..core import dtypes, memory
from ..ops import fft as ops
from ..ops import structure as st
from ..ops.padding import pad_with_zeros
from .arguments import dimension

Lengths = dict[int, int]  # dimension -> length, in the order in which they were given


def lengths(x: Any, s: Any, dim: Any) -> Lengths:
    """The dimensions to transform with their lengths: `dim`, or the last len(s), or all; -1 keeps a length."""
    if dim is not None:
        if x.ndim == 0:
            raise errors.DimensionError(f"Dimension specified as {dim} but tensor has no dimensions")
        dims = [dimension(d, x.ndim) for d in ([dim] if isinstance(dim, int) else dim)]
    elif s is not None:
        if len(s) > x.ndim:
            raise errors.ShapeError(
                f"Got shape with {len(s)} values but input tensor only has {x.ndim} dimensions."
            )
        dims = list(range(x.ndim - len(s), x.ndim))
    else:
        dims = list(range(x.ndim))
    if len(set(dims)) < len(dims):
        raise errors.ShapeError(f"FFT dims must be unique, but they are {dims}")
    if s is not None and len(s) != len(dims):
        raise errors.ShapeError(
            f"When given, dim and shape arguments must have the same length, not {len(dims)} and {len(s)}"
        )
    given = [-1] * len(dims) if s is None else s
    sizes = [x.shape[d] if n == -1 else n for d, n in zip(dims, given, strict=True)]
    for n in sizes:
        if n < 1:
            raise errors.ShapeError(f"Invalid number of data points ({n}) specified; it must be at least 1")
    return dict(zip(dims, sizes, strict=True))


def hermitian_shape(x: Any, s: Any, dim: Any) -> Lengths:
    """Lengths of a real output whose half is x: by default the last one is 2 * (length - 1)."""
    if s is None or s[-1] == -1:
        known = lengths(x, None if s is None else [*s[:-1], 1], dim)
        if known:
            last = list(known)[-1]
            known[last] = 2 * (x.shape[last] - 1)
            if known[last] < 1:
                raise errors.ShapeError(f"Invalid number of data points ({known[last]}) specified; give `n` or `s`")
        return known
    return lengths(x, s, dim)


def resize(x: Any, sizes: Lengths) -> Any:
    """x with these lengths: cropped, or padded with zeros, at the end."""
    widths = tuple([(0, sizes.get(d, n) - n) for d, n in enumerate(x.shape)])
    return pad_with_zeros(x, widths=widths) if any([after for _, after in widths]) else x


def prepare(x: Any, name: str, *, real: bool = False) -> Any:
    """x in a dtype that a transform computes in; integers become the default dtype."""
    dtype = dtypes.of(memory.peek(x).dtype)
    if real and dtype.is_complex:
        raise errors.DtypeError(f"{name} expects a real input tensor, but got {dtype!r}; use the complex transform")
    if dtype.category < dtypes.FLOAT:
        return st.astype(x, dtype=dtypes.default().numpy)
    if dtype.itemsize == 2:
        raise errors.DtypeError(f"Unsupported dtype {dtype!r}: {name} computes in float32 or float64")
    return x


def scale(norm: str | None) -> str:
    """The name of the scaling."""
    if norm not in (None, "forward", "backward", "ortho"):
        raise errors.DtypeError(f"Invalid normalization mode: {norm!r}; it is 'forward', 'backward' or 'ortho'")
    return norm or "backward"


def complex_along(x: Any, s: Any, dim: Any, norm: str | None, *, inverse: bool, name: str) -> Any:
    """fftn or ifftn."""
    x = prepare(x, name)
    sizes = lengths(x, s, dim)
    if not sizes:
        return x + 0j
    return ops.c2c(resize(x, sizes), axes=tuple(sizes), norm=scale(norm), inverse=inverse)


def _moved(x: Any, *, source: int, destination: int) -> Any:
    """x with a dimension at another place; x itself if it is there already."""
    return x if (source - destination) % x.ndim == 0 else st.moveaxis(x, source=source, destination=destination)


def r2c_along(x: Any, s: Any, dim: Any, norm: str | None, *, name: str) -> Any:
    """rfftn: the last of the dimensions from real to half-complex, the others as they are."""
    x = prepare(x, name, real=True)
    sizes = lengths(x, s, dim)
    if not sizes:
        raise errors.ShapeError(f"{name} must transform at least one axis")
    *others, last = sizes
    y = _moved(resize(x, sizes), source=last, destination=-1)
    y = _moved(ops.r2c(y, norm=scale(norm)), source=-1, destination=last)
    return ops.c2c(y, axes=tuple(others), norm=scale(norm)) if others else y


def c2r_along(x: Any, sizes: Lengths, norm: str | None, *, name: str) -> Any:
    """irfftn, of the lengths that the output has."""
    x = prepare(x, name)
    if not sizes:
        raise errors.ShapeError(f"{name} must transform at least one axis")
    *others, last = sizes
    y = resize(x, {**sizes, last: sizes[last] // 2 + 1})
    if dtypes.of(memory.peek(y).dtype).category < dtypes.COMPLEX:
        y = y + 0j
    if others:
        y = ops.c2c(y, axes=tuple(others), norm=scale(norm), inverse=True)
    y = ops.c2r(_moved(y, source=last, destination=-1), n=sizes[last], norm=scale(norm))
    return _moved(y, source=-1, destination=last)

"""np.fft: the discrete Fourier transforms, cropped or padded to any length, along any axes.

All are composed of three linear ops: complex to complex, real to half-complex, half-complex to real.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from .. import errors
from ..core.levels import concrete
from ..core.registry import speaks
from ..ops import fft as ops
from ..ops import structure as st
from ..ops.padding import pad_with_zeros
from .arguments import axis_number, axis_numbers, deliver, floating, is_complex, operand

_DUAL = {"backward": "forward", "forward": "backward", "ortho": "ortho"}


def _scale(norm: Any) -> str:
    if norm not in (None, "backward", "ortho", "forward"):
        raise errors.RangeError(f"Invalid norm value {norm}; should be \"backward\", \"ortho\" or \"forward\".")
    return norm or "backward"


def _length(n: Any) -> int:
    n = int(concrete(n))
    if n < 1:
        raise errors.RangeError(f"Invalid number of FFT data points ({n}) specified.")
    return n


def _resized(x: Any, axis: int, n: int) -> Any:
    """x with length n along the axis: cropped at its end, or padded with zeros."""
    change = n - x.shape[axis]
    return pad_with_zeros(x, widths=((0, change),) + ((0, 0),) * (x.ndim - 1 - axis)) if change else x


def _moved(x: Any, source: int, destination: int) -> Any:
    """x with an axis at another place; x itself if it is there already."""
    return x if (source - destination) % x.ndim == 0 else st.moveaxis(x, source=source, destination=destination)


def _complex(x: Any, n: Any, axis: int, norm: str, inverse: bool) -> Any:
    x = _resized(x, axis, _length(x.shape[axis] if n is None else n))
    return ops.c2c(x, axes=(axis,), norm=norm, inverse=inverse)


def _half(x: Any, n: Any, axis: int, norm: str) -> Any:
    """Of real numbers, the first half of the transform."""
    if is_complex(x):
        raise errors.DtypeError("the transform of real numbers got complex ones; use fft, or np.real of them")
    x = _resized(x, axis, _length(x.shape[axis] if n is None else n))
    return _moved(ops.r2c(_moved(x, axis, -1), norm=norm), -1, axis)


def _whole(x: Any, n: Any, axis: int, norm: str) -> Any:
    """The real numbers of which x is the first half of the transform."""
    n = _length(2 * (x.shape[axis] - 1) if n is None else n)
    x = _resized(x if is_complex(x) else x + 0j, axis, n // 2 + 1)
    return _moved(ops.c2r(_moved(x, axis, -1), n=n, norm=norm), -1, axis)


@speaks(np.fft.fft)
def fft(a: Any, n: Any = None, axis: int = -1, norm: Any = None, out: Any = None) -> Any:
    a = floating(a)
    return deliver(_complex(a, n, axis_number(axis, a.ndim), _scale(norm), False), out)


@speaks(np.fft.ifft)
def ifft(a: Any, n: Any = None, axis: int = -1, norm: Any = None, out: Any = None) -> Any:
    a = floating(a)
    return deliver(_complex(a, n, axis_number(axis, a.ndim), _scale(norm), True), out)


@speaks(np.fft.rfft)
def rfft(a: Any, n: Any = None, axis: int = -1, norm: Any = None, out: Any = None) -> Any:
    a = floating(a)
    return deliver(_half(a, n, axis_number(axis, a.ndim), _scale(norm)), out)


@speaks(np.fft.irfft)
def irfft(a: Any, n: Any = None, axis: int = -1, norm: Any = None, out: Any = None) -> Any:
    a = floating(a)
    return deliver(_whole(a, n, axis_number(axis, a.ndim), _scale(norm)), out)


@speaks(np.fft.hfft)
def hfft(a: Any, n: Any = None, axis: int = -1, norm: Any = None, out: Any = None) -> Any:
    a = floating(a)
    return deliver(_whole(np.conjugate(a), n, axis_number(axis, a.ndim), _DUAL[_scale(norm)]), out)


@speaks(np.fft.ihfft)
def ihfft(a: Any, n: Any = None, axis: int = -1, norm: Any = None, out: Any = None) -> Any:
    a = floating(a)
    return deliver(np.conjugate(_half(a, n, axis_number(axis, a.ndim), _DUAL[_scale(norm)])), out)


# Along several axes, one after another, the last first; an axis that is given twice is transformed twice.

Pairs = list[tuple[int, Any]]


def _plan(a: Any, s: Any, axes: Any) -> Pairs:
    """Axes and the lengths asked for (None: as it is), in the order in which they were given."""
    if axes is None:
        where = list(range(a.ndim)) if s is None else list(range(a.ndim - len(s), a.ndim))
    else:
        where = [axis_number(k, a.ndim) for k in axes]
    sizes = [None] * len(where) if s is None else [None if n is None or n == -1 else n for n in s]
    if len(sizes) != len(where):
        raise errors.ShapeError("Shape and axes have different lengths.")
    return list(zip(where, sizes, strict=True))


def _every(a: Any, plan: Pairs, norm: str, inverse: bool) -> Any:
    for axis, n in reversed(plan):
        a = _complex(a, n, axis, norm, inverse)
    return a


@speaks(np.fft.fftn)
def fftn(a: Any, s: Any = None, axes: Any = None, norm: Any = None, out: Any = None) -> Any:
    a = floating(a)
    return deliver(_every(a, _plan(a, s, axes), _scale(norm), False), out)


@speaks(np.fft.ifftn)
def ifftn(a: Any, s: Any = None, axes: Any = None, norm: Any = None, out: Any = None) -> Any:
    a = floating(a)
    return deliver(_every(a, _plan(a, s, axes), _scale(norm), True), out)


@speaks(np.fft.rfftn)
def rfftn(a: Any, s: Any = None, axes: Any = None, norm: Any = None, out: Any = None) -> Any:
    a = floating(a)
    *others, (last, n) = _plan(a, s, axes)
    return deliver(_every(_half(a, n, last, _scale(norm)), others, _scale(norm), False), out)


@speaks(np.fft.irfftn)
def irfftn(a: Any, s: Any = None, axes: Any = None, norm: Any = None, out: Any = None) -> Any:
    a = floating(a)
    *others, (last, n) = _plan(a, s, axes)
    n = 2 * (a.shape[last] - 1) if n is None else n
    for axis, size in others:  # the first of them first, as NumPy has it
        a = _complex(a, size, axis, _scale(norm), True)
    return deliver(_whole(a, n, last, _scale(norm)), out)


@speaks(np.fft.fft2)
def fft2(a: Any, s: Any = None, axes: Any = (-2, -1), norm: Any = None, out: Any = None) -> Any:
    return fftn(a, s, axes, norm, out)


@speaks(np.fft.ifft2)
def ifft2(a: Any, s: Any = None, axes: Any = (-2, -1), norm: Any = None, out: Any = None) -> Any:
    return ifftn(a, s, axes, norm, out)


@speaks(np.fft.rfft2)
def rfft2(a: Any, s: Any = None, axes: Any = (-2, -1), norm: Any = None, out: Any = None) -> Any:
    return rfftn(a, s, axes, norm, out)


@speaks(np.fft.irfft2)
def irfft2(a: Any, s: Any = None, axes: Any = (-2, -1), norm: Any = None, out: Any = None) -> Any:
    return irfftn(a, s, axes, norm, out)


def _shifted(x: Any, axes: Any, sign: int) -> Any:
    x = operand(x)
    where = tuple(range(x.ndim)) if axes is None else axis_numbers(axes, x.ndim)
    return st.roll(x, shift=tuple([sign * (x.shape[k] // 2) for k in where]), axis=where)


@speaks(np.fft.fftshift)
def fftshift(x: Any, axes: Any = None) -> Any:
    return _shifted(x, axes, 1)


@speaks(np.fft.ifftshift)
def ifftshift(x: Any, axes: Any = None) -> Any:
    return _shifted(x, axes, -1)

"""Convolutions and correlations of scipy.signal, differentiable in both arguments; `convolve` has autograd's axes too.

>>> import numpy as np
>>> import adjoint as ad
>>> from adjoint.scipy.signal import convolve
>>> ad.grad(lambda k: np.sum(convolve(np.array([1.0, 2.0, 3.0]), k, mode="valid") ** 2))(np.array([1.0, -1.0]))
array([10.,  6.])
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from ..numpy.arguments import conjugated, dtype_of, operand

__all__ = ["convolve", "convolve2d", "correlate", "correlate2d", "fftconvolve"]

_MANY = 512  # elements of the smaller array, from which on Fourier transforms are the quicker way
Axes = Sequence[Sequence[int]]


def convolve(in1: Any, in2: Any, mode: str = "full", method: str = "auto", *, axes: Axes | None = None,
             dot_axes: Axes = ((), ())) -> Any:
    """The convolution of two arrays; mode "full", "same" (the size of in1, centred) or "valid" (no zeros filled in).

    `axes` and `dot_axes` are autograd's: the axes of each array that are convolved, all unless told otherwise, and
    those that are contracted. The result then has the other axes of in1, those of in2, and the convolved ones.

    >>> import numpy as np
    >>> from adjoint.scipy.signal import convolve
    >>> convolve(np.array([1.0, 2.0, 3.0]), np.array([1.0, 1.0]))
    array([1., 3., 5., 3.])
    >>> images, filters = np.ones((5, 3, 8, 8)), np.ones((3, 2, 4, 4))
    >>> convolve(images, filters, axes=([2, 3], [2, 3]), dot_axes=([1], [0]), mode="valid").shape
    (5, 2, 5, 5)
    """
    a, b = operand(in1), operand(in2)
    if method not in ("auto", "direct", "fft"):
        raise ValueError(f"method must be 'auto', 'direct' or 'fft', got {method!r}")
    if axes is None:
        if a.ndim != b.ndim:
            raise ValueError(f"in1 and in2 must have one number of dimensions, got {a.ndim} and {b.ndim}")
        if not a.ndim:
            return a * b
        exact = dtype_of(a).kind in "biu" and dtype_of(b).kind in "biu"
        smaller = min(math.prod(a.shape), math.prod(b.shape))
        if method == "fft" or (method == "auto" and smaller > _MANY and not exact):
            return _by_fourier(a, b, mode)
        axes = (range(a.ndim), range(b.ndim))
    elif method == "fft":
        raise ValueError("method='fft' convolves all axes; leave out axes")
    return _direct(a, b, mode, [int(i) % a.ndim for i in axes[0]], [int(i) % b.ndim for i in axes[1]],
                   [int(i) % a.ndim for i in dot_axes[0]], [int(i) % b.ndim for i in dot_axes[1]])


def _part(mode: str, n: Sequence[int], m: Sequence[int]) -> list[tuple[int, int]]:
    """(first, number) of the elements of the full convolution that the mode wants, for each axis."""
    if mode == "full":
        return [(0, i + j - 1) for i, j in zip(n, m, strict=True)]
    if mode == "same":
        return [((j - 1) // 2, i) for i, j in zip(n, m, strict=True)]
    if mode != "valid":
        raise ValueError(f"mode must be 'full', 'same' or 'valid', got {mode!r}")
    if not (all([i >= j for i, j in zip(n, m, strict=True)]) or all([i <= j for i, j in zip(n, m, strict=True)])):
        raise ValueError("mode='valid': one array must be at least as large as the other in every dimension, got "
                         f"{tuple(n)} and {tuple(m)}")
    return [(min(i, j) - 1, abs(i - j) + 1) for i, j in zip(n, m, strict=True)]


def _direct(a: Any, b: Any, mode: str, of_a: list[int], of_b: list[int], dot_a: list[int], dot_b: list[int]) -> Any:
    """Windows of `a` times the reversed `b`."""
    n, m = [a.shape[i] for i in of_a], [b.shape[i] for i in of_b]
    pads, cuts = [(0, 0)] * a.ndim, [slice(None)] * a.ndim
    for axis, i, j, (first, number) in zip(of_a, n, m, _part(mode, n, m), strict=True):
        before, after = j - 1 - first, first + number - i  # zeros that are seen, or elements that are not
        pads[axis] = (max(before, 0), max(after, 0))
        cuts[axis] = slice(max(-before, 0), i - max(-after, 0))
    seen = np.pad(a[tuple(cuts)], pads)
    windows = np.lib.stride_tricks.sliding_window_view(seen, tuple(m), axis=tuple(of_a))
    found = np.tensordot(windows, np.flip(b, tuple(of_b)),
                         axes=([*range(a.ndim, a.ndim + len(m)), *dot_a], [*of_b, *dot_b]))
    left = [i for i in range(a.ndim) if i not in dot_a]
    return np.moveaxis(found, [left.index(i) for i in of_a], range(-len(of_a), 0))


def _by_fourier(a: Any, b: Any, mode: str) -> Any:
    part = _part(mode, a.shape, b.shape)
    shape = [i + j - 1 for i, j in zip(a.shape, b.shape, strict=True)]
    axes = tuple(range(a.ndim))
    full: Any
    if "c" in (dtype_of(a).kind, dtype_of(b).kind):
        full = np.fft.ifftn(np.fft.fftn(a, shape, axes) * np.fft.fftn(b, shape, axes), shape, axes)
    else:
        full = np.fft.irfftn(np.fft.rfftn(a, shape, axes) * np.fft.rfftn(b, shape, axes), shape, axes)
    return full[tuple([slice(first, first + number) for first, number in part])]


def fftconvolve(in1: Any, in2: Any, mode: str = "full") -> Any:
    """The convolution of two arrays by Fourier transforms.

    >>> import numpy as np
    >>> from adjoint.scipy.signal import fftconvolve
    >>> fftconvolve(np.array([1.0, 2.0, 3.0]), np.array([1.0, 1.0])).round(12)
    array([1., 3., 5., 3.])
    """
    return convolve(in1, in2, mode, "fft")


def correlate(in1: Any, in2: Any, mode: str = "full", method: str = "auto") -> Any:
    """The correlation of two arrays: in1 convolved with the reversed conjugate of in2.

    >>> import numpy as np
    >>> from adjoint.scipy.signal import correlate
    >>> correlate(np.array([1.0, 2.0, 3.0]), np.array([0.0, 1.0]))
    array([1., 2., 3., 0.])
    """
    return convolve(in1, np.flip(conjugated(operand(in2))), mode, method)


def _plane(in1: Any, in2: Any, boundary: str, fillvalue: Any) -> None:
    if np.ndim(in1) != 2 or np.ndim(in2) != 2:
        raise ValueError(f"two arrays of two dimensions are needed, got {np.ndim(in1)} and {np.ndim(in2)}")
    if boundary != "fill" or fillvalue != 0:
        raise ValueError("only zeros are filled in here: pad by np.pad(in1, ..., mode='wrap' or 'symmetric'), then "
                         "take mode='valid'")


def convolve2d(in1: Any, in2: Any, mode: str = "full", boundary: str = "fill", fillvalue: Any = 0) -> Any:
    """The convolution of two matrices; beyond the border are zeros.

    >>> import numpy as np
    >>> from adjoint.scipy.signal import convolve2d
    >>> convolve2d(np.eye(2), np.ones((1, 2)))
    array([[1., 1., 0.],
           [0., 1., 1.]])
    """
    _plane(in1, in2, boundary, fillvalue)
    return convolve(in1, in2, mode)


def correlate2d(in1: Any, in2: Any, mode: str = "full", boundary: str = "fill", fillvalue: Any = 0) -> Any:
    """The correlation of two matrices; beyond the border are zeros.

    >>> import numpy as np
    >>> from adjoint.scipy.signal import correlate2d
    >>> correlate2d(np.eye(2), np.array([[0.0, 1.0]]), mode="valid")
    array([[0.],
           [1.]])
    """
    _plane(in1, in2, boundary, fillvalue)
    if mode != "same":
        return correlate(in1, in2, mode)
    (n, m), (i, j) = np.shape(in1), np.shape(in2)  # centred otherwise than `correlate` where in2 has an even length
    return correlate(in1, in2)[i // 2:i // 2 + n, j // 2:j // 2 + m]

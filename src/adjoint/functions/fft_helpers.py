"""Frequencies of the Fourier transforms' elements, and shifts that put frequency zero in the middle."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from ..core import dtypes
from ..core.tensor import wrap
from ..ops import structure as st
from .creation import require
from .writing import deliver

if TYPE_CHECKING:
    from .._tensor import Tensor


def fftfreq(n: int, d: float = 1.0, *, out: Any = None, dtype: Any = None, layout: Any = None, device: Any = None,
            requires_grad: bool = False) -> Tensor:
    """The frequencies of the `n` elements of `fft`, for samples `d` apart: 0, 1, ... and then the negative ones.

    >>> import adjoint as ad
    >>> ad.fft.fftfreq(4)
    tensor([ 0.0000,  0.2500, -0.5000, -0.2500])
    """
    return deliver(_tensor(np.fft.fftfreq(n, d), dtype, requires_grad), out)


def rfftfreq(n: int, d: float = 1.0, *, out: Any = None, dtype: Any = None, layout: Any = None, device: Any = None,
             requires_grad: bool = False) -> Tensor:
    """The frequencies of the n // 2 + 1 elements of `rfft`, for samples `d` apart.

    >>> import adjoint as ad
    >>> ad.fft.rfftfreq(4)
    tensor([0.0000, 0.2500, 0.5000])
    """
    return deliver(_tensor(np.fft.rfftfreq(n, d), dtype, requires_grad), out)


def _tensor(values: np.ndarray[Any, Any], dtype: Any, requires_grad: bool) -> Any:
    target = dtypes.default() if dtype is None else dtypes.as_dtype(dtype)
    return require(wrap(values.astype(target.numpy)), requires_grad)


def fftshift(input: Tensor, dim: Any = None) -> Tensor:
    """`input` with its first half (of `dim`, or of each dimension) moved behind the second: frequency 0 in the middle.

    >>> import adjoint as ad
    >>> ad.fft.fftshift(ad.tensor([0., 1., -2., -1.]))
    tensor([-2., -1.,  0.,  1.])
    """
    dims = _dims(input, dim)
    return st.roll(input, shift=tuple([input.shape[d] // 2 for d in dims]), axis=dims)


def ifftshift(input: Tensor, dim: Any = None) -> Tensor:
    """The inverse of `fftshift`.

    >>> import adjoint as ad
    >>> ad.fft.ifftshift(ad.tensor([-2., -1., 0., 1.]))
    tensor([ 0.,  1., -2., -1.])
    """
    dims = _dims(input, dim)
    return st.roll(input, shift=tuple([-(input.shape[d] // 2) for d in dims]), axis=dims)


def _dims(x: Any, dim: Any) -> tuple[int, ...]:
    return tuple(range(x.ndim)) if dim is None else (dim,) if isinstance(dim, int) else tuple(dim)

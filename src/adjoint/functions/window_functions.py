"""Window functions at top level: hann_window and siblings, periodic unless asked otherwise.

`adjoint.signal.windows` has the same and more of them, symmetric unless asked otherwise.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from ..core import dtypes
from ..errors import DtypeError, RangeError
from .creation import created
from .placement import check_place

if TYPE_CHECKING:
    from .._tensor import Tensor

__all__ = ["bartlett_window", "blackman_window", "hamming_window", "hann_window", "kaiser_window"]


def made(values: Any, dtype: np.dtype[Any], requires_grad: bool = False) -> Any:
    """The values, computed in float64, as a tensor of this dtype."""
    return created(np.asarray(values).astype(dtype), requires_grad)


def checked(name: str, length: Any, dtype: Any, layout: Any, device: Any) -> tuple[int, np.dtype[Any]]:
    """The length and NumPy's dtype of a window."""
    check_place(name, layout, device)
    wanted = dtypes.default() if dtype is None else dtypes.as_dtype(dtype)
    if wanted.category != dtypes.FLOAT:
        raise DtypeError(f"{name} expects floating point dtypes, got: {wanted!r}")
    n = length.__index__()
    if n < 0:
        raise RangeError(f"{name} requires non-negative window_length, got window_length={n}")
    return n, wanted.numpy


def positions(n: int, symmetric: bool) -> np.ndarray[Any, Any]:
    """The places of a window's elements on [0, 1]; of a periodic one, the element at 1 is left out."""
    return np.arange(n) / max(1, n - 1 if symmetric else n)


def cosines(at: np.ndarray[Any, Any], weights: Sequence[float]) -> np.ndarray[Any, Any]:
    """The sum of w_k (-1)^k cos(2 pi k t): 1 in the middle, if the weights add up to 1."""
    if len(at) == 1:
        return np.ones(1)
    return sum([(-1) ** k * w * np.cos(2 * np.pi * k * at) for k, w in enumerate(weights)], start=np.zeros(len(at)))


def triangle(at: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """0 at the ends, 1 in the middle."""
    return np.ones(1) if len(at) == 1 else 1 - np.abs(2 * at - 1)


def kaiser_values(at: np.ndarray[Any, Any], beta: float) -> np.ndarray[Any, Any]:
    """I0(beta sqrt(1 - u^2)) / I0(beta), u from -1 to 1."""
    if len(at) == 1:
        return np.ones(1)
    return np.i0(beta * np.sqrt(np.clip(1 - (2 * at - 1) ** 2, 0, None))) / np.i0(beta)


def hann_window(
    window_length: int,
    periodic: bool = True,
    *,
    dtype: Any = None,
    layout: Any = None,
    device: Any = None,
    requires_grad: bool = False,
) -> Tensor:
    """The window sin^2(pi k / n), for k from 0.

    >>> import adjoint as ad
    >>> ad.hann_window(4)
    tensor([0.0000, 0.5000, 1.0000, 0.5000])
    """
    n, kind = checked("hann_window", window_length, dtype, layout, device)
    return made(cosines(positions(n, not periodic), (0.5, 0.5)), kind, requires_grad)


def hamming_window(
    window_length: int,
    periodic: bool = True,
    alpha: float = 0.54,
    beta: float = 0.46,
    *,
    dtype: Any = None,
    layout: Any = None,
    device: Any = None,
    requires_grad: bool = False,
) -> Tensor:
    """The window alpha - beta cos(2 pi k / n).

    >>> import adjoint as ad
    >>> ad.hamming_window(4)
    tensor([0.0800, 0.5400, 1.0000, 0.5400])
    """
    n, kind = checked("hamming_window", window_length, dtype, layout, device)
    return made(cosines(positions(n, not periodic), (alpha, beta)), kind, requires_grad)


def blackman_window(
    window_length: int,
    periodic: bool = True,
    *,
    dtype: Any = None,
    layout: Any = None,
    device: Any = None,
    requires_grad: bool = False,
) -> Tensor:
    """The window 0.42 - 0.5 cos(2 pi k / n) + 0.08 cos(4 pi k / n).

    >>> import adjoint as ad
    >>> ad.blackman_window(4)[1:]
    tensor([0.3400, 1.0000, 0.3400])
    """
    n, kind = checked("blackman_window", window_length, dtype, layout, device)
    return made(cosines(positions(n, not periodic), (0.42, 0.5, 0.08)), kind, requires_grad)


def bartlett_window(
    window_length: int,
    periodic: bool = True,
    *,
    dtype: Any = None,
    layout: Any = None,
    device: Any = None,
    requires_grad: bool = False,
) -> Tensor:
    """The window that rises in a straight line from 0 to 1 and falls again.

    >>> import adjoint as ad
    >>> ad.bartlett_window(4)
    tensor([0.0000, 0.5000, 1.0000, 0.5000])
    """
    n, kind = checked("bartlett_window", window_length, dtype, layout, device)
    return made(triangle(positions(n, not periodic)), kind, requires_grad)


def kaiser_window(
    window_length: int,
    periodic: bool = True,
    beta: float = 12.0,
    *,
    dtype: Any = None,
    layout: Any = None,
    device: Any = None,
    requires_grad: bool = False,
) -> Tensor:
    """The window I0(beta sqrt(1 - u^2)) / I0(beta), u from -1 to 1.

    >>> import adjoint as ad
    >>> ad.kaiser_window(3, periodic=False, beta=2.)
    tensor([0.4387, 1.0000, 0.4387])
    """
    n, kind = checked("kaiser_window", window_length, dtype, layout, device)
    return made(kaiser_values(positions(n, not periodic), beta), kind, requires_grad)

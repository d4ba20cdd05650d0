"""Window functions by the names of torch.signal.windows: M elements, symmetric, or with `sym=False` periodic."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import numpy as np

from ..errors import RangeError
from ..functions.window_functions import checked, cosines, kaiser_values, made, positions, triangle

if TYPE_CHECKING:
    from .._tensor import Tensor

__all__ = [
    "bartlett",
    "blackman",
    "cosine",
    "exponential",
    "gaussian",
    "general_cosine",
    "general_hamming",
    "hamming",
    "hann",
    "kaiser",
    "nuttall",
]


def hann(
    M: int,
    *,
    sym: bool = True,
    dtype: Any = None,
    layout: Any = None,
    device: Any = None,
    requires_grad: bool = False,
) -> Tensor:
    """The window sin^2(pi t), t from 0 to 1.

    >>> import adjoint as ad
    >>> ad.signal.windows.hann(3)
    tensor([0., 1., 0.])
    """
    n, kind = checked("hann", M, dtype, layout, device)
    return made(cosines(positions(n, sym), (0.5, 0.5)), kind, requires_grad)


def hamming(
    M: int,
    *,
    sym: bool = True,
    dtype: Any = None,
    layout: Any = None,
    device: Any = None,
    requires_grad: bool = False,
) -> Tensor:
    """The window 0.54 - 0.46 cos(2 pi t), t from 0 to 1.

    >>> import adjoint as ad
    >>> ad.signal.windows.hamming(3)
    tensor([0.0800, 1.0000, 0.0800])
    """
    n, kind = checked("hamming", M, dtype, layout, device)
    return made(cosines(positions(n, sym), (0.54, 0.46)), kind, requires_grad)


def general_hamming(
    M: int,
    *,
    alpha: float = 0.54,
    sym: bool = True,
    dtype: Any = None,
    layout: Any = None,
    device: Any = None,
    requires_grad: bool = False,
) -> Tensor:
    """The window alpha - (1 - alpha) cos(2 pi t), t from 0 to 1.

    >>> import adjoint as ad
    >>> ad.signal.windows.general_hamming(3, alpha=0.75)
    tensor([0.5000, 1.0000, 0.5000])
    """
    n, kind = checked("general_hamming", M, dtype, layout, device)
    return made(cosines(positions(n, sym), (alpha, 1 - alpha)), kind, requires_grad)


def general_cosine(
    M: int,
    *,
    a: Iterable[float],
    sym: bool = True,
    dtype: Any = None,
    layout: Any = None,
    device: Any = None,
    requires_grad: bool = False,
) -> Tensor:
    """The window of the weights a_k: the sum of a_k (-1)^k cos(2 pi k t), t from 0 to 1.

    >>> import adjoint as ad
    >>> ad.signal.windows.general_cosine(3, a=[0.5, 0.25, 0.25])
    tensor([0.5000, 1.0000, 0.5000])
    """
    n, kind = checked("general_cosine", M, dtype, layout, device)
    weights = [float(w) for w in a]
    if not weights:
        raise RangeError("general_cosine: the weights `a` cannot be empty")
    return made(cosines(positions(n, sym), weights), kind, requires_grad)


def blackman(
    M: int,
    *,
    sym: bool = True,
    dtype: Any = None,
    layout: Any = None,
    device: Any = None,
    requires_grad: bool = False,
) -> Tensor:
    """The window 0.42 - 0.5 cos(2 pi t) + 0.08 cos(4 pi t), t from 0 to 1.

    >>> import adjoint as ad
    >>> ad.signal.windows.blackman(5)[1:4]
    tensor([0.3400, 1.0000, 0.3400])
    """
    n, kind = checked("blackman", M, dtype, layout, device)
    return made(cosines(positions(n, sym), (0.42, 0.5, 0.08)), kind, requires_grad)


def nuttall(
    M: int,
    *,
    sym: bool = True,
    dtype: Any = None,
    layout: Any = None,
    device: Any = None,
    requires_grad: bool = False,
) -> Tensor:
    """Nuttall's window of four cosines, of the lowest side lobes (Nuttall 1981).

    >>> import adjoint as ad
    >>> ad.signal.windows.nuttall(3)
    tensor([3.6280e-04, 1.0000e+00, 3.6280e-04])
    """
    n, kind = checked("nuttall", M, dtype, layout, device)
    return made(cosines(positions(n, sym), (0.3635819, 0.4891775, 0.1365995, 0.0106411)), kind, requires_grad)


def bartlett(
    M: int,
    *,
    sym: bool = True,
    dtype: Any = None,
    layout: Any = None,
    device: Any = None,
    requires_grad: bool = False,
) -> Tensor:
    """The window that rises in a straight line from 0 to 1 and falls again.

    >>> import adjoint as ad
    >>> ad.signal.windows.bartlett(5)
    tensor([0.0000, 0.5000, 1.0000, 0.5000, 0.0000])
    """
    n, kind = checked("bartlett", M, dtype, layout, device)
    return made(triangle(positions(n, sym)), kind, requires_grad)


def cosine(
    M: int,
    *,
    sym: bool = True,
    dtype: Any = None,
    layout: Any = None,
    device: Any = None,
    requires_grad: bool = False,
) -> Tensor:
    """The window sin(pi (k + 1/2) / M): half a wave.

    >>> import adjoint as ad
    >>> ad.signal.windows.cosine(3)
    tensor([0.5000, 1.0000, 0.5000])
    """
    n, kind = checked("cosine", M, dtype, layout, device)
    return made(np.sin(np.pi * (np.arange(n) + 0.5) / max(1, n if sym or n == 1 else n + 1)), kind, requires_grad)


def gaussian(
    M: int,
    *,
    std: float = 1.0,
    sym: bool = True,
    dtype: Any = None,
    layout: Any = None,
    device: Any = None,
    requires_grad: bool = False,
) -> Tensor:
    """The window exp(-d^2 / (2 std^2)), d the distance from the middle in elements.

    >>> import adjoint as ad
    >>> ad.signal.windows.gaussian(3)
    tensor([0.6065, 1.0000, 0.6065])
    """
    n, kind = checked("gaussian", M, dtype, layout, device)
    if std <= 0:
        raise RangeError(f"gaussian: the standard deviation must be positive, got std={std}")
    middle = (n - 1 if sym or n == 1 else n) / 2
    return made(np.exp(-0.5 * ((np.arange(n) - middle) / std) ** 2), kind, requires_grad)


def exponential(
    M: int,
    *,
    center: float | None = None,
    tau: float = 1.0,
    sym: bool = True,
    dtype: Any = None,
    layout: Any = None,
    device: Any = None,
    requires_grad: bool = False,
) -> Tensor:
    """The window exp(-d / tau), d the distance from `center` in elements: the middle, unless `sym=False`.

    >>> import adjoint as ad
    >>> ad.signal.windows.exponential(3)
    tensor([0.3679, 1.0000, 0.3679])
    """
    n, kind = checked("exponential", M, dtype, layout, device)
    if tau <= 0:
        raise RangeError(f"exponential: tau must be positive, got tau={tau}")
    if sym and center is not None:
        raise RangeError("exponential: a symmetric window has its center in the middle; give center with sym=False")
    middle = (n - 1 if sym or n == 1 else n) / 2 if center is None else center
    return made(np.exp(-np.abs(np.arange(n) - middle) / tau), kind, requires_grad)


def kaiser(
    M: int,
    *,
    beta: float = 12.0,
    sym: bool = True,
    dtype: Any = None,
    layout: Any = None,
    device: Any = None,
    requires_grad: bool = False,
) -> Tensor:
    """The window I0(beta sqrt(1 - u^2)) / I0(beta), u from -1 to 1.

    >>> import adjoint as ad
    >>> ad.signal.windows.kaiser(3, beta=2.0)
    tensor([0.4387, 1.0000, 0.4387])
    """
    n, kind = checked("kaiser", M, dtype, layout, device)
    if beta < 0:
        raise RangeError(f"kaiser: beta must not be negative, got beta={beta}")
    return made(kaiser_values(positions(n, sym), beta), kind, requires_grad)

"""Orthogonal polynomials of degree n in x, each from its three-term recurrence, with every derivative in x.

The recurrence p_(k+1) = (a x + b) p_k - c p_(k-1) is differentiated m times by Leibniz:
D^m p_(k+1) = (a x + b) D^m p_k + m a D^(m-1) p_k - c D^m p_(k-1). A negative degree gives 0, as in torch.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from ..core.kinds import elementwise
from .special import in_double

Recurrence = Callable[[int], tuple[float, float, float]]

# For each family: (a, b, c) of the step from degree k to k + 1; the step from 0 has no c.
FAMILIES: dict[str, Recurrence] = {
    "chebyshev_t": lambda k: (2, 0, 1) if k else (1, 0, 0),
    "chebyshev_u": lambda k: (2, 0, 1),
    "chebyshev_v": lambda k: (2, 0, 1) if k else (2, -1, 0),
    "chebyshev_w": lambda k: (2, 0, 1) if k else (2, 1, 0),
    "hermite_h": lambda k: (2, 0, 2 * k),
    "hermite_he": lambda k: (1, 0, k),
    "laguerre_l": lambda k: (-1 / (k + 1), (2 * k + 1) / (k + 1), k / (k + 1)),
    "legendre_p": lambda k: ((2 * k + 1) / (k + 1), 0, k / (k + 1)),
}


def _polynomial(x: Any, y: Any, family: str, shifted: bool, order: int) -> Any:
    """The `order`-th derivative in x of the polynomial of degree y, at 2x - 1 where `shifted`."""
    dtype = np.result_type(x, y)
    at, degree = np.broadcast_arrays(in_double(x), np.asarray(y).astype(np.int64))
    at = 2 * at - 1 if shifted else at
    now = [np.ones_like(at), *(np.zeros_like(at) for _ in range(order))]
    before = [np.zeros_like(at) for _ in range(order + 1)]
    result = np.where(degree == 0, now[order], 0)
    for k in range(int(degree.max(initial=0))):
        a, b, c = FAMILIES[family](k)
        line = a * at + b
        step = [line * now[m] + (m * a * now[m - 1] if m else 0) - c * before[m] for m in range(order + 1)]
        before, now = now, step
        result = np.where(degree == k + 1, now[order], result)
    return (result * 2**order if shifted else result).astype(dtype, copy=False)


def _polynomial_slope(x: Any, y: Any, *, family: str, shifted: bool, order: int) -> Any:
    return polynomial(x, y, family=family, shifted=shifted, order=order + 1)


polynomial = elementwise(_polynomial, _polynomial_slope, None)

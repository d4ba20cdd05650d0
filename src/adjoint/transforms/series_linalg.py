"""Recurrences for linear algebra, running sums and weighted sums under Taylor mode, as series_rules has them.

Linear equations are solved order by order, all with the first coefficient of the matrix; what is known stands on the
right.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from ..core.levels import finite
from ..errors import LinAlgError
from ..ops import linalg_degenerate, linalg_parts, linalg_solve
from ..ops import structure as st
from ..ops.scans import _shift
from .series import Expansion, Grow, Series, at, convolved, divided, minus, total
from .series_rules import product, recurrence


@recurrence("solve")
def _solve(level: Expansion, op: Any, operands: Any, params: Any, out: Series) -> Grow:
    """A X = B order by order, all with the first coefficient of A."""
    a, b = operands
    start = at(a, 0)

    def grow(k: int) -> Any:
        rest = minus(at(b, k), convolved(np.matmul, a, out, range(1, k + 1), k))
        return None if rest is None else op.call(start, rest, **params)

    return grow


@recurrence("solve_triangular")
def _solve_triangular(level: Expansion, op: Any, operands: Any, params: Any, out: Series) -> Grow:
    a, b = operands
    up, unit = params["up"], params.get("unit", False)

    def triangle(c: Any) -> Any:
        return st.triu(c, k=int(unit)) if up else st.tril(c, k=-int(unit))

    def grow(k: int) -> Any:
        rest = minus(at(b, k), convolved(lambda c, x: np.matmul(triangle(c), x), a, out, range(1, k + 1), k))
        return None if rest is None else op.call(at(a, 0), rest, **params)

    return grow


@recurrence("solve_sylvester")
def _solve_sylvester(level: Expansion, op: Any, operands: Any, params: Any, out: Series) -> Grow:
    """A X + X B = C."""
    a, b, c = operands

    def grow(k: int) -> Any:
        known = total([convolved(np.matmul, a, out, range(1, k + 1), k), convolved(np.matmul, out, b, range(k), k)])
        rest = minus(at(c, k), known)
        return None if rest is None else op.call(at(a, 0), at(b, 0), rest)

    return grow


@recurrence("pair_quotient", "complex_quotient")
def _gap_quotient(level: Expansion, op: Any, operands: Any, params: Any, out: Series) -> Grow:
    """x[i, j] / (w[j] + sign w[i]), and 0 where that is zero at first."""
    x, w = operands[:2]
    sign = params.get("sign", -1)
    tolerance = (math.inf,) * len(operands[2:])

    def gap_times(c: Any, q: Any) -> Any:
        return (st.expand_dims(c, axis=-2) + sign * st.expand_dims(c, axis=-1)) * q

    def grow(k: int) -> Any:
        rest = minus(at(x, k), convolved(gap_times, w, out, range(1, k + 1), k))
        return None if rest is None else op.call(rest, at(w, 0), *tolerance, **params)

    return grow


@recurrence("row_quotient")
def _row_quotient(level: Expansion, op: Any, operands: Any, params: Any, out: Series) -> Grow:
    """x[i, j] / w[j]."""
    x, w, tolerance = operands

    def grow(k: int) -> Any:
        rest = minus(at(x, k), convolved(lambda c, q: st.expand_dims(c, axis=-2) * q, w, out, range(1, k + 1), k))
        return None if rest is None else op.call(rest, at(w, 0), at(tolerance, 0) + linalg_degenerate.noise(rest))

    return grow


@recurrence("det")
def _det(level: Expansion, op: Any, operands: Any, params: Any, out: Series) -> Grow:
    """det' = det tr(A^-1 A'); where A is nearly singular, sums and products by the method of Faddeev and Le Verrier."""
    (a,) = operands
    n = a.shape[-1]
    slope = level.derivative(a)
    if n == 0 or slope is None:
        return lambda k: None
    if _well_conditioned(at(a, 0)):
        relative = np.trace(np.matmul(linalg_solve.inv(a), slope), axis1=-2, axis2=-1)
        return lambda k: divided(product(out, relative, range(k), k - 1), k)
    m, c = a, -np.trace(a, axis1=-2, axis2=-1)
    for i in range(2, n + 1):
        m = np.matmul(a, m + st.expand_dims(c, axis=(-2, -1)) * linalg_parts.identity_like(a))
        c = -np.trace(m, axis1=-2, axis2=-1) / i
    whole = c if n % 2 == 0 else -c
    return lambda k: at(whole, k)


def _well_conditioned(a: Any) -> bool:
    """Whether |A| |A^-1| < 1000 for every matrix of a stack."""
    try:
        inverse = linalg_solve.inv(a)
    except LinAlgError:
        return False
    size = np.sum(np.absolute(a), axis=(-2, -1)) * np.sum(np.absolute(inverse), axis=(-2, -1))
    return finite(np.where(size < 1000, 0.0, math.inf))  # which every kind of payload can answer


@recurrence("matrix_exp", "logm")
def _matrix_function(level: Expansion, op: Any, operands: Any, params: Any, out: Series) -> Grow:
    """The first row of the function of the block matrix with A_j on the j-th diagonal above the main one.

    Such matrices multiply as series do (Mathias, SIAM J. Matrix Anal. Appl. 17, 1996).
    """
    (a,) = operands
    n = a.shape[-1]

    def blocks(k: int) -> Any:
        zero = np.zeros_like(at(a, 0))
        cs = [at(a, j) for j in range(k + 1)]
        cs = [zero if c is None else c for c in cs]
        rows = [st.concatenate(tuple([zero] * i + cs[:k + 1 - i]), axis=-1) for i in range(k + 1)]
        return op.call(st.concatenate(tuple(rows), axis=-2))[..., :n, :]

    if a.grow is None:  # its coefficients are known: all at once
        whole: list[Any] = []

        def grow_known(k: int) -> Any:
            if not whole:
                whole.append(blocks(level.order))
            return whole[0][..., :, k * n:(k + 1) * n]

        return grow_known
    return lambda k: blocks(k)[..., :, k * n:(k + 1) * n]


@recurrence("eigh", "eig", "svd")
def _spectrum(level: Expansion, op: Any, operands: Any, params: Any, out: Any) -> None:
    """No recurrence, but an error where a coefficient moves the vectors of a repeated value: see linalg_aligned."""
    (a,) = operands
    for k in range(1, 2 if a.grow else level.order + 1):
        if at(a, k) is not None:
            op.refuse_split(at(a, k), tuple([y.coefs[0] for y in out]))


# Running and weighted sums


@recurrence("recur")
def _recur(level: Expansion, op: Any, operands: Any, params: Any, out: Series) -> Grow:
    """s[i] = a[i] s[i-1] + b[i]: the same recurrence for each order, with what is known added to b."""
    a, b = operands
    axis = params["axis"]

    def grow(k: int) -> Any:
        known = convolved(lambda c, s: c * _shift(s, axis, 0), a, out, range(1, k + 1), k)
        rest = total([at(b, k), known])
        return None if rest is None else op.call(at(a, 0), rest, **params)

    return grow


@recurrence("centre")
def _centre(level: Expansion, op: Any, operands: Any, params: Any, out: Series) -> Grow:
    """x - sum(p x): the op itself, which is careful where one weight is nearly 1, for the weights at first."""
    x, p = operands
    axis = params["axis"]

    def grow(k: int) -> Any:
        first = at(x, k)
        known = convolved(lambda q, v: np.sum(q * v, axis=axis, keepdims=True), p, x, range(1, k + 1), k)
        return minus(None if first is None else op.call(first, at(p, 0), **params), known)

    return grow


@recurrence("residue")
def _residue(level: Expansion, op: Any, operands: Any, params: Any, out: Series) -> Grow:
    """x - p sum(x)."""
    x, p = operands
    axis = params["axis"]

    def grow(k: int) -> Any:
        first = at(x, k)
        known = convolved(lambda q, v: q * np.sum(v, axis=axis, keepdims=True), p, x, range(1, k + 1), k)
        return minus(None if first is None else op.call(first, at(p, 0), **params), known)

    return grow


"""Recurrences for ops of which the general derivation (series) would be dear, or where it divides by zero.

Each makes, for an op and its operands, the function that computes coefficient k from those before, or None where the
general derivation serves better. Sources: Griewank and Walther, "Evaluating Derivatives" (2008), chapter 13.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from operator import mul
from typing import Any

import numpy as np

from ..core.levels import finite
from ..errors import LinAlgError
from ..ops import arithmetic, exponential, linalg_parts, linalg_solve, scans
from ..ops import structure as st
from ..ops.selection import exact_product
from .series import Expansion, Grow, Series, at, convolved, divided, minus, scaled, total

# Ops that are linear in their floating-point operands together, though their kind does not say it.
LINEAR = frozenset({"select", "place", "erase", "take_along", "put_along", "add_along", "take_rows", "add_at", "pieces",
                    "from_parts", "ldexp"})

RULES: dict[str, Callable[..., Grow | None]] = {}


def recurrence(*names: str) -> Callable[[Callable[..., Grow | None]], Callable[..., Grow | None]]:
    """Decorator: the rule of the ops with these names."""

    def enter(rule: Callable[..., Grow | None]) -> Callable[..., Grow | None]:
        RULES.update(dict.fromkeys(names, rule))
        return rule

    return enter


@recurrence("multiply")
def _multiply(level: Expansion, op: Any, operands: Any, params: Any, out: Series) -> Grow:
    x, y = operands
    return lambda k: product(x, y, range(k + 1), k)


@recurrence("exact_product", "annihilate")
def _exact_product(level: Expansion, op: Any, operands: Any, params: Any, out: Series) -> Grow:
    x, y = operands
    return lambda k: product(x, y, range(k + 1), k, exact=True)


def product(x: Any, y: Any, which: range, n: int, exact: bool = False) -> Any:
    """The sum of x_j y_{n-j}; if `exact`, a zero wins over what is not finite."""
    found = convolved(mul, x, y, which, n)
    if exact and found is not None and not finite(found):
        return convolved(exact_product, x, y, which, n)
    return found


@recurrence("square")
def _square(level: Expansion, op: Any, operands: Any, params: Any, out: Series) -> Grow:
    (x,) = operands

    def grow(k: int) -> Any:
        twice = scaled(product(x, x, range((k + 1) // 2), k), 2)
        middle = at(x, k // 2) if k % 2 == 0 else None
        return twice if middle is None else total([twice, middle * middle])

    return grow


def quotient(x: Any, y: Any, out: Any) -> Grow:
    """x / y: from out y = x."""
    start = at(y, 0)

    def grow(k: int) -> Any:
        rest = minus(at(x, k), product(y, out, range(1, k + 1), k))
        return None if rest is None else rest / start

    return grow


@recurrence("divide")
def _divide(level: Expansion, op: Any, operands: Any, params: Any, out: Series) -> Grow:
    return quotient(*operands, out)


@recurrence("rdivide")
def _rdivide(level: Expansion, op: Any, operands: Any, params: Any, out: Series) -> Grow:
    x, y = operands
    return quotient(y, x, out)


@recurrence("reciprocal")
def _reciprocal(level: Expansion, op: Any, operands: Any, params: Any, out: Series) -> Grow:
    return quotient(1.0, operands[0], out)


@recurrence("ratio")
def _ratio(level: Expansion, op: Any, operands: Any, params: Any, out: Series) -> Grow:
    """A quotient, but zero with all its derivatives where it is 0 / 0."""
    x, y = operands
    grow = quotient(x, y, out)
    both = (at(x, 0) == 0) & (at(y, 0) == 0)

    def masked(k: int) -> Any:
        c = grow(k)
        return None if c is None else np.where(both, 0, c)

    return masked


# Powers: with out = x^p, x out' = p out x'. At x = 0 the general derivation is right, and costs a power for each order.


def power(x: Any, p: Any, out: Series) -> Grow | None:
    """x to a constant power."""
    start = at(x, 0)
    if not finite(_inverse(start)):
        return None

    def grow(k: int) -> Any:
        terms = []
        for j in range(1, k + 1):
            a, b = at(x, j), out.coefficient(k - j)
            if a is not None and b is not None:
                terms.append((a * b) * (j * (p + 1) - k))
        found = total(terms)
        return None if found is None else divided(found / start, k)

    return grow


def _inverse(x: Any) -> Any:
    with np.errstate(all="ignore"):
        return np.divide(1.0, x)


@recurrence("power_constant")
def _power_constant(level: Expansion, op: Any, operands: Any, params: Any, out: Series) -> Grow | None:
    (x,), p = operands, params["exponent"]
    if p == 2:
        return _square(level, op, operands, params, out)
    if p == 1:
        return lambda k: at(x, k)
    if 2 < p <= 16 and p == int(p):  # by products, which hold at zero
        p = int(p)
        half = arithmetic.power_constant(x, exponent=p // 2)
        whole = half * half if p % 2 == 0 else half * half * x
        return lambda k: at(whole, k)
    return power(x, p, out)


@recurrence("power", "float_power")
def _power(level: Expansion, op: Any, operands: Any, params: Any, out: Series) -> Grow | None:
    x, y = operands
    if not (isinstance(y, Series) and y.moves):
        return power(x, at(y, 0), out)
    start = at(x, 0)
    if not finite(_inverse(start)) or not finite(np.log(start)):
        return None
    exponent = y * exponential.log(x)  # out' = out exponent'
    slope = level.derivative(exponent)
    return lambda k: divided(product(out, slope, range(k), k - 1), k)


@recurrence("power_log")
def _power_log(level: Expansion, op: Any, operands: Any, params: Any, out: Series) -> Grow | None:
    """x^y log(x)^n."""
    x, y = operands
    start = at(x, 0)
    if not finite(_inverse(start)) or not finite(np.log(start)):
        return None
    logarithm = exponential.log(x)
    whole = arithmetic.power(x, y)
    for _ in range(params["n"]):
        whole = whole * logarithm
    return lambda k: at(whole, k)


# Linear algebra


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


@recurrence("det")
def _det(level: Expansion, op: Any, operands: Any, params: Any, out: Series) -> Grow:
    """det' = det tr(A^-1 A'); where A is nearly singular, by the method of Faddeev and Le Verrier: sums and products."""
    (a,) = operands
    n = a.shape[-1]
    if n == 0:
        return lambda k: None
    if _well_conditioned(at(a, 0)):
        relative = np.trace(np.matmul(linalg_solve.inv(a), level.derivative(a)), axis1=-2, axis2=-1)
        return lambda k: divided(product(out, relative, range(k), k - 1), k)
    m, c = a, None
    for i in range(1, n + 1):
        c = -np.trace(m, axis1=-2, axis2=-1) / i
        if i < n:
            m = np.matmul(a, m + st.reshape(c, shape=(*c.shape, 1, 1)) * linalg_parts.identity_like(a))
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
    """The first row of the function of the block matrix with A_j on the j-th diagonal above: such matrices multiply as series do."""
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


# Running and weighted sums


@recurrence("recur")
def _recur(level: Expansion, op: Any, operands: Any, params: Any, out: Series) -> Grow:
    """s[i] = a[i] s[i-1] + b[i]: the same recurrence for each order, with what is known added to b."""
    a, b = operands
    axis = params["axis"]

    def grow(k: int) -> Any:
        known = convolved(lambda c, s: c * scans._shift(s, axis, 0), a, out, range(1, k + 1), k)
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


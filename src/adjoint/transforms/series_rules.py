"""Recurrences for elementwise ops of which the general derivation (series) would be dear, or would divide by zero.

Each makes, for an op and its operands, the function that computes coefficient k from those before, or None where the
general derivation serves better. Those of linear algebra and sums: series_linalg.
Source: Griewank and Walther, "Evaluating Derivatives" (2008), chapter 13.
"""

from __future__ import annotations

from collections.abc import Callable
from operator import mul
from typing import Any

import numpy as np

from ..core.levels import finite
from ..ops import arithmetic, exponential
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


def quotient(x: Any, y: Any, out: Series) -> Grow:
    """x / y: from out y = x."""
    start = at(y, 0)

    def grow(k: int) -> Any:
        rest = minus(at(x, k), product(y, out, range(1, k + 1), k))
        return None if rest is None else rest / start

    return grow


@recurrence("divide")
def _divide(level: Expansion, op: Any, operands: Any, params: Any, out: Series) -> Grow:
    x, y = operands
    return quotient(x, y, out)


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

"""Taylor mode: a level whose values are truncated power series, x(t) = x0 + x1 t + x2 t^2 + ... + xn t^n.

Coefficients are computed on demand and remembered, so a series may be defined by itself. Every op follows from its
tangent rule: y = f(x) has y' = f'(x; x'), and the right-hand side up to t^(k-1) gives y up to t^k. With p for a partial
derivative, that is

    k y_k = sum over j = 1 .. k of  j x_j p_{k-j},        p itself a series: of cos(x) for y = sin(x).

Within one op equal operations on equal operands are one series. So sin, whose partial is cos, whose partial is -sin,
closes on itself, and order n costs n^2 products. Linear and bilinear ops need no rule; other shortcuts: series_rules.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from functools import partial
from typing import Any

import numpy as np

from ..core import memory, modes
from ..core.levels import Box, Level, below, depth, finite, replaced, revalued, stopped
from ..core.payloads import as_payload, dtype_of, shape_of
from ..core.tensor import TensorBase
from ..ops.selection import exact_product
from .forward import fitted, retaped, transposed

Grow = Callable[[int], Any]


class Series(Box):
    """Coefficients, None for zero (but the first), and what computes coefficient k from those before: `grow(k)`.

    Without `grow`, those that are not there are zero.
    """

    __slots__ = ("coefs", "grow")

    def __init__(self, level: Expansion, coefs: list[Any], grow: Grow | None = None) -> None:
        self.level, self.coefs, self.grow = level, coefs, grow
        self.shape, self.dtype = shape_of(coefs[0]), dtype_of(coefs[0])

    def coefficient(self, k: int) -> Any:
        """The coefficient of t^k, None if it is zero."""
        coefs = self.coefs
        while len(coefs) <= k:
            if self.grow is None:
                return None
            c = self.grow(len(coefs))
            coefs.append(None if c is None else fitted(c, coefs[0]))
        return coefs[k]

    @property
    def moves(self) -> bool:
        """Whether it can differ from a constant."""
        return self.grow is not None or any([c is not None for c in self.coefs[1:]])

    def plain(self) -> Any:
        return self.coefs[0]

    def payloads(self) -> tuple[Any, ...]:
        return tuple(self.coefs)

    def stopped(self) -> Series:
        return Series(self.level, [stopped(self.coefs[0])])  # type: ignore[arg-type]

    def revalued(self, new: Any, tape: bool) -> Series:
        level: Any = self.level
        rest = range(1, level.order + 1)
        return Series(level, [revalued(self.coefs[0], new.coefs[0], tape), *[
            retaped(self.coefficient(k), new.coefficient(k)) if tape else self.coefficient(k) for k in rest]])

    def finite(self) -> bool:
        return all([c is None or finite(c) for c in self.coefs])


class Expansion(Level):
    """A level of series up to t^order."""

    name = "jet"

    def __init__(self, order: int) -> None:
        self.order = order
        # While an op is computed: what its rules have computed so far, with the operands, whose ids are in the keys.
        self.known: dict[Any, tuple[Any, Any]] | None = None

    def lift(self, payload: Any) -> Series:
        return Series(self, [as_payload(payload)])

    def apply(self, op: Any, operands: tuple[Any, ...], params: dict[str, Any]) -> Any:
        operands = tuple([self.lift(x) if isinstance(x, Series) and x.level is not self else x for x in operands])
        if self.known is not None:  # a rule of the op that is being computed: no more than it asks for
            return self.grown(op, operands, params)
        self.known = {}
        try:
            out = self.grown(op, operands, params)
            for y in out if isinstance(out, tuple) else (out,):
                y.coefficient(self.order)
            return out
        finally:
            for made, _ in self.known.values():
                for y in made if isinstance(made, tuple) else (made,):
                    y.grow = None  # what a series is computed from may refer to it
            self.known = None

    def grown(self, op: Any, operands: tuple[Any, ...], params: dict[str, Any]) -> Any:
        """The op's result, a series that grows on demand (a tuple of them)."""
        assert self.known is not None
        key = (op, tuple([name_of(x) for x in operands]), tuple([(k, name_of(v)) for k, v in params.items()]))
        if key in self.known:
            return self.known[key][0]
        moving = any([isinstance(x, Series) and x.level is self and x.moves for x in operands])
        primals = tuple([x.coefs[0] if isinstance(x, Series) and x.level is self else x for x in operands])
        inner = replaced(params, self, lambda s: s.coefs[0])
        with below(self) if op.runs_user_code else nullcontext():
            out = op.call(primals, **inner) if op.arity is None else op.call(*primals, **inner)
        several = isinstance(out, tuple)
        made = [self.lift(o) for o in out] if several else [self.lift(out)]
        result: Any = tuple(made) if several else made[0]
        self.known[key] = result, (operands, params)
        if op.differentiable and moving:
            rule: list[Callable[[int], Grow]] = []

            def grow(i: int, k: int) -> Any:
                if not rule:  # not before coefficient 1 is wanted: only then may coefficient 1 of the operands be
                    rule.append(growth(self, op, operands, inner, result))
                return rule[0](i)(k)

            for i, y in enumerate(made):
                if y.dtype.kind not in "biu" and i not in op.constant_outputs:
                    y.grow = partial(grow, i)
        return result

    def derivative(self, x: Any) -> Series | None:
        """dx/dt of an operand, None for a constant."""
        if not isinstance(x, Series) or x.level is not self or not x.moves:
            return None
        assert self.known is not None
        key = ("derivative", id(x))
        if key not in self.known:
            first = x.coefficient(1)
            start = np.zeros_like(x.coefs[0]) if first is None else first
            self.known[key] = Series(self, [as_payload(start)], lambda k: scaled(x.coefficient(k + 1), k + 1)), x
        return self.known[key][0]


def growth(level: Expansion, op: Any, operands: tuple[Any, ...], params: dict[str, Any],
           out: Any) -> Callable[[int], Grow]:
    """What computes the coefficients of result `i`, by the strongest rule that the op has."""
    from . import series_linalg as series_linalg  # which are written in terms of this file
    from .series_rules import LINEAR, RULES

    if op.op_name in RULES:
        grow = RULES[op.op_name](level, op, operands, params, out)
        if grow is not None:
            return lambda i: grow
    if op.kind in ("linear", "structural") or op.op_name in LINEAR:
        return linear(op, operands, params)
    if op.kind == "bilinear":
        x, y = operands
        return lambda i: lambda k: convolved(lambda a, b: op.call(a, b, **params), x, y, range(k + 1), k)
    if op.kind == "elementwise" and all([isinstance(p, (int, float)) for p in op.partials]):
        terms = list(zip(operands, op.partials, strict=True))
        return lambda i: lambda k: total([times_number(at(x, k), p) for x, p in terms])
    return derived(level, op, operands, params, out)


def linear(op: Any, operands: tuple[Any, ...], params: dict[str, Any]) -> Callable[[int], Grow]:
    """An op that is linear in all its floating-point operands together acts on each coefficient."""
    computed: list[Any] = [0, None]

    def at_order(k: int) -> Any:
        if computed[0] != k:
            cs = [at(x, k) for x in operands]
            row = [c if c is not None else np.zeros_like(at(x, 0)) if dtype_of(at(x, 0)).kind in "fcV" else at(x, 0)
                   for x, c in zip(operands, cs, strict=True)]
            computed[:] = k, None if all([c is None for c in cs]) else op.call(
                tuple(row), **params) if op.arity is None else op.call(*row, **params)
        return computed[1]

    def one(i: int) -> Grow:
        def grow(k: int) -> Any:
            out = at_order(k)
            return out[i] if isinstance(out, tuple) else out

        return grow

    return one


def derived(level: Expansion, op: Any, operands: tuple[Any, ...], params: dict[str, Any],
            out: Any) -> Callable[[int], Grow]:
    """y_k is the coefficient k - 1 of the tangent rule's result for the derivatives of the operands, divided by k."""
    slopes: list[Any] = []

    def slope(i: int) -> Any:
        if not slopes:
            tangents = tuple([level.derivative(x) for x in operands])
            if all([t is None for t in tangents]):
                t = None
            else:
                with innermost_is(level) if op.runs_user_code else nullcontext():
                    t = op.jvp(operands, tangents, params, out, exact_product)
                if t is NotImplemented:
                    t = transposed(op, operands, tangents, params, out)
            slopes[:] = t if isinstance(t, tuple) else (t,)
        return slopes[i]

    def one(i: int) -> Grow:
        def grow(k: int) -> Any:
            t = slope(i)
            if isinstance(t, TensorBase) and depth(memory.load(t)) == level.depth:
                t = memory.load(t)
            return divided(None if t is None else at(t, k - 1), k)

        return grow

    return one


@contextmanager
def innermost_is(level: Level) -> Iterator[None]:
    """A block in which no level inside of `level` is open: where a rule of the user's meets its values."""
    with modes.mode(levels=tuple([each for each in modes.state.levels if each.depth <= level.depth])):
        yield


# Coefficients


def at(x: Any, k: int) -> Any:
    """Coefficient k of an operand, which may be a constant."""
    if isinstance(x, Series):
        return x.coefficient(k)
    return x if k == 0 else None


def convolved(product: Callable[[Any, Any], Any], x: Any, y: Any, which: range, n: int) -> Any:
    """The sum of product(x_j, y_{n-j}) for these j; None for zero."""
    found = None
    for j in which:
        a = at(x, j)
        if a is None:
            continue
        b = at(y, n - j)
        if b is not None:
            c = product(a, b)
            found = c if found is None else found + c
    return found


def total(parts: list[Any]) -> Any:
    """The sum of those that are not zero."""
    found = None
    for c in parts:
        if c is not None:
            found = c if found is None else found + c
    return found


def minus(x: Any, y: Any) -> Any:
    """x - y, where None is zero."""
    return x if y is None else -y if x is None else x - y


def scaled(x: Any, number: int) -> Any:
    """x times a number."""
    return x if x is None or number == 1 else x * number


def times_number(x: Any, number: float) -> Any:
    """x times a number, zero for 0 whatever x is."""
    return None if x is None or number == 0 else x if number == 1 else -x if number == -1 else x * number


def divided(x: Any, number: int) -> Any:
    """x divided by a number."""
    return x if x is None or number == 1 else x / number


def name_of(x: Any) -> Any:
    """What tells an operand or a parameter from others: a number by its value, everything else by identity."""
    if isinstance(x, (bool, int, float, complex, np.generic)):
        return type(x), repr(x)  # 0.0 and -0.0 differ, 1 and 1.0 too
    if type(x) is np.ndarray and x.ndim == 0 and x.dtype.kind in "fciub":
        return x.dtype, repr(x.item())
    if type(x) is tuple:
        return tuple([name_of(v) for v in x])
    if isinstance(x, (str, np.dtype)) or x is None:
        return x
    return id(x)

"""Symbolic export: run scalar code on symbols, and have the formula that it computes as a SymPy expression.

The code runs as it is: Python operators, NumPy's ufuncs and SciPy's special functions build expressions where they
would compute numbers. What needs a number (an `if` on a comparison, `float()`, `math.sin`) raises, since a formula has
one form for all values.
"""

from __future__ import annotations

import inspect
import sys
from collections.abc import Callable
from fractions import Fraction
from functools import cache
from typing import Any

import numpy as np

from . import errors

__all__ = ["Symbolic", "symbolic"]


def symbolic(f: Callable[..., Any], *names: Any) -> Any:
    """The SymPy expression that f computes, in symbols of these names; a tuple, list or dict of them if f returns one.

    Without names, the symbols have the names of f's parameters; parameters with defaults keep their defaults. SymPy
    symbols may stand in place of names, to carry assumptions: `sympy.Symbol("x", real=True)` lets sqrt(x**2) be |x|.
    Conditions go through `np.where`, which becomes a Piecewise; a comparison in an `if` raises, because a formula
    cannot take one branch. Floats that are fractions of small denominator become exact (0.5 is 1/2). Needs SymPy:
    `pip install 'adjoint[symbolic]'`.

    >>> import numpy as np
    >>> import adjoint as ad
    >>> formula = ad.symbolic(lambda x1, x2: np.log(x1) + x1 * x2 - np.sin(x2))
    >>> formula
    x1*x2 + log(x1) - sin(x2)
    >>> formula.diff("x1")
    x2 + 1/x1
    """
    sympy = _sympy()
    if not names:
        names = _parameters(f)
    symbols = [sympy.Symbol(n) if isinstance(n, str) else n for n in names]
    return _bare(f(*[Symbolic(s) for s in symbols]))


def _parameters(f: Callable[..., Any]) -> tuple[str, ...]:
    try:
        parameters = inspect.signature(f).parameters.values()
    except (TypeError, ValueError) as e:  # builtins and ufuncs have none
        raise errors.RangeError(f"symbolic: {f!r} does not name its parameters; "
                                "give names: symbolic(f, 'x', 'y')") from e
    if any([p.kind is p.VAR_POSITIONAL or (p.kind is p.KEYWORD_ONLY and p.default is p.empty) for p in parameters]):
        raise errors.RangeError(f"symbolic: the parameters of {getattr(f, '__name__', f)}{inspect.signature(f)} do not "
                                "say how many symbols to make; give names: symbolic(f, 'x', 'y')")
    return tuple([p.name for p in parameters if p.default is p.empty and p.kind is not p.VAR_KEYWORD])


@cache
def _sympy() -> Any:
    try:
        import sympy
    except ImportError as e:
        raise errors.MissingDependency("symbolic needs SymPy: pip install 'adjoint[symbolic]'") from e
    return sympy


class Symbolic:
    """A SymPy expression that code takes for a number: operators and NumPy functions of it make larger expressions.

    >>> import numpy as np
    >>> import adjoint as ad
    >>> ad.symbolic(lambda x: np.where(x > 0, x, 0.5 * x))
    Piecewise((x, x > 0), (x/2, True))
    """

    __slots__ = ("expression",)
    shape: tuple[int, ...] = ()
    ndim, size = 0, 1

    def __init__(self, expression: Any) -> None:
        self.expression = expression

    def __repr__(self) -> str:
        return f"Symbolic({self.expression})"

    def __array_ufunc__(self, ufunc: np.ufunc, method: str, *inputs: Any, **kwargs: Any) -> Any:
        meaning = _meanings().get(ufunc.__name__) if method == "__call__" and _known(ufunc) else None
        if kwargs or meaning is None:
            how = ufunc.__name__ if method == "__call__" else f"{ufunc.__name__}.{method}"
            given = f" with {', '.join(kwargs)}=" if kwargs else ""
            raise errors.MissingRule(f"symbolic: {how}{given} has no counterpart in SymPy's scalar language; write it "
                                     "in elementary functions")
        return Symbolic(meaning(*[_expression(x) for x in inputs]))

    def __array_function__(self, func: Callable[..., Any], types: Any, args: Any, kwargs: Any) -> Any:
        if func is np.where and len(args) == 3 and not kwargs:
            condition, x, y = [_expression(v) for v in args]
            return Symbolic(_sympy().Piecewise((x, condition), (y, True)))
        if func is np.clip and len(args) == 3 and not kwargs:
            return np.minimum(np.maximum(args[0], args[1]), args[2])
        if func is np.sinc:
            (x,) = args
            return Symbolic(_sympy().sinc(_sympy().pi * _expression(x)))
        facts = {np.shape: (), np.ndim: 0, np.size: 1, np.real: self, np.iscomplexobj: False, np.isrealobj: True}
        if func in facts and len(args) == 1:
            return facts[func]
        raise errors.MissingRule(f"symbolic: np.{func.__name__} works on arrays, and this is scalar code; use "
                                 "operators, NumPy's elementwise functions and np.where")

    def __getattr__(self, name: str) -> Any:
        remedy = f"np.{name}(x)" if hasattr(np, name) else "NumPy functions and operators"
        raise AttributeError(f"a symbol has no attribute {name!r}: symbolic runs scalar code; use {remedy}")

    def _needs_a_number(self, what: str, remedy: str) -> Any:
        raise errors.TracedValueError(f"{what} needs the value of {self.expression}, and a symbol has none: a formula "
                                      f"has one form for all values; {remedy}")

    def __bool__(self) -> bool:
        return self._needs_a_number("this branch", "use np.where(condition, a, b), np.maximum or np.minimum")

    def __float__(self) -> float:
        return self._needs_a_number("float() (or a function of math)", "use NumPy's function, np.sin for math.sin")

    def __int__(self) -> int:
        return self._needs_a_number("int()", "let a plain Python number count")

    def __complex__(self) -> complex:
        return self._needs_a_number("complex() (or a function of cmath)", "use NumPy's function")

    def __index__(self) -> int:
        return self._needs_a_number("an index or a loop's count", "let a plain Python number count")

    # Operators are NumPy's functions of the same meaning.
    def __add__(self, other: Any) -> Any:
        return np.add(self, other)

    def __radd__(self, other: Any) -> Any:
        return np.add(other, self)

    def __sub__(self, other: Any) -> Any:
        return np.subtract(self, other)

    def __rsub__(self, other: Any) -> Any:
        return np.subtract(other, self)

    def __mul__(self, other: Any) -> Any:
        return np.multiply(self, other)

    def __rmul__(self, other: Any) -> Any:
        return np.multiply(other, self)

    def __truediv__(self, other: Any) -> Any:
        return np.divide(self, other)

    def __rtruediv__(self, other: Any) -> Any:
        return np.divide(other, self)

    def __floordiv__(self, other: Any) -> Any:
        return np.floor_divide(self, other)

    def __rfloordiv__(self, other: Any) -> Any:
        return np.floor_divide(other, self)

    def __mod__(self, other: Any) -> Any:
        return np.remainder(self, other)

    def __rmod__(self, other: Any) -> Any:
        return np.remainder(other, self)

    def __pow__(self, other: Any) -> Any:
        return np.power(self, other)

    def __rpow__(self, other: Any) -> Any:
        return np.power(other, self)

    def __neg__(self) -> Any:
        return np.negative(self)

    def __pos__(self) -> Any:
        return self

    def __abs__(self) -> Any:
        return np.absolute(self)

    def __lt__(self, other: Any) -> Any:
        return np.less(self, other)

    def __le__(self, other: Any) -> Any:
        return np.less_equal(self, other)

    def __gt__(self, other: Any) -> Any:
        return np.greater(self, other)

    def __ge__(self, other: Any) -> Any:
        return np.greater_equal(self, other)

    def __eq__(self, other: object) -> Any:
        return np.equal(self, other)  # type: ignore[call-overload]

    def __ne__(self, other: object) -> Any:
        return np.not_equal(self, other)  # type: ignore[call-overload]

    def __and__(self, other: Any) -> Any:
        return np.logical_and(self, other)

    def __or__(self, other: Any) -> Any:
        return np.logical_or(self, other)

    def __invert__(self) -> Any:
        return np.logical_not(self)

    __rand__, __ror__ = __and__, __or__

    def __hash__(self) -> int:
        return hash(self.expression)


def _bare(x: Any) -> Any:
    """The expressions of a result, nested as it is."""
    if isinstance(x, (tuple, list)):
        parts = [_bare(v) for v in x]
        return type(x)(*parts) if hasattr(x, "_fields") else type(x)(parts)
    if isinstance(x, dict):
        return {k: _bare(v) for k, v in x.items()}
    return _expression(x)


def _expression(x: Any) -> Any:
    """SymPy's form of a value. Floats that are short fractions are exact ones: x**2.0 is x**2, 0.5 is 1/2."""
    sympy = _sympy()
    if isinstance(x, Symbolic):
        return x.expression
    if isinstance(x, sympy.Basic):
        return x
    if isinstance(x, np.generic) or (isinstance(x, np.ndarray) and x.ndim == 0):
        x = x.item()
    if isinstance(x, Symbolic):  # it was in a 0-d array of objects
        return x.expression
    if isinstance(x, float) and np.isfinite(x) and (exact := Fraction(x)).denominator <= 1024 and abs(x) < 1e15:
        return sympy.Rational(exact.numerator, exact.denominator)
    if isinstance(x, (bool, int, float, complex)):
        return sympy.sympify(x)
    raise errors.DtypeError(f"symbolic runs scalar code; it met {type(x).__name__}: {x!r:.80}. Call it for one element")


def _known(ufunc: np.ufunc) -> bool:
    """Whether it is NumPy's or SciPy's own ufunc of its name, not another package's."""
    special = sys.modules.get("scipy.special")
    return getattr(np, ufunc.__name__, None) is ufunc or getattr(special, ufunc.__name__, None) is ufunc


@cache
def _meanings() -> dict[str, Callable[..., Any]]:
    """What each ufunc is in SymPy, by its name; made when SymPy is there."""
    s = _sympy()
    log, exp = s.log, s.exp

    def trunc(x: Any) -> Any:
        return s.sign(x) * s.floor(s.Abs(x))

    return {
        "add": lambda x, y: x + y, "subtract": lambda x, y: x - y, "multiply": lambda x, y: x * y,
        "divide": lambda x, y: x / y, "floor_divide": lambda x, y: s.floor(x / y), "remainder": s.Mod,
        "fmod": lambda x, y: x - y * trunc(x / y), "power": s.Pow, "float_power": s.Pow, "negative": lambda x: -x,
        "positive": lambda x: x, "absolute": s.Abs, "fabs": s.Abs, "sign": s.sign, "reciprocal": lambda x: 1 / x,
        "square": lambda x: x**2, "sqrt": s.sqrt, "cbrt": lambda x: s.sign(x) * s.cbrt(s.Abs(x)),
        "hypot": lambda x, y: s.sqrt(x**2 + y**2), "conjugate": s.conjugate,
        "exp": exp, "exp2": lambda x: 2**x, "expm1": lambda x: exp(x) - 1, "log": log, "log2": lambda x: log(x, 2),
        "log10": lambda x: log(x, 10), "log1p": lambda x: log(1 + x), "logaddexp": lambda x, y: log(exp(x) + exp(y)),
        "logaddexp2": lambda x, y: log(2**x + 2**y, 2),
        "sin": s.sin, "cos": s.cos, "tan": s.tan, "arcsin": s.asin, "arccos": s.acos, "arctan": s.atan,
        "arctan2": s.atan2, "sinh": s.sinh, "cosh": s.cosh, "tanh": s.tanh, "arcsinh": s.asinh, "arccosh": s.acosh,
        "arctanh": s.atanh, "deg2rad": lambda x: x * s.pi / 180, "radians": lambda x: x * s.pi / 180,
        "rad2deg": lambda x: x * 180 / s.pi, "degrees": lambda x: x * 180 / s.pi,
        "maximum": s.Max, "minimum": s.Min, "fmax": s.Max, "fmin": s.Min, "floor": s.floor, "ceil": s.ceiling,
        "trunc": trunc, "heaviside": s.Heaviside,
        "less": s.Lt, "less_equal": s.Le, "greater": s.Gt, "greater_equal": s.Ge, "equal": s.Eq, "not_equal": s.Ne,
        "logical_and": s.And, "logical_or": s.Or, "logical_not": s.Not, "logical_xor": s.Xor,
        "bitwise_and": s.And, "bitwise_or": s.Or, "invert": s.Not,
        # scipy.special
        "erf": s.erf, "erfc": s.erfc, "erfinv": s.erfinv, "erfcinv": s.erfcinv, "gamma": s.gamma,
        "gammaln": lambda x: log(s.Abs(s.gamma(x))), "loggamma": s.loggamma, "psi": s.digamma, "beta": s.beta,
        "expit": lambda x: 1 / (1 + exp(-x)), "logit": lambda x: log(x / (1 - x)),
        "log_expit": lambda x: -log(1 + exp(-x)), "xlogy": lambda x, y: x * log(y),
        "xlog1py": lambda x, y: x * log(1 + y), "entr": lambda x: -x * log(x),
        "ndtr": lambda x: (1 + s.erf(x / s.sqrt(2))) / 2, "j0": lambda x: s.besselj(0, x),
        "j1": lambda x: s.besselj(1, x), "jv": s.besselj, "yv": s.bessely, "iv": s.besseli, "kv": s.besselk,
        "i0": lambda x: s.besseli(0, x), "i1": lambda x: s.besseli(1, x), "lambertw": s.LambertW,
        "exp1": lambda x: s.expint(1, x), "expi": s.Ei,
    }

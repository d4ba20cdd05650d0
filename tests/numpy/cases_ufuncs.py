"""Every ufunc with a derivative, the piecewise constant ones, and the methods and keywords that ufuncs have."""

from __future__ import annotations

from typing import Any

import numpy as np

from .case import Case, distinct, sample

X = np.array([[-1.7, 0.6, 1.9], [0.8, -0.45, 2.2]])
POSITIVE = sample(2, 3, low=0.3, high=3.0)
OTHER = sample(3, seed=1, low=0.5, high=2.5)
INSIDE = sample(2, 3, low=-0.9, high=0.9)
MASK = np.array([[True, False, True], [False, True, True]])

ANYWHERE = (np.absolute, np.conjugate, np.cos, np.cosh, np.deg2rad, np.degrees, np.exp, np.exp2, np.expm1, np.fabs,
            np.negative, np.positive, np.rad2deg, np.radians, np.sin, np.sinh, np.square, np.tanh, np.arctan,
            np.arcsinh, np.cbrt)
ABOVE_ZERO = (np.log, np.log10, np.log2, np.log1p, np.sqrt, np.reciprocal)
WITHIN_ONE = (np.arccos, np.arcsin, np.arctanh, np.tan)
TWO = (np.add, np.subtract, np.multiply, np.divide, np.arctan2, np.hypot, np.logaddexp, np.logaddexp2, np.maximum,
       np.minimum, np.fmax, np.fmin, np.copysign, np.remainder, np.fmod)
STEPS = (np.ceil, np.floor, np.rint, np.trunc, np.sign)
TESTS = (np.isfinite, np.isinf, np.isnan, np.logical_not, np.signbit, np.spacing)
COMPARISONS = (np.equal, np.not_equal, np.less, np.less_equal, np.greater, np.greater_equal, np.logical_and,
               np.logical_or, np.logical_xor, np.floor_divide)


def name(ufunc: np.ufunc) -> str:
    """The name under which NumPy has it."""
    return f"np.{ufunc.__name__}"


CASES: dict[str, list[Case]] = {}
for f in ANYWHERE:
    CASES[name(f)] = [Case(f, X), Case(lambda x, f=f: f(x, where=MASK, out=np.ones_like(x)), X, note="where"),
                      Case(f, 0.7), Case(f, sample(0, 2))]
for f in ABOVE_ZERO:
    CASES[name(f)] = [Case(f, POSITIVE), Case(lambda x, f=f: f(x, dtype=np.float64), 0.7)]
for f in WITHIN_ONE:
    CASES[name(f)] = [Case(f, INSIDE), Case(f, 0.3)]
CASES["np.arccosh"] = [Case(np.arccosh, sample(2, 3, low=1.2, high=4.0)), Case(np.arccosh, 2.0)]
for f in TWO:
    CASES[name(f)] = [Case(f, X, OTHER), Case(lambda x, f=f: f(x, 0.7), X), Case(lambda y, f=f: f(1.3, y), OTHER),
                      Case(lambda x, y, f=f: f.outer(x, y), X[0], OTHER, note="outer"),
                      Case(lambda x, f=f: f.reduce(x, axis=1), POSITIVE, note="reduce"),
                      Case(lambda x, f=f: f.accumulate(x), POSITIVE, note="accumulate"),
                      Case(lambda x, f=f: f.reduceat(x, [0, 3, 1], axis=0), sample(4, 2, low=0.5), note="reduceat")]
# np.arctan2.reduce of NumPy 2.4 is wrong over contiguous rows: of (1, 2, 3) it is arctan2(1, 3).
CASES["np.arctan2"] = [c for c in CASES["np.arctan2"] if not c.note.startswith("reduce")]
CASES["np.power"] = [Case(np.power, POSITIVE, OTHER), Case(lambda x: np.power(x, 3), X),
                     Case(lambda y: np.power(2, y), X),
                     Case(lambda x: np.power.accumulate(x, axis=1), POSITIVE, note="accumulate")]
CASES["np.float_power"] = [Case(np.float_power, POSITIVE, OTHER), Case(lambda x: np.float_power(x, 2), X)]
CASES["np.heaviside"] = [Case(np.heaviside, X, OTHER), Case(lambda h: np.heaviside([0.0, 1.0, 0.0], h), OTHER)]
CASES["np.divmod"] = [Case(np.divmod, X, OTHER), Case(lambda x: np.divmod(x, 0.7)[1], X)]
CASES["np.modf"] = [Case(np.modf, X), Case(lambda x: np.modf(x)[0], 1.3)]
CASES["np.frexp"] = [Case(np.frexp, X), Case(lambda x: np.frexp(x)[0], 0.7)]
CASES["np.ldexp"] = [Case(lambda x: np.ldexp(x, [1, -2, 3]), X), Case(lambda x: np.ldexp(x, 2), 0.7)]
CASES["np.nextafter"] = [Case(lambda x: np.nextafter(x, 9.0), X, order=1)]
for f in (*STEPS, *TESTS):
    CASES[name(f)] = [Case(f, X, order=0), Case(f, 0.7, order=0)]
for f in COMPARISONS:
    CASES[name(f)] = [Case(f, X, OTHER, order=0), Case(lambda x, f=f: f(x, 0.7), X, order=0)]


def written(f: np.ufunc, *more: Any, **keywords: Any) -> Any:
    """What f writes into an array that is made from x."""

    def into(x: Any) -> Any:
        out = np.zeros_like(x)
        f(x, *more, out=out, **keywords)
        return out * x

    return into


def after_at(f: np.ufunc, indices: Any) -> Any:
    """What f.at leaves in a copy of x."""

    def write(x: Any, *y: Any) -> Any:
        target = np.copy(x)
        f.at(target, indices, *y)
        return target

    return write


CASES["np.add"] += [
    Case(written(np.add, 0.7), X, note="out"),
    Case(lambda x: np.add.reduce(x, axis=None, keepdims=True, initial=3.0), X, note="initial"),
    Case(lambda x: np.add.reduce(x, axis=(0, 2), where=MASK[:, :, None]), sample(2, 3, 2), note="where"),
    Case(after_at(np.add, [0, 1, 0]), sample(3), sample(3, seed=2), note="at"),
    Case(after_at(np.add, (slice(None), np.array([2, 2]))), X, sample(2, 2), note="at-column"),
    Case(lambda x: np.add(x, 1, dtype=np.float64), X, note="dtype"),
]
CASES["np.subtract"] += [Case(after_at(np.subtract, [0, 1, 0]), sample(3), sample(3, seed=2), note="at")]
CASES["np.multiply"] += [
    Case(after_at(np.multiply, [0, 1, 0, 0]), sample(3), sample(4, seed=2), note="at"),
    Case(lambda x: np.multiply.reduce(x, axis=(0, 1), initial=2.0), X, note="initial"),
    Case(lambda x: np.multiply.accumulate(x, axis=-1), X, note="accumulate-last"),
    Case(written(np.multiply, 0.7, where=MASK), X, note="out-where"),
]
CASES["np.negative"] += [Case(after_at(np.negative, [0, 0, 1]), sample(3), note="at")]
CASES["np.sqrt"] += [Case(lambda x: np.sqrt(x, where=x > 0, out=np.zeros_like(x)), distinct(6), note="where")]
CASES["np.maximum"] += [
    Case(after_at(np.maximum, [0, 1, 0]), distinct(3), distinct(3, seed=2) + 0.1, note="at"),
    Case(lambda x: np.maximum.reduce(x, axis=None), distinct(2, 3), note="reduce-all"),
    Case(lambda x: np.maximum.accumulate(x, axis=1), distinct(2, 4), note="accumulate-distinct"),
]
CASES["np.logaddexp"] += [Case(lambda x: np.logaddexp.reduce(x, axis=0, initial=-1.0), X, note="initial")]
CASES["np.divide"] += [Case(lambda x: np.divide.reduce(x, axis=0), POSITIVE, note="fold")]

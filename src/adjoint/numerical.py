"""Derivatives from values alone: extrapolated central differences and the complex step, each with an error estimate.

For functions that cannot be traced, and to check those that can. A central difference at a step h is wrong by
c1 h^2 + c2 h^4 + ..., so differences at ever smaller h combine into better ones (Richardson's extrapolation). Rounding
spoils small steps instead; which entry of the table is best shows in how far it lies from its neighbours: C. J. F.
Ridders, "Accurate computation of F'(x) and F'(x) F''(x)", Advances in Engineering Software 4 (1982) 75-76.

SciPy's `scipy.differentiate` does this for first derivatives of functions that take many points at once. Here the
function gets one point at a time, any order is asked for, and results are arrays of any shape; where both apply they
agree (tests/test_numerical.py).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np

from . import errors
from .core import memory, modes
from .core.tensor import TensorBase, wrap

__all__ = ["Estimate", "derivative", "gradient", "hessian", "jacobian"]

_EPS = float(np.finfo(np.float64).eps)
_FIRST_STEP = 0.37  # no simple fraction: a period of f that fits a whole number of times into it would hide from it
_RATIO = 1.618034  # from step to step; with 2, all steps longer than one that is nearly a period of f are so too
_LEVELS = 60  # down to 1e-13 of the first step; only functions that need them get there
_DEPTH = 8  # columns of the table: h^16 is as far as rounding lets the extrapolation improve
_COMPLEX_STEP = 1e-100  # nothing is subtracted, so it may be small enough for its square to vanish


class Estimate(NamedTuple):
    """A derivative and an estimate of its absolute error, of one shape.

    >>> import math
    >>> import adjoint as ad
    >>> value, error = ad.numerical.derivative(math.exp, 0.0)
    >>> abs(value - 1) <= error < 1e-10
    True
    """

    value: Any
    error: Any


def derivative(f: Callable[[Any], Any], x: Any, order: int = 1, *, method: str = "central",
               step: float | None = None) -> Estimate:
    """The derivative of f at x, of any order, and its estimated error.

    At a number, f returns a number or an array. At an array, f works element by element and each element gets its own
    derivative. `method="complex"` evaluates f once at x + ih and is exact to rounding (order 1 only; f must be analytic
    and must not drop imaginary parts as abs and comparisons do). `step` is the first and largest step, by default 0.37
    times |x| or 1, whichever is greater: say how far from x the function is smooth if that is too far. Where f has no
    value (NaN, or an ArithmeticError or ValueError), smaller steps are taken.

    Functions with a kink at x have no derivative there; a symmetric difference gives the mean of the two slopes.

    >>> import numpy as np
    >>> import adjoint as ad
    >>> print("%.9f" % ad.numerical.derivative(np.sin, 0.0).value)
    1.000000000
    >>> ad.numerical.derivative(np.log, np.array([1.0, 2.0]), order=2).value.round(6)
    array([-1.  , -0.25])
    >>> ad.numerical.derivative(lambda x: x**3, 2.0, method="complex").value
    12.0
    """
    if not isinstance(order, int) or order < 1:
        raise errors.RangeError(f"numerical.derivative: order must be a whole number from 1 up, got {order!r}")
    at = _Point(f, x, "derivative")
    if method == "complex":
        if order != 1:
            raise errors.RangeError(f"numerical.derivative: the complex step gives order 1, not {order}; use "
                                    "method='central', or the complex step of a derivative")
        ones = np.ones_like(at.x)
        return at.estimate(*_complex_step(at, ones, _steps(at.x, step), elementwise=True))
    _known(method, "derivative")
    h = _steps(at.x, step)
    weights = [(-1) ** k * math.comb(order, k) for k in range(order + 1)]
    offsets = [order - 2 * k for k in range(order + 1)]  # in steps h, so that they are whole: nodes are 2h apart

    def difference(k: int) -> tuple[Any, Any]:
        s = _exact(at.x, h / _RATIO**k)
        return _combined(at, [at(at.x + o * s, elementwise=True) for o in offsets], weights, (2 * s) ** order, s)

    return at.estimate(*_extrapolated(difference, at))


def gradient(f: Callable[[Any], Any], x: Any, *, method: str = "central", step: float | None = None) -> Estimate:
    """The partial derivatives of f, from an array (or number) to one number, in an array of the shape of x.

    Arguments are those of `derivative`. RangeError if f(x) is not one number.

    >>> import numpy as np
    >>> import adjoint as ad
    >>> ad.numerical.gradient(lambda x: np.sum(x**3), np.array([1.0, 2.0])).value.round(8)
    array([ 3., 12.])
    """
    at = _Point(f, x, "gradient")
    at.refuse_complex()
    at.expect_one_number()
    return at.estimate(*_columns(at, method, step))


def jacobian(f: Callable[[Any], Any], x: Any, *, method: str = "central", step: float | None = None) -> Estimate:
    """The derivative of each element of f(x) in each element of x, in an array of shape f(x).shape + x.shape.

    Arguments are those of `derivative`.

    >>> import numpy as np
    >>> import adjoint as ad
    >>> ad.numerical.jacobian(lambda x: x * x[0], np.array([1.0, 3.0])).value.round(8) + 0.0
    array([[2., 0.],
           [3., 1.]])
    """
    at = _Point(f, x, "jacobian")
    at.refuse_complex()
    return at.estimate(*_columns(at, method, step))


def hessian(f: Callable[[Any], Any], x: Any, *, step: float | None = None) -> Estimate:
    """The second derivatives of f, from an array (or number) to one number, in an array of shape x.shape + x.shape.

    Arguments are those of `derivative`. It takes 50 to 250 values of f for each pair of elements of x. RangeError if
    f(x) is not one number.

    >>> import numpy as np
    >>> import adjoint as ad
    >>> ad.numerical.hessian(lambda x: x[0]**2 * x[1], np.array([1.0, 3.0])).value.round(6) + 0.0
    array([[6., 2.],
           [2., 0.]])
    """
    at = _Point(f, x, "hessian")
    at.refuse_complex()
    at.expect_one_number()
    n, h = at.x.size, _steps(at.x, step).reshape(-1)
    value, error = np.zeros((n, n)), np.zeros((n, n))
    for i in range(n):
        for j in range(i + 1):
            found = _extrapolated(_mixed(at, h, i, j), at)
            for out, v in zip((value, error), found, strict=True):
                out[i, j] = out[j, i] = v.reshape(())
    shape = at.x.shape * 2
    return at.estimate(value.reshape(shape), error.reshape(shape))


class _Point:
    """f at a place: what it is called with there, and what it returned, as float64 (or complex) arrays."""

    def __init__(self, f: Callable[[Any], Any], x: Any, what: str) -> None:
        self.f, self.what, self.eps = f, what, _EPS
        self.tensor = isinstance(x, TensorBase)
        self.number = not self.tensor and np.ndim(x) == 0 and not isinstance(x, np.ndarray)
        a = memory.load(x) if isinstance(x, TensorBase) else np.asarray(x)
        if a.dtype.kind not in "biufcV":
            raise errors.DtypeError(f"numerical.{what}: x must be a real number, array or tensor, got {x!r:.80}")
        self.x = a.astype(np.complex128 if a.dtype.kind == "c" else np.float64)
        with np.errstate(all="ignore"), modes.mode(grad=False):
            self.out = self._array(f(self._given(self.x)))
        self.trouble: Exception | None = None

    def __call__(self, x: Any, elementwise: bool = False) -> Any:
        """f(x), NaN where f is not defined."""
        with np.errstate(all="ignore"), modes.mode(grad=False):
            try:
                out = self._array(self.f(self._given(x)))
            except (ArithmeticError, ValueError) as e:  # as math.log(-1) does; kept for when no step is small enough
                self.trouble = e
                return np.full(self.out.shape, np.nan)
        if out.shape != self.out.shape:
            raise errors.ShapeError(f"numerical.{self.what}: f(x) has shape {self.out.shape} and, at a place near by, "
                                    f"{out.shape}")
        if elementwise and self.x.ndim and out.shape != self.x.shape:
            raise errors.ShapeError(f"numerical.{self.what} of an array takes a function that works element by "
                                    f"element, but f made shape {out.shape} of {self.x.shape}; use numerical.jacobian")
        return out

    def _given(self, x: Any) -> Any:
        if self.tensor:
            return wrap(x)
        return x.item() if self.number else x.copy()

    def _array(self, out: Any) -> Any:
        a = memory.load(out) if isinstance(out, TensorBase) else np.asarray(out)
        if a.dtype.kind not in "biufcV":
            raise errors.DtypeError(f"numerical.{self.what}: f must return a number or an array, got {out!r:.80}")
        if a.dtype.kind in "fcV":  # f may compute more coarsely than we step
            self.eps = max(self.eps, float(np.finfo(a.dtype).eps) if a.dtype.kind != "V" else 2.0**-7)
        return a.astype(np.complex128 if a.dtype.kind == "c" else np.float64)

    def refuse_complex(self) -> None:
        if self.x.dtype.kind == "c":
            raise errors.DtypeError(f"numerical.{self.what}: x must be real, got {self.x.dtype}; take the real and "
                                    "imaginary parts as inputs of their own")

    def expect_one_number(self) -> None:
        if self.out.size != 1:
            raise errors.RangeError(f"numerical.{self.what}: f must return one number, got shape {self.out.shape}; use "
                                    "numerical.jacobian")
        self.out = self.out.reshape(())
        f = self.f
        self.f = lambda x: self._array(f(x)).reshape(())

    def estimate(self, value: Any, error: Any) -> Estimate:
        """The two, as what went in: numbers for a number, tensors for a tensor."""
        if self.tensor:
            return Estimate(wrap(value), wrap(error))
        return Estimate(*[v.item() if self.number and v.ndim == 0 else v for v in (value, error)])


def _known(method: str, what: str) -> None:
    if method != "central":
        raise errors.RangeError(f"numerical.{what}: method is 'central' or 'complex', not {method!r}")


def _steps(x: Any, step: float | None) -> Any:
    """The first step for each element of x."""
    if step is None:
        return _FIRST_STEP * np.maximum(np.abs(x), 1.0)
    if not step > 0:
        raise errors.RangeError(f"numerical: step must be positive, got {step!r}")
    return np.full(x.shape, float(step))


def _exact(x: Any, h: Any) -> Any:
    """The steps nearest to h with which x + h is a float: what is divided by is then what was stepped."""
    return np.real((x + h) - x)


def _combined(at: _Point, values: Sequence[Any], weights: Sequence[int], divisor: Any, step: Any) -> tuple[Any, Any]:
    """A difference quotient, and what rounding may have added to it: of f's values, and of x inside of f."""
    with np.errstate(all="ignore"):
        total = sum(w * v for w, v in zip(weights, values, strict=True))
        size = sum(abs(w) * np.abs(v) for w, v in zip(weights, values, strict=True))
        slope = sum(np.abs(v - at.out) for v in values) / np.abs(step)
        moved = np.abs(at.x) if np.shape(step) else np.max(np.abs(at.x))
        return np.asarray(total / divisor), np.asarray((at.eps * size + _EPS * moved * slope) / np.abs(divisor))


def _extrapolated(difference: Callable[[int], tuple[Any, Any]], at: _Point) -> tuple[Any, Any]:
    """The best entry, element by element, of the table over difference(0), difference(1) ..., and its error.

    A step longer than the distance over which f varies can agree with its neighbours about a wrong value. So an entry
    holds only as long as smaller steps do not contradict it with one that is relatively more certain.
    """
    best = np.full(at.out.shape, np.nan)
    error = np.full(at.out.shape, np.inf)
    row: list[Any] = []
    stale = 0  # levels since anything got better
    with np.errstate(all="ignore"):
        for k in range(_LEVELS):
            above, (first, noise) = row, difference(k)
            row = [first]
            value, e = best, np.full(at.out.shape, np.inf)
            for j in range(1, min(len(above), _DEPTH) + 1):
                factor = _RATIO ** (2 * j)
                row.append((factor * row[-1] - above[j - 1]) / (factor - 1))
                if j > 1:  # two differences may agree by chance
                    apart = np.maximum(np.abs(row[j] - row[j - 1]), np.abs(row[j] - above[j - 1])) + 2 * noise
                    value, e = np.where(apart < e, row[j], value), np.where(apart < e, apart, e)
            contradicts = np.abs(value - best) > 4 * (e + error)
            better = np.where(contradicts, e * np.abs(best) < error * np.abs(value), e < error)
            best, error = np.where(better, value, best), np.where(better, e, error)
            stale = 0 if better.any() else stale + 1
            if stale >= 3 and (error <= 1e-6 * np.abs(best)).all():
                break
    if not np.isfinite(error).all():
        raise errors.RangeError(f"numerical.{at.what}: f has no finite values near x, however small the step; is x "
                                "inside of the domain of f?") from at.trouble
    return best, error


def _columns(at: _Point, method: str, step: float | None) -> tuple[Any, Any]:
    """One derivative of order 1 for each element of x, along the last axes."""
    h = _steps(at.x, step)
    columns = []
    for j in range(at.x.size):
        direction = np.zeros(at.x.size)
        direction[j] = 1.0
        direction = direction.reshape(at.x.shape)
        if method == "complex":
            columns.append(_complex_step(at, direction, h, elementwise=False))
        else:
            _known(method, at.what)
            columns.append(_extrapolated(_slope(at, direction, float(h.reshape(-1)[j])), at))
    shape = at.out.shape + at.x.shape
    if not columns:
        return np.zeros(shape), np.zeros(shape)
    value, error = (np.stack(c, axis=-1).reshape(shape) for c in zip(*columns, strict=True))
    return value, error


def _slope(at: _Point, direction: Any, h: float) -> Callable[[int], tuple[Any, Any]]:
    """The central difference along one axis, by level."""

    def difference(k: int) -> tuple[Any, Any]:
        s = _exact(at.x, direction * (h / _RATIO**k))
        return _combined(at, [at(at.x + s), at(at.x - s)], (1, -1), 2 * s.sum(), s.sum())

    return difference


def _mixed(at: _Point, h: Any, i: int, j: int) -> Callable[[int], tuple[Any, Any]]:
    """The central second difference along two axes (or twice along one), by level."""

    def moved(steps: Any, a: int, b: int) -> Any:
        x = at.x.reshape(-1).copy()
        x[i] += a * steps[i]
        x[j] += b * steps[j]
        return at(x.reshape(at.x.shape))

    def difference(k: int) -> tuple[Any, Any]:
        s = _exact(at.x.reshape(-1), h / _RATIO**k)
        if i == j:  # moved(1, 1) is two steps along i
            return _combined(at, [moved(s, 1, 1), at.out, moved(s, -1, -1)], (1, -2, 1), 4 * s[i] ** 2, s[i])
        corners = [moved(s, 1, 1), moved(s, 1, -1), moved(s, -1, 1), moved(s, -1, -1)]
        return _combined(at, corners, (1, -1, -1, 1), 4 * s[i] * s[j], min(s[i], s[j]))

    return difference


def _complex_step(at: _Point, direction: Any, h: Any, elementwise: bool) -> tuple[Any, Any]:
    """Im f(x + ih) / h, of W. Squire and G. Trapp, SIAM Review 40 (1998) 110-112.

    A function that is not analytic (it calls abs, conj, a maximum) makes it wrong without a sign, so one plain
    difference is taken as well: where the two are further apart than that difference can be wrong, the distance is
    the error.
    """
    at.refuse_complex()
    with np.errstate(all="ignore"), modes.mode(grad=False):
        out = at._array(at.f(at._given(at.x + 1j * _COMPLEX_STEP * direction)))
    if out.dtype.kind != "c":
        raise errors.DtypeError(f"numerical.{at.what}: f gave a real result for a complex argument: it drops what the "
                                "complex step needs (abs, real, float() ...); use method='central'")
    value = out.imag / _COMPLEX_STEP
    s = _exact(at.x, direction * h * 1e-4)
    divisor = 2 * s if elementwise and at.x.ndim else 2 * s.sum()
    plain, noise = _combined(at, [at(at.x + s, elementwise), at(at.x - s, elementwise)], (1, -1), divisor, divisor)
    distance = np.abs(value - plain)
    rounding = 4 * at.eps * np.abs(value)
    return value, np.where(distance > 1e-3 * np.abs(value) + noise, distance, rounding)

"""Exact derivatives for scipy.optimize: arguments for minimize, least_squares and root, and constraints.

    minimize(*ad.scipy.objective(f, x0))                          BFGS with the exact gradient
    minimize(*ad.scipy.objective(f, x0, method="trust-ncg"))      and with Hessian-vector products
    minimize(**ad.scipy.objective(f, x0), bounds=...)             by name, with more arguments
    least_squares(*ad.scipy.residuals(r, x0))
    root(*ad.scipy.equations(r, x0))

The starting point may be a tree of parameters; `.tree(result.x)` gives the solution in that form.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from ..core.tensor import TensorBase
from ..errors import ShapeError
from ..transforms.jacobians import hessian, hvp, jacobian
from ..transforms.vjp import value_and_grad
from .raveled import Arguments, Raveled, joined, numbers, vector_of

__all__ = ["constraint", "equations", "objective", "residuals"]

# What the methods of minimize use; those that are not here warn if they get a derivative, or take the gradient alone.
WITHOUT_GRADIENT = ("nelder-mead", "powell", "cobyla", "cobyqa")
WITH_PRODUCTS = ("newton-cg", "trust-ncg", "trust-krylov", "trust-constr")
WITH_HESSIAN = ("dogleg", "trust-exact")


class Objective(Arguments):
    """A function to minimise, its gradient, Hessian and Hessian-vector products, on SciPy's flat vectors."""

    _order = ("fun", "x0", "args", "method", "jac", "hess", "hessp")

    def __init__(self, f: Callable[..., Any], x0: Any, args: tuple[Any, ...], method: str | None) -> None:
        self._form = Raveled(x0)
        self.x0 = self._form.flat
        self.method = method
        self._flat = joined(f, self._form, args)
        self._both = value_and_grad(self._flat)
        self._at: np.ndarray[Any, Any] | None = None  # the point of the last evaluation
        self._value, self._gradient = 0.0, self.x0

    def tree(self, x: Any) -> Any:
        """A flat vector, such as the solution, in the form of x0."""
        return self._form.tree(self._form.point(x))

    def _evaluate(self, x: Any) -> None:
        """Value and gradient, both in one run; SciPy asks for them one after the other."""
        if self._at is None or not np.array_equal(self._at, x):
            value, gradient = self._both(self._form.point(x))
            self._value, self._gradient = float(numbers(value)), np.array(numbers(gradient), np.float64)
            self._at = np.array(x)

    def fun(self, x: Any) -> float:
        """The function's value."""
        self._evaluate(x)
        return self._value

    def jac(self, x: Any) -> np.ndarray[Any, Any]:
        """The gradient."""
        self._evaluate(x)
        return self._gradient.copy()

    def hess(self, x: Any) -> np.ndarray[Any, Any]:
        """The Hessian matrix."""
        return np.array(numbers(hessian(self._flat)(self._form.point(x))), np.float64)

    def hessp(self, x: Any, p: Any) -> np.ndarray[Any, Any]:
        """The Hessian times p, without the Hessian."""
        return np.array(numbers(hvp(self._flat, (self._form.point(x),), (self._form.point(p),))), np.float64)

    def _given(self) -> dict[str, Any]:
        given: dict[str, Any] = {"fun": self.fun, "x0": self.x0}
        if self.method is not None:
            given["method"] = self.method
        name = (self.method or "").lower()
        if name not in WITHOUT_GRADIENT:
            given["jac"] = self.jac
        if name in WITH_PRODUCTS:
            given["hessp"] = self.hessp
        elif name in WITH_HESSIAN:
            given["hess"] = self.hess
        return given


def objective(f: Callable[..., Any], x0: Any, args: tuple[Any, ...] = (), method: str | None = None) -> Objective:
    """The arguments for `scipy.optimize.minimize`, by `*` or by `**`: `f(x, *args)` with its exact derivatives.

    x0 may be a tree of numbers, arrays and tensors; f gets that tree, and `.tree(result.x)` restores it. `method` is
    SciPy's: it decides whether the Hessian, or products with it, go along. Value and gradient come from one run.

    >>> import numpy as np
    >>> from scipy.optimize import minimize
    >>> import adjoint as ad
    >>> def f(p):
    ...     return (p["a"] - 1) ** 2 + np.sum((p["b"] - p["a"]) ** 2)
    >>> problem = ad.scipy.objective(f, {"a": 3.0, "b": np.zeros(2)}, method="trust-ncg")
    >>> problem.tree(minimize(*problem).x)
    {'a': np.float64(1.0), 'b': array([1., 1.])}
    """
    return Objective(f, x0, args, method)


class Residuals(Arguments):
    """A vector-valued function and its Jacobian on SciPy's flat vectors."""

    def __init__(self, f: Callable[..., Any], x0: Any, args: tuple[Any, ...]) -> None:
        self._form = Raveled(x0)
        self.x0 = self._form.flat
        flat = joined(f, self._form, args)
        self._vector = lambda x: vector_of(flat(x))
        self._jacobian = jacobian(self._vector)

    def tree(self, x: Any) -> Any:
        """A flat vector, such as the solution, in the form of x0."""
        return self._form.tree(self._form.point(x))

    def fun(self, x: Any) -> np.ndarray[Any, Any]:
        """The function's values."""
        return np.array(numbers(self._vector(self._form.point(x))), np.float64)

    def jac(self, x: Any) -> np.ndarray[Any, Any]:
        """The Jacobian matrix."""
        return np.array(numbers(self._jacobian(self._form.point(x))), np.float64)

    def _given(self) -> dict[str, Any]:
        return {"fun": self.fun, "x0": self.x0, "jac": self.jac}


class LeastSquares(Residuals):
    """Arguments for least_squares."""

    _order = ("fun", "x0", "jac")


class Equations(Residuals):
    """Arguments for root."""

    _order = ("fun", "x0", "args", "method", "jac")

    def __init__(self, f: Callable[..., Any], x0: Any, args: tuple[Any, ...], method: str) -> None:
        super().__init__(f, x0, args)
        self.method = method

    def _given(self) -> dict[str, Any]:
        return {**super()._given(), "method": self.method}


def residuals(f: Callable[..., Any], x0: Any, args: tuple[Any, ...] = ()) -> LeastSquares:
    """The arguments for `scipy.optimize.least_squares`, by `*` or by `**`: `f(x, *args)` with its exact Jacobian.

    >>> import numpy as np
    >>> from scipy.optimize import least_squares
    >>> import adjoint as ad
    >>> t = np.array([0.0, 1.0, 2.0])
    >>> y = 3 * np.exp(-0.5 * t)
    >>> fit = least_squares(*ad.scipy.residuals(lambda p: p[0] * np.exp(p[1] * t) - y, np.array([1.0, 0.0])))
    >>> fit.x.round(6)
    array([ 3. , -0.5])
    """
    return LeastSquares(f, x0, args)


def equations(f: Callable[..., Any], x0: Any, args: tuple[Any, ...] = (), method: str = "hybr") -> Equations:
    """The arguments for `scipy.optimize.root`, by `*` or by `**`: the equations `f(x, *args) = 0` and their Jacobian.

    For fsolve: `fsolve(e.fun, e.x0, fprime=e.jac)`.

    >>> import numpy as np
    >>> from scipy.optimize import root
    >>> import adjoint as ad
    >>> e = ad.scipy.equations(lambda x: np.stack([x[0] + x[1] - 3, x[0] * x[1] - 2]), np.array([0.0, 1.0]))
    >>> root(*e).x.round(6)
    array([2., 1.])
    """
    return Equations(f, x0, args, method)


def constraint(g: Callable[..., Any], lb: Any, ub: Any, x0: Any = None, args: tuple[Any, ...] = (),
               keep_feasible: Any = False, with_hessian: bool = False) -> Any:
    """The `scipy.optimize.NonlinearConstraint` lb <= g(x, *args) <= ub, with its exact Jacobian.

    `x0` is the tree that the objective has, if it has one: g gets that form. `with_hessian` adds the Hessian of
    v . g(x), which trust-constr uses; the other methods warn that they do not.

    >>> import numpy as np
    >>> from scipy.optimize import minimize
    >>> import adjoint as ad
    >>> circle = ad.scipy.constraint(lambda x: np.sum(x ** 2), 1.0, 1.0)
    >>> start = np.array([1.0, 0.5])
    >>> problem = ad.scipy.objective(lambda x: x[0] + x[1], start, method="SLSQP")
    >>> minimize(*problem, constraints=circle).x.round(4)
    array([-0.7071, -0.7071])
    """
    from scipy.optimize import NonlinearConstraint

    made: dict[int, Residuals] = {}

    def at(x: Any) -> Residuals:
        n = len(x)
        if n not in made:
            made[n] = Residuals(g, np.zeros(n) if x0 is None else x0, args)
            if len(made[n].x0) != n:
                raise ShapeError(f"constraint: x0 has {len(made[n].x0)} numbers, but the objective has {n}")
        return made[n]

    def hess(x: Any, v: Any) -> np.ndarray[Any, Any]:
        r = at(x)
        weighted = hessian(lambda z: np.sum(np.asarray(v) * r._vector(z)))
        return np.array(numbers(weighted(r._form.point(x))), np.float64)

    return NonlinearConstraint(lambda x: at(x).fun(x), _bound(lb), _bound(ub), jac=lambda x: at(x).jac(x),
                               keep_feasible=keep_feasible, **({"hess": hess} if with_hessian else {}))


def _bound(b: Any) -> Any:
    return numbers(b) if isinstance(b, TensorBase) else b

"""Exact Jacobians for scipy.integrate's stiff solvers.

    solve_ivp(t_span=(0, 10), method="Radau", **ad.scipy.ode(f, y0))
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from ..transforms.jacobians import jacobian
from .raveled import Arguments, Raveled, numbers, vector_of

__all__ = ["ode", "ode_jacobian"]


class Ode(Arguments):
    """A right-hand side f(t, y) and its Jacobian in y, on SciPy's flat vectors."""

    def __init__(self, f: Callable[..., Any], y0: Any, args: tuple[Any, ...]) -> None:
        self._form = Raveled(y0)
        self.y0 = self._form.flat
        self._f, self._args = f, args

    def tree(self, y: Any) -> Any:
        """A flat state, such as a column of the solution, in the form of y0."""
        return self._form.tree(self._form.point(y))

    def _vector(self, t: float, y: Any) -> Any:
        return vector_of(self._f(t, self._form.tree(y), *self._args))

    def fun(self, t: float, y: Any) -> np.ndarray[Any, Any]:
        """The derivative of the state."""
        return np.array(numbers(self._vector(t, self._form.point(y))), np.float64)

    def jac(self, t: float, y: Any) -> np.ndarray[Any, Any]:
        """The Jacobian of `fun` in the state."""
        return np.array(numbers(jacobian(lambda z: self._vector(t, z))(self._form.point(y))), np.float64)

    def _given(self) -> dict[str, Any]:
        return {"fun": self.fun, "y0": self.y0, "jac": self.jac}


def ode(f: Callable[..., Any], y0: Any, args: tuple[Any, ...] = ()) -> Ode:
    """The arguments fun, y0 and jac for `scipy.integrate.solve_ivp`, by `**`: `f(t, y, *args)` with its exact Jacobian.

    y0 may be a tree of numbers, arrays and tensors; f gets that tree, and `.tree(column)` restores it. For the implicit
    methods Radau, BDF and LSODA; the explicit ones warn that they have no use for a Jacobian.

    >>> import numpy as np
    >>> from scipy.integrate import solve_ivp
    >>> import adjoint as ad
    >>> def decay(t, y):
    ...     return {"fast": -1000.0 * (y["fast"] - np.cos(y["slow"])), "slow": -y["slow"]}
    >>> system = ad.scipy.ode(decay, {"fast": 0.0, "slow": 1.0})
    >>> solution = solve_ivp(t_span=(0.0, 1.0), method="Radau", rtol=1e-8, **system)
    >>> round(float(system.tree(solution.y[:, -1])["slow"]), 6)
    0.367879
    """
    return Ode(f, y0, args)


def ode_jacobian(f: Callable[..., Any]) -> Callable[..., np.ndarray[Any, Any]]:
    """The function jac(t, y, *args) that `solve_ivp(..., jac=)` takes, for a right-hand side f(t, y, *args).

    >>> import numpy as np
    >>> import adjoint as ad
    >>> jac = ad.scipy.ode_jacobian(lambda t, y, k: k * y ** 2)
    >>> jac(0.0, np.array([1.0, 2.0]), 3.0)
    array([[ 6.,  0.],
           [ 0., 12.]])
    """

    def jac(t: float, y: Any, *args: Any) -> np.ndarray[Any, Any]:
        return np.array(numbers(jacobian(lambda z: vector_of(f(t, z, *args)))(np.array(y))))

    return jac

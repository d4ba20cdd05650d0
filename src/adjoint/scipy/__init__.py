"""SciPy with derivatives: special, linalg, and the bridges from functions to optimize's and integrate's solvers.

The ufuncs of scipy.special differentiate by themselves. `adjoint.scipy.special` and `adjoint.scipy.linalg` have the
functions that SciPy wrote in Python, under SciPy's names, `adjoint.scipy.signal` its convolutions, and
`adjoint.scipy.stats` the densities of distributions.
Nothing of SciPy is imported before it is named.
"""

from __future__ import annotations

from importlib import import_module as _import_module
from typing import TYPE_CHECKING
from typing import Any as _Any

if TYPE_CHECKING:
    from .integrate import ode as ode
    from .integrate import ode_jacobian as ode_jacobian
    from .optimize import constraint as constraint
    from .optimize import equations as equations
    from .optimize import objective as objective
    from .optimize import residuals as residuals

__all__ = ["constraint", "equations", "integrate", "linalg", "objective", "ode", "ode_jacobian", "optimize",
           "residuals", "signal", "special", "stats"]

_FROM = {"constraint": "optimize", "equations": "optimize", "objective": "optimize", "residuals": "optimize",
         "ode": "integrate", "ode_jacobian": "integrate"}


def __getattr__(name: str) -> _Any:
    if name in _FROM:
        return getattr(_import_module(f"{__name__}.{_FROM[name]}"), name)
    if name in __all__:
        return _import_module(f"{__name__}.{name}")
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return __all__

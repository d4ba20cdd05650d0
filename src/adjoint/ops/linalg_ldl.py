"""LAPACK's symmetric indefinite factorisation A = L D L^T, in its compact form, and its solve; geqrf's compact QR."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..core.batch_rules import leading
from ..core.kinds import custom, refused
from ..errors import MissingRule


def _lapack(name: str, dtype: np.dtype[Any]) -> Any:
    from scipy.linalg import get_lapack_funcs

    return get_lapack_funcs(name, dtype=dtype)


def _no_derivative(name: str, remedy: str) -> Any:
    @refused
    def vjp(ct: Any, s: Any) -> Any:
        raise MissingRule(f"the derivative of {name} is not implemented; {remedy}")

    return vjp


def _ldl_factor(x: np.ndarray, *, hermitian: bool = False) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    factor = _lapack("hetrf" if hermitian and x.dtype.kind == "c" else "sytrf", x.dtype)
    out, pivots, info = np.tril(x), np.zeros(x.shape[:-1], np.int32), np.zeros(x.shape[:-2], np.int32)
    for i in np.ndindex(*x.shape[:-2]) if x.size else ():
        both, pivots[i], info[i] = factor(x[i], lower=1)
        out[i] = np.tril(both)
    return out, pivots, info


ldl_factor = custom(_ldl_factor, _no_derivative("linalg.ldl_factor", "use linalg.cholesky or linalg.solve"),
                    constant_outputs=(1, 2), name="LinalgLdlFactorEx", batch=leading(2))


def _ldl_solve(x: np.ndarray, y: np.ndarray, z: np.ndarray, *, hermitian: bool = False) -> np.ndarray:
    solve = _lapack("hetrs" if hermitian and x.dtype.kind == "c" else "sytrs", x.dtype)
    out = np.array(z)
    for i in np.ndindex(*x.shape[:-2]) if z.size else ():
        out[i] = solve(x[i], y[i], z[i], lower=1)[0]
    return out


def _ldl_solve_vjp(ct: Any, s: Any) -> Any:
    """A is symmetric, so the transposed system has the same matrix; the conjugate one if it is Hermitian."""
    if s.wanted[0]:
        raise MissingRule("the derivative of linalg.ldl_solve in LD is not implemented; use linalg.solve")
    if s.params.get("hermitian", False):
        return None, None, np.conjugate(ldl_solve(s.x, s.y, np.conjugate(ct), hermitian=True))
    return None, None, ldl_solve(s.x, s.y, ct)


ldl_solve = custom(_ldl_solve, _ldl_solve_vjp, saves=("x", "y"), name="LinalgLdlSolve", promotes=False,
                   batch=leading(2, 1, 2))


def _geqrf(x: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    factor = _lapack("geqrf", x.dtype)
    out, tau = np.array(x), np.zeros(x.shape[:-2] + (min(x.shape[-2:]),), x.dtype)
    for i in np.ndindex(*x.shape[:-2]) if x.size else ():
        out[i], tau[i] = factor(x[i])[:2]
    return out, tau


geqrf = custom(_geqrf, _no_derivative("geqrf", "use linalg.qr"), batch=leading(2))

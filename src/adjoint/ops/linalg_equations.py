"""Matrix functions and equations that SciPy solves: square root, logarithm, Sylvester's equation; for one matrix each.

Rules are C-linear transposes. The derivative of the logarithm is a block of the logarithm of a block triangular matrix
(Mathias, SIAM J. Matrix Anal. Appl. 17, 1996), and so of any order; that of the square root X solves X dX + dX X = dA.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ..core.kinds import custom
from ..errors import LinAlgError
from . import structure as st


def _solve_sylvester(x: np.ndarray, y: np.ndarray, z: np.ndarray) -> np.ndarray:
    """The X with x X + X y = z."""
    from scipy.linalg import solve_sylvester as solve

    a, b, c = wide = [v.astype(np.float32) if v.dtype.itemsize == 2 else v for v in (x, y, z)]  # as in linalg_functions
    common = "A and -B must have no eigenvalue in common (in the derivative of sqrtm: the matrix must not be singular)"
    try:
        out = solve(*wide)
    except np.linalg.LinAlgError as e:
        raise LinAlgError(f"solve_sylvester: {e}; {common}") from None
    # LAPACK perturbs a singular equation and solves that: then what is left over is as large as the right-hand side
    if out.size and np.all(np.isfinite(out)) and np.max(np.abs(a @ out + out @ b - c)) > 0.01 * np.max(np.abs(c)):
        raise LinAlgError(f"solve_sylvester: the equation is singular; {common}")
    return out.astype(z.dtype, copy=False)


def _sylvester_vjp(ct: Any, s: Any) -> Any:
    ct_z = solve_sylvester(st.mT(s.x), st.mT(s.y), ct)
    t = st.mT(s.out)
    return (-(ct_z @ t) if s.wanted[0] else None, -(t @ ct_z) if s.wanted[1] else None, ct_z)


solve_sylvester = custom(_solve_sylvester, _sylvester_vjp, saves=("x", "y", "out"))


def _sqrtm(x: np.ndarray) -> np.ndarray:
    from scipy.linalg import sqrtm as root

    return _as_computed(root(_double(x)), x)


def _sqrtm_vjp(ct: Any, s: Any) -> Any:
    t = st.mT(s.out)
    return solve_sylvester(t, t, ct)


def _logm(x: np.ndarray) -> np.ndarray:
    from scipy.linalg import logm as logarithm

    return _as_computed(logarithm(_double(x)), x)


def _logm_vjp(ct: Any, s: Any) -> Any:
    n = ct.shape[-1]
    t = st.mT(s.x)
    top = st.concatenate((t, ct), axis=-1)
    bottom = st.concatenate((np.zeros_like(t), t), axis=-1)
    return logm(st.concatenate((top, bottom), axis=-2))[:n, n:]


def _double(x: np.ndarray) -> np.ndarray:
    """x in double precision, by which SciPy judges its own result."""
    return x.astype(np.complex128 if x.dtype.kind == "c" else np.float64, copy=False)


def _as_computed(out: np.ndarray, x: np.ndarray) -> np.ndarray:
    """In the precision of x; real or complex as it came, since a real matrix may have a complex root."""
    return out.astype(np.result_type(x.dtype, np.complex64) if out.dtype.kind == "c" else x.dtype, copy=False)


sqrtm = custom(_sqrtm, _sqrtm_vjp, saves=("out",))
logm = custom(_logm, _logm_vjp, saves=("x",))

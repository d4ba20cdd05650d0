"""scipy.linalg with derivatives: the same names and arguments, for tensors and traced arrays.

Plain arrays go to SciPy itself. What SciPy says about memory and checks (overwrite_a, check_finite, lwork ...) is
accepted and has no effect on traced values. Names that are not here are SciPy's, for plain arrays.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import scipy.linalg as sl

from ..errors import MissingRule
from .linalg_common import is_face
from .linalg_factorizations import cho_factor, cho_solve, cholesky, lu, lu_factor, lu_solve, qr
from .linalg_functions import (
    coshm,
    cosm,
    expm,
    fractional_matrix_power,
    logm,
    sinhm,
    sinm,
    sqrtm,
    tanhm,
    tanm,
)
from .linalg_spectra import eig, eigh, eigvals, eigvalsh, polar, svd, svdvals
from .linalg_structured import block_diag, circulant, hankel, norm, solve_toeplitz, toeplitz
from .linalg_systems import (
    det,
    inv,
    lstsq,
    pinv,
    solve,
    solve_continuous_lyapunov,
    solve_discrete_lyapunov,
    solve_lyapunov,
    solve_sylvester,
    solve_triangular,
)

__all__ = ["block_diag", "cho_factor", "cho_solve", "cholesky", "circulant", "coshm", "cosm", "det", "eig", "eigh",
           "eigvals", "eigvalsh", "expm", "fractional_matrix_power", "hankel", "inv", "logm", "lstsq", "lu",
           "lu_factor", "lu_solve", "norm", "null_space", "orth", "pinv", "polar", "qr", "schur", "sinhm", "sinm",
           "solve", "solve_continuous_lyapunov", "solve_discrete_lyapunov", "solve_lyapunov", "solve_sylvester",
           "solve_toeplitz", "solve_triangular", "sqrtm", "svd", "svdvals", "tanhm", "tanm", "toeplitz"]

# What has no derivative


def _without(name: str, why: str) -> Callable[..., Any]:
    plain = getattr(sl, name)

    def refuse(*args: Any, **kwargs: Any) -> Any:
        if any([is_face(x) for x in (*args, *kwargs.values())]):
            raise MissingRule(f"scipy.linalg.{name} has no derivative rule: {why}")
        return plain(*args, **kwargs)

    refuse.__name__ = refuse.__qualname__ = name
    refuse.__doc__ = f"""SciPy's {name} of plain arrays; of traced ones MissingRule: {why}.

    >>> import numpy as np
    >>> import adjoint as ad
    >>> ad.scipy.linalg.{name}(np.eye(2)) is not None
    True
    """
    return refuse


null_space = _without("null_space", "the matrix does not determine the basis; use the projector I - pinv(a) @ a")
orth = _without("orth", "the matrix does not determine the basis; use the projector a @ pinv(a)")
schur = _without("schur", "its factors are determined only up to rotations; use eigh, eig, or matrix functions")


def __getattr__(name: str) -> Any:
    return getattr(sl, name)

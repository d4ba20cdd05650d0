"""`adjoint.linalg`: linear algebra under the names of torch.linalg, for stacks of real or complex matrices."""

from __future__ import annotations

from ..errors import LinAlgError
from .linalg_factoring import (
    cholesky,
    cholesky_ex,
    householder_product,
    ldl_factor,
    ldl_factor_ex,
    ldl_solve,
    lu,
    lu_factor,
    lu_factor_ex,
    lu_solve,
    qr,
)
from .linalg_norms import cond, matrix_norm, norm, vector_norm
from .linalg_products import cross, diagonal, matmul, matrix_exp, matrix_power, multi_dot, vander, vecdot
from .linalg_solving import inv, inv_ex, lstsq, pinv, solve, solve_ex, solve_triangular, tensorinv, tensorsolve
from .linalg_spectra import det, eig, eigh, eigvals, eigvalsh, matrix_rank, slogdet, svd, svdvals

__all__ = [
    "LinAlgError", "cholesky", "cholesky_ex", "cond", "cross", "det", "diagonal", "eig", "eigh", "eigvals", "eigvalsh",
    "householder_product", "inv", "inv_ex", "ldl_factor", "ldl_factor_ex", "ldl_solve", "lstsq", "lu", "lu_factor",
    "lu_factor_ex", "lu_solve", "matmul", "matrix_exp", "matrix_norm", "matrix_power", "matrix_rank", "multi_dot",
    "norm", "pinv", "qr", "slogdet", "solve", "solve_ex", "solve_triangular", "svd", "svdvals", "tensorinv",
    "tensorsolve", "vander", "vecdot", "vector_norm",
]

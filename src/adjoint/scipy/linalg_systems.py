"""scipy.linalg's systems and matrix equations: solve, inv, det, pinv, lstsq, Sylvester, Lyapunov."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..errors import MissingRule
from ..ops import linalg_equations as eq
from ..ops import linalg_solve as so
from ..ops import structure as st
from ..ops.linalg_parts import get_diagonal, identity_like, mH
from .linalg_common import columns, for_faces, like, mirrored, operand

__all__ = ["det", "inv", "lstsq", "pinv", "solve", "solve_continuous_lyapunov", "solve_discrete_lyapunov",
           "solve_lyapunov", "solve_sylvester", "solve_triangular"]


@for_faces
def solve(a: Any, b: Any, lower: bool = False, overwrite_a: bool = False, overwrite_b: bool = False,
          check_finite: bool = True, assume_a: str | None = None, transposed: bool = False) -> Any:
    """The x with a x = b. Where assume_a names a symmetric or triangular matrix, only that triangle is read.

    >>> import numpy as np
    >>> import adjoint as ad
    >>> a = ad.tensor([[2.0, 0.0], [0.0, 4.0]], requires_grad=True)
    >>> ad.scipy.linalg.solve(a, np.array([2.0, 4.0])).sum().backward()
    >>> a.grad
    tensor([[-0.5000, -0.5000],
            [-0.2500, -0.2500]])
    """
    a, b = operand(a), operand(b)
    kind = (assume_a or "general").lower()
    if kind in ("sym", "symmetric", "her", "hermitian", "pos", "positive definite"):
        a = mirrored(a, lower, conjugate=not kind.startswith("sym"))
    elif kind in ("upper triangular", "lower triangular"):
        return solve_triangular(a, b, trans=int(transposed), lower=kind[0] == "l")
    elif kind == "diagonal":
        d = get_diagonal(a)
        return b / (d if len(b.shape) == 1 else st.expand_dims(d, axis=-1))
    elif kind not in ("gen", "general", "tridiagonal", "banded"):
        raise ValueError(f"{assume_a} is not a recognized matrix structure")
    return like(so.solve(st.mT(a) if transposed else a, columns(b)), b)


@for_faces
def solve_triangular(a: Any, b: Any, trans: int | str = 0, lower: bool = False, unit_diagonal: bool = False,
                     overwrite_b: bool = False, check_finite: bool = True) -> Any:
    """The x with a x = b for a triangular a (its transpose or adjoint for trans 1 or 2); the rest of a is not read.

    >>> import adjoint as ad
    >>> ad.scipy.linalg.solve_triangular(ad.tensor([[2.0, 1.0], [0.0, 4.0]]), ad.tensor([3.0, 4.0]))
    tensor([1., 1.])
    """
    a, b = operand(a), operand(b)
    kind = {"N": 0, "T": 1, "C": 2}[trans] if isinstance(trans, str) else trans
    if kind:
        a, lower = (st.mT(a) if kind == 1 else mH(a)), not lower
    return like(so.solve_triangular(a, columns(b), up=not lower, unit=unit_diagonal), b)


@for_faces
def inv(a: Any, overwrite_a: bool = False, check_finite: bool = True) -> Any:
    """The inverse of a.

    >>> import adjoint as ad
    >>> ad.scipy.linalg.inv(ad.tensor([[2.0]]))
    tensor([[0.5000]])
    """
    return so.inv(a)


@for_faces
def det(a: Any, overwrite_a: bool = False, check_finite: bool = True) -> Any:
    """The determinant of a.

    >>> import adjoint as ad
    >>> ad.scipy.linalg.det(ad.tensor([[2.0, 1.0], [1.0, 3.0]]))
    tensor(5.)
    """
    return np.linalg.det(a)


@for_faces
def pinv(a: Any, *, atol: float | None = None, rtol: float | None = None, return_rank: bool = False,
         check_finite: bool = True) -> Any:
    """The pseudo-inverse of a; singular values up to atol + rtol times the largest count as zero.

    >>> import adjoint as ad
    >>> ad.scipy.linalg.pinv(ad.tensor([[2.0], [0.0]]))
    tensor([[0.5000, 0.0000]])
    """
    if return_rank:
        raise MissingRule("pinv(return_rank=True) of a traced matrix has no rule; ask numpy.linalg.matrix_rank of it")
    eps = float(np.finfo(getattr(a.dtype, "numpy", a.dtype)).eps)
    relative = max(a.shape[-2:]) * eps if rtol is None else rtol
    if atol:
        raise MissingRule("pinv(atol=) of a traced matrix has no rule; give rtol=")
    return so.pinv(a, 0.0, relative)


@for_faces
def lstsq(a: Any, b: Any, cond: float | None = None, overwrite_a: bool = False, overwrite_b: bool = False,
          check_finite: bool = True, lapack_driver: str | None = None) -> tuple[Any, Any, int, Any]:
    """The x of least |a x - b|, the residues, the rank and the singular values of a.

    >>> import adjoint as ad
    >>> ad.scipy.linalg.lstsq(ad.tensor([[1.0], [1.0]]), ad.tensor([1.0, 3.0]))[0]
    tensor([2.])
    """
    a, b = operand(a), operand(b)
    eps = float(np.finfo(getattr(a.dtype, "numpy", a.dtype)).eps)
    x, rest, rank, values = np.linalg.lstsq(a, b, rcond=eps if cond is None else cond)
    return x, rest[0] if b.ndim == 1 and rest.shape[0] else rest, rank, values


@for_faces
def solve_sylvester(a: Any, b: Any, q: Any) -> Any:
    """The X with a X + X b = q.

    >>> import adjoint as ad
    >>> ad.scipy.linalg.solve_sylvester(ad.tensor([[1.0]]), ad.tensor([[3.0]]), ad.tensor([[8.0]]))
    tensor([[2.]])
    """
    return eq.solve_sylvester(a, b, q)


@for_faces
def solve_continuous_lyapunov(a: Any, q: Any) -> Any:
    """The X with a X + X a^H = q.

    >>> import adjoint as ad
    >>> ad.scipy.linalg.solve_continuous_lyapunov(ad.tensor([[1.0]]), ad.tensor([[4.0]]))
    tensor([[2.]])
    """
    a = operand(a)
    return eq.solve_sylvester(a, mH(a), q)


@for_faces
def solve_lyapunov(a: Any, q: Any) -> Any:
    """solve_continuous_lyapunov(a, q), by its older name.

    >>> import adjoint as ad
    >>> ad.scipy.linalg.solve_lyapunov(ad.tensor([[1.0]]), ad.tensor([[4.0]]))
    tensor([[2.]])
    """
    return solve_continuous_lyapunov(a, q)


@for_faces
def solve_discrete_lyapunov(a: Any, q: Any, method: str | None = None) -> Any:
    """The X with a X a^H - X + q = 0, as one linear system of n^2 unknowns.

    >>> import adjoint as ad
    >>> ad.scipy.linalg.solve_discrete_lyapunov(ad.tensor([[0.5]]), ad.tensor([[3.0]]))
    tensor([[4.]])
    """
    a, q = operand(a), operand(q)
    big = np.kron(a, np.conjugate(a))
    unknown = so.solve(identity_like(big) - big, np.reshape(q, (big.shape[0], 1)))
    return np.reshape(unknown, tuple(q.shape))

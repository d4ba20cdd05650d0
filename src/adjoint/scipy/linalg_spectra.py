"""scipy.linalg's eigenvalues and singular values, the generalised eigenproblem, the polar form."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..errors import MissingRule
from ..ops import linalg_factor as fa
from ..ops import linalg_solve as so
from ..ops import linalg_spectral as sp
from ..ops import structure as st
from ..ops.linalg_parts import mH
from .linalg_common import for_faces, mirrored, operand

__all__ = ["eig", "eigh", "eigvals", "eigvalsh", "polar", "svd", "svdvals"]


@for_faces
def svd(a: Any, full_matrices: bool = True, compute_uv: bool = True, overwrite_a: bool = False,
        check_finite: bool = True, lapack_driver: str = "gesdd") -> Any:
    """U, the singular values and V^H; the values alone without compute_uv.

    >>> import adjoint as ad
    >>> ad.scipy.linalg.svd(ad.tensor([[3.0, 0.0], [0.0, 4.0]]), compute_uv=False)
    tensor([4., 3.])
    """
    if not compute_uv:
        return np.linalg.svd(a, compute_uv=False)
    return sp.svd(a, full=full_matrices)


@for_faces
def svdvals(a: Any, overwrite_a: bool = False, check_finite: bool = True) -> Any:
    """The singular values.

    >>> import adjoint as ad
    >>> ad.scipy.linalg.svdvals(ad.tensor([[3.0, 0.0], [0.0, 4.0]]))
    tensor([4., 3.])
    """
    return np.linalg.svd(a, compute_uv=False)


@for_faces
def polar(a: Any, side: str = "right") -> tuple[Any, Any]:
    """U and P with a = U P (a = P U for side "left"), U with orthonormal columns or rows, P positive semidefinite.

    >>> import adjoint as ad
    >>> ad.scipy.linalg.polar(ad.tensor([[2.0]]))
    (tensor([[1.]]), tensor([[2.]]))
    """
    if side not in ("right", "left"):
        raise ValueError("`side` must be either 'right' or 'left'")
    w, s, vh = sp.svd(a, full=False)
    u = w @ vh
    basis = mH(vh) if side == "right" else w
    return u, (basis * st.expand_dims(s, axis=-2)) @ mH(basis)


@for_faces
def eigh(a: Any, b: Any = None, *, lower: bool = True, eigvals_only: bool = False, overwrite_a: bool = False,
         overwrite_b: bool = False, type: int = 1, check_finite: bool = True, subset_by_index: Any = None,
         subset_by_value: Any = None, driver: str | None = None) -> Any:
    """The eigenvalues of the Hermitian a, ascending, and its eigenvectors v; with b, of a v = w b v (type 1), a b v =
    w v (2) or b a v = w v (3).

    >>> import adjoint as ad
    >>> ad.scipy.linalg.eigh(ad.tensor([[2.0, 0.0], [0.0, 8.0]]), ad.tensor([[1.0, 0.0], [0.0, 2.0]]))[0]
    tensor([2., 4.])
    """
    if subset_by_value is not None:
        raise MissingRule("eigh(subset_by_value=) has no rule, as the number of values would depend on them; "
                          "use subset_by_index=")
    a = mirrored(operand(a), lower, conjugate=True)
    if b is None:
        w, v = sp.eigh(a, values=eigvals_only)
    else:
        factor = fa.cholesky(mirrored(operand(b), lower, conjugate=True))
        if type == 1:  # b = L L^H: the values of L^-1 a L^-H
            half = so.solve_triangular(factor, a, up=False)
            w, y = sp.eigh(mH(so.solve_triangular(factor, mH(half), up=False)), values=eigvals_only)
        elif type in (2, 3):
            w, y = sp.eigh(mH(factor) @ a @ factor, values=eigvals_only)
        else:
            raise ValueError(f"Keyword argument 'type' must be 1, 2 or 3, got {type}")
        v = factor @ y if type == 3 else so.solve_triangular(mH(factor), y, up=True)
    if subset_by_index is not None:
        first, last = subset_by_index
        w, v = w[first: last + 1], v[:, first: last + 1]
    return w if eigvals_only else (w, v)


@for_faces
def eigvalsh(a: Any, b: Any = None, *, lower: bool = True, overwrite_a: bool = False, overwrite_b: bool = False,
             type: int = 1, check_finite: bool = True, subset_by_index: Any = None, subset_by_value: Any = None,
             driver: str | None = None) -> Any:
    """The eigenvalues that eigh gives.

    >>> import adjoint as ad
    >>> ad.scipy.linalg.eigvalsh(ad.tensor([[2.0, 0.0], [0.0, 8.0]]))
    tensor([2., 8.])
    """
    return eigh(a, b, lower=lower, eigvals_only=True, type=type, subset_by_index=subset_by_index,
                subset_by_value=subset_by_value)


@for_faces
def eig(a: Any, b: Any = None, left: bool = False, right: bool = True, overwrite_a: bool = False,
        overwrite_b: bool = False, check_finite: bool = True, homogeneous_eigvals: bool = False) -> Any:
    """The eigenvalues of a and its right eigenvectors (with b, of a v = w b v, b invertible), complex always.

    >>> import adjoint as ad
    >>> ad.scipy.linalg.eig(ad.tensor([[2.0, 0.0], [0.0, 8.0]]), right=False).real
    tensor([2., 8.])
    """
    if left or homogeneous_eigvals:
        raise MissingRule("eig(left=True) and eig(homogeneous_eigvals=True) have no rule; the left eigenvectors of a "
                          "are the right ones of its conjugate transpose")
    w, v = sp.eig(operand(a) if b is None else so.solve(operand(b), operand(a)))
    return (w, v) if right else w


@for_faces
def eigvals(a: Any, b: Any = None, overwrite_a: bool = False, check_finite: bool = True,
            homogeneous_eigvals: bool = False) -> Any:
    """The eigenvalues of a, complex always.

    >>> import adjoint as ad
    >>> ad.scipy.linalg.eigvals(ad.tensor([[2.0, 0.0], [0.0, 8.0]])).real
    tensor([2., 8.])
    """
    return eig(a, b, right=False, homogeneous_eigvals=homogeneous_eigvals)

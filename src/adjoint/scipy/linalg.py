"""scipy.linalg with derivatives: the same names and arguments, for tensors and traced arrays.

Plain arrays go to SciPy itself. What SciPy says about memory and checks (overwrite_a, check_finite, lwork ...) is
accepted and has no effect on traced values. Names that are not here are SciPy's, for plain arrays.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any, TypeVar

import numpy as np
import scipy.linalg as sl

from ..core.tensor import TensorBase
from ..errors import MissingRule
from ..ops import linalg_equations as eq
from ..ops import linalg_factor as fa
from ..ops import linalg_functions as fu
from ..ops import linalg_solve as so
from ..ops import linalg_spectral as sp
from ..ops import structure as st
from ..ops.linalg_parts import get_diagonal, identity_like, lower, mH, square_diagonal, upper

__all__ = ["block_diag", "cho_factor", "cho_solve", "cholesky", "circulant", "coshm", "cosm", "det", "eig", "eigh",
           "eigvals", "eigvalsh", "expm", "fractional_matrix_power", "hankel", "inv", "logm", "lstsq", "lu",
           "lu_factor", "lu_solve", "norm", "null_space", "orth", "pinv", "polar", "qr", "schur", "sinhm", "sinm",
           "solve", "solve_continuous_lyapunov", "solve_discrete_lyapunov", "solve_lyapunov", "solve_sylvester",
           "solve_toeplitz", "solve_triangular", "sqrtm", "svd", "svdvals", "tanhm", "tanm", "toeplitz"]

F = TypeVar("F", bound=Callable[..., Any])


def _face(x: Any) -> bool:
    return isinstance(x, TensorBase) or (type(x) in (tuple, list) and any([_face(v) for v in x]))


def _for_faces(function: F) -> F:
    """The function for faces; SciPy's of that name where no argument is one."""
    plain = getattr(sl, function.__name__)

    @functools.wraps(function)
    def call(*args: Any, **kwargs: Any) -> Any:
        if not any([_face(x) for x in args]) and not any([_face(x) for x in kwargs.values()]):
            return plain(*args, **kwargs)
        return function(*args, **kwargs)

    return call  # type: ignore[return-value]


def _columns(b: Any) -> Any:
    """A vector as a matrix of one column."""
    return np.reshape(b, (b.shape[0], 1)) if len(b.shape) == 1 else b


def _like(x: Any, b: Any) -> Any:
    """The solution in the form of the right-hand side."""
    return np.reshape(x, (x.shape[0],)) if len(np.shape(b)) == 1 else x


def _operand(x: Any) -> Any:
    return x if isinstance(x, TensorBase) else np.asarray(x)


def _is_complex(x: Any) -> bool:
    return bool(getattr(x.dtype, "numpy", x.dtype).kind == "c")


def _mirrored(a: Any, low: bool, conjugate: bool) -> Any:
    """The symmetric (Hermitian) matrix of which only one triangle is read."""
    strict = lower(a, k=-1) if low else upper(a, k=1)
    diagonal = get_diagonal(a)
    if conjugate and _is_complex(a):
        diagonal = np.real(diagonal) + 0j
    return strict + (mH(strict) if conjugate else st.mT(strict)) + square_diagonal(diagonal)


# Systems


@_for_faces
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
    a, b = _operand(a), _operand(b)
    kind = (assume_a or "general").lower()
    if kind in ("sym", "symmetric", "her", "hermitian", "pos", "positive definite"):
        a = _mirrored(a, lower, conjugate=not kind.startswith("sym"))
    elif kind in ("upper triangular", "lower triangular"):
        return solve_triangular(a, b, trans=int(transposed), lower=kind[0] == "l")
    elif kind == "diagonal":
        d = get_diagonal(a)
        return b / (d if len(b.shape) == 1 else st.expand_dims(d, axis=-1))
    elif kind not in ("gen", "general", "tridiagonal", "banded"):
        raise ValueError(f"{assume_a} is not a recognized matrix structure")
    return _like(so.solve(st.mT(a) if transposed else a, _columns(b)), b)


@_for_faces
def solve_triangular(a: Any, b: Any, trans: int | str = 0, lower: bool = False, unit_diagonal: bool = False,
                     overwrite_b: bool = False, check_finite: bool = True) -> Any:
    """The x with a x = b for a triangular a (its transpose or adjoint for trans 1 or 2); the rest of a is not read.

    >>> import adjoint as ad
    >>> ad.scipy.linalg.solve_triangular(ad.tensor([[2.0, 1.0], [0.0, 4.0]]), ad.tensor([3.0, 4.0]))
    tensor([1., 1.])
    """
    a, b = _operand(a), _operand(b)
    kind = {"N": 0, "T": 1, "C": 2}[trans] if isinstance(trans, str) else trans
    if kind:
        a, lower = (st.mT(a) if kind == 1 else mH(a)), not lower
    return _like(so.solve_triangular(a, _columns(b), up=not lower, unit=unit_diagonal), b)


@_for_faces
def inv(a: Any, overwrite_a: bool = False, check_finite: bool = True) -> Any:
    """The inverse of a.

    >>> import adjoint as ad
    >>> ad.scipy.linalg.inv(ad.tensor([[2.0]]))
    tensor([[0.5000]])
    """
    return so.inv(a)


@_for_faces
def det(a: Any, overwrite_a: bool = False, check_finite: bool = True) -> Any:
    """The determinant of a.

    >>> import adjoint as ad
    >>> ad.scipy.linalg.det(ad.tensor([[2.0, 1.0], [1.0, 3.0]]))
    tensor(5.)
    """
    return np.linalg.det(a)


@_for_faces
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


@_for_faces
def lstsq(a: Any, b: Any, cond: float | None = None, overwrite_a: bool = False, overwrite_b: bool = False,
          check_finite: bool = True, lapack_driver: str | None = None) -> tuple[Any, Any, int, Any]:
    """The x of least |a x - b|, the residues, the rank and the singular values of a.

    >>> import adjoint as ad
    >>> ad.scipy.linalg.lstsq(ad.tensor([[1.0], [1.0]]), ad.tensor([1.0, 3.0]))[0]
    tensor([2.])
    """
    a, b = _operand(a), _operand(b)
    values = np.linalg.svd(a, compute_uv=False)
    eps = float(np.finfo(getattr(a.dtype, "numpy", a.dtype)).eps)
    cut = eps if cond is None else cond
    x = _like(so.lstsq(a, _columns(b), rcond=cut), b)
    m, n = a.shape
    plain = _plain(values)
    rank = int(np.sum(plain > cut * np.max(plain, initial=0)))
    gap = a @ x - b
    return x, np.sum(np.real(gap * np.conjugate(gap)), axis=0) if rank == n and m > n else np.zeros(0), rank, values


def _plain(x: Any) -> Any:
    from ..core.memory import concrete

    return concrete(x)


# Factorisations


@_for_faces
def cholesky(a: Any, lower: bool = False, overwrite_a: bool = False, check_finite: bool = True) -> Any:
    """The triangular factor: a = u^H u, or a = l l^H if lower; only that triangle of a is read.

    >>> import adjoint as ad
    >>> ad.scipy.linalg.cholesky(ad.tensor([[4.0, 2.0], [2.0, 2.0]]))
    tensor([[2., 1.],
            [0., 1.]])
    """
    factor = fa.cholesky(_mirrored(_operand(a), lower, conjugate=True))
    return factor if lower else mH(factor)


@_for_faces
def cho_factor(a: Any, lower: bool = False, overwrite_a: bool = False, check_finite: bool = True) -> tuple[Any, bool]:
    """The pair that cho_solve takes; the triangle that SciPy leaves undefined is zero.

    >>> import adjoint as ad
    >>> ad.scipy.linalg.cho_factor(ad.tensor([[4.0]]))
    (tensor([[2.]]), False)
    """
    return cholesky(a, lower=lower), lower


@_for_faces
def cho_solve(c_and_lower: tuple[Any, bool], b: Any, overwrite_b: bool = False, check_finite: bool = True) -> Any:
    """The x with a x = b, from cho_factor(a).

    >>> import adjoint as ad
    >>> ad.scipy.linalg.cho_solve(ad.scipy.linalg.cho_factor(ad.tensor([[4.0]])), ad.tensor([8.0]))
    tensor([2.])
    """
    c, low = c_and_lower
    c, b = _operand(c), _operand(b)
    first, second = (c, mH(c)) if low else (mH(c), c)
    half = so.solve_triangular(first, _columns(b), up=False)
    return _like(so.solve_triangular(second, half, up=True), b)


@_for_faces
def lu_factor(a: Any, overwrite_a: bool = False, check_finite: bool = True) -> tuple[Any, Any]:
    """Both triangles of a = P L U in one matrix, and the row exchanges.

    >>> import adjoint as ad
    >>> ad.scipy.linalg.lu_factor(ad.tensor([[4.0, 2.0], [2.0, 2.0]]))[0]
    tensor([[4.0000, 2.0000],
            [0.5000, 1.0000]])
    """
    both, pivots = fa.lu_factor(a)
    return both, _plain(pivots) - 1


@_for_faces
def lu_solve(lu_and_piv: tuple[Any, Any], b: Any, trans: int = 0, overwrite_b: bool = False,
             check_finite: bool = True) -> Any:
    """The x with a x = b (a^T x = b for trans 1, a^H x = b for 2), from lu_factor(a).

    >>> import adjoint as ad
    >>> factors = ad.scipy.linalg.lu_factor(ad.tensor([[4.0, 2.0], [2.0, 2.0]]))
    >>> ad.scipy.linalg.lu_solve(factors, ad.tensor([6.0, 4.0]))
    tensor([1., 1.])
    """
    both, pivots = lu_and_piv
    both, b = _operand(both), _operand(b)
    rows = np.arange(both.shape[0])
    for i, p in enumerate(_plain(pivots)):
        rows[i], rows[p] = rows[p], rows[i]
    columns = _columns(b)
    if not trans:
        half = so.solve_triangular(both, columns[rows], up=False, unit=True)
        return _like(so.solve_triangular(both, half, up=True), b)
    turned = st.mT(both) if trans == 1 else mH(both)
    half = so.solve_triangular(turned, columns, up=False)
    return _like(so.solve_triangular(turned, half, up=True, unit=True)[np.argsort(rows)], b)


@_for_faces
def lu(a: Any, permute_l: bool = False, overwrite_a: bool = False, check_finite: bool = True,
       p_indices: bool = False) -> tuple[Any, ...]:
    """P, L and U with a = P L U; P as row numbers if p_indices, and P L in one if permute_l.

    >>> import adjoint as ad
    >>> ad.scipy.linalg.lu(ad.tensor([[4.0, 2.0], [2.0, 2.0]]))[2]
    tensor([[4., 2.],
            [0., 1.]])
    """
    both, pivots = fa.lu_factor(a)
    m, n = a.shape[-2:]
    k = min(m, n)
    p = fa.permutation(pivots, both)
    l = lower(both[..., :, :k], k=-1) + identity_like(both[..., :, :k])
    u = upper(both[..., :k, :])
    if permute_l:
        return p @ l, u
    return (np.argmax(_plain(p), axis=-1) if p_indices else p), l, u


@_for_faces
def qr(a: Any, overwrite_a: bool = False, lwork: int | None = None, mode: str = "full", pivoting: bool = False,
       check_finite: bool = True) -> Any:
    """Q and R with a = Q R (R alone for mode "r"), with Q square for mode "full" and thin for "economic".

    >>> import adjoint as ad
    >>> q, r = ad.scipy.linalg.qr(ad.tensor([[3.0, 1.0], [4.0, 2.0]]))
    >>> q @ r
    tensor([[3.0000, 1.0000],
            [4.0000, 2.0000]])
    """
    if pivoting or mode == "raw":
        raise MissingRule("qr(pivoting=True) and qr(mode='raw') have no derivative rule; use mode='economic' without "
                          "pivoting")
    m, n = a.shape[-2:]
    if mode == "economic" or m <= n:
        q, r = fa.qr(a)
    elif mode == "r":
        r = fa.qr(a)[1]
        return st.concatenate((r, np.zeros_like(a[..., n:, :])), axis=-2)
    else:
        q, r = fa.qr_complete(a)
    return r if mode == "r" else (q, r)


# Spectra


@_for_faces
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


@_for_faces
def svdvals(a: Any, overwrite_a: bool = False, check_finite: bool = True) -> Any:
    """The singular values.

    >>> import adjoint as ad
    >>> ad.scipy.linalg.svdvals(ad.tensor([[3.0, 0.0], [0.0, 4.0]]))
    tensor([4., 3.])
    """
    return np.linalg.svd(a, compute_uv=False)


@_for_faces
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


@_for_faces
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
    a = _mirrored(_operand(a), lower, conjugate=True)
    if b is None:
        w, v = sp.eigh(a)
    else:
        factor = fa.cholesky(_mirrored(_operand(b), lower, conjugate=True))
        if type == 1:  # b = L L^H: the values of L^-1 a L^-H
            half = so.solve_triangular(factor, a, up=False)
            w, y = sp.eigh(mH(so.solve_triangular(factor, mH(half), up=False)))
        elif type in (2, 3):
            w, y = sp.eigh(mH(factor) @ a @ factor)
        else:
            raise ValueError(f"Keyword argument 'type' must be 1, 2 or 3, got {type}")
        v = factor @ y if type == 3 else so.solve_triangular(mH(factor), y, up=True)
    if subset_by_index is not None:
        first, last = subset_by_index
        w, v = w[first: last + 1], v[:, first: last + 1]
    return w if eigvals_only else (w, v)


@_for_faces
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


@_for_faces
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
    w, v = sp.eig(_operand(a) if b is None else so.solve(_operand(b), _operand(a)))
    return (w, v) if right else w


@_for_faces
def eigvals(a: Any, b: Any = None, overwrite_a: bool = False, check_finite: bool = True,
            homogeneous_eigvals: bool = False) -> Any:
    """The eigenvalues of a, complex always.

    >>> import adjoint as ad
    >>> ad.scipy.linalg.eigvals(ad.tensor([[2.0, 0.0], [0.0, 8.0]])).real
    tensor([2., 8.])
    """
    return eig(a, b, right=False, homogeneous_eigvals=homogeneous_eigvals)


# Functions of matrices


@_for_faces
def expm(A: Any) -> Any:
    """The exponential of each matrix.

    >>> import adjoint as ad
    >>> ad.scipy.linalg.expm(ad.tensor([[0.0, 1.0], [0.0, 0.0]]))
    tensor([[1., 1.],
            [0., 1.]])
    """
    return fu.matrix_exp(A)


def _one_matrix(a: Any, name: str) -> Any:
    if len(a.shape) != 2:
        raise MissingRule(f"{name} of a stack of matrices has no rule, got shape {tuple(a.shape)}; use vmap, or a loop")
    return a


@_for_faces
def logm(A: Any, disp: Any = None) -> Any:
    """The principal logarithm of a matrix.

    >>> import adjoint as ad
    >>> ad.scipy.linalg.logm(ad.tensor([[1.0, 1.0], [0.0, 1.0]]))
    tensor([[0., 1.],
            [0., 0.]])
    """
    return eq.logm(_one_matrix(A, "logm"))


@_for_faces
def sqrtm(A: Any, disp: Any = None, blocksize: Any = None) -> Any:
    """The principal square root of a matrix.

    >>> import adjoint as ad
    >>> ad.scipy.linalg.sqrtm(ad.tensor([[4.0, 0.0], [0.0, 9.0]]))
    tensor([[2., 0.],
            [0., 3.]])
    """
    return eq.sqrtm(_one_matrix(A, "sqrtm"))


@_for_faces
def fractional_matrix_power(A: Any, t: Any) -> Any:
    """exp(t log A), for an A without eigenvalues that are zero or negative.

    >>> import adjoint as ad
    >>> ad.scipy.linalg.fractional_matrix_power(ad.tensor([[4.0]]), 0.5)
    tensor([[2.]])
    """
    return fu.matrix_exp(t * eq.logm(_one_matrix(_operand(A), "fractional_matrix_power")))


def _half(A: Any, turn: complex, sign: int) -> Any:
    """(exp(turn A) + sign exp(-turn A)) / 2."""
    return 0.5 * (fu.matrix_exp(turn * A) + sign * fu.matrix_exp(-turn * A))


def _turned(A: Any, sign: int) -> Any:
    """cos A (sign 1) or i sin A (sign -1), real or complex as exp(iA) has it."""
    return _half(A, 1j, sign)


@_for_faces
def cosm(A: Any) -> Any:
    """The cosine of a matrix.

    >>> import adjoint as ad
    >>> ad.scipy.linalg.cosm(ad.tensor([[0.0]]))
    tensor([[1.]])
    """
    return _turned(A, 1) if _is_complex(A) else np.real(fu.matrix_exp(1j * A))


@_for_faces
def sinm(A: Any) -> Any:
    """The sine of a matrix.

    >>> import adjoint as ad
    >>> ad.scipy.linalg.sinm(ad.tensor([[0.0]]))
    tensor([[0.]])
    """
    return -1j * _turned(A, -1) if _is_complex(A) else np.imag(fu.matrix_exp(1j * A))


@_for_faces
def tanm(A: Any) -> Any:
    """The tangent of a matrix.

    >>> import adjoint as ad
    >>> ad.scipy.linalg.tanm(ad.tensor([[0.0]]))
    tensor([[0.]])
    """
    return so.solve(cosm(A), sinm(A))


@_for_faces
def coshm(A: Any) -> Any:
    """The hyperbolic cosine of a matrix.

    >>> import adjoint as ad
    >>> ad.scipy.linalg.coshm(ad.tensor([[0.0]]))
    tensor([[1.]])
    """
    return _half(A, 1, 1)


@_for_faces
def sinhm(A: Any) -> Any:
    """The hyperbolic sine of a matrix.

    >>> import adjoint as ad
    >>> ad.scipy.linalg.sinhm(ad.tensor([[0.0]]))
    tensor([[0.]])
    """
    return _half(A, 1, -1)


@_for_faces
def tanhm(A: Any) -> Any:
    """The hyperbolic tangent of a matrix.

    >>> import adjoint as ad
    >>> ad.scipy.linalg.tanhm(ad.tensor([[0.0]]))
    tensor([[0.]])
    """
    return so.solve(coshm(A), sinhm(A))


# Matrix equations


@_for_faces
def solve_sylvester(a: Any, b: Any, q: Any) -> Any:
    """The X with a X + X b = q.

    >>> import adjoint as ad
    >>> ad.scipy.linalg.solve_sylvester(ad.tensor([[1.0]]), ad.tensor([[3.0]]), ad.tensor([[8.0]]))
    tensor([[2.]])
    """
    return eq.solve_sylvester(a, b, q)


@_for_faces
def solve_continuous_lyapunov(a: Any, q: Any) -> Any:
    """The X with a X + X a^H = q.

    >>> import adjoint as ad
    >>> ad.scipy.linalg.solve_continuous_lyapunov(ad.tensor([[1.0]]), ad.tensor([[4.0]]))
    tensor([[2.]])
    """
    a = _operand(a)
    return eq.solve_sylvester(a, mH(a), q)


@_for_faces
def solve_lyapunov(a: Any, q: Any) -> Any:
    """solve_continuous_lyapunov(a, q), by its older name.

    >>> import adjoint as ad
    >>> ad.scipy.linalg.solve_lyapunov(ad.tensor([[1.0]]), ad.tensor([[4.0]]))
    tensor([[2.]])
    """
    return solve_continuous_lyapunov(a, q)


@_for_faces
def solve_discrete_lyapunov(a: Any, q: Any, method: str | None = None) -> Any:
    """The X with a X a^H - X + q = 0, as one linear system of n^2 unknowns.

    >>> import adjoint as ad
    >>> ad.scipy.linalg.solve_discrete_lyapunov(ad.tensor([[0.5]]), ad.tensor([[3.0]]))
    tensor([[4.]])
    """
    a, q = _operand(a), _operand(q)
    big = np.kron(a, np.conjugate(a))
    unknown = so.solve(identity_like(big) - big, np.reshape(q, (big.shape[0], 1)))
    return np.reshape(unknown, tuple(q.shape))


# Matrices made of vectors


@_for_faces
def toeplitz(c: Any, r: Any = None) -> Any:
    """The matrix with c for its first column, r for its first row (conj(c) if None), constant along diagonals.

    >>> import adjoint as ad
    >>> ad.scipy.linalg.toeplitz(ad.tensor([1.0, 2.0]), ad.tensor([1.0, 3.0]))
    tensor([[1., 3.],
            [2., 1.]])
    """
    c = np.ravel(_operand(c))
    r = np.conjugate(c) if r is None else np.ravel(_operand(r))
    m, n = c.shape[0], r.shape[0]
    values = np.concatenate((np.flip(r[1:]), c))  # the diagonals from the upper right corner on
    return values[np.arange(m)[:, None] - np.arange(n)[None, :] + n - 1]


@_for_faces
def circulant(c: Any) -> Any:
    """The matrix whose columns are c, turned on by one each.

    >>> import adjoint as ad
    >>> ad.scipy.linalg.circulant(ad.tensor([1.0, 2.0]))
    tensor([[1., 2.],
            [2., 1.]])
    """
    n = c.shape[-1]
    return c[..., (np.arange(n)[:, None] - np.arange(n)[None, :]) % n]


@_for_faces
def hankel(c: Any, r: Any = None) -> Any:
    """The matrix with c for its first column, r for its last row (zeros if None), constant along antidiagonals.

    >>> import adjoint as ad
    >>> ad.scipy.linalg.hankel(ad.tensor([1.0, 2.0]))
    tensor([[1., 2.],
            [2., 0.]])
    """
    c = np.ravel(_operand(c))
    r = np.zeros_like(c) if r is None else np.ravel(_operand(r))
    values = np.concatenate((c, r[1:]))
    return values[np.arange(c.shape[0])[:, None] + np.arange(r.shape[0])[None, :]]


@_for_faces
def block_diag(*arrs: Any) -> Any:
    """The matrix with these blocks on its diagonal and zeros elsewhere.

    >>> import adjoint as ad
    >>> ad.scipy.linalg.block_diag(ad.tensor([[1.0]]), ad.tensor([[2.0, 3.0]]))
    tensor([[1., 0., 0.],
            [0., 2., 3.]])
    """
    blocks = [_operand(a) for a in arrs]
    blocks = [np.reshape(a, (1,) * (2 - len(a.shape)) + tuple(a.shape)) for a in blocks]
    width, rows, before = sum([a.shape[1] for a in blocks]), [], 0
    for a in blocks:
        after = width - before - a.shape[1]
        rows.append(np.pad(a, ((0, 0), (before, after))))
        before += a.shape[1]
    return np.concatenate(rows)


@_for_faces
def solve_toeplitz(c_or_cr: Any, b: Any, check_finite: bool = True) -> Any:
    """The x with toeplitz(c, r) x = b; the matrix is made.

    >>> import adjoint as ad
    >>> ad.scipy.linalg.solve_toeplitz(ad.tensor([2.0, 0.0]), ad.tensor([2.0, 4.0]))
    tensor([1., 2.])
    """
    c, r = c_or_cr if isinstance(c_or_cr, tuple) else (c_or_cr, None)
    return solve(toeplitz(c, r) if _face(c) or _face(r) else sl.toeplitz(c, r), b)


@_for_faces
def norm(a: Any, ord: Any = None, axis: Any = None, keepdims: bool = False, check_finite: bool = True) -> Any:
    """The norm of a matrix or vector, as np.linalg.norm.

    >>> import adjoint as ad
    >>> ad.scipy.linalg.norm(ad.tensor([3.0, 4.0]))
    tensor(5.)
    """
    return np.linalg.norm(a, ord=ord, axis=axis, keepdims=keepdims)


# What has no derivative


def _without(name: str, why: str) -> Callable[..., Any]:
    plain = getattr(sl, name)

    def refuse(*args: Any, **kwargs: Any) -> Any:
        if any([_face(x) for x in (*args, *kwargs.values())]):
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

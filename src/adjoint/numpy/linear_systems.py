"""np.linalg: inverses, linear systems, least squares, determinants, and powers and chains of matrices."""

from __future__ import annotations

import math
from operator import index
from typing import Any, NamedTuple

import numpy as np

from .. import errors
from ..core.levels import concrete
from ..core.registry import speaks
from ..functions.linalg_products import chain
from ..ops import linalg_det, linalg_solve, linalg_spectral
from ..ops import structure as st
from ..ops.linalg_parts import identity_like
from .arguments import batched, deliver, dtype_of, floating, operand


class SlogdetResult(NamedTuple):
    """The sign of a determinant and the logarithm of its modulus."""

    sign: Any
    logabsdet: Any


def matrices(a: Any) -> Any:
    """`a` as a stack of floating-point matrices."""
    a = floating(a)
    if a.ndim < 2:
        raise errors.LinAlgError(f"{a.ndim}-dimensional array given. Array must be at least two-dimensional")
    return a


def squares(a: Any) -> Any:
    """`a` as a stack of floating-point square matrices."""
    a = matrices(a)
    if a.shape[-1] != a.shape[-2]:
        raise errors.LinAlgError(f"Last 2 dimensions of the array must be square, not {a.shape[-2]} by {a.shape[-1]}")
    return a


@speaks(np.linalg.inv)
def inv(a: Any) -> Any:
    return linalg_solve.inv(squares(a))


@speaks(np.linalg.solve)
def solve(a: Any, b: Any) -> Any:
    a, b = squares(a), floating(b)
    if b.ndim == 1:  # only one dimension makes a vector; a stack of vectors is a matrix
        return st.squeeze(linalg_solve.solve(a, st.expand_dims(b, axis=-1)), axis=-1)
    return linalg_solve.solve(a, b)


@speaks(np.linalg.tensorinv)
def tensorinv(a: Any, ind: int = 2) -> Any:
    a = floating(a)
    ind = index(ind)
    if ind <= 0:
        raise errors.RangeError("Invalid ind argument.")
    shape = tuple(a.shape)
    rows = math.prod(shape[:ind])
    inverse = inv(st.reshape(a, shape=(rows, math.prod(shape[ind:]))))
    return st.reshape(inverse, shape=shape[ind:] + shape[:ind])


@speaks(np.linalg.tensorsolve)
def tensorsolve(a: Any, b: Any, axes: Any = None) -> Any:
    a, b = floating(a), floating(b)
    if axes is not None:
        last = [k % a.ndim for k in axes]
        a = st.transpose(a, axes=(*[k for k in range(a.ndim) if k not in last], *last))
    shape = tuple(a.shape[b.ndim:])
    n = math.prod(shape)
    if math.prod(tuple(a.shape)) != n**2:
        raise errors.LinAlgError("Input arrays must satisfy the requirement prod(a.shape[b.ndim:]) == "
                                 f"prod(a.shape[:b.ndim]); they have shapes {tuple(a.shape)} and {tuple(b.shape)}")
    return st.reshape(solve(st.reshape(a, shape=(n, n)), st.reshape(b, shape=(n,))), shape=shape)


@speaks(np.linalg.pinv)
def pinv(a: Any, rcond: Any = None, hermitian: bool = False, *, rtol: Any = np._NoValue) -> Any:
    a = matrices(a)
    if rcond is None:
        if rtol is np._NoValue:
            rcond = 1e-15
        else:
            rcond = max(a.shape[-2:]) * float(np.finfo(dtype_of(a)).eps) if rtol is None else rtol
    elif rtol is not np._NoValue:
        raise errors.RangeError("`rtol` and `rcond` can't be both set; rcond is the old name of rtol")
    return linalg_solve.pinv(a, 0.0, concrete(rcond), hermitian=bool(hermitian))


@speaks(np.linalg.lstsq)
def lstsq(a: Any, b: Any, rcond: Any = None) -> tuple[Any, Any, Any, Any]:
    a, b = floating(a), floating(b)
    if a.ndim != 2 or b.ndim not in (1, 2):
        raise errors.LinAlgError(f"lstsq takes one matrix and a vector or matrix, not arrays of {a.ndim} and {b.ndim} "
                                 "dimensions")
    m, n = a.shape
    if b.shape[0] != m:
        raise errors.LinAlgError(f"Incompatible dimensions: a has {m} rows, b has {b.shape[0]}")
    eps = float(np.finfo(dtype_of(a)).eps)
    rcond = eps * max(m, n) if rcond is None else float(concrete(rcond))
    rcond = eps if rcond < 0 else rcond
    values = linalg_spectral.singular_values(a)
    rank = _rank(values, rcond)
    right = st.expand_dims(b, axis=-1) if b.ndim == 1 else b
    solution = linalg_solve.lstsq(a, right, rcond=rcond)
    # A batch's ranks are not known here: full rank is assumed, so that every example has residuals.
    if m > n and (batched(values) or rank == n):
        rest = a @ solution - right
        residuals = np.sum(np.real(rest * np.conjugate(rest)), axis=0)
    else:
        residuals = np.zeros(0, np.result_type(dtype_of(values), dtype_of(b)).type(0).real.dtype)
    return st.squeeze(solution, axis=-1) if b.ndim == 1 else solution, residuals, rank, values


def _rank(values: Any, rcond: float) -> Any:
    if batched(values):
        return np.sum(values > rcond * values[..., :1], axis=-1)
    numbers = concrete(values)
    return np.intc(np.sum(numbers > rcond * np.max(numbers, initial=0.0)))


@speaks(np.linalg.det)
def det(a: Any) -> Any:
    return linalg_det.det(squares(a))


@speaks(np.linalg.slogdet)
def slogdet(a: Any) -> SlogdetResult:
    return SlogdetResult(*linalg_det.slogdet(squares(a)))


@speaks(np.linalg.matrix_power)
def matrix_power(a: Any, n: Any) -> Any:
    n = index(concrete(n))
    a = operand(a)
    if a.ndim < 2 or n < 0:
        a = squares(a)
    if n == 0:
        return identity_like(a)
    power = linalg_solve.inv(a) if n < 0 else a
    result, n = None, abs(n)
    while True:  # by repeated squaring
        if n & 1:
            result = power if result is None else result @ power
        n >>= 1
        if not n:
            return st.copy(result) if result is a else result
        power = power @ power


@speaks(np.linalg.multi_dot)
def multi_dot(arrays: Any, *, out: Any = None) -> Any:
    xs = [operand(x) for x in arrays]
    if len(xs) < 2:
        raise errors.ShapeError("Expecting at least two arrays.")
    for i, x in enumerate(xs):
        if x.ndim != 2 and (x.ndim != 1 or 0 < i < len(xs) - 1):
            raise errors.LinAlgError(f"{x.ndim}-dimensional array given as array {i}; all must be matrices, of which "
                                     "the first and the last may be vectors")
    return deliver(chain(xs), out)


@speaks(np.linalg.matrix_rank)
def matrix_rank(A: Any, tol: Any = None, hermitian: bool = False, *, rtol: Any = None) -> Any:
    if tol is not None and rtol is not None:
        raise errors.RangeError("`tol` and `rtol` can't be both set")
    a = floating(A)
    if a.ndim < 2:
        return np.any(a != 0) + 0
    values = np.abs(linalg_spectral.eigvalsh(a)) if hermitian else linalg_spectral.svdvals(a)
    if tol is None:
        eps = float(np.finfo(dtype_of(values)).eps)
        rtol = max(a.shape[-2:]) * eps if rtol is None else np.asarray(concrete(rtol))[..., None]
        limit = np.max(values, axis=-1, keepdims=True) * rtol
    else:
        limit = np.asarray(concrete(tol))[..., None]
    return np.count_nonzero(values > limit, axis=-1)
